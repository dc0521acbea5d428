using System.CommandLine;
using System.CommandLine.Parsing;

namespace Cqlite.Cli;

/// <summary>What is wrong with a command line, in sentences that name the option and what it takes.</summary>
internal static class UsageErrors
{
    /// <summary>The sentences, each once; none where the line makes sense.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && command.Arguments.Count == 0 && parsed.Errors.Count > 0)
        {
            string names = string.Join(", ", command.Subcommands.Select(c => c.Name));
            string whole = NameOf(parsed.CommandResult);
            return parsed.UnmatchedTokens is [string unknown, ..]
                ? [$"'{unknown}' is no {(unknown.StartsWith('-') ? "option" : "command")} of '{whole}'{Meant(unknown, command.Subcommands.Select(c => c.Name))} Its commands are {names}."]
                : [$"'{whole}' needs a command: {names}."];
        }

        if (MistypedOption(parsed) is { } mistyped)
        {
            IEnumerable<string> options = command.Options.Concat(GlobalOptions.All).SelectMany(o => o.Aliases.Prepend(o.Name));
            return [$"'{mistyped}' is no option of '{command.Name}'{Meant(mistyped.Split('=')[0], options)}"];
        }

        List<string> errors = [];
        Option[] missing = [.. command.Options.Where(o => o.Required && parsed.GetResult(o) is null or { Implicit: true })];
        errors.AddRange(missing.Select(o => $"{o.Name} {o.HelpName} is missing: {o.Description}"));
        foreach (ParseError error in parsed.Errors.Where(e => !missing.Any(o => e.Message.Contains($"'{o.Name}'", StringComparison.Ordinal))))
        {
            string text = error.SymbolResult switch
            {
                CommandResult when parsed.UnmatchedTokens is [string unknown, ..] => command.Arguments.Count > 0
                    ? $"'{unknown}' is one argument too many: '{command.Name}' takes {string.Join(' ', command.Arguments.Select(a => a.Name))}; quote what has spaces."
                    : $"'{unknown}' is one argument too many: '{command.Name}' takes options only{After(parsed, unknown)}.",
                OptionResult { Option: { } option, Tokens: [{ Value: { } given }, ..] } when Kind(option) is { } kind && error.Message.Contains($"{option.ValueType}", StringComparison.Ordinal) =>
                    $"{option.Name} takes {kind}, not '{given}'.",
                OptionResult { Option: { } option, Tokens.Count: 0 } => $"{option.Name} needs a value: {option.HelpName ?? Kind(option)}.",
                ArgumentResult { Tokens.Count: 0, Argument: { } argument } => $"{argument.HelpName ?? argument.Name} is missing: {argument.Description}",
                _ => error.Message,
            };
            if (!errors.Contains(text))
                errors.Add(text);
        }

        return errors;
    }

    /// <summary>A sentence on a setting, in the words of the command line.</summary>
    /// <param name="message">The sentence, which begins with the setting's name.</param>
    /// <param name="options">Settings, and the options that set them.</param>
    public static string InOptions(string message, params ReadOnlySpan<(string Setting, Option Option)> options)
    {
        foreach ((string setting, Option option) in options)
        {
            if (message.StartsWith(setting + " ", StringComparison.Ordinal))
                return option.Name + message[setting.Length..];
        }

        return message;
    }

    /// <summary>The command as it is typed, with those above it.</summary>
    public static string NameOf(CommandResult result) => result.Parent is CommandResult parent ? $"{NameOf(parent)} {result.Command.Name}" : "cqlite";

    /// <summary>The name that somebody may have meant, as the continuation of a sentence; nothing where no name is near.</summary>
    private static string Meant(string typed, IEnumerable<string> names)
    {
        string? nearest = names.MinBy(n => Distance(typed, n));
        return nearest is not null && Distance(typed, nearest) <= Math.Max(1, typed.Length / 3) ? $"; did you mean {nearest}?" : ".";
    }

    /// <summary>How many letters have to be added, left out, changed or swapped with the next one to make one word of another.</summary>
    private static int Distance(string one, string other)
    {
        int[,] distance = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                distance[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1,
                    distance[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
            }
        }

        return distance[one.Length, other.Length];
    }

    /// <summary>What an option's values are, where the parser would name a type of ours.</summary>
    private static string? Kind(Option option) => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) switch
    {
        Type type when type == typeof(int) || type == typeof(long) => "a whole number",
        Type type when type == typeof(double) => "a number",
        Type type when type == typeof(bool) => "true or false",
        _ => null,
    };

    /// <summary>Where a word stands behind a switch, what that takes.</summary>
    private static string After(ParseResult parsed, string unknown)
    {
        int index = parsed.Tokens.ToList().FindIndex(t => t.Value == unknown);
        return index > 0 && parsed.Tokens[index - 1] is { Type: TokenType.Option, Value: { } before }
            && parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == before || o.Aliases.Contains(before)) is { } option && Kind(option) is { } kind
            ? $", and {before} {kind}" : "";
    }

    /// <summary>What looks like an option, but was taken for an argument because no option is called so; what stands behind <c>--</c> is meant.</summary>
    private static string? MistypedOption(ParseResult parsed)
    {
        if (parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash))
            return null;
        IEnumerable<string> arguments = parsed.CommandResult.Command.Arguments.SelectMany(a => parsed.GetResult(a)?.Tokens ?? []).Select(t => t.Value);
        return arguments.Concat(parsed.UnmatchedTokens).FirstOrDefault(t => t.Length > 1 && t[0] == '-' && !t.Any(char.IsWhiteSpace));
    }
}
