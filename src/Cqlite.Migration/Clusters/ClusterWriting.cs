using Cqlite.Core.Query;

namespace Cqlite.Migration.Clusters;

/// <summary>How a cluster is written. Immutable.</summary>
public sealed record ClusterWriting
{
    /// <summary>The defaults.</summary>
    public static ClusterWriting Default { get; } = new();

    /// <summary>Requests of one range that are under way at once. Default 32.</summary>
    public int InFlight { get; init; } = 32;

    /// <summary>Statements of one partition that are sent as one unlogged batch at most; 1 for each by itself. Default 30.</summary>
    public int BatchStatements { get; init; } = 30;

    /// <summary>Bytes of values from which on a batch is sent. Default 16 KiB, below what Cassandra refuses.</summary>
    public int BatchBytes { get; init; } = 16 << 10;

    /// <summary>How often a write that may be done twice is sent again when nodes are busy, slow or lost, beside what the connection itself tries. Default 6.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>How many replicas must have written; null, the default, for what the connection says.</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>A file that takes the rows that the cluster refuses, with the reason, as lines of JSON; null, the default: the first one ends the work.</summary>
    public string? RejectPath { get; init; }

    /// <summary>A folder for what is done, so that the work can be gone on with; null, the default, for none.</summary>
    public string? StatePath { get; init; }

    /// <summary>Where a user's work on a cluster is noted where no other folder is named, so that the same user goes on with it from wherever.</summary>
    /// <param name="clusterName">The cluster's name, which others may have too.</param>
    /// <param name="contactPoints">Where it was connected to.</param>
    public static string DefaultStatePath(string clusterName, IEnumerable<string> contactPoints)
    {
        ArgumentNullException.ThrowIfNull(clusterName);
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(data, "cqlite", "clusters", Uri.EscapeDataString($"{clusterName} {string.Join(",", contactPoints.Order(StringComparer.Ordinal))}"));
    }
}
