using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Tests.Validation;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Syncing;

/// <summary>
/// What a database changed since a time comes back to what stands for the cluster, and who holds is decided by times. Both sides are alike until 1000; the sync is from 1500.
/// </summary>
public sealed class SyncerTests
{
    private const long Since = 1500;

    [Theory]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET v = 'new' WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 v")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET s = 'new' WHERE p = 1", "Write p = 1 s")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET m['a'] = 9 WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 m['a']")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET l = l + [4] WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 l")]
    [InlineData("DELETE v FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 v")]
    [InlineData("DELETE e[1] FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 e[1]")]
    [InlineData("DELETE m FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 m['a']\nDeleteCell p = 1 AND c = 2 m['b']")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 3 AND c = 1", "DeleteRow p = 3 AND c = 1")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c > 2", "DeleteRow p = 1 AND c = 3")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 4", "DeleteCell p = 4 s")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (8, 8, 'x') USING TIMESTAMP 2000", "Write p = 8 AND c = 8 v")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (8, 8, 'x') USING TIMESTAMP 1200", "")]
    public async Task A_change_comes_over_and_nothing_else(string change, string expected)
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Source, change);
        string[] decisions = expected.Length == 0 ? [] : expected.Split('\n');
        foreach (ConflictResolution resolution in Enum.GetValues<ConflictResolution>())
        {
            TableSync plan = await RunAsync(both, resolution, apply: false);
            Assert.Equal(decisions, plan.Decisions.Select(d => d.ToString()));
            Assert.Equal(0, plan.Conflicts);
        }

        await RunAsync(both, ConflictResolution.LastWriteWins, apply: true);
        if (decisions.Length > 0)
            Assert.Empty(Assert.Single((await both.ValidateAsync(new ValidationSettings())).Tables).Differences);
        TableSync again = await RunAsync(both, ConflictResolution.LastWriteWins, apply: false);
        Assert.Equal((0, 0), (again.ChangedRows, again.Decisions.Count));
    }

    [Theory]
    [InlineData(ConflictResolution.LastWriteWins, 2000, 2500, "theirs")]
    [InlineData(ConflictResolution.LastWriteWins, 2500, 2000, "ours")]
    [InlineData(ConflictResolution.CassandraWins, 2500, 2000, "theirs")]
    [InlineData(ConflictResolution.CassandraWins, 2500, 1400, "ours")]
    [InlineData(ConflictResolution.CqliteWins, 2000, 2500, "ours")]
    public async Task Conflicts_are_decided_by_time_and_rule(ConflictResolution resolution, long ours, long theirs, string winner)
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Source, $"UPDATE k.t USING TIMESTAMP {ours} SET v = 'ours' WHERE p = 1 AND c = 2");
        TwoDatabases.Run(both.Target, $"UPDATE k.t USING TIMESTAMP {theirs} SET v = 'theirs' WHERE p = 1 AND c = 2");
        TableSync done = await RunAsync(both, resolution, apply: true);
        Assert.Equal(theirs > Since ? 1 : 0, done.Conflicts);
        Assert.Equal(winner == "ours" ? (1, 0) : (0, 1), (done.WrittenCells, done.Kept));
        Difference[] left = [.. Assert.Single((await both.ValidateAsync(new ValidationSettings())).Tables).Differences];
        if (winner == "ours")
            Assert.Empty(left);
        else
            Assert.Equal("'theirs'", Assert.Single(left).Target);
    }

    [Theory]
    [InlineData(ConflictResolution.LastWriteWins, false)]
    [InlineData(ConflictResolution.CassandraWins, false)]
    [InlineData(ConflictResolution.CqliteWins, true)]
    public async Task A_deletion_leaves_what_the_cluster_has_changed_where_it_holds(ConflictResolution resolution, bool isGone)
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        TwoDatabases.Run(both.Source, "DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 1");
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 2500 SET v = 'theirs' WHERE p = 1 AND c = 2");
        TableSync done = await RunAsync(both, resolution, apply: true);
        Assert.Equal(1, done.Conflicts);
        TableValidation after = Assert.Single((await both.ValidateAsync(new ValidationSettings())).Tables);
        Assert.Equal(isGone ? (0, 0) : (1, 0), (after.ExtraRows, after.MissingRows));
    }

    private static async Task<TableSync> RunAsync(TwoDatabases both, ConflictResolution resolution, bool apply)
    {
        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        Syncer syncer = new(source, target, new SyncSettings(Since) { Tables = ["k.t"], Resolution = resolution, NowSeconds = TwoDatabases.Now });
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        SyncReport report = apply ? await syncer.ApplyAsync(new DatabaseTarget(both.Target), cancellation) : await syncer.PlanAsync(cancellation);
        Assert.True(report.Succeeded, report.ToJson());
        Assert.Equal(!apply, report.IsDryRun);
        return Assert.Single(report.Tables);
    }
}
