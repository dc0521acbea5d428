using Cqlite.Cassandra.Client;

namespace CqlitePS.Objects;

/// <summary>Whether a cluster could be reached, and how it is.</summary>
public sealed class CassandraTestResult
{
    internal CassandraTestResult(string[] contactPoints, CassandraHealth health)
    {
        ContactPoint = contactPoints;
        Succeeded = true;
        IsHealthy = health.IsHealthy;
        ClusterName = health.ClusterName;
        Release = health.Nodes.FirstOrDefault(n => n.IsUp)?.Release;
        ProtocolVersion = health.ProtocolVersion;
        LocalDatacenter = health.LocalDatacenter;
        SchemaAgrees = health.SchemaAgrees;
        Nodes = [.. health.Nodes];
    }

    internal CassandraTestResult(string[] contactPoints, string problem)
    {
        ContactPoint = contactPoints;
        Problem = problem;
    }

    /// <summary>Where it was looked for.</summary>
    public string[] ContactPoint { get; }

    /// <summary>Whether it could be reached and took the credential.</summary>
    public bool Succeeded { get; }

    /// <summary>Whether all nodes answer and know the same schema.</summary>
    public bool IsHealthy { get; }

    /// <summary>The cluster's name; null where it could not be reached, as all that follows.</summary>
    public string? ClusterName { get; }

    /// <summary>Cassandra's version.</summary>
    public string? Release { get; }

    /// <summary>The version of the protocol that is spoken.</summary>
    public int? ProtocolVersion { get; }

    /// <summary>The datacenter whose nodes are asked.</summary>
    public string? LocalDatacenter { get; }

    /// <summary>Whether the nodes know the same schema.</summary>
    public bool? SchemaAgrees { get; }

    /// <summary>Number of nodes.</summary>
    public int NodeCount => Nodes.Length;

    /// <summary>Number of nodes that answered.</summary>
    public int UpCount => Nodes.Count(n => n.IsUp);

    /// <summary>How long the fastest node took to answer.</summary>
    public TimeSpan? Latency => Nodes.Min(n => n.Latency);

    /// <summary>The nodes.</summary>
    public CassandraNode[] Nodes { get; } = [];

    /// <summary>Why it could not be reached; null where it could.</summary>
    public string? Problem { get; }
}
