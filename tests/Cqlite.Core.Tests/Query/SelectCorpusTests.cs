using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>SELECT * of every table of the corpus, row by row, against what the node that wrote it answered.</summary>
public sealed class SelectCorpusTests
{
    // A live cell against an expiring one of the same timestamp: up to 3.11 the larger value wins, in 5.0, whose rule is ours, the expiring one.
    private static readonly HashSet<(string Table, long Row, string Column)> OtherTies =
    [
        ("3.0.6-ma multi.separate", 3, "w"),
        ("3.0.6-ma multi.separate", 55, "v"),
        ("3.0.6-ma multi.separate", 55, "w"),
        ("3.0.31-me multi.separate", 3, "w"),
        ("3.0.31-me multi.separate", 55, "v"),
        ("3.0.31-me multi.separate", 55, "w"),
        ("3.11.19-me multi.separate", 3, "w"),
        ("3.11.19-me multi.separate", 55, "v"),
        ("3.11.19-me multi.separate", 55, "w"),
    ];

    [Theory]
    [CorpusTables(WithSelect = true)]
    public void SelectsEveryRow(CorpusTable table)
    {
        using QueryResult result = Execute(table, "*");
        long index = 0;
        int[] places = [];
        foreach (SelectTruthRow expected in table.SelectRows())
        {
            if (index == 0)
                places = Places(table, expected, result);
            Assert.True(result.MoveNext(), $"{table} ends after {index} rows; {table.RowCount} are expected.");
            for (int i = 0; i < expected.Columns.Count; i++)
            {
                SelectTruthColumn column = expected.Columns[i];
                ReadOnlySpan<byte> value = result.GetValue(places[i], out bool isNull);
                if ((isNull != column.Value is null || !value.SequenceEqual(column.Value)) && !OtherTies.Contains((table.ToString(), index, column.Name)))
                    Assert.Equal((index, column.Name, column.Hex), (index, column.Name, isNull ? null : Convert.ToHexStringLower(value)));
            }

            index++;
        }

        Assert.False(result.MoveNext(), $"{table} has more than the {index} rows that are expected.");
    }

    [Theory]
    [CorpusTables(WithSelect = true, Theme = "types,keys,deletes,counters,multi,random,wide_small,indexes")]
    public void KnowsWriteTimesAndTtls(CorpusTable table)
    {
        CorpusColumn[] columns = [.. table.Columns.Where(c => c.Kind is "regular" or "static" && c.Type is not ("counter" or "empty"))];
        if (columns.Length == 0 || table.Flags.Contains("dense") || !table.Flags.Contains("compound"))
            return;
        using QueryResult result = Execute(table, string.Join(", ", columns.Select(c => $"writetime({Quote(c.Name)}), ttl({Quote(c.Name)})")));
        long index = 0;
        foreach (SelectTruthRow expected in table.SelectRows())
        {
            Assert.True(result.MoveNext());
            for (int i = 0; i < columns.Length; i++)
            {
                SelectTruthColumn column = expected[columns[i].Name];
                if (OtherTies.Contains((table.ToString(), index, column.Name)))
                    continue;
                if (result.Columns[2 * i].Type is ListType)
                {
                    if (column.WriteTimesMicros is null)
                        continue;
                    Assert.Equal((index, column.Name, Text(column.WriteTimesMicros)), (index, column.Name, TextOf(result, 2 * i)));
                    CheckTtl(Text(column.TtlsSeconds!), TextOf(result, (2 * i) + 1));
                }
                else if (column.WriteTimeMicros is not null || column.Value is null)
                {
                    Assert.Equal((index, column.Name, column.WriteTimeMicros?.ToString() ?? "null"), (index, column.Name, TextOf(result, 2 * i)));
                    CheckTtl(column.TtlSeconds?.ToString() ?? "null", TextOf(result, (2 * i) + 1));
                }
            }

            index++;
        }

        // The node answered within five seconds of the moment that was noted.
        void CheckTtl(string expected, string actual)
        {
            string[] parts = actual.Split(", ");
            for (int late = 0; late <= 5; late++)
            {
                if (expected == string.Join(", ", parts.Select(p => long.TryParse(p.Trim('[', ']'), out long ttl) ? p.Replace($"{ttl}", $"{ttl - late}") : p)))
                    return;
            }

            Assert.Fail($"row {index}: TTL {actual} differs from {expected}");
        }
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    private static QueryResult Execute(CorpusTable table, string selection) => CorpusDatabase.Of(table.Node).Queries.Execute(
        $"SELECT {selection} FROM \"{table.Keyspace}\".\"{table.Name}\"",
        options: new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 });

    // Where each column of the truth is in the result: at the same place, but that 3.0 gives collections after other columns.
    private static int[] Places(CorpusTable table, SelectTruthRow truth, QueryResult result)
    {
        string[] expected = [.. truth.Columns.Select(c => c.Name)];
        string[] actual = [.. result.Columns.Select(c => c.Name)];
        if (!table.Release.StartsWith("3.0.", StringComparison.Ordinal))
            Assert.Equal(expected, actual);
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        return [.. expected.Select(name => Array.IndexOf(actual, name))];
    }

    private static string Text(IReadOnlyList<long?> values) => values.Count == 0 ? "null" : $"[{string.Join(", ", values.Select(v => v?.ToString() ?? "null"))}]";

    private static string TextOf(QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        if (isNull)
            return "null";
        var output = new BufferWriter();
        result.Columns[column].Type.WriteLiteral(value, output);
        return output.ToString();
    }
}
