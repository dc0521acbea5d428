using System.Buffers;
using System.Collections;
using System.Management.Automation;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace CqlitePS.Completion;

/// <summary>Completes the last word of a CQL statement in quotes: keyspaces and tables after FROM, columns where the table is known.</summary>
public sealed class QueryCompleter : DatabaseCompleter
{
    private static readonly char[] Separators = [' ', '\t', '\r', '\n', ',', '(', ')', '=', '<', '>', ';'];
    private static readonly SearchValues<char> AnySeparator = SearchValues.Create(Separators);

    private protected override IEnumerable<CompletionResult> Complete(KnownSchema known, string keyspace, string word, IDictionary bound)
    {
        // The quote is left open, so that one can type on. (PowerShell closes an open one before it asks, which can't be told from one that was typed.)
        char quote = word is ['"', ..] ? '"' : '\'';
        string opening = word is ['"' or '\'', ..] ? word[..1] : "'";
        word = Unquoted(word).Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
        int start = word.AsSpan().LastIndexOfAny(AnySeparator) + 1;
        string head = word[..start];
        string last = word[start..];
        string before = head.TrimEnd().Split(Separators, StringSplitOptions.RemoveEmptyEntries) is [.., var previous] ? previous : "";
        IEnumerable<(string Name, string ToolTip)> names = before.Equals("FROM", StringComparison.OrdinalIgnoreCase)
            ? Tables(known, keyspace == "*" ? known.DefaultKeyspace : keyspace)
            : Columns(known, keyspace == "*" ? known.DefaultKeyspace : keyspace, word);
        return names
            .Where(n => n.Name.StartsWith(last, StringComparison.OrdinalIgnoreCase))
            .Select(n => new CompletionResult(opening + (head + n.Name).Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal), n.Name, CompletionResultType.ParameterValue, n.ToolTip));
    }

    private static IEnumerable<(string Name, string ToolTip)> Tables(KnownSchema known, string? keyspace)
    {
        foreach (TableMetadata table in known.Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews))
        {
            string name = CqlIdentifier.Quote(table.Name);
            yield return (string.Equals(table.Keyspace, keyspace, StringComparison.Ordinal) ? name : $"{CqlIdentifier.Quote(table.Keyspace)}.{name}", table.ToString());
        }
    }

    private static IEnumerable<(string Name, string ToolTip)> Columns(KnownSchema known, string? keyspace, string statement)
    {
        string[] words = statement.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        int from = Array.FindLastIndex(words, w => w.Equals("FROM", StringComparison.OrdinalIgnoreCase));
        if (from < 0 || from + 1 >= words.Length)
            return [];
        string[] parts = words[from + 1].Split('.');
        string name = Plain(parts[^1]);
        string? of = parts.Length == 2 ? Plain(parts[0]) : keyspace;
        return of is not null && known.Schema.Table(of, name) is { } table
            ? table.ColumnsInSelectOrder().Select(c => (CqlIdentifier.Quote(c.Name), $"{c.Name} {c.Type.Unreversed.Name}"))
            : [];
    }

    private static string Plain(string identifier) => identifier is ['"', .., '"']
        ? identifier[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
        : identifier.ToLowerInvariant();
}
