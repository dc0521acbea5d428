using System.CommandLine;
using System.CommandLine.Parsing;

namespace Cqlite.Cli;

/// <summary>Options that take one of a few names.</summary>
internal static class Choice
{
    /// <summary>An option that takes one of some names, by default the first; completed by the shell, and refused by its own name.</summary>
    public static Option<string> Option(string name, string helpName, string description, IReadOnlyList<string> values)
    {
        Option<string> option = new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => values[0] };
        Restrict(option, name, values);
        return option;
    }

    /// <summary>The same, without a default.</summary>
    public static Option<string?> OptionalOption(string name, string helpName, string description, IReadOnlyList<string> values) => OptionalOption([name], helpName, description, values);

    /// <summary>The same, in several spellings.</summary>
    public static Option<string?> OptionalOption(string[] names, string helpName, string description, IReadOnlyList<string> values)
    {
        Option<string?> option = new(names[0], names[1..]) { Description = description, HelpName = helpName };
        Restrict(option, names[0], values);
        return option;
    }

    private static void Restrict(Option option, string name, IReadOnlyList<string> values)
    {
        option.CompletionSources.Add([.. values]);
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (!values.Contains(token.Value, StringComparer.Ordinal))
                    result.AddError($"{name} takes {(values.Count == 1 ? "" : $"{string.Join(", ", values.SkipLast(1))} or ")}{values[^1]}, not '{token.Value}'.");
            }
        });
    }
}
