using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Clusters;

/// <summary>Tables that Cassandra wrote, read by CQL over the wire, are what their SSTables say, cell by cell.</summary>
public sealed class ClusterSourceTests
{
    public static TheoryData<string> Keyspaces => [.. Corpus.Node("5.0.9-nb").Keyspaces.Where(k => Corpus.Tables.Any(t => t.At == "5.0.9-nb" && t.Keyspace == k))];

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task Every_table_is_read_with_values_times_and_ttls(string keyspace)
    {
        CorpusNode node = Corpus.Node("5.0.9-nb");
        long nowSeconds = node.Tables.Where(t => t.Keyspace == keyspace).Max(t => t.ReadAtMillis ?? 0) / 1000;
        await using ServedFolder served = await ServedFolder.StartAsync(node.DataDirectory, nowSeconds, schemaPath: Path.Combine(node.Folder, "truth", keyspace, "schema.cql"));
        using ClusterSource cluster = new(served.Connection, new ClusterReading { ReadAtMicros = nowSeconds * 1_000_000, PageSize = 97 });
        using StoredSource files = new(served.Engine, OperandKind.CassandraDirectory);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DatabaseSchema schema = await cluster.ReadSchemaAsync(cancellation);
        List<string> wrong = [];
        int lines = 0;
        foreach (TableMetadata table in schema.Keyspaces[keyspace].Tables.Values)
        {
            ITableSource asked = await cluster.OpenAsync(table, cancellation);
            ITableSource stored = await files.OpenAsync(table, cancellation);
            string[] expected = [.. Read(stored, [TokenRange.Whole], nowSeconds)];
            IEnumerable<TokenRange> ranges = (await asked.SplitAsync(3, cancellation)).Select(r => r.Range);
            string[] actual = [.. Read(asked, ranges, nowSeconds)];
            lines += actual.Length;
            int different = Enumerable.Range(0, Math.Max(expected.Length, actual.Length)).FirstOrDefault(i => i >= expected.Length || i >= actual.Length || expected[i] != actual[i], -1);
            if (different >= 0)
                wrong.Add($"{table}, {expected.Length} against {actual.Length} lines, line {different}:\n  {expected.ElementAtOrDefault(different)}\n  {actual.ElementAtOrDefault(different)}");
        }

        Assert.Empty(wrong);
        Assert.NotEqual(0, lines);
    }

    private static IEnumerable<string> Read(ITableSource table, IEnumerable<TokenRange> ranges, long nowSeconds)
    {
        foreach (TokenRange range in ranges)
        {
            using UnfilteredCursor cursor = table.Read(range, CancellationToken.None);
            foreach (string line in LiveContent.Of(cursor, nowSeconds))
                yield return line;
        }
    }
}
