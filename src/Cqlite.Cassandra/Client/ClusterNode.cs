namespace Cqlite.Cassandra.Client;

/// <summary>What a cluster says of a node, as of one moment.</summary>
/// <param name="Address">Where it takes clients.</param>
/// <param name="HostId">Its id.</param>
/// <param name="Datacenter">Its datacenter.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="Release">Cassandra's version, such as <c>5.0.9</c>.</param>
/// <param name="SchemaVersion">The version of the schema that it knows.</param>
/// <param name="Tokens">Its places on the ring.</param>
internal sealed record NodeFacts(NodeAddress Address, Guid HostId, string Datacenter, string Rack, string Release, Guid? SchemaVersion, IReadOnlyList<string> Tokens);

/// <summary>A node of the cluster: what is known of it, and its connections. Stays the same object while the node is in the cluster.</summary>
internal sealed class ClusterNode(NodeFacts facts, NodePool pool) : IDisposable
{
    private NodeFacts _facts = facts;

    /// <summary>What the cluster last said of it.</summary>
    public NodeFacts Facts
    {
        get => Volatile.Read(ref _facts);
        set => Volatile.Write(ref _facts, value);
    }

    /// <summary>Its connections.</summary>
    public NodePool Pool { get; } = pool;

    /// <inheritdoc/>
    public void Dispose() => Pool.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Facts.Address.ToString();
}
