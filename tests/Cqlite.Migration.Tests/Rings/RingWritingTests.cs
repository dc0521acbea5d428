using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>What is imported and copied into a ring lies on the node that has its token, and nowhere else, cell by cell as in the source.</summary>
public sealed class RingWritingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Keyspaces => CorpusRing.Keyspaces;

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task Each_node_has_what_is_its_own_of_an_import_also_after_a_copy(string keyspace)
    {
        long nowSeconds = CorpusRing.NowSecondsOf(keyspace);
        using StoredSource files = CorpusRing.OpenFiles(keyspace);
        await using ServedRing ring = await ServedRing.StartAsync(nowSeconds: null, (engine, _) => RingFolders.DefineAsync(engine, files, keyspace));
        using TemporaryFolder folder = new();
        TransferResult exported = await new Exporter(files, folder["export"], new ExportSettings { Tables = [keyspace] }).RunAsync(Cancellation);
        Assert.True(exported.Succeeded, exported.ToJson());

        ClusterTarget target = new(ring.Connection, ClusterWriting.Default with { StatePath = folder["state"] });
        await RequireSameAsync(await new Importer(folder["export"], target).RunAsync(Cancellation));
        await RequireSameAsync(await new Copier(files, target, new CopySettings { Tables = [keyspace] }).RunAsync(Cancellation));
        using ClusterSource cluster = new(ring.Connection);
        ValidationReport report = await new Validator(files, cluster, new ValidationSettings { NowSeconds = nowSeconds, Tables = [keyspace], WriteTimes = true, Ttls = true }).RunAsync(cancellation: Cancellation);
        Assert.Empty(report.Tables.SelectMany(t => t.Differences).Select(d => d.ToString()));
        Assert.All(report.Tables, t => Assert.Equal(CheckStatus.Passed, t.Data));

        async Task RequireSameAsync(TransferResult done)
        {
            Assert.All(done.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
            foreach (TableTransfer table in done.Tables)
                Assert.Equal(await files.LiveAsync(keyspace, table.Table, nowSeconds), await ring.LiveAsync(keyspace, table.Table, nowSeconds));
        }
    }

    [Theory]
    [InlineData("types")]
    [InlineData("counters")]
    public async Task Processes_that_were_killed_have_what_they_acknowledged(string keyspace)
    {
        long nowSeconds = CorpusRing.NowSecondsOf(keyspace);
        using StoredSource files = CorpusRing.OpenFiles(keyspace);
        await using ProcessRing ring = await ProcessRing.StartAsync((engine, _) => RingFolders.DefineAsync(engine, files, keyspace));
        TransferResult copied = await new Copier(files, new ClusterTarget(ring.Connection), new CopySettings { Tables = [keyspace] }).RunAsync(Cancellation);
        Assert.All(copied.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        QueryEngine[] engines = ring.Reopen(nowSeconds);
        try
        {
            foreach (TableTransfer table in copied.Tables)
                Assert.Equal(await files.LiveAsync(keyspace, table.Table, nowSeconds), await RingFolders.LiveAsync(engines, keyspace, table.Table, nowSeconds));
        }
        finally
        {
            foreach (QueryEngine engine in engines)
                engine.Dispose();
        }
    }

    [Fact]
    public async Task A_node_that_is_gone_ends_an_export_and_leaves_no_rows_out()
    {
        const string keyspace = "keys";
        using StoredSource files = CorpusRing.OpenFiles(keyspace);
        await using ServedRing ring = await ServedRing.StartAsync(CorpusRing.NowSecondsOf(keyspace), (engine, node) => RingFolders.FillAsync(engine, node, files, keyspace));
        using ClusterSource cluster = new(ring.Connection, new ClusterReading { PageRetries = 1, LongestWait = TimeSpan.FromMilliseconds(10) });
        await ring.StopNodeAsync(1);
        using TemporaryFolder folder = new();
        TransferResult exported = await new Exporter(cluster, folder["export"], new ExportSettings { Tables = ["keys.cols65"] }).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(exported.Tables);
        Assert.True(table.Outcome is TransferOutcome.Unavailable or TransferOutcome.NodeLost, exported.ToJson());
        Assert.True(exported.CanBeResumed);
    }
}
