using System.Text;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Fuzz.Clusters;

/// <summary>What a statement was answered with, as text that is equal where the answers are.</summary>
/// <param name="Error">The kind of error, with its message; null where there is none.</param>
/// <param name="Columns">Names and types of the columns.</param>
/// <param name="Rows">The rows, each value serialized.</param>
/// <param name="Warnings">The warnings.</param>
internal sealed record ClusterAnswer(string? Error, string Columns, IReadOnlyList<string> Rows, string Warnings)
{
    /// <summary>After so many pages there is no end.</summary>
    private const int MostPages = 100_000;
    private const string Signatures = "signatures: system.";

    /// <summary>Asks, by pages where a size of them is given.</summary>
    public static ClusterAnswer Ask(IQuerySession session, string cql, QueryOptions options, Func<string, bool>? skipsColumn = null)
    {
        List<string> rows = [];
        string columns = "";
        string warnings = "";
        try
        {
            PreparedStatement statement = session.Prepare(cql);
            for (int page = 0; page < MostPages; page++)
            {
                using QueryResult result = session.Execute(statement, options: options);
                columns = string.Join(", ", result.Columns.Select(c => $"{c.Keyspace}.{c.Table}.{c.Name} {c.Type}"));
                while (result.Kind == ResultKind.Rows && result.MoveNext())
                    rows.Add(Row(result, skipsColumn));
                warnings = string.Join("; ", result.Warnings);
                if (result.PagingState is not { } next)
                    break;
                options = options with { PagingState = next };
            }

            return new ClusterAnswer(null, columns, rows, warnings);
        }
        catch (CqliteException e)
        {
            string code = e switch { InvalidQueryException invalid => $" {invalid.Code:x4}", ServerErrorException server => $" {server.Code:x4}", _ => "" };
            return new ClusterAnswer($"{e.GetType().Name}{code}: {Comparable(e.Message)}", "", [], "");
        }
    }

    /// <summary>What is different; null for nothing.</summary>
    /// <param name="other">What the cluster answered.</param>
    /// <param name="inAnyOrder">Whether rows may come in any order.</param>
    public string? Difference(ClusterAnswer other, bool inAnyOrder = false)
    {
        if (Error != other.Error)
            return $"{(Error is null != (other.Error is null) ? "refusal" : "message")}\n    here  {Error ?? $"{Rows.Count} rows"}\n    there {other.Error ?? $"{other.Rows.Count} rows"}";
        if (Columns != other.Columns)
            return $"columns\n    here  {Columns}\n    there {other.Columns}";
        if (Warnings != other.Warnings)
            return $"warnings\n    here  {Warnings}\n    there {other.Warnings}";
        IReadOnlyList<string> mine = inAnyOrder ? [.. Rows.Order(StringComparer.Ordinal)] : Rows;
        IReadOnlyList<string> others = inAnyOrder ? [.. other.Rows.Order(StringComparer.Ordinal)] : other.Rows;
        if (mine.SequenceEqual(others))
            return null;
        int first = Enumerable.Range(0, Math.Max(mine.Count, others.Count)).First(i => i >= mine.Count || i >= others.Count || mine[i] != others[i]);
        return $"row {first} of {mine.Count} and {others.Count}\n    here  {Short(mine.ElementAtOrDefault(first))}\n    there {Short(others.ElementAtOrDefault(first))}";
    }

    /// <summary>A message with the signatures of functions in one order, for a cluster has them in none, and without what a library says of JSON.</summary>
    private static string Comparable(string message)
    {
        int json = message.IndexOf("JSON", StringComparison.Ordinal);
        if (json >= 0)
            return message[..json];
        int start = message.IndexOf(Signatures, StringComparison.Ordinal);
        if (start < 0)
            return message;
        start += Signatures.Length;
        int end = message.LastIndexOf(')');
        return $"{message[..start]}{string.Join(", system.", message[start..end].Split(", system.").Order(StringComparer.Ordinal))}{message[end..]}";
    }

    private static string Row(QueryResult result, Func<string, bool>? skipsColumn)
    {
        StringBuilder text = new();
        for (int i = 0; i < result.Columns.Length; i++)
        {
            if (skipsColumn?.Invoke(result.Columns[i].Name) is true)
                continue;
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            _ = text.Append(i == 0 ? "" : " ").Append(result.Columns[i].Name).Append('=').Append(isNull ? "null" : Convert.ToHexStringLower(value));
        }

        return text.ToString();
    }

    private static string Short(string? text) => text is null ? "none" : text.Length > 1500 ? $"{text[..1500]}..." : text;
}
