using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
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
    // Of a literal with two elements or keys that compare equal Cassandra keeps either. Here none of its nodes kept what this engine keeps.
    private static readonly HashSet<(string Table, long Row, string Column)> OfChance =
    [
        ("random.t02", 20, "r0"),
        ("types.maps", 1, "f_decimal"),
        ("types.nested", 8, "n10"),
        ("types.sets", 4, "c_decimal"),
        ("types.sets", 4, "f_decimal"),
    ];

    public static TheoryData<string, string> Recorded { get; } =
    [
        .. Corpus.Tables.Where(t => t.At.StartsWith("5.0.9-", StringComparison.Ordinal)).Select(t => (t.At, t.Keyspace)).Distinct()
            .Where(k => Corpus.Node(k.At).Operations(k.Keyspace).Any(o => IsWrite(o))),
    ];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void GiveTheRecordedRows(string node, string keyspace)
    {
        using var database = new TemporaryDatabase(
            new DatabaseOptions { Durability = Durability.Periodic, SSTableVersion = SSTableVersion.OfName(node.Split('-')[1]) },
            new Dictionary<string, string> { ["partitioner"] = PartitionerOf(node) });
        var session = new QuerySession(database.Queries);
        HashSet<string> written = [];
        foreach (CorpusOperation operation in Corpus.Node(node).Operations(keyspace))
        {
            if (IsWrite(operation))
                written.UnionWith(TablesOf(operation.Cql!));
            Execute(database, session, operation);
        }

        foreach (CorpusTable table in Corpus.Tables.Where(t => t.At == node && t.Keyspace == keyspace && t.HasSelect))
        {
            // Views follow their tables; of what was loaded in bulk there are no statements.
            if (!written.Contains(BaseOf(database, table)))
                continue;
            CompareValues(database, table);
            CompareWriteTimes(database, table);
        }
    }

    private static string BaseOf(TemporaryDatabase database, CorpusTable table) =>
        database.Database.Schema.Keyspaces[table.Keyspace].Views.TryGetValue(table.Name, out ViewMetadata? view) ? view.BaseTable : table.Name;

    private static string PartitionerOf(string node) => node.Split('-')[^1] switch
    {
        "randompartitioner" => "RandomPartitioner",
        "byteordered" => "ByteOrderedPartitioner",
        _ => "Murmur3Partitioner",
    };

    private static bool IsWrite(CorpusOperation operation) => operation.Cql is { } cql
        && (cql.StartsWith("INSERT", StringComparison.Ordinal) || cql.StartsWith("UPDATE", StringComparison.Ordinal) || cql.StartsWith("BEGIN", StringComparison.Ordinal));

    private static IEnumerable<string> TablesOf(string cql) => CqlParser.Parse(cql) switch
    {
        ModificationStatement one => [one.Table.Name.Text],
        BatchStatement batch => batch.Statements.Select(s => s.Table.Name.Text),
        _ => [],
    };

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
                if (hex != expected.Columns[i].Hex && !IsOfChance(table, index, expected.Columns[i].Name, hex))
                    different.Add($"{table} row {index} {expected.Columns[i].Name}:\n{expected.Columns[i].Hex} expected\n{hex}");
            }

            index++;
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
        Assert.False(result.MoveNext(), $"{table} has more than the {index} rows that are expected.");
    }

    // Whether Cassandra's own nodes differ there, and one of them has this value.
    private static bool IsOfChance(CorpusTable table, long row, string column, string? hex) =>
        OfChance.Contains(($"{table.Keyspace}.{table.Name}", row, column))
        || Corpus.Tables.Any(t => t.At is "5.0.9-nb" or "5.0.9-oa" or "5.0.9-da" && t.At != table.At && t.Keyspace == table.Keyspace && t.Name == table.Name
            && t.HasSelect && t.RowCount == table.RowCount && t.SelectRows().ElementAt((int)row)[column].Hex == hex);

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
