using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Exports;

/// <summary>Files of 3.0.6 and 3.0.7, which have empty values of descending clustering columns first, come into an export in the order of today, with all rows that these releases answered.</summary>
public sealed class OldOrderTests
{
    private const string Keyspace = "random";

    [Theory]
    [InlineData("3.0.6-ma")]
    [InlineData("3.0.7-mb")]
    public async Task An_export_has_every_row_that_the_release_answered(string at)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        CorpusNode node = Corpus.Node(at);
        using StoredSource files = StoredSource.Open(node.DataDirectory, new DatabaseOptions { SchemaPath = Path.Combine(node.Folder, "truth", Keyspace, "schema.cql") });
        using TemporaryFolder folder = new();
        TransferResult result = await new Exporter(files, folder["export"], new ExportSettings { Tables = [Keyspace], SSTableVersion = "da" }).RunAsync(cancellation);
        Assert.All(result.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        using StoredSource export = StoredSource.Open(folder["export"], new DatabaseOptions { CacheSizeBytes = 16 << 20 });
        foreach (CorpusTable table in node.Tables.Where(t => t.HasSelect && t.Keyspace == Keyspace))
        {
            SelectTruthRow[] expected = [.. table.SelectRows()];
            string[] names = expected.Length == 0 ? [] : [.. expected[0].Columns.Select(c => c.Name)];
            string[] rows = [.. expected.Select(row => string.Join(' ', row.Columns.Select(c => c.Hex ?? "null"))).Order(StringComparer.Ordinal)];
            Assert.Equal(rows, Rows((QueryEngine)export.Queries, table, names));
        }
    }

    private static string[] Rows(QueryEngine engine, CorpusTable table, string[] names)
    {
        using QueryResult result = engine.Execute($"SELECT * FROM \"{table.Keyspace}\".\"{table.Name}\"", options: new QueryOptions { NowSeconds = table.ReadAtMillis / 1000 });
        List<string> rows = [];
        while (result.MoveNext())
        {
            rows.Add(string.Join(' ', names.Select(name =>
            {
                ReadOnlySpan<byte> value = result.GetValue(result.Columns.IndexOf(result.Columns.Single(c => c.Name == name)), out bool isNull);
                return isNull ? "null" : Convert.ToHexStringLower(value);
            })));
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
