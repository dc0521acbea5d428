using Cqlite.Cassandra.Client;
using Cqlite.Core.Cql;
using Cqlite.Core.Schema;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Tests.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Clusters;

/// <summary>
/// What clusters of each release are asked for. Up to 4.1 WRITETIME and TTL take a column that is one cell, and before 3.0.28, 3.11.14 and 4.0.5 no collection, frozen or not
/// (org/apache/cassandra/cql3/selection/Selectable.java, WritetimeOrTTL); a statement with more is refused as a whole.
/// </summary>
public sealed class ClusterSelectTests
{
    private const string Before = "SELECT p, q, c, s, WRITETIME(s), TTL(s), sl, f, WRITETIME(f), TTL(f), fu, WRITETIME(fu), TTL(fu), v, WRITETIME(v), TTL(v), l, m, t, u FROM k.all "
        + "WHERE token(p, q) > ? AND token(p, q) <= ?";

    private const string BeforeFrozen = "SELECT p, q, c, s, WRITETIME(s), TTL(s), sl, f, fu, WRITETIME(fu), TTL(fu), v, WRITETIME(v), TTL(v), l, m, t, u FROM k.all "
        + "WHERE token(p, q) > ? AND token(p, q) <= ?";

    private const string Since5 = "SELECT p, q, c, s, WRITETIME(s), TTL(s), sl, WRITETIME(sl), TTL(sl), f, WRITETIME(f), TTL(f), fu, WRITETIME(fu), TTL(fu), v, WRITETIME(v), TTL(v), "
        + "l, WRITETIME(l), TTL(l), m, WRITETIME(m), TTL(m), t, WRITETIME(t), TTL(t), u, WRITETIME(u), TTL(u) FROM k.all WHERE token(p, q) > ? AND token(p, q) <= ?";

    private const string NoElementTimes = "Write times and TTLs of elements";
    private const string NoFrozenTimes = "Write times and TTLs of frozen collections";

    [Theory]
    [InlineData("3.0.27", BeforeFrozen)]
    [InlineData("3.0.28", Before)]
    [InlineData("3.0.31", Before)]
    [InlineData("3.7", BeforeFrozen)]
    [InlineData("3.11.13", BeforeFrozen)]
    [InlineData("3.11.14", Before)]
    [InlineData("3.11.19", Before)]
    [InlineData("4.0-rc1", BeforeFrozen)]
    [InlineData("4.0.4", BeforeFrozen)]
    [InlineData("4.0.5", Before)]
    [InlineData("4.0.13", Before)]
    [InlineData("4.1.10", Before)]
    [InlineData("", BeforeFrozen)]
    [InlineData("5.0.9 4.1.10", Before)]
    [InlineData("3.11.19 4.0.4", BeforeFrozen)]
    [InlineData("5.0.9 ", BeforeFrozen)]
    [InlineData("5.0-beta1", Since5)]
    [InlineData("5.0.9", Since5)]
    [InlineData("5.1.0-SNAPSHOT", Since5)]
    public void Releases_are_asked_for_what_they_can_tell(string releases, string expected)
    {
        ClusterSelect select = Of("CREATE TABLE k.all (p int, q text, c int, s int static, sl list<int> static, v int, l list<int>, t set<int>, m map<int, int>, u a, f frozen<list<int>>, fu frozen<a>, PRIMARY KEY ((p, q), c))", releases);
        Assert.Equal(expected, select.Text);
        _ = CqlParser.Parse(select.Text);
        bool tells = expected == Since5;
        Assert.Equal(tells, select.Fidelity.HasElementTimes);
        Assert.Equal(tells ? 0 : 1, select.Fidelity.Notes().Count(n => n.StartsWith(NoElementTimes, StringComparison.Ordinal)));
        Assert.Equal(expected != BeforeFrozen, select.Fidelity.HasFrozenCollectionTimes);
        Assert.Equal(expected == BeforeFrozen ? 1 : 0, select.Fidelity.Notes().Count(n => n.StartsWith(NoFrozenTimes, StringComparison.Ordinal)));
        Assert.Contains(select.Fidelity.Notes(), n => n.StartsWith("The places of list elements", StringComparison.Ordinal));
        Assert.Contains(select.Fidelity.Notes(), n => n.StartsWith("Tombstones are not visible", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3.0.31")]
    [InlineData("4.1.10")]
    [InlineData("5.0.9")]
    public void Where_every_column_is_one_cell_all_releases_tell_the_same(string release)
    {
        ClusterSelect select = Of("CREATE TABLE k.all (p int PRIMARY KEY, v int, f frozen<set<int>>)", release);
        Assert.Equal("SELECT p, f, WRITETIME(f), TTL(f), v, WRITETIME(v), TTL(v) FROM k.all WHERE token(p) > ? AND token(p) <= ?", select.Text);
        Assert.True(select.Fidelity is { HasElementTimes: true, HasFrozenCollectionTimes: true, HasListPaths: true });
        Assert.DoesNotContain(select.Fidelity.Notes(), n => n.StartsWith(NoElementTimes, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3.11.19")]
    [InlineData("5.0.9")]
    public void Counters_have_no_times(string release)
    {
        ClusterSelect select = Of("CREATE TABLE k.all (p int PRIMARY KEY, n counter)", release);
        Assert.Equal("SELECT p, n FROM k.all WHERE token(p) > ? AND token(p) <= ?", select.Text);
        Assert.False(select.Fidelity.HasCounterShards);
    }

    [Theory]
    [InlineData(CellTimes.None, "v, m")]
    [InlineData(CellTimes.Writes, "v, WRITETIME(v), m, WRITETIME(m)")]
    [InlineData(CellTimes.Ttls, "v, TTL(v), m, TTL(m)")]
    public void Times_that_nobody_needs_are_not_asked_for(CellTimes times, string expected)
    {
        ClusterSelect select = Of("CREATE TABLE k.all (p int PRIMARY KEY, v int, m map<int, int>)", "5.0.9", times);
        Assert.Equal($"SELECT p, {expected} FROM k.all WHERE token(p) > ? AND token(p) <= ?", select.Text);
    }

    private static ClusterSelect Of(string table, string releases, CellTimes times = CellTimes.All)
    {
        using TwoDatabases database = new("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "CREATE TYPE k.a (x int, y int)", table);
        TableMetadata metadata = database.Source.Database.Schema.Table("k", "all")!;
        return ClusterSelect.Of(metadata, ToldTimes.Of(releases.Split(' ').Select(CassandraConnection.VersionOf)), times);
    }
}
