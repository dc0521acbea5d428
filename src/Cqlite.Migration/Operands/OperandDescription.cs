using Cqlite.Core.Files;

namespace Cqlite.Migration.Operands;

/// <summary>What data are moved from or to.</summary>
public enum OperandKind
{
    /// <summary>A cluster that is asked by CQL.</summary>
    Cluster,

    /// <summary>A database of this product.</summary>
    Database,

    /// <summary>A node's folder, its data directory, or a snapshot in it.</summary>
    CassandraDirectory,

    /// <summary>What an export has written.</summary>
    ExportDirectory,
}

/// <summary>Which source or target it was: for manifests, results and reports. Has no secrets.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">Its folder, or the cluster's contact points.</param>
/// <param name="Partitioner">The full class name of its partitioner.</param>
public sealed record OperandDescription(OperandKind Kind, string Address, string Partitioner)
{
    /// <summary>The cluster's name; null for files.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The version of the oldest node, such as <c>5.0.9</c>; null where files do not tell.</summary>
    public string? Release { get; init; }

    /// <summary>The consistency of a cluster's reads and writes, such as <c>LOCAL_QUORUM</c>; null for files.</summary>
    public string? Consistency { get; init; }

    /// <summary>The number of the protocol's version that is spoken with a cluster; null for files.</summary>
    public int? ProtocolVersion { get; init; }

    /// <summary>The snapshot that is read of the tables in a folder; null for their own SSTables, and of clusters.</summary>
    public string? Snapshot { get; init; }

    /// <summary>What tells whether two descriptions are of the same data: a cluster by its name, files by their place and snapshot.</summary>
    public string Identity => Kind == OperandKind.Cluster ? $"cluster {ClusterName}" : $"folder {Place}";

    /// <summary>Whether another description is of the same data.</summary>
    /// <param name="other">It; of earlier, perhaps, with a path whose letters had another case.</param>
    public bool IsSameData(OperandDescription other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Kind != OperandKind.Cluster && other.Kind != OperandKind.Cluster ? PathNames.AreSame(Identity, other.Identity) : Identity == other.Identity;
    }

    /// <summary>Where it is, as people are told: <c>/var/lib/cassandra/data (snapshot nightly-20)</c>.</summary>
    internal string Place => Snapshot is null ? Address : $"{Address} (snapshot {Snapshot})";
}
