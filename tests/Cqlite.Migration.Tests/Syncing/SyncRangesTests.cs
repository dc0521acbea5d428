using Cqlite.Core.Errors;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Tests.Validation;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Syncing;

/// <summary>Ranges are synced side by side, and what comes of it does not depend on how many at once; a sync that ends early tells what it has done, and one more does the rest.</summary>
public sealed class SyncRangesTests : IDisposable
{
    private const int Changes = 120;

    // Where a partition goes its static row does too; in one row the cluster holds.
    private const int ChangedRows = Changes + (Changes / 4) - 1;

    private readonly TwoDatabases _both = new(
    [
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TABLE k.a (p int PRIMARY KEY, v text)",
        "CREATE TABLE k.t (p int, c int, v text, s text static, PRIMARY KEY (p, c))",
        .. Enumerable.Range(0, 400).Select(p => $"INSERT INTO k.t (p, c, v, s) VALUES ({p}, 1, 'abc', 's') USING TIMESTAMP 1000"),
    ]);

    public SyncRangesTests()
    {
        for (int p = 0; p < Changes; p++)
        {
            TwoDatabases.Run(_both.Source, (p % 4) switch
            {
                0 => $"UPDATE k.t USING TIMESTAMP 2000 SET v = 'new' WHERE p = {p} AND c = 1",
                1 => $"DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = {p} AND c = 1",
                2 => $"DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = {p}",
                _ => $"INSERT INTO k.t (p, c, v) VALUES ({p}, 7, 'more') USING TIMESTAMP 2000",
            });
        }

        TwoDatabases.Run(_both.Target, "UPDATE k.t USING TIMESTAMP 2500 SET v = 'theirs' WHERE p = 0 AND c = 1");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _both.Dispose();

    [Fact]
    public async Task However_many_go_at_once_the_report_is_the_same()
    {
        string? first = null;
        foreach (int throttle in (int[])[1, 2, 8])
        {
            foreach (int most in (int[])[17, 1000])
            {
                using StoredSource target = new(_both.Target, OperandKind.Database);
                SyncReport report = await Syncer(target, throttle, most).PlanAsync(Cancellation);
                TableSync table = report.Tables[1];
                Assert.Equal((null, 1, 1, 1.0), (table.Message, table.Conflicts, table.Kept, table.Share));
                Assert.Equal(most == 17 ? 17 : table.WrittenCells + table.DeletedCells + table.DeletedRows + table.Kept, table.Decisions.Count);
                string text = $"{table with { Decisions = [] }}\n{string.Join('\n', table.Decisions.Take(17))}".Replace("SyncDecision[]", "", StringComparison.Ordinal);
                Assert.Equal(first ??= text, text);
            }
        }
    }

    [Fact]
    public async Task One_that_is_stopped_tells_what_is_done_and_one_more_does_the_rest()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        int reads = 0;
        using WatchedSource target = new(new StoredSource(_both.Target, OperandKind.Database), (_, _) =>
        {
            if (Interlocked.Increment(ref reads) == 7)
                stop.Cancel();
        });
        SyncStoppedException stopped = await Assert.ThrowsAsync<SyncStoppedException>(() => Syncer(target, 1).ApplyAsync(new DatabaseTarget(_both.Target), stop.Token));
        SyncReport partial = SyncReport.Parse(stopped.Partial.ToJson(), "report.json");
        Assert.False(partial.Succeeded);
        Assert.Equal([null, "It was stopped when 50.0 % of the table was done; what was under way may be written in part."], partial.Tables.Select(t => t.Message));
        TableSync done = partial.Tables[1];
        Assert.InRange(done.ChangedRows, 1, ChangedRows - 1);

        // What is told is there, and is not written again.
        using StoredSource left = new(_both.Target, OperandKind.Database);
        TableSync rest = (await Syncer(left, 2).ApplyAsync(new DatabaseTarget(_both.Target), Cancellation)).Tables[1];
        Assert.Equal((null, 1.0), (rest.Message, rest.Share));
        Assert.Equal(1, rest.Kept);
        Assert.Equal(ChangedRows, rest.ChangedRows + done.ChangedRows);
        Difference only = Assert.Single((await _both.ValidateAsync(new ValidationSettings { Tables = ["k.t"] })).Tables[0].Differences);
        Assert.Equal("Value p = 0 AND c = 1 v: 'new' against 'theirs'", only.ToString());
    }

    [Fact]
    public async Task One_that_loses_the_cluster_tells_what_is_done()
    {
        int reads = 0;
        using WatchedSource target = new(new StoredSource(_both.Target, OperandKind.Database), (_, range) =>
        {
            if (Interlocked.Increment(ref reads) == 7)
                throw new ConnectionFailedException("127.0.0.1:9042", "the node is gone.");
        });
        SyncReport report = await Syncer(target, 1).ApplyAsync(new DatabaseTarget(_both.Target), Cancellation);
        Assert.Equal([null, "127.0.0.1:9042: the node is gone."], report.Tables.Select(t => t.Message));
        Assert.Equal(0.5, report.Tables[1].Share, 3);
        Assert.InRange(report.Tables[1].ChangedRows, 1, ChangedRows - 1);
    }

    [Fact]
    public async Task A_dry_run_has_no_limits_and_one_that_writes_keeps_to_them()
    {
        using StoredSource target = new(_both.Target, OperandKind.Database);
        Syncer syncer = Syncer(target, 2, limit: 1);
        Assert.Equal(ChangedRows, (await syncer.PlanAsync(Cancellation)).Tables[1].ChangedRows);

        // Behind the first range's rows the next one waits, as long as nobody has: it is stopped while it does.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using WatchedSource watched = new(target, (_, _) => stop.CancelAfter(TimeSpan.FromMilliseconds(200)));
        SyncStoppedException stopped = await Assert.ThrowsAsync<SyncStoppedException>(() => Syncer(watched, 1, limit: 1).ApplyAsync(new DatabaseTarget(_both.Target), stop.Token));
        Assert.InRange(stopped.Partial.Tables[1].Share, 0, 0.99);
    }

    private Syncer Syncer(IMigrationSource target, int throttle, int maxDecisions = 1000, long limit = 0) => new(
        new StoredSource(_both.Source, OperandKind.Database),
        target,
        new SyncSettings(1500) { Tables = ["k"], MaxDecisions = maxDecisions, NowSeconds = TwoDatabases.Now, Ranges = RangeRunOptions.Default with { Throttle = throttle, RangeCount = 4, RowsPerSecond = limit } });
}
