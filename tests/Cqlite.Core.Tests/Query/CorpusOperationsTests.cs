using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>
/// The statements that made the keyspaces of Cassandra 5.0.9's nodes, executed on an empty database: SELECT * gives what it gave there, with the same write
/// times. No SSTable of Cassandra's is read.
/// </summary>
public sealed class CorpusOperationsTests
{
    private static readonly string[] Keyspaces = ["counters", "deletes", "indexes", "keys", "multi", "random", "types", "wide_small"];

    // Of a literal with two elements or keys that compare equal Cassandra keeps either.
    private static readonly HashSet<(string Table, long Row, string Column)> OfChance =
    [
        ("5.0.9-nb random.t02", 20, "r0"),
        ("5.0.9-nb types.maps", 1, "f_decimal"),
        ("5.0.9-nb types.nested", 8, "n10"),
        ("5.0.9-nb types.sets", 4, "c_decimal"),
        ("5.0.9-nb types.sets", 4, "f_decimal"),
    ];

    // Not made by statements that were recorded.
    private static readonly HashSet<string> Loaded = ["wide_small.rows"];

    public static TheoryData<string, string> Recorded { get; } = [.. Keyspaces.Select(k => ("5.0.9-nb", k))];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void GiveTheRecordedRows(string node, string keyspace)
    {
        using var database = new TemporaryDatabase(new DatabaseOptions { Durability = Durability.Periodic });
        var session = new QuerySession(database.Queries);
        foreach (CorpusOperation operation in Corpus.Node(node).Operations(keyspace))
            Execute(database, session, operation);
        foreach (CorpusTable table in Corpus.Tables.Where(t => t.At == node && t.Keyspace == keyspace && t.HasSelect))
        {
            if (Loaded.Contains($"{keyspace}.{table.Name}"))
                continue;
            CompareValues(database, table);
            CompareWriteTimes(database, table);
        }
    }

    private static void Execute(TemporaryDatabase database, QuerySession session, CorpusOperation operation)
    {
        if (operation.Cql is null)
        {
            if (operation.Admin == "flush")
                database.Database.Flush();
            return;
        }

        try
        {
            session.Execute(operation.Cql, operation.Binds is { } binds ? new BindValues([.. binds]) : null).Dispose();
            Assert.True(operation.Message is null, $"{operation.Cql} was refused by Cassandra: {operation.Message}");
        }
        catch (InvalidQueryException error)
        {
            Assert.True(operation.Message is not null, $"{operation.Cql}\n{error.Message}");
            Assert.Equal(operation.Message, error.Message);
        }
    }

    // Cells of a TTL of one second have expired when the rows are read; all others have years.
    private static QueryResult Select(TemporaryDatabase database, CorpusTable table, string selection) => database.Queries.Execute(
        $"SELECT {selection} FROM \"{table.Keyspace}\".\"{table.Name}\"",
        options: new QueryOptions { NowSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 10 });

    private static void CompareValues(TemporaryDatabase database, CorpusTable table)
    {
        using QueryResult result = Select(database, table, "*");
        long index = 0;
        List<string> different = [];
        foreach (SelectTruthRow expected in table.SelectRows())
        {
            Assert.True(result.MoveNext(), $"{table} ends after {index} rows; {table.RowCount} are expected.");
            Assert.Equal(expected.Columns.Select(c => c.Name), result.Columns.Select(c => c.Name));
            for (int i = 0; i < expected.Columns.Count; i++)
            {
                ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                string? hex = isNull ? null : Convert.ToHexStringLower(value);
                if (hex != expected.Columns[i].Hex && !OfChance.Contains((table.ToString(), index, expected.Columns[i].Name)))
                    different.Add($"{table} row {index} {expected.Columns[i].Name}:\n{expected.Columns[i].Hex} expected\n{hex}");
            }

            index++;
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
        Assert.False(result.MoveNext(), $"{table} has more than the {index} rows that are expected.");
    }

    private static void CompareWriteTimes(TemporaryDatabase database, CorpusTable table)
    {
        CorpusColumn[] columns = [.. table.Columns.Where(c => c.Kind is "regular" or "static" && c.Type is not ("counter" or "empty"))];
        if (columns.Length == 0 || table.Flags.Contains("dense") || !table.Flags.Contains("compound"))
            return;
        using QueryResult result = Select(database, table, string.Join(", ", columns.Select(c => $"writetime(\"{c.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\")")));
        long index = 0;
        foreach (SelectTruthRow expected in table.SelectRows())
        {
            Assert.True(result.MoveNext());
            for (int i = 0; i < columns.Length; i++)
            {
                SelectTruthColumn column = expected[columns[i].Name];
                IReadOnlyList<long?> times = column.WriteTimesMicros ?? (column.WriteTimeMicros is { } time ? [time] : []);
                if (times.Any(t => IsOfTheClock(t, table)) || (times.Count == 0 && column.Value is not null))
                    continue;
                Assert.Equal((table.ToString(), index, column.Name, string.Join(", ", times)), (table.ToString(), index, column.Name, TextOf(result, i)));
            }

            index++;
        }
    }

    // A statement without a timestamp of its own took the node's clock.
    private static bool IsOfTheClock(long? micros, CorpusTable table) =>
        micros is { } time && Math.Abs((time / 1000) - table.ReadAtMillis!.Value) < TimeSpan.FromDays(7).TotalMilliseconds;

    private static string TextOf(QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        if (isNull)
            return "";
        var output = new BufferWriter();
        result.Columns[column].Type.WriteLiteral(value, output);
        return output.ToString().Trim('[', ']').Replace("null", "", StringComparison.Ordinal);
    }
}
