using System.Globalization;

namespace Cqlite.Testing;

/// <summary>Reads the format of scripts, statement by statement.</summary>
/// <remarks>
/// <code>
/// script    : ( comment | blank | statement )*
/// statement : ( '@' directive )* '> ' text ( '.' [ ' ' text ] )* outcome-line* blank
/// </code>
/// What is not in the grammar is an error: a line that is skipped in silence would be a check that is not made.
/// </remarks>
public static class CqlScriptParser
{
    /// <summary>Reads a script.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="text">Its text.</param>
    public static IReadOnlyList<CqlScriptStatement> Parse(string name, string text)
    {
        var lines = text.Split('\n');
        var statements = new List<CqlScriptStatement>();
        var directives = new List<(string Place, string Name, string Argument)>();
        for (var at = 0; at < lines.Length;)
        {
            var line = lines[at];
            var place = $"{name}:{at + 1}";
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                var body = line[2..];
                for (at++; at < lines.Length && (lines[at] == "." || lines[at].StartsWith(". ", StringComparison.Ordinal)); at++)
                    body += '\n' + (lines[at].Length > 2 ? lines[at][2..] : "");
                var first = at;
                while (at < lines.Length && lines[at].Length > 0)
                    at++;
                var outcome = lines[first..at];
                statements.Add(directives.Aggregate(
                    new CqlScriptStatement
                    {
                        Place = place,
                        Text = body,
                        OutcomeLines = outcome,
                        Outcome = CqlScriptOutcomeParser.Parse(place, outcome),
                    },
                    (statement, directive) => WithDirective(statement, directive.Place, directive.Name, directive.Argument)));
                directives.Clear();
            }
            else if (line.StartsWith('@'))
            {
                var (word, argument) = CqlScriptText.SplitWord(line[1..]);
                directives.Add((place, word, argument));
                at++;
            }
            else if (line.Length == 0 || line.StartsWith('#'))
                at++;
            else
                throw new FormatException($"{place}: expected a comment, a directive or a statement, found \"{line}\".");
        }

        return directives.Count == 0 ? statements : throw new FormatException($"{directives[0].Place}: a directive without a statement.");
    }

    private static CqlScriptStatement WithDirective(CqlScriptStatement statement, string place, string name, string argument)
    {
        switch (name)
        {
            case "bind":
                return statement with { Binds = [.. CqlScriptText.Split(argument).Select(bind => ParseBind(place, bind))] };
            case "prepare":
                return statement with { Prepare = true };
            case "page":
                return statement with { PageSize = int.Parse(argument, CultureInfo.InvariantCulture) };
            case "timestamp":
                return statement with { TimestampMicros = long.Parse(argument, CultureInfo.InvariantCulture) };
            case "now":
                return statement with { NowSeconds = long.Parse(argument, CultureInfo.InvariantCulture) };
            case "consistency":
                return statement with { Consistency = argument };
            case "serial":
                return statement with { SerialConsistency = argument };
            case "keyspace":
                return statement with { Keyspace = argument };
            case "as":
                var (user, password) = CqlScriptText.SplitWord(argument);
                return statement with { User = user, Password = password };
            case "vary":
                return statement with { Varying = [.. CqlScriptText.Split(argument).Select(CqlScriptText.Unquote)] };
            case "unordered":
                return statement with { Unordered = true };
            case "metadata":
                return statement with { ShowMetadata = true };
            default:
                throw new FormatException($"{place}: unknown directive \"@{name}\".");
        }
    }

    private static CqlScriptBind ParseBind(string place, string text)
    {
        string? name = null;
        if (text.StartsWith(':'))
            (name, text) = CqlScriptText.SplitName(text[1..]);
        if (text == "null")
            return new CqlScriptBind(CqlScriptBindKind.Null, name, null, null, null);
        if (text == "unset")
            return new CqlScriptBind(CqlScriptBindKind.Unset, name, null, null, null);
        if (text.StartsWith("raw 0x", StringComparison.Ordinal))
            return new CqlScriptBind(CqlScriptBindKind.Raw, name, null, null, Convert.FromHexString(text["raw 0x".Length..]));

        var (type, literal) = CqlScriptText.SplitName(text);
        return literal.Length > 0
            ? new CqlScriptBind(CqlScriptBindKind.Typed, name, type, literal, null)
            : throw new FormatException($"{place}: expected a type and a literal, found \"{text}\".");
    }
}
