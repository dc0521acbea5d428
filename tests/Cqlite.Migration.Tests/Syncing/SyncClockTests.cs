using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Syncing;
using Xunit;

namespace Cqlite.Migration.Tests.Syncing;

/// <summary>
/// Clocks that do not agree: what decides are the times that cells have, whatever the clock of the database, of the cluster or of who syncs says. Times that lie in the
/// future are taken as they are, and counted.
/// </summary>
public sealed class SyncClockTests
{
    private const long Now = 1_700_000_000;
    private const long NowMicros = Now * 1_000_000;
    private const long Minute = 60_000_000;
    private const long Hour = 60 * Minute;
    private const long Since = NowMicros - Hour;

    /// <summary>How far the cluster's clock and that of who syncs are ahead, in seconds; when each side wrote; whether the database holds.</summary>
    public static TheoryData<long, long, long, long, bool> Cases
    {
        get
        {
            TheoryData<long, long, long, long, bool> cases = [];
            foreach (long clusterClock in (long[])[-86_400, 0, 86_400])
            {
                foreach (long syncClock in (long[])[-86_400, 0, 86_400])
                {
                    cases.Add(clusterClock, syncClock, NowMicros, NowMicros - 1, true);
                    cases.Add(clusterClock, syncClock, NowMicros - 1, NowMicros, false);
                    cases.Add(clusterClock, syncClock, NowMicros + (1000 * Hour), NowMicros, true);
                    cases.Add(clusterClock, syncClock, NowMicros, NowMicros + (1000 * Hour), false);
                    cases.Add(clusterClock, syncClock, Since, Since - 1, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Times_of_cells_decide_and_no_clock_does(long clusterClock, long syncClock, long ours, long theirs, bool isOurs)
    {
        using TemporaryFolder folder = new();
        using QueryEngine database = Open(folder["database"], Now);
        using QueryEngine cluster = Open(folder["cluster"], Now + clusterClock);
        database.Execute($"UPDATE k.t USING TIMESTAMP {ours} SET v = 'ours' WHERE p = 1").Dispose();
        cluster.Execute($"UPDATE k.t USING TIMESTAMP {theirs} SET v = 'theirs' WHERE p = 1").Dispose();
        using StoredSource from = new(database, OperandKind.Database);
        using StoredSource to = new(cluster, OperandKind.Database);
        SyncSettings settings = new(Since) { Tables = ["k.t"], NowSeconds = Now + syncClock };
        TableSync plan = Assert.Single((await new Syncer(from, to, settings).PlanAsync(TestContext.Current.CancellationToken)).Tables);
        TableSync done = Assert.Single((await new Syncer(from, to, settings).ApplyAsync(new DatabaseTarget(cluster), TestContext.Current.CancellationToken)).Tables);
        Assert.Equal((plan.WrittenCells, plan.Kept), (done.WrittenCells, done.Kept));
        Assert.Equal(ours <= Since ? (0, 0) : isOurs ? (1, 0) : (0, 1), (done.WrittenCells, done.Kept));
        Assert.Equal(ours > Since && theirs > Since ? 1 : 0, done.Conflicts);
        Assert.Equal(isOurs && ours > Since ? ("ours", ours) : ("theirs", theirs), Cell(cluster));
        Assert.Equal(ours > Since && ours > NowMicros + (syncClock * 1_000_000) + Minute, done.FutureCells > 0);
    }

    private static (string? Value, long Micros) Cell(QueryEngine engine)
    {
        using QueryResult result = engine.Execute("SELECT v, WRITETIME(v) FROM k.t WHERE p = 1");
        Assert.True(result.MoveNext());
        return (result.GetString(0), result.GetInt64(1));
    }

    private static QueryEngine Open(string path, long nowSeconds)
    {
        Database.Create(path);
        QueryEngine engine = QueryEngine.Open(path, new DatabaseOptions { NowSeconds = nowSeconds, Durability = Durability.Periodic, CacheSizeBytes = 16 << 20, CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY, v text)").Dispose();
        return engine;
    }
}
