using System.Globalization;

namespace Cqlite.Testing;

/// <summary>Takes the lines of an outcome apart.</summary>
internal static class CqlScriptOutcomeParser
{
    public static CqlScriptOutcome Parse(string place, string[] lines)
    {
        var outcome = new CqlScriptOutcome { Kind = CqlOutcomeKind.Prepared };
        var ended = false;
        var warnings = new List<string>();
        var details = new List<string>();
        var pages = new List<CqlScriptPage>();
        var rows = new List<IReadOnlyList<string>>();
        foreach (var line in lines)
        {
            var (word, rest) = CqlScriptText.SplitWord(line);
            switch (word)
            {
                case "warning":
                    warnings.Add(rest);
                    break;
                case "prepared":
                    var (markers, key) = SplitKey(rest);
                    outcome = outcome with { PrepareWarnings = warnings, Markers = Columns(markers), KeyMarkers = key };
                    warnings = [];
                    break;
                case "result":
                    outcome = outcome with { AnnouncedColumns = Columns(rest) };
                    break;
                case "metadata":
                    outcome = outcome with { Metadata = rest };
                    break;
                case "void":
                    outcome = End(outcome with { Kind = CqlOutcomeKind.Void });
                    break;
                case "use":
                    outcome = End(outcome with { Kind = CqlOutcomeKind.Use, Keyspace = rest });
                    break;
                case "schema":
                    outcome = End(outcome with { Kind = CqlOutcomeKind.Schema, SchemaChange = rest });
                    break;
                case "broken":
                    outcome = End(outcome with { Kind = CqlOutcomeKind.Broken, Broken = rest });
                    break;
                case "error":
                    outcome = End(WithError(outcome, place, rest));
                    break;
                case "detail" when outcome.Kind == CqlOutcomeKind.Error:
                    details.AddRange(CqlScriptText.Split(rest));
                    break;
                case "columns":
                    outcome = End(outcome with { Kind = CqlOutcomeKind.Rows, Columns = Columns(rest) });
                    break;
                case "row" when outcome.Kind == CqlOutcomeKind.Rows:
                    rows.Add(CqlScriptText.Split(rest));
                    if (rows[^1].Count != outcome.Columns.Count)
                        throw new FormatException($"{place}: {outcome.Columns.Count} columns, but {rows[^1].Count} values in \"{line}\".");
                    break;
                case "more" when outcome.Kind == CqlOutcomeKind.Rows:
                    pages.Add(new CqlScriptPage(warnings, rows));
                    warnings = [];
                    rows = [];
                    break;
                default:
                    throw new FormatException($"{place}: unexpected line \"{line}\" in the outcome.");
            }
        }

        if (!ended && outcome.Markers is null)
            throw new FormatException($"{place}: a statement without an outcome.");
        if (outcome.Kind == CqlOutcomeKind.Rows)
            pages.Add(new CqlScriptPage(warnings, rows));
        return outcome with { Warnings = pages.Count > 0 ? pages[0].Warnings : warnings, Pages = pages, ErrorDetails = details };

        CqlScriptOutcome End(CqlScriptOutcome last)
        {
            if (ended)
                throw new FormatException($"{place}: two outcomes.");
            ended = true;
            return last;
        }
    }

    /// <summary><c>0x2200 Invalid: MESSAGE</c>.</summary>
    private static CqlScriptOutcome WithError(CqlScriptOutcome outcome, string place, string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var head = (colon < 0 ? text.TrimEnd(':') : text[..colon]).Split(' ');
        if (head.Length != 2 || !head[0].StartsWith("0x", StringComparison.Ordinal))
            throw new FormatException($"{place}: expected \"0xCODE Name: MESSAGE\", found \"{text}\".");

        return outcome with
        {
            Kind = CqlOutcomeKind.Error,
            ErrorCode = int.Parse(head[0].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ErrorName = head[1],
            ErrorMessage = colon < 0 ? "" : text[(colon + 2)..],
        };
    }

    private static CqlScriptColumn[] Columns(string text) =>
        [.. CqlScriptText.Split(text).Select(CqlScriptText.SplitName).Select(column => new CqlScriptColumn(column.Name, column.Tail))];

    /// <summary>Parts <c>a int, b text key 0 1</c> into the markers and the positions of the key's.</summary>
    private static (string Markers, int[]? Key) SplitKey(string text)
    {
        var at = text.LastIndexOf(" key ", StringComparison.Ordinal);
        if (at < 0)
            return (text, null);

        var words = text[(at + " key ".Length)..].Split(' ');
        return words.All(word => word.All(char.IsAsciiDigit))
            ? (text[..at], [.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))])
            : (text, null);
    }
}
