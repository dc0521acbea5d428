using System.Net;

namespace Cqlite.Cassandra.Client;

/// <summary>A node of a cluster, and whether it answers.</summary>
/// <param name="Address">Where it takes clients.</param>
/// <param name="HostId">Its id.</param>
/// <param name="Datacenter">Its datacenter.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="Release">Cassandra's version, such as <c>5.0.9</c>.</param>
/// <param name="SchemaVersion">The version of the schema that it knows; null where it is not told.</param>
/// <param name="TokenCount">Number of its places on the ring.</param>
/// <param name="Latency">How long it took to answer; null where it did not.</param>
/// <param name="Problem">Why it did not answer; null where it did.</param>
public sealed record CassandraNode(
    IPEndPoint Address,
    Guid HostId,
    string Datacenter,
    string Rack,
    string Release,
    Guid? SchemaVersion,
    int TokenCount,
    TimeSpan? Latency,
    string? Problem)
{
    /// <summary>Whether it answered.</summary>
    public bool IsUp => Problem is null;
}
