using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Cqlite.Cli.Help;

/// <summary>
/// <c>--help</c> of any command, as wide as the terminal but never wider than is good to read; in a pipe as wide as <c>COLUMNS</c> says, or 80. Options stand in
/// groups; examples, which a test parses, stand where the eye of somebody in a hurry ends: last.
/// </summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    private const int Most = 120;
    private const int Least = 40;
    private const int Usual = 80;

    private static readonly (string Name, string Text)[] s_environment =
    [
        ("CQLITE_DATABASE_PATH", "What to open where --database is not given."),
        ("CQLITE_CACHE_SIZE", "The size of the cache where --cache-size is not given: 512MB."),
        ("CQLITE_COMPRESSION", "Compression of tables that are created without the option: lz4."),
        ("CQLITE_READ_ONLY", "Whether nothing may be written: false."),
        ("CQLITE_PERFORMANCE_MODE", "Whether writes are acknowledged before they are synced: false."),
        ("CASSANDRA_HOSTS, CASSANDRA_PORT, CASSANDRA_USERNAME, CASSANDRA_PASSWORD, CASSANDRA_CONSISTENCY, CASSANDRA_TIMEOUT", "What --hosts and the other options of connections say where they are not given."),
        ("CASSANDRA_KEYSPACE", "The keyspace of tables of a migration that are named without one."),
    ];

    private static readonly (string Name, string Text)[] s_exitCodes =
    [
        ("0", "Done, and nothing is wrong."),
        ("1", "Ran, and found something wrong: a verification failed, or rows were rejected."),
        ("2", "Could not run, or not all of it: usage, a connection, a statement that is refused, input that is missing or damaged."),
        ("130", "Stopped by Ctrl-C."),
    ];

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Page(parseResult.CommandResult, Width()));
        return 0;
    }

    /// <summary>The help page of a command.</summary>
    /// <param name="result">The command, with those above it.</param>
    /// <param name="width">Characters of a line at most.</param>
    public static string Page(CommandResult result, int width)
    {
        Command command = result.Command;
        string name = UsageErrors.NameOf(result);
        Argument[] arguments = [.. command.Arguments.Where(a => !a.Hidden)];
        Option[] options = [.. command.Options, .. result.Parent is null ? [] : RecursiveOptions(result.Parent)];
        HelpLayout page = new(width);
        page.Paragraph(command.Description ?? "");
        page.Heading("Usage");
        page.Paragraph(Usage(name, command, arguments, options), indent: 2, hanging: 4);
        if (arguments.Length > 0)
        {
            page.Heading("Arguments");
            page.Table([.. arguments.Select(a => (NameOf(a), a.Description ?? ""))]);
        }

        if (command.Subcommands.Count > 0)
        {
            page.Heading("Commands");
            page.Table([.. command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, FirstSentence(c.Description ?? "")))]);
        }

        foreach ((string heading, IReadOnlyList<Option> group) in OptionGroups.Of(options.Where(o => !o.Hidden)))
        {
            page.Heading(heading);
            page.Table([.. group.Select(o => (NamesOf(o), TextOf(o)))]);
        }

        if (result.Parent is null)
        {
            page.Heading("Environment");
            page.Table(s_environment);
            page.Heading("Exit codes");
            page.Table(s_exitCodes);
        }

        IReadOnlyList<string> examples = HelpExamples.Of(name);
        if (examples.Count > 0)
        {
            page.Heading("Examples");
            foreach (string example in examples)
                Example(page, example, width);
        }

        if (command.Subcommands.Count > 0)
        {
            page.Line();
            page.Paragraph($"'{name} COMMAND --help' tells the rest{(result.Parent is null ? "" : "; 'cqlite --help' tells of exit codes and the environment")}.");
        }

        return page.ToString();
    }

    /// <summary>An option with its names and what it takes, as in <c>--output, -o &lt;DIR&gt;</c>.</summary>
    public static string NamesOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Prepend(option.Name).OrderBy(n => n.StartsWith("--", StringComparison.Ordinal)));
        return ValueOf(option) is { } value ? $"{names} {value}" : names;
    }

    private static int Width()
    {
        if (!Console.IsOutputRedirected)
            return Math.Clamp(ProgressLine.TerminalWidth(), Least, Most);
        return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) ? Math.Clamp(columns, Least, Most) : Usual;
    }

    private static string Usage(string name, Command command, Argument[] arguments, Option[] options)
    {
        string line = name;
        if (command.Subcommands.Count > 0 && arguments.Length == 0)
            line += " COMMAND";
        foreach (Argument argument in arguments)
            line += argument.Arity.MinimumNumberOfValues == 0 ? $" [{NameOf(argument)}]" : $" {NameOf(argument)}";
        foreach (Option option in options.Where(o => o.Required))
            line += $" {option.Name} {ValueOf(option)}";
        return $"{line} [options]";
    }

    /// <summary>An example, broken as a shell takes it.</summary>
    private static void Example(HelpLayout page, string example, int width)
    {
        string line = "  ";
        foreach (string piece in Pieces(example))
        {
            if (line.Length > 2 && line.Trim().Length > 0 && line.Length + piece.Length + 3 > width)
            {
                page.Line(line + " \\");
                line = "     ";
            }

            line += line.Trim().Length > 0 ? $" {piece}" : piece;
        }

        page.Line(line);
    }

    /// <summary>Words that belong together: an option with its value, what is quoted.</summary>
    private static IEnumerable<string> Pieces(string example)
    {
        string[] words = example.Split(' ');
        string piece = words[0];
        foreach (string word in words.Skip(1))
        {
            if (piece.Count(c => c == '"') % 2 == 0 && (word.StartsWith('-') || word is "|" or "<" || !piece.StartsWith('-')))
            {
                yield return piece;
                piece = word;
            }
            else
            {
                piece += $" {word}";
            }
        }

        yield return piece;
    }

    private static IEnumerable<Option> RecursiveOptions(SymbolResult above)
    {
        for (SymbolResult? result = above; result is not null; result = result.Parent)
        {
            foreach (Option option in (result as CommandResult)?.Command.Options.Where(o => o.Recursive) ?? [])
                yield return option;
        }
    }

    private static string NameOf(Argument argument)
    {
        string name = $"<{argument.HelpName ?? argument.Name.ToUpperInvariant()}>";
        return argument.Arity.MaximumNumberOfValues > 1 ? $"{name}..." : name;
    }

    private static string? ValueOf(Option option)
    {
        if (option.HelpName is null && (option.Arity.MaximumNumberOfValues == 0 || IsSwitch(option)))
            return null;
        string value = $"<{option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant()}>";
        return option.Arity.MinimumNumberOfValues == 0 ? $"[{value}]" : value;
    }

    private static bool IsSwitch(Option option) => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) == typeof(bool);

    /// <summary>What an option means, which values it takes where these are few, and which one is its default where that does not say it.</summary>
    private static string TextOf(Option option)
    {
        string text = option.Description ?? "";
        if (option.Required)
            text += " Required.";
        if (IsSwitch(option))
            return text;
        string[] values = [.. option.GetCompletions(CompletionContext.Empty).Select(c => c.Label)];
        if (values.Length > 0 && !values.All(v => text.Contains(v, StringComparison.Ordinal)))
            text += $" {(values.Length == 1 ? $"Only {values[0]}" : $"One of {string.Join(", ", values)}")}.";
        if (option.HasDefaultValue && !text.Contains("by default", StringComparison.Ordinal)
            && Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) is { Length: > 0 } given && values.Length != 1)
        {
            text += $" {given} by default.";
        }

        return text;
    }

    private static string FirstSentence(string text)
    {
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }
}
