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
                ? [$"'{unknown}' is no {(unknown.StartsWith('-') ? "option" : "command")} of '{whole}'; its commands are {names}."]
                : [$"'{whole}' needs a command: {names}."];
        }

        if (MistypedOption(parsed) is { } mistyped)
        {
            IEnumerable<string> options = command.Options.Concat(GlobalOptions.All).Select(o => o.Name).Distinct(StringComparer.Ordinal);
            return [$"'{mistyped}' is no option of '{command.Name}'; there are {string.Join(", ", options)}."];
        }

        List<string> errors = [];
        foreach (ParseError error in parsed.Errors)
        {
            string text = error.SymbolResult switch
            {
                CommandResult when parsed.UnmatchedTokens is [string unknown, ..] =>
                    $"'{unknown}' is one argument too many: '{command.Name}' takes {string.Join(' ', command.Arguments.Select(a => a.Name))}; quote what has spaces.",
                ArgumentResult { Tokens.Count: 0, Argument: { } argument } => $"{argument.Name} is missing: {argument.Description}",
                _ => error.Message,
            };
            if (!errors.Contains(text))
                errors.Add(text);
        }

        return errors;
    }

    /// <summary>The command as it is typed, with those above it.</summary>
    public static string NameOf(CommandResult result) => result.Parent is CommandResult parent ? $"{NameOf(parent)} {result.Command.Name}" : "cqlite";

    /// <summary>What looks like an option, but was taken for an argument because no option is called so; what stands behind <c>--</c> is meant.</summary>
    private static string? MistypedOption(ParseResult parsed)
    {
        if (parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash))
            return null;
        IEnumerable<string> arguments = parsed.CommandResult.Command.Arguments.SelectMany(a => parsed.GetResult(a)?.Tokens ?? []).Select(t => t.Value);
        return arguments.Concat(parsed.UnmatchedTokens).FirstOrDefault(t => t.Length > 1 && t[0] == '-' && !t.Any(char.IsWhiteSpace));
    }
}
