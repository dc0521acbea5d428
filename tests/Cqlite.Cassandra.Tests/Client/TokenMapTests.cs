using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Replicas as Cassandra places them: the keys' tokens are those of its own documentation of Murmur3, the places worked out by hand.</summary>
public sealed class TokenMapTests
{
    private const string Murmur3 = "org.apache.cassandra.dht.Murmur3Partitioner";

    [Theory]
    [InlineData("SimpleStrategy", "replication_factor", "2", "n1 n2")]
    [InlineData("NetworkTopologyStrategy", "a", "1", "n3")]
    [InlineData("NetworkTopologyStrategy", "b", "2", "n1 n2")]
    [InlineData("NetworkTopologyStrategy", "a", "9", "n3 n0")]
    [InlineData("LocalStrategy", "", "", "")]
    public void Replicas_follow_on_the_ring(string strategy, string name, string factor, string expected)
    {
        // Of the key 0x01 in four bytes the token is -4069959284402364209, as `SELECT token(1)` answers.
        ClusterNode[] nodes =
        [
            Node("n0", "a", "r1", "-9000000000000000000"), Node("n1", "b", "r1", "-4069959284402364209"), Node("n2", "b", "r1", "0"), Node("n3", "a", "r1", "5000000000000000000"),
        ];
        Assert.Equal(expected, Replicas(nodes, strategy, (name, factor)));
    }

    [Fact]
    public void Racks_come_before_repeats()
    {
        ClusterNode[] nodes = [Node("n0", "a", "r1", "-4000000000000000000"), Node("n1", "a", "r1", "-3000000000000000000"), Node("n2", "a", "r2", "0"), Node("n3", "a", "r2", "5000000000000000000")];
        Assert.Equal("n0 n2", Replicas(nodes, "NetworkTopologyStrategy", ("a", "2")));
        Assert.Equal("n0 n1 n2", Replicas(nodes, "NetworkTopologyStrategy", ("a", "3")));
    }

    private static string Replicas(ClusterNode[] nodes, string strategy, (string Name, string Factor) option)
    {
        Dictionary<string, string> replication = new() { ["class"] = $"org.apache.cassandra.locator.{strategy}", [option.Name] = option.Factor };
        TokenMap map = new(Murmur3, nodes, new Dictionary<string, IReadOnlyDictionary<string, string>> { ["k"] = replication });
        return string.Join(' ', map.ReplicasOf("k", [0, 0, 0, 1]).Select(n => n.Facts.Release));
    }

    private static ClusterNode Node(string name, string datacenter, string rack, string token)
    {
        NodeAddress address = new(new IPEndPoint(IPAddress.Loopback, 1), name);
        return new(new(address, Guid.NewGuid(), datacenter, rack, name, null, [token]), new NodePool(address, ProtocolVersion.V5, new()));
    }
}
