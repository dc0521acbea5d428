using System.Globalization;
using System.Runtime.CompilerServices;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>How many replicas a keyspace is to have, of which this database, the only node, can be one.</summary>
/// <param name="Strategy">Class of the replication strategy.</param>
/// <param name="Total">Replicas in all.</param>
/// <param name="Datacenters">Replicas in each data center; empty where the strategy knows none.</param>
/// <remarks>Source: org/apache/cassandra/locator/{SimpleStrategy,NetworkTopologyStrategy,ReplicationFactor}.java, db/ConsistencyLevel.java (blockFor).</remarks>
internal sealed record KeyspaceReplicas(string Strategy, int Total, IReadOnlyDictionary<string, int> Datacenters)
{
    /// <summary>The data center that this node is in.</summary>
    private const string LocalDatacenter = "datacenter1";

    private const string NetworkTopology = "NetworkTopologyStrategy";

    // A keyspace's replication is asked for by every statement that names a level.
    private static readonly ConditionalWeakTable<KeyspaceMetadata, KeyspaceReplicas> Known = [];

    /// <summary>Whether replicas are counted by data center.</summary>
    public bool HasDatacenters { get; } = Strategy.EndsWith(NetworkTopology, StringComparison.Ordinal);

    /// <summary>The replicas of a keyspace.</summary>
    public static KeyspaceReplicas Of(KeyspaceMetadata keyspace) => Known.GetValue(keyspace, Read);

    /// <summary>Refuses a level for which there are too few replicas.</summary>
    /// <exception cref="InvalidQueryException">There are.</exception>
    public void Check(ConsistencyLevel level)
    {
        if (level == ConsistencyLevel.EachQuorum && HasDatacenters)
        {
            foreach ((string name, int factor) in Datacenters)
                Check(level, Quorum(factor), name == LocalDatacenter ? Alive : 0, $" in DC {name}");
            return;
        }

        int required = level switch
        {
            ConsistencyLevel.Two => 2,
            ConsistencyLevel.Three => 3,
            ConsistencyLevel.Quorum or ConsistencyLevel.Serial or ConsistencyLevel.EachQuorum => Quorum(Total),
            ConsistencyLevel.All => Total,
            ConsistencyLevel.LocalQuorum or ConsistencyLevel.LocalSerial => Quorum(Local),
            _ => 1,
        };
        Check(level, required, Alive, "");
    }

    private static KeyspaceReplicas Read(KeyspaceMetadata keyspace)
    {
        string strategy = keyspace.Replication.GetValueOrDefault("class", "LocalStrategy");
        var datacenters = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (strategy.EndsWith(NetworkTopology, StringComparison.Ordinal))
        {
            foreach ((string name, string factor) in keyspace.Replication)
            {
                if (name is not ("class" or "replication_factor"))
                    datacenters[name] = FactorOf(factor);
            }

            return new KeyspaceReplicas(strategy, datacenters.Values.Sum(), datacenters);
        }

        // The other strategies have a replica on each node, which is one.
        bool isSimple = strategy.EndsWith("SimpleStrategy", StringComparison.Ordinal);
        return new KeyspaceReplicas(strategy, isSimple ? FactorOf(keyspace.Replication.GetValueOrDefault("replication_factor", "1")) : 1, datacenters);
    }

    /// <summary>How many nodes of a declared ring have each partition; all where the strategy knows no number.</summary>
    public int OnRing => HasDatacenters || Strategy.EndsWith("SimpleStrategy", StringComparison.Ordinal) ? Local : int.MaxValue;

    // A copy of another cluster's files knows only that cluster's data centers: this node stands for one of the largest.
    private int Local => !HasDatacenters ? Total
        : Datacenters.TryGetValue(LocalDatacenter, out int own) ? own
        : Datacenters.Values.DefaultIfEmpty().Max();

    private int Alive => Math.Min(Local, 1);

    private static void Check(ConsistencyLevel level, int required, int alive, string where)
    {
        if (required > alive)
            throw new InvalidQueryException($"Cannot achieve consistency level {level.Name()}{where}", new MissingReplicas((int)level, required, alive));
    }

    private static int Quorum(int replicas) => (replicas / 2) + 1;

    // "3/1" are three replicas, of which one is transient.
    private static int FactorOf(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return int.TryParse(slash < 0 ? text : text[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out int factor) ? factor : 0;
    }
}
