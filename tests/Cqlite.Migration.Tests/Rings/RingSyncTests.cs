using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Tests.Validation;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>What a database changed since a time comes back to a ring, to the node that has it. Both sides are alike until 1002; the sync is from 1500.</summary>
public sealed class RingSyncTests
{
    private const long Since = 1500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET v = 'new' WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 v")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET s = 'new' WHERE p = 1", "Write p = 1 s")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET m['a'] = 9 WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 m['a']")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET u.zip = 9 WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 u[zip]")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET l = l + [4] WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 l")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET l = [3, 2] WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 l")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 SET l = [] WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 l")]
    [InlineData("DELETE l[0] FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "Write p = 1 AND c = 2 l")]
    [InlineData("DELETE v FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 v")]
    [InlineData("DELETE s FROM k.t USING TIMESTAMP 2000 WHERE p = 1", "DeleteCell p = 1 s")]
    [InlineData("DELETE e[1] FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 e[1]")]
    [InlineData("DELETE m FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c = 2", "DeleteCell p = 1 AND c = 2 m['a']\nDeleteCell p = 1 AND c = 2 m['b']")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 3 AND c = 1", "DeleteRow p = 3 AND c = 1")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 1 AND c > 2", "DeleteRow p = 1 AND c = 3")]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 4", "DeleteCell p = 4 s")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (8, 8, 'x') USING TIMESTAMP 2000", "Write p = 8 AND c = 8 v")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (8, 8, 'x') USING TIMESTAMP 1200", "")]
    public async Task A_change_comes_over_and_nothing_else(string change, string expected)
    {
        using TwoDatabases both = new(SampleRing.Script);
        await using ServedRing ring = await SampleRing.OfAsync(both.Target);
        TwoDatabases.Run(both.Source, change);
        string[] decisions = expected.Length == 0 ? [] : expected.Split('\n');
        foreach (ConflictResolution resolution in Enum.GetValues<ConflictResolution>())
        {
            TableSync plan = await RunAsync(both, ring, resolution, apply: false);
            Assert.Equal(decisions, plan.Decisions.Select(d => d.ToString()));
            Assert.Equal(0, plan.Conflicts);
        }

        await RunAsync(both, ring, ConflictResolution.LastWriteWins, apply: true);
        if (decisions.Length > 0)
            Assert.Empty(await DifferencesAsync(both, ring));
        TableSync again = await RunAsync(both, ring, ConflictResolution.LastWriteWins, apply: false);
        Assert.Equal((0, 0), (again.ChangedRows, again.Decisions.Count));
    }

    [Theory]
    [InlineData(ConflictResolution.LastWriteWins)]
    [InlineData(ConflictResolution.CassandraWins)]
    [InlineData(ConflictResolution.CqliteWins)]
    public async Task Changes_of_every_kind_at_once_come_to_every_node(ConflictResolution resolution)
    {
        using TwoDatabases both = new(SampleRing.Script);
        await using ServedRing ring = await SampleRing.OfAsync(both.Target);
        for (int i = 10; i < 60; i++)
        {
            TwoDatabases.Run(both.Source, (i % 6) switch
            {
                0 => $"UPDATE k.t USING TIMESTAMP 2000 SET v = 'new{i}', s = 'news{i}' WHERE p = {i} AND c = 1",
                1 => $"DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = {i}",
                2 => $"UPDATE k.t USING TIMESTAMP 2000 SET l = [5] + l WHERE p = {i} AND c = 1",
                3 => $"DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = {i} AND c = 1",
                4 => $"UPDATE k.t USING TIMESTAMP 2000 SET m = {{'x': {i}}}, e = {{{i}}}, u = {{street: 'Oak', zip: {i}}} WHERE p = {i} AND c = 7",
                _ => $"INSERT INTO k.t (p, c, v) VALUES ({i + 100}, 1, 'more') USING TIMESTAMP 2000",
            });
        }

        TableSync done = await RunAsync(both, ring, resolution, apply: true);
        Assert.Equal((0, 0, 0), (done.Conflicts, done.Kept, done.Undecided));
        Assert.Empty(await DifferencesAsync(both, ring));
        Assert.NotEmpty(await ring.LiveAsync("k", "t", TwoDatabases.Now));
    }

    [Theory]
    [InlineData(ConflictResolution.LastWriteWins, 2000, 2500, "theirs")]
    [InlineData(ConflictResolution.LastWriteWins, 2500, 2000, "ours")]
    [InlineData(ConflictResolution.CassandraWins, 2500, 2000, "theirs")]
    [InlineData(ConflictResolution.CassandraWins, 2500, 1400, "ours")]
    [InlineData(ConflictResolution.CqliteWins, 2000, 2500, "ours")]
    public async Task Conflicts_are_decided_by_time_and_rule(ConflictResolution resolution, long ours, long theirs, string winner)
    {
        using TwoDatabases both = new(SampleRing.Script);
        foreach (string what in (string[])["v = '{0}' WHERE p = 1 AND c = 2", "s = '{0}' WHERE p = 12"])
        {
            TwoDatabases.Run(both.Source, $"UPDATE k.t USING TIMESTAMP {ours} SET {string.Format(System.Globalization.CultureInfo.InvariantCulture, what, "ours")}");
            TwoDatabases.Run(both.Target, $"UPDATE k.t USING TIMESTAMP {theirs} SET {string.Format(System.Globalization.CultureInfo.InvariantCulture, what, "theirs")}");
        }

        await using ServedRing ring = await SampleRing.OfAsync(both.Target);
        TableSync done = await RunAsync(both, ring, resolution, apply: true);
        Assert.Equal(theirs > Since ? 2 : 0, done.Conflicts);
        Assert.Equal(winner == "ours" ? (2, 0) : (0, 2), (done.WrittenCells, done.Kept));
        Assert.Equal(winner == "ours" ? [] : ["'theirs'", "'theirs'"], (await DifferencesAsync(both, ring)).Select(d => d.Target));
    }

    [Theory]
    [InlineData(ConflictResolution.LastWriteWins, false)]
    [InlineData(ConflictResolution.CassandraWins, false)]
    [InlineData(ConflictResolution.CqliteWins, true)]
    public async Task A_deletion_leaves_what_the_cluster_has_changed_where_it_holds(ConflictResolution resolution, bool isGone)
    {
        using TwoDatabases both = new(SampleRing.Script);
        TwoDatabases.Run(both.Source, "DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 1");
        TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 2500 SET v = 'theirs' WHERE p = 1 AND c = 2");
        await using ServedRing ring = await SampleRing.OfAsync(both.Target);
        TableSync done = await RunAsync(both, ring, resolution, apply: true);
        Assert.Equal(1, done.Conflicts);
        Assert.Equal(isGone ? [] : [DifferenceKind.ExtraRow], (await DifferencesAsync(both, ring)).Select(d => d.Kind));
    }

    [Theory]
    [InlineData("DELETE FROM k.t USING TIMESTAMP 2000 WHERE p = 1; INSERT INTO k.t (p, c, v) VALUES (1, 2, 'anew') USING TIMESTAMP 2100", "")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 AND TTL 300000000 SET l = [7, 8] WHERE p = 1 AND c = 2", "UPDATE k.t USING TIMESTAMP 2500 SET l = [1, 9] WHERE p = 1 AND c = 2")]
    [InlineData("UPDATE k.t USING TIMESTAMP 2000 AND TTL 300000000 SET l = [7, 8] WHERE p = 1 AND c = 2; INSERT INTO k.t (p, c, n) VALUES (1, 2, 7) USING TIMESTAMP 2100", "UPDATE k.t USING TIMESTAMP 2500 SET l = [1, 9] WHERE p = 1 AND c = 2")]
    [InlineData("INSERT INTO k.t (p, c, v) VALUES (9, 9, null) USING TIMESTAMP 2000", "UPDATE k.t USING TIMESTAMP 1002 SET v = 'x' WHERE p = 9 AND c = 9")]
    [InlineData("INSERT INTO k.t (p, c, l) VALUES (9, 9, []) USING TIMESTAMP 2000", "UPDATE k.t USING TIMESTAMP 1002 SET l = [1, 2] WHERE p = 9 AND c = 9")]
    public async Task What_was_carried_over_is_not_carried_over_again(string ours, string theirs)
    {
        using TwoDatabases both = new(SampleRing.Script);
        foreach (string cql in ours.Split("; "))
            TwoDatabases.Run(both.Source, cql);
        if (theirs.Length > 0)
            TwoDatabases.Run(both.Target, theirs);
        await using ServedRing ring = await SampleRing.OfAsync(both.Target);
        await RunAsync(both, ring, ConflictResolution.CqliteWins, apply: true);
        Assert.Empty(await DifferencesAsync(both, ring));
        Assert.Empty((await RunAsync(both, ring, ConflictResolution.CqliteWins, apply: false)).Decisions.Select(d => d.ToString()));
    }

    [Fact]
    public async Task Counters_are_left_alone_and_said_to_be()
    {
        using TwoDatabases both = new(SampleRing.Script);
        TwoDatabases.Run(both.Source, "UPDATE k.counts SET n = n + 5 WHERE p = 7");
        await using ServedRing ring = await SampleRing.OfAsync(both.Target);
        using StoredSource source = new(both.Source, OperandKind.Database);
        using ClusterSource cluster = new(ring.Connection);
        SyncReport report = await new Syncer(source, cluster, new SyncSettings(Since) { Tables = ["k.counts"], NowSeconds = TwoDatabases.Now }).ApplyAsync(new ClusterTarget(ring.Connection), Cancellation);
        Assert.False(report.Succeeded);
        Assert.StartsWith("Counters are not synced", Assert.Single(report.Tables).Message, StringComparison.Ordinal);
    }

    private static async Task<TableSync> RunAsync(TwoDatabases both, ServedRing ring, ConflictResolution resolution, bool apply)
    {
        using StoredSource source = new(both.Source, OperandKind.Database);
        using ClusterSource cluster = new(ring.Connection);
        Syncer syncer = new(source, cluster, new SyncSettings(Since) { Tables = ["k.t"], Resolution = resolution, NowSeconds = TwoDatabases.Now });
        SyncReport report = apply ? await syncer.ApplyAsync(new ClusterTarget(ring.Connection), Cancellation) : await syncer.PlanAsync(Cancellation);
        Assert.True(report.Succeeded, report.ToJson());
        return Assert.Single(report.Tables);
    }

    private static async Task<IReadOnlyList<Difference>> DifferencesAsync(TwoDatabases both, ServedRing ring)
    {
        using StoredSource source = new(both.Source, OperandKind.Database);
        using ClusterSource cluster = new(ring.Connection);
        ValidationReport report = await new Validator(source, cluster, new ValidationSettings { Tables = ["k.t"], NowSeconds = TwoDatabases.Now }).RunAsync(cancellation: Cancellation);
        return Assert.Single(report.Tables).Differences;
    }
}
