using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query;

/// <summary>Results in pages: cut where Cassandra cuts them, and together what one execution answers, whatever the size of pages.</summary>
public sealed class PagingTests
{
    private const long Now = 1_700_000_000;

    [Theory]
    [CorpusTables(WithSelect = true, Theme = "types,keys,deletes,multi,random,wide")]
    public void PagesTogetherAreTheWhole(CorpusTable table)
    {
        QueryEngine engine = CorpusDatabase.Of(table.Node).Queries;
        TableMetadata metadata = CorpusDatabase.Of(table.Node).Database.Schema.Keyspaces[table.Keyspace].Tables[table.Name];
        string from = $"FROM {CqlIdentifier(table.Keyspace)}.{CqlIdentifier(table.Name)}";
        string key = string.Join(", ", metadata.PartitionKey.Select(c => CqlIdentifier(c.Name)));
        List<string> statements = [$"SELECT * {from}", $"SELECT {key} {from} LIMIT 7", $"SELECT DISTINCT {key} {from}", $"SELECT {key} {from} PER PARTITION LIMIT 2"];
        if (metadata.Clustering.Count > 0 && !metadata.IsHidden(metadata.Clustering[0]))
            statements.Add($"SELECT {key}, count(*) {from} GROUP BY {key}, {CqlIdentifier(metadata.Clustering[0].Name)} PER PARTITION LIMIT 3");
        foreach (string cql in statements)
        {
            PreparedQuery query = engine.Prepare(cql);
            List<List<string>> whole = Pages(o => engine.Execute(query, null, o with { NowSeconds = Now }), null);
            foreach (int size in (int[])[.. table.RowCount > 200 ? [37] : (int[])[1, 3, 7]])
            {
                List<List<string>> pages = Pages(o => engine.Execute(query, null, o with { NowSeconds = Now }), size);
                Assert.All(pages.SkipLast(1), p => Assert.Equal(size, p.Count));
                Assert.Equal(whole[0], pages.SelectMany(p => p));
            }
        }
    }

    [Fact]
    public void APageReadsOnFromItsPlace()
    {
        (QueryEngine engine, string table) = WideTable();
        PreparedQuery query = engine.Prepare($"SELECT * FROM {table}");
        byte[]? state = null;
        long read = 0;
        do
        {
            using QueryResult page = engine.Execute(query, null, new QueryOptions { PageSize = 10, PagingState = state });
            while (page.MoveNext())
                continue;
            Assert.InRange(page.RowsRead, 0, 10);
            read += page.RowsRead;
            state = page.PagingState;
        }
        while (state is not null);
        using QueryResult whole = engine.Execute(query);
        while (whole.MoveNext())
            continue;
        Assert.Equal(whole.RowsRead, read);
    }

    [Fact]
    public void RefusesWhatIsNoState()
    {
        (QueryEngine engine, string table) = WideTable();
        PreparedQuery query = engine.Prepare($"SELECT * FROM {table}");
        using QueryResult first = engine.Execute(query, null, new QueryOptions { PageSize = 1 });
        while (first.MoveNext())
            continue;
        byte[] state = first.PagingState!;
        Assert.True(first.HasMorePages);
        for (int i = 0; i < state.Length; i++)
        {
            byte[] damaged = [.. state];
            damaged[i] ^= 1;
            Refuses(damaged);
            Refuses(state[..i]);
        }

        Refuses([.. state, 0]);

        void Refuses(byte[] bytes)
        {
            InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => engine.Execute(query, null, new QueryOptions { PageSize = 1, PagingState = bytes }));
            Assert.Equal((InvalidQueryException.ProtocolErrorCode, "Invalid value for the paging state"), (error.Code, error.Message));
        }
    }

    [Fact]
    public void RefusesPagesOfNoRows()
    {
        (QueryEngine engine, string table) = WideTable();
        InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => engine.Execute(engine.Prepare($"SELECT * FROM {table}"), null, new QueryOptions { PageSize = 0 }));
        Assert.Equal((InvalidQueryException.ProtocolErrorCode, "The page size cannot be 0"), (error.Code, error.Message));
    }

    [Fact]
    public void DescribesInPages()
    {
        using QueryEngine engine = QueryEngine.Open(Path.Combine(Repository.Root, "samples", "snapshot"));
        PreparedQuery query = engine.Prepare("DESCRIBE TABLES");
        List<string> whole = Assert.Single(Pages(o => engine.Execute(query, null, o), null));
        List<List<string>> pages = Pages(o => engine.Execute(query, null, o), 1);
        Assert.Equal(whole, pages.SelectMany(p => p));
        Assert.Equal(whole.Count + 1, pages.Count);

        using QueryResult first = engine.Execute(query, null, new QueryOptions { PageSize = 1 });
        var next = new QueryOptions { PageSize = 1, PagingState = first.PagingState };
        InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => engine.Execute(engine.Prepare("DESCRIBE SCHEMA"), null, next));
        Assert.StartsWith("The schema has changed since the previous page", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidQueryException>(() => engine.Execute(engine.Prepare("SELECT * FROM app.events"), null, next));
    }

    private static (QueryEngine Engine, string Table) WideTable()
    {
        CorpusTable table = Corpus.Tables.First(t => t is { At: "5.0.9-nb", Keyspace: "wide_small", Name: "ranges" });
        return (CorpusDatabase.Of(table.Node).Queries, $"{CqlIdentifier(table.Keyspace)}.{CqlIdentifier(table.Name)}");
    }

    private static string CqlIdentifier(string name) => Cqlite.Core.Types.CqlIdentifier.Quote(name);

    private static List<List<string>> Pages(Func<QueryOptions, QueryResult> execute, int? size)
    {
        var pages = new List<List<string>>();
        byte[]? state = null;
        do
        {
            using QueryResult result = execute(new QueryOptions { PageSize = size, PagingState = state });
            var rows = new List<string>();
            while (result.MoveNext())
                rows.Add(Row(result));
            Assert.False(result.MoveNext());
            pages.Add(rows);
            state = result.PagingState;
        }
        while (state is not null);
        return pages;
    }

    private static string Row(QueryResult result)
    {
        var text = new BufferWriter();
        for (int i = 0; i < result.Columns.Length; i++)
        {
            if (i > 0)
                text.WriteText(", ");
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            if (isNull)
                text.WriteText("null");
            else
                result.Columns[i].Type.WriteLiteral(value, text);
        }

        return text.ToString();
    }
}
