using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Clusters whose nodes are of several releases, as while they are upgraded: what the oldest speaks is spoken, and no node is left out.</summary>
public sealed class MixedReleasesTests
{
    private const string Old = "3.11.19";
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("5.0.9")]
    [InlineData("4.1.10")]
    [InlineData("4.0-rc1")]
    public async Task The_older_nodes_version_is_spoken_wherever_one_begins(string release)
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node upgraded = ring.Start("-1", release);
        ScriptedRing.Node old = ring.Start("9223372036854775807", Old, newest: 4);
        ring.Members = [upgraded, old];
        foreach (ScriptedRing.Node contact in ring.Members)
        {
            using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [contact.EndPoint.ToString()], ConnectTimeout = s_generous }, Cancellation);
            Assert.Equal(4, cluster.ProtocolVersion);
            Assert.Equal(Old, cluster.OldestRelease);
            Assert.All(await cluster.GetNodesAsync(Cancellation), n => Assert.True(n.IsUp, n.Problem));
            await RequireAsync(cluster, ["-1", "9223372036854775807"]);
        }
    }

    [Fact]
    public async Task Nodes_from_4_on_are_spoken_to_in_version_5()
    {
        await using ScriptedRing ring = new();
        ring.Members = [ring.Start("-1", "5.0.9"), ring.Start("9223372036854775807", "4.0.13")];
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [ring.Members[0].EndPoint.ToString()], ConnectTimeout = s_generous }, Cancellation);
        Assert.Equal(5, cluster.ProtocolVersion);
        await RequireAsync(cluster, ["-1", "9223372036854775807"]);
    }

    [Fact]
    public async Task A_node_that_refuses_the_version_after_all_is_passed_over_and_named()
    {
        await using ScriptedRing ring = new();
        ScriptedRing.Node upgraded = ring.Start("-1");
        ring.Members = [upgraded, ring.Start("9223372036854775807", release: null, newest: 4)];
        using CassandraConnection cluster = await CassandraConnection.ConnectAsync(new() { ContactPoints = [upgraded.EndPoint.ToString()], ConnectTimeout = s_generous }, Cancellation);
        Assert.Equal(5, cluster.ProtocolVersion);
        await RequireAsync(cluster, ["-1"]);
        CassandraNode refusing = Assert.Single(await cluster.GetNodesAsync(Cancellation), n => !n.IsUp);
        Assert.Contains("does not speak version 5", refusing.Problem, StringComparison.Ordinal);
    }

    /// <summary>Requires that statements are answered, by these nodes alone and by each of them.</summary>
    private static async Task RequireAsync(CassandraConnection cluster, string[] tokens)
    {
        CassandraStatement select = await cluster.PrepareAsync("SELECT node FROM k.t WHERE id = ?", cancellation: Cancellation);
        HashSet<string> answered = [];
        for (int i = 0; i < 64; i++)
        {
            using QueryResult result = await cluster.ExecuteAsync(select, select.Bind(i));
            Assert.True(result.MoveNext());
            answered.Add(result.GetString(0)!);
        }

        Assert.Equal(tokens.Order(StringComparer.Ordinal), answered.Order(StringComparer.Ordinal));
    }
}
