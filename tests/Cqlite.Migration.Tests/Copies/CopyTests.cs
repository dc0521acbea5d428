using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Migration.Tests.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Copies;

/// <summary>Copies have what their source has, also those that ended early and were gone on with.</summary>
public sealed class CopyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Keyspaces => CorpusServer.Keyspaces;

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task A_database_has_every_cell_of_a_cluster(string keyspace)
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync(keyspace);
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { NowSeconds = corpus.NowSeconds, CompactionThreads = 0 });
        TransferResult copied = await new Copier(corpus.Cluster, new DatabaseTarget(engine), new CopySettings { Tables = [keyspace], Ranges = RangeRunOptions.Default with { Throttle = 2 } })
            .RunAsync(Cancellation);
        Assert.All(copied.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        using StoredSource database = new(engine, OperandKind.Database);
        foreach (TableTransfer table in copied.Tables)
            Assert.Equal(await corpus.Files.LiveAsync(keyspace, table.Table, corpus.NowSeconds), await database.LiveAsync(keyspace, table.Table, corpus.NowSeconds));
    }

    [Fact]
    public async Task A_copy_that_was_stopped_goes_on_at_the_ranges_that_are_not_done()
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync("wide_small");
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { NowSeconds = corpus.NowSeconds, CompactionThreads = 0 });
        CopySettings settings = new() { Tables = ["wide_small.rows"], Ranges = RangeRunOptions.Default with { Throttle = 1, RangeCount = 16 } };
        using CancellationTokenSource stopping = new();
        using WatchedSource source = new(corpus.Cluster, (_, range) =>
        {
            if (!range.IsFromBeginning && range.After.Value >= -1)
                stopping.Cancel();
        });
        TransferResult stopped = await new Copier(source, new DatabaseTarget(engine), settings).RunAsync(stopping.Token);
        TableTransfer table = Assert.Single(stopped.Tables);
        Assert.InRange(table.Share, 0.4, 0.6);
        Assert.Equal(TransferOutcome.Canceled, table.Outcome);
        Assert.Contains("--resume", table.Message, StringComparison.Ordinal);
        Assert.True(stopped.CanBeResumed);

        TransferResult resumed = await new Copier(corpus.Cluster, new DatabaseTarget(engine), settings with { Resume = true }).RunAsync(Cancellation);
        Assert.True(resumed.Succeeded, resumed.ToJson());
        using StoredSource database = new(engine, OperandKind.Database);
        Assert.Equal(await corpus.Files.LiveAsync("wide_small", "rows", corpus.NowSeconds), await database.LiveAsync("wide_small", "rows", corpus.NowSeconds));
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task A_cluster_has_every_cell_of_files_also_after_a_second_copy(string keyspace)
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync(keyspace);
        using TemporaryFolder folder = new();
        await using ServedFolder served = await ServedFolder.CreateAsync(folder["db"], corpus.NowSeconds);
        using StoredSource database = new(served.Engine, OperandKind.Database);
        for (int i = 0; i < 2; i++)
        {
            TransferResult copied = await new Copier(corpus.Files, new ClusterTarget(served.Connection), new CopySettings { Tables = [keyspace], Ranges = RangeRunOptions.Default with { Throttle = 2 } })
                .RunAsync(Cancellation);
            Assert.All(copied.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
            foreach (TableTransfer table in copied.Tables)
                Assert.Equal(await corpus.Files.LiveAsync(keyspace, table.Table, corpus.NowSeconds), await database.LiveAsync(keyspace, table.Table, corpus.NowSeconds));
        }
    }
}
