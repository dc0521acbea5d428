using System.Text;
using System.Text.RegularExpressions;
using Cqlite.Core.Query.Output;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Transfer;
using Cqlite.Core.Types;

namespace Cqlite.Cli.Shell;

/// <summary>The commands that sqlite3 has: a dot, a name, words.</summary>
internal static class DotCommands
{
    /// <summary>Names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [".exit", ".explain", ".export", ".help", ".import", ".keyspaces", ".mode", ".output", ".quit", ".read", ".schema", ".show", ".tables", ".timer"];

    /// <summary>Runs a command.</summary>
    /// <exception cref="ShellException">It makes no sense.</exception>
    public static void Run(CqlShell shell, string line)
    {
        string name = CommandWords.First(line).ToLowerInvariant();
        string rest = line.TrimStart()[name.Length..].Trim().TrimEnd(';').TrimEnd();
        List<string> words = CommandWords.Split(rest);
        switch (Named(name))
        {
            case ".exit" or ".quit":
                shell.End();
                break;
            case ".help":
                shell.Output.WriteLine(ShellHelp.For(rest));
                break;
            case ".mode":
                Mode(shell, words);
                break;
            case ".timer":
                shell.Settings.Timer = CommandWords.OnOrOff(name, One(name, words, "on or off"));
                break;
            case ".explain":
                Explain(shell, words, rest);
                break;
            case ".read":
                shell.RunFile(One(name, words, "a file"));
                break;
            case ".output":
                shell.Output.Capture(words.Count == 0 || words[0].Equals("stdout", StringComparison.OrdinalIgnoreCase) ? null : One(name, words, "a file, or nothing"));
                break;
            case ".keyspaces":
                shell.Output.WriteRows(string.Concat(shell.Session.Engine.Database.Schema.Keyspaces.Keys.Select(k => CqlIdentifier.Quote(k) + "\n")));
                break;
            case ".tables":
                Tables(shell, words);
                break;
            case ".schema":
                Schema(shell, words);
                break;
            case ".show":
                Show(shell);
                break;
            case ".import":
                Import(shell, words);
                break;
            case ".export":
                Export(shell, words);
                break;
        }
    }

    /// <summary>The table of a name, with a keyspace before a dot or the session's.</summary>
    /// <exception cref="ShellException">There is no such table.</exception>
    public static TableMetadata Table(CqlShell shell, string name)
    {
        Match parts = Regex.Match(name, """^((?<keyspace>"([^"]|"")+"|[^".]+)\.)?(?<table>"([^"]|"")+"|[^".]+)$""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        if (!parts.Success)
            throw new ShellException($"'{name}' is no table's name.");
        string keyspace = parts.Groups["keyspace"].Success ? parts.Groups["keyspace"].Value : shell.Session.Keyspace ?? throw new ShellException($"no keyspace: write keyspace.{name}, or USE one first.");
        DatabaseSchema schema = shell.Session.Engine.Database.Schema;
        return schema.Table(Plain(keyspace), Plain(parts.Groups["table"].Value))

            // The shell has taken the quotes off, or nobody wrote them.
            ?? schema.Table(keyspace, parts.Groups["table"].Value)
            ?? throw new ShellException($"there is no table {name}; .tables lists them.");
    }

    private static string Plain(string identifier) => identifier is ['"', .. var quoted, '"'] ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal) : identifier.ToLowerInvariant();

    private static string Named(string name)
    {
        if (Names.Contains(name, StringComparer.Ordinal))
            return name;
        string[] begun = [.. Names.Where(n => name.Length > 2 && n.StartsWith(name, StringComparison.Ordinal))];
        return begun is [var only] ? only : throw new ShellException($"there is no command {name}; .help lists them.");
    }

    private static string One(string command, List<string> words, string expected) => words is [var only] ? only : throw new ShellException($"{command} takes {expected}.");

    private static void Mode(CqlShell shell, List<string> words)
    {
        if (words.Count == 0)
        {
            shell.Output.WriteLine($"mode: {ResultFormats.Names[(int)shell.Settings.Mode]}");
            return;
        }

        string name = One(".mode", words, string.Join(", ", ResultFormats.Names));
        shell.Settings.Mode = ResultFormats.Parse(name) ?? throw new ShellException($"there is no mode '{name}'; there are {string.Join(", ", ResultFormats.Names)}.");
    }

    private static void Explain(CqlShell shell, List<string> words, string rest)
    {
        if (words.Count == 1)
            shell.Settings.Explain = CommandWords.OnOrOff(".explain", words[0]);
        else if (words.Count == 0)
            shell.Settings.Explain = !shell.Settings.Explain;
        else
            shell.Explain(rest);
        if (words.Count == 0)
            shell.Output.WriteLine(shell.Settings.Explain ? "Plans are printed, and statements not executed." : "Statements are executed.");
    }

    private static void Tables(CqlShell shell, List<string> words)
    {
        Func<TableMetadata, bool> fits = Pattern(shell, words);
        StringBuilder text = new();
        foreach (TableMetadata table in AllTables(shell, isSystemMeant: words.Count > 0).Where(fits))
            text.Append($"{CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}\n");
        shell.Output.WriteRows(text.ToString());
    }

    private static void Schema(CqlShell shell, List<string> words)
    {
        Func<TableMetadata, bool> fits = Pattern(shell, words);
        StringBuilder text = new();
        if (words.Count == 0)
        {
            foreach (KeyspaceMetadata keyspace in shell.Session.Engine.Database.Schema.Keyspaces.Values.Where(k => !SystemKeyspaces.IsSystem(k.Name)))
            {
                if (shell.Session.Keyspace is null || shell.Session.Keyspace == keyspace.Name)
                    text.AppendJoin("\n\n", SchemaDescriber.Elements(keyspace, withInternals: false).Select(e => e.CreateStatement)).Append('\n');
            }
        }
        else
        {
            foreach (TableMetadata table in AllTables(shell, isSystemMeant: true).Where(fits))
                shell.Execute($"DESCRIBE {(table.Kind == TableKind.View ? "MATERIALIZED VIEW" : "TABLE")} {CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}");
        }

        shell.Output.WriteRows(text.ToString());
    }

    private static IEnumerable<TableMetadata> AllTables(CqlShell shell, bool isSystemMeant) => shell.Session.Engine.Database.Schema.Keyspaces.Values
        .Where(k => isSystemMeant || !SystemKeyspaces.IsSystem(k.Name))
        .SelectMany(k => k.TablesAndViews);

    // As sqlite3 has it: % and * for any letters, _ and ? for one.
    private static Func<TableMetadata, bool> Pattern(CqlShell shell, List<string> words)
    {
        if (words.Count == 0)
            return table => shell.Session.Keyspace is null || table.Keyspace == shell.Session.Keyspace;
        string pattern = One("the command", words, "one pattern, such as orders, shop.% or %log%");
        string expression = $"^{Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal)}$";
        Regex regex = new(expression, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return table => regex.IsMatch(table.Name) || regex.IsMatch($"{table.Keyspace}.{table.Name}");
    }

    private static void Show(CqlShell shell) => shell.Output.WriteLine(
        $"""
         database: {shell.Session.Engine.Database.Path}{(shell.Session.Engine.Database.IsReadOnly ? " (read-only)" : "")}
         keyspace: {shell.Session.Keyspace ?? "none"}
             mode: {ResultFormats.Names[(int)shell.Settings.Mode]}
           expand: {(shell.Settings.Expand ? "on" : "off")}
            timer: {(shell.Settings.Timer ? "on" : "off")}
          explain: {(shell.Settings.Explain ? "on" : "off")}
           paging: {(shell.Settings.PageLines > 0 ? shell.Settings.PageLines : "off")}
           output: {shell.Output.CapturePath ?? "stdout"}
        """.ReplaceLineEndings("\n"));

    private static void Import(CqlShell shell, List<string> words)
    {
        (List<string> plain, Dictionary<string, string?> options) = Options(words, "--format", "--skip", "--max-errors", "--reject", "--delimiter", "--ttl", "--no-header");
        if (plain.Count != 2)
            throw new ShellException(".import takes a file and a table: .import orders.csv shop.orders [--format csv|json|jsonl|cql|sstable] [--skip N] [--max-errors N] [--reject FILE] [--delimiter C] [--ttl SECONDS] [--no-header]");
        new TableTransfer(shell, Table(shell, plain[1])).Import(plain[0], Format(plain[0], options), new ImportOptions
        {
            Csv = Dialect(options),
            SkipRows = Number(options, "--skip") ?? 0,
            MaxErrors = Number(options, "--max-errors") ?? 0,
            RejectPath = options.GetValueOrDefault("--reject"),
            TtlSeconds = (int?)Number(options, "--ttl"),
        });
    }

    private static void Export(CqlShell shell, List<string> words)
    {
        (List<string> plain, Dictionary<string, string?> options) = Options(words, "--format", "--delimiter", "--no-header", "--writetime", "--with-ttl", "--force");
        if (plain.Count != 2)
            throw new ShellException(".export takes a table and a file: .export shop.orders orders.csv [--format csv|json|jsonl|cql|sstable] [--delimiter C] [--no-header] [--writetime] [--with-ttl] [--force]");
        new TableTransfer(shell, Table(shell, plain[0])).Export(plain[1], Format(plain[1], options), new ExportOptions
        {
            Csv = Dialect(options),
            WithWriteTime = options.ContainsKey("--writetime"),
            WithTtl = options.ContainsKey("--with-ttl"),
            Overwrite = options.ContainsKey("--force"),
        });
    }

    private static TransferFormat Format(string path, Dictionary<string, string?> options)
    {
        if (options.GetValueOrDefault("--format") is { } name)
            return TransferFormats.Parse(name) ?? throw new ShellException($"there is no format '{name}'; there are {string.Join(", ", TransferFormats.Names)}.");
        return TransferFormats.OfPath(path) ?? throw new ShellException($"'{path}' does not end as a format does (.csv, .json, .jsonl, .cql): name it with --format.");
    }

    private static CsvDialect Dialect(Dictionary<string, string?> options) => new()
    {
        Delimiter = options.GetValueOrDefault("--delimiter") switch
        {
            null => ',',
            "\\t" => '\t',
            [var sign] => sign,
            var other => throw new ShellException($"--delimiter takes one character, not '{other}'."),
        },
        HasHeader = !options.ContainsKey("--no-header"),
    };

    private static long? Number(Dictionary<string, string?> options, string name) => !options.TryGetValue(name, out string? text) ? null
        : long.TryParse(text, out long number) && number >= 0 ? number
        : throw new ShellException($"{name} takes a number, not '{text}'.");

    private static (List<string> Plain, Dictionary<string, string?> Options) Options(List<string> words, params string[] known)
    {
        List<string> plain = [];
        Dictionary<string, string?> options = new(StringComparer.Ordinal);
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                plain.Add(word);
                continue;
            }

            if (!known.Contains(word, StringComparer.Ordinal))
                throw new ShellException($"there is no option {word}; there are {string.Join(", ", known)}.");
            bool isFlag = word is "--no-header" or "--writetime" or "--with-ttl" or "--force";
            if (!isFlag && i + 1 == words.Count)
                throw new ShellException($"{word} needs a value.");
            options[word] = isFlag ? null : words[++i];
        }

        return (plain, options);
    }
}
