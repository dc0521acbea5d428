using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Two databases that are served as the nodes of one ring, each with its own half of the tokens.</summary>
public sealed class RingTests
{
    private const int Rows = 400;
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);
    private static readonly Token s_first = new(-1);
    private static readonly Token s_second = new(long.MaxValue);

    [Fact]
    public async Task Statements_go_to_the_node_that_has_the_partition()
    {
        (IPEndPoint first, IPEndPoint second) = FreePorts();
        await using ServedDatabase low = Serve(first, s_first, second, s_second);
        await using ServedDatabase high = Serve(second, s_second, first, s_first);
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [first.ToString()], ConnectTimeout = s_generous }, TestContext.Current.CancellationToken);
        CassandraStatement insert = await cluster.PrepareAsync("INSERT INTO k.t (id, v) VALUES (?, ?)", cancellation: TestContext.Current.CancellationToken);
        for (int i = 0; i < Rows; i++)
            (await cluster.ExecuteAsync(insert, insert.Bind(i, $"value {i}"))).Dispose();

        List<long> lowTokens = Tokens(low.Engine);
        List<long> highTokens = Tokens(high.Engine);
        Assert.Equal(Rows, lowTokens.Count + highTokens.Count);
        Assert.All(lowTokens, t => Assert.True(t < 0));
        Assert.All(highTokens, t => Assert.True(t >= 0));

        CassandraStatement select = await cluster.PrepareAsync("SELECT v FROM k.t WHERE id = ?", cancellation: TestContext.Current.CancellationToken);
        for (int i = 0; i < Rows; i++)
        {
            using QueryResult result = await cluster.ExecuteAsync(select, select.Bind(i));
            Assert.True(result.MoveNext());
            Assert.Equal($"value {i}", result.GetString(0));
        }
    }

    [Fact]
    public async Task Each_node_tells_of_itself_and_of_the_other()
    {
        (IPEndPoint first, IPEndPoint second) = FreePorts();
        await using ServedDatabase low = Serve(first, s_first, second, s_second);
        await using ServedDatabase high = Serve(second, s_second, first, s_first);
        foreach (IPEndPoint contact in (IPEndPoint[])[first, second])
        {
            using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [contact.ToString()], ConnectTimeout = s_generous }, TestContext.Current.CancellationToken);
            IReadOnlyList<CassandraNode> nodes = await cluster.GetNodesAsync(TestContext.Current.CancellationToken);
            Assert.Equal([first, second], nodes.Select(n => n.Address).OrderBy(a => a.Equals(second)));
            Assert.All(nodes, n => Assert.True(n.IsUp, n.Problem));
            Assert.Equal(2, nodes.Select(n => n.HostId).Distinct().Count());
        }

        Assert.Equal(Ids(low.Engine, "local").Single(), Ids(high.Engine, "peers_v2").Single());
        Assert.Equal(Ids(high.Engine, "local").Single(), Ids(low.Engine, "peers").Single());
    }

    [Fact]
    public async Task What_another_node_has_is_refused_and_not_left_out()
    {
        (IPEndPoint first, IPEndPoint second) = FreePorts();
        await using ServedDatabase low = Serve(first, s_first, second, s_second);
        await using ServedDatabase high = Serve(second, s_second, first, s_first);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [first.ToString()], MaxRetries = 4, ConnectTimeout = s_generous }, cancellation);

        // token(1) is -4069959284402364209, token(3) 9010454139840013625. Whose they are the statements do not tell, and so any node is asked first.
        foreach (int id in (int[])[1, 3, 1, 3])
        {
            CassandraStatement insert = await cluster.PrepareAsync($"INSERT INTO k.t (id, v) VALUES ({id}, 'a') USING TIMESTAMP 5", cancellation: cancellation);
            (await cluster.ExecuteAsync(insert)).Dispose();
            using QueryResult found = await cluster.ExecuteAsync($"SELECT v FROM k.t WHERE id = {id}");
            Assert.True(found.MoveNext());
        }

        Assert.Equal([-4069959284402364209], Tokens(low.Engine));
        Assert.Equal([9010454139840013625], Tokens(high.Engine));
        foreach (string whole in (string[])["SELECT * FROM k.t", "SELECT count(*) FROM k.t", "SELECT * FROM k.t WHERE token(id) > -5", "SELECT * FROM k.t WHERE id IN (1, 3)"])
        {
            OverloadedException refused = await Assert.ThrowsAsync<OverloadedException>(() => cluster.ExecuteAsync(whole));
            Assert.Contains("nodes of a declared ring do not ask each other", refused.Message, StringComparison.Ordinal);
        }

        using QueryResult part = await cluster.ExecuteAsync("SELECT id FROM k.t WHERE token(id) > -1 AND token(id) <= 9223372036854775807");
        Assert.True(part.MoveNext());
        Assert.Equal(3, part.GetInt32(0));
        Assert.False(part.MoveNext());
    }

    [Fact]
    public async Task Estimates_are_of_the_ranges_that_are_the_nodes_own()
    {
        (IPEndPoint first, IPEndPoint second) = FreePorts();
        await using ServedDatabase low = Serve(first, s_first, second, s_second);
        using (QueryResult written = low.Engine.Execute("INSERT INTO k.t (id, v) VALUES (1, 'a')"))
            Assert.False(written.MoveNext());
        low.Engine.Database.Flush();
        using QueryResult estimates = low.Engine.Execute("SELECT range_start, range_end, partitions_count FROM system.size_estimates WHERE keyspace_name = 'k' AND table_name = 't'");
        List<(string?, string?, long)> ranges = [];
        while (estimates.MoveNext())
            ranges.Add((estimates.GetString(0), estimates.GetString(1), estimates.GetInt64(2)));

        // token(1) is -4069959284402364209; the range that wraps around the ring's end is told in two parts.
        Assert.Equal([("-9223372036854775808", "-1", 1), ("9223372036854775807", "-9223372036854775808", 0)], ranges);
    }

    [Fact]
    public async Task A_ring_of_one_has_one_range()
    {
        await using ServedDatabase only = new();
        using QueryResult created = only.Engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        only.Engine.Execute("CREATE TABLE k.t (id int PRIMARY KEY)").Dispose();
        for (int i = 0; i < 10; i++)
            only.Engine.Execute($"INSERT INTO k.t (id) VALUES ({i})").Dispose();
        using QueryResult estimates = only.Engine.Execute("SELECT range_start, range_end, partitions_count FROM system.table_estimates WHERE keyspace_name = 'k' AND table_name = 't' AND range_type = 'primary'");
        Assert.True(estimates.MoveNext());
        Assert.Equal(("-9223372036854775808", "-9223372036854775808", 10L), (estimates.GetString(0), estimates.GetString(1), estimates.GetInt64(2)));
        Assert.False(estimates.MoveNext());
    }

    [Fact]
    public void What_makes_no_ring_is_refused()
    {
        (IPEndPoint first, IPEndPoint second) = FreePorts();
        Assert.Contains("twice", Assert.Throws<InvalidQueryException>(() => Serve(first, s_first, second, s_first)).Message, StringComparison.Ordinal);
        Assert.Contains("port of its own", Assert.Throws<InvalidQueryException>(() => Serve(new IPEndPoint(IPAddress.Loopback, 0), s_first, second, s_second)).Message, StringComparison.Ordinal);
    }

    private static ServedDatabase Serve(IPEndPoint at, Token own, IPEndPoint peer, Token others) => new(
        new DatabaseServerOptions { EndPoint = at, Tokens = [own], Peers = [new RingMember(peer.Address, peer.Port, [others])] },
        engine =>
        {
            engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            engine.Execute("CREATE TABLE k.t (id int PRIMARY KEY, v text)").Dispose();
        });

    private static List<long> Tokens(QueryEngine engine)
    {
        using QueryResult rows = engine.Execute("SELECT token(id) FROM k.t");
        List<long> tokens = [];
        while (rows.MoveNext())
            tokens.Add(rows.GetInt64(0));
        return tokens;
    }

    private static List<Guid> Ids(QueryEngine engine, string table)
    {
        using QueryResult rows = engine.Execute($"SELECT host_id FROM system.{table}");
        List<Guid> ids = [];
        while (rows.MoveNext())
            ids.Add(rows.Get<Guid>(0));
        return ids;
    }

    private static (IPEndPoint First, IPEndPoint Second) FreePorts()
    {
        IPEndPoint[] free = OwnAddress.NextWithPorts(2);
        return (free[0], free[1]);
    }
}
