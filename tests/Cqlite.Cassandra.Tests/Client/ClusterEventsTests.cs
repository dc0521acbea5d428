using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>What a cluster tells of its nodes is followed: by the map of tokens, and by the connections that are kept.</summary>
public sealed class ClusterEventsTests
{
    private const string Select = "SELECT node FROM k.t WHERE id = ?";
    private const string LowToken = "-1";
    private const string HighToken = "9223372036854775807";

    // The token of 1 is -4069959284402364209, that of 3 is 9010454139840013625.
    private const int Low = 1;
    private const int High = 3;
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_never = TimeSpan.FromHours(5);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_comes_gets_its_partitions()
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node low = ring.Start(LowToken);
        ScriptedRing.Node high = ring.Start(HighToken);
        ring.Members = [low];
        using CassandraConnection cluster = await ConnectAsync(low);
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        Assert.Equal(LowToken, await AskAsync(cluster, select, Low));
        Assert.Equal(LowToken, await AskAsync(cluster, select, High));
        ring.Members = [low, high];
        low.Publish(NodeChange.NewNode, high);
        await AskUntilAsync(cluster, select, High, HighToken);
        Assert.Equal(LowToken, await AskAsync(cluster, select, Low));
    }

    [Fact]
    public async Task A_node_that_leaves_is_asked_no_more_and_its_connections_are_closed()
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node low = ring.Start(LowToken);
        ScriptedRing.Node high = ring.Start(HighToken);
        ring.Members = [low, high];
        using CassandraConnection cluster = await ConnectAsync(low);
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        Assert.Equal(HighToken, await AskAsync(cluster, select, High));
        ring.Members = [low];
        low.Publish(NodeChange.RemovedNode, high);
        await AskUntilAsync(cluster, select, High, LowToken);
        await UntilAsync(() => high.ConnectionCount == 0);
    }

    [Fact]
    public async Task A_node_that_is_up_again_is_reached_at_once()
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node low = ring.Start(LowToken);
        ScriptedRing.Node high = ring.Start(HighToken);
        ring.Members = [low, high];

        // It would be looked for again after hours.
        using CassandraConnection cluster = await ConnectAsync(low, o => o with { ReconnectDelay = s_never, MaxReconnectDelay = s_never });
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        Assert.Equal(HighToken, await AskAsync(cluster, select, High));
        await high.StopAsync();
        await AskUntilAsync(cluster, select, High, LowToken);
        low.Publish(NodeChange.Down, high);
        await high.RestartAsync(Stop);
        low.Publish(NodeChange.Up, high);
        await AskUntilAsync(cluster, select, High, HighToken);
    }

    [Fact]
    public async Task A_node_that_is_told_to_be_down_is_not_waited_for()
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node low = ring.Start(LowToken);
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        ScriptedRing.Node high = ring.Start(HighToken);
        await high.StopAsync();
        high.EndPoint = (IPEndPoint)silent.LocalEndpoint;
        ring.Members = [low];
        using CassandraConnection cluster = await ConnectAsync(low, o => o with { ConnectTimeout = s_never, ReconnectDelay = s_never, MaxReconnectDelay = s_never });
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        ring.Members = [low, high];
        foreach (NodeChange change in (NodeChange[])[NodeChange.NewNode, NodeChange.Down])
        {
            int asked = ring.PeersAsked;
            low.Publish(change, high);
            await UntilAsync(() => ring.PeersAsked > asked);
        }

        // Nothing answers where it should be; who tried to connect would wait for hours.
        Assert.Equal(LowToken, await AskAsync(cluster, select, High).WaitAsync(s_generous, Stop));
    }

    [Fact]
    public async Task A_second_node_is_asked_where_the_first_is_slow_and_its_answer_counts()
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node low = ring.Start(LowToken);
        ScriptedRing.Node high = ring.Start(HighToken);
        ring.Members = [low, high];
        const string Slow = $"{Select} LIMIT 1";
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        high.Hold = text => text == Slow ? released.Task : Task.CompletedTask;
        using CassandraConnection cluster = await ConnectAsync(low, o => o with { SpeculativeDelay = TimeSpan.FromMilliseconds(1) });
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        CassandraStatement slow = await cluster.PrepareAsync(Slow, cancellation: Stop);

        // The delay is no time for connecting.
        await AskUntilAsync(cluster, select, High, HighToken);
        Assert.Equal(LowToken, await AskAsync(cluster, slow, High).WaitAsync(s_generous, Stop));
        Assert.Single(low.Executed, Slow);
        await UntilAsync(() => high.Executed.Contains(Slow));

        // The answer that does not count any more finds nobody who waits for it.
        released.SetResult();
        await AskUntilAsync(cluster, select, High, HighToken);
    }

    [Fact]
    public async Task What_may_be_executed_once_only_is_asked_of_one_node_however_slow_it_is()
    {
        const string Add = "UPDATE k.t SET n = n + 1 WHERE id = ?";
        await using ScriptedRing ring = new();
        ScriptedRing.Node low = ring.Start(LowToken);
        ScriptedRing.Node high = ring.Start(HighToken);
        ring.Members = [low, high];
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        high.Hold = _ => released.Task;
        using CassandraConnection cluster = await ConnectAsync(low, o => o with { SpeculativeDelay = TimeSpan.FromMilliseconds(1) });
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        CassandraStatement add = await cluster.PrepareAsync(Add, cancellation: Stop);
        Task<QueryResult> adding = cluster.ExecuteAsync(add, add.Bind(High));
        await UntilAsync(() => high.Executed.Contains(Add));

        // Meanwhile the delay passes again and again for others.
        for (int i = 0; i < 5; i++)
            Assert.Equal(LowToken, await AskAsync(cluster, select, High).WaitAsync(s_generous, Stop));
        Assert.DoesNotContain(Add, low.Executed);
        released.SetResult();
        using QueryResult done = await adding.WaitAsync(s_generous, Stop);
        Assert.Single(high.Executed, Add);
        Assert.DoesNotContain(Add, low.Executed);
    }

    private static Task<CassandraConnection> ConnectAsync(ScriptedRing.Node contact, Func<CassandraOptions, CassandraOptions>? change = null)
    {
        CassandraOptions options = new() { ContactPoints = [contact.EndPoint.ToString()], ConnectTimeout = s_generous, Timeout = s_generous };
        return CassandraConnection.ConnectAsync(change?.Invoke(options) ?? options, Stop);
    }

    private static async Task<string?> AskAsync(CassandraConnection cluster, CassandraStatement select, int id)
    {
        using QueryResult result = await cluster.ExecuteAsync(select, select.Bind(id));
        Assert.True(result.MoveNext());
        return result.GetString(0);
    }

    private static async Task AskUntilAsync(CassandraConnection cluster, CassandraStatement select, int id, string expected)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(s_generous);
        string? found = null;
        while (found != expected)
        {
            try
            {
                found = await AskAsync(cluster, select, id);
            }
            catch (CqliteException)
            {
                // A connection that was just lost may have taken the question.
            }

            await Task.Delay(5, patience.Token);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(s_generous);
        while (!condition())
            await Task.Delay(5, patience.Token);
    }
}
