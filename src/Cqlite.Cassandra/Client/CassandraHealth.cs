namespace Cqlite.Cassandra.Client;

/// <summary>How a cluster is: what it is, whether its nodes answer, and whether they know the same schema.</summary>
/// <param name="ClusterName">Its name.</param>
/// <param name="ProtocolVersion">The version of the protocol that is spoken: 3, 4 or 5.</param>
/// <param name="LocalDatacenter">The datacenter whose nodes are asked.</param>
/// <param name="Nodes">The nodes.</param>
public sealed record CassandraHealth(string ClusterName, int ProtocolVersion, string LocalDatacenter, IReadOnlyList<CassandraNode> Nodes)
{
    /// <summary>Whether all nodes that answer, and of which it is told, know the same schema.</summary>
    public bool SchemaAgrees => Nodes.Where(n => n is { IsUp: true, SchemaVersion: not null }).Select(n => n.SchemaVersion).Distinct().Count() <= 1;

    /// <summary>Whether all nodes answer and know the same schema.</summary>
    public bool IsHealthy => SchemaAgrees && Nodes.All(n => n.IsUp);
}
