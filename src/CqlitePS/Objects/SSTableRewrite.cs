using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;

namespace CqlitePS.Objects;

/// <summary>What was made of one SSTable, or of several by merging them.</summary>
public sealed class SSTableRewrite
{
    internal SSTableRewrite(IReadOnlyList<SSTableDescriptor> sources, string destination, string version, RewriteResult result, long? gcGraceSeconds, TimeSpan duration)
    {
        Source = [.. sources.Select(s => s.PathOf(SSTableComponent.Data))];
        Keyspace = sources[0].Keyspace;
        Table = sources[0].Table;
        Index = sources[0].Index;
        Destination = destination;
        Version = version;
        DataPath = [.. result.Written.Select(s => s.PathOf(SSTableComponent.Data))];
        Partitions = result.PartitionCount;
        Rows = result.RowCount;
        Cells = result.CellCount;
        Markers = result.MarkerCount;
        OmittedComponents = [.. result.OmittedComponents];
        GcGraceSeconds = gcGraceSeconds;
        Duration = duration;
    }

    /// <summary>Full paths of Data.db of what was read.</summary>
    public string[] Source { get; }

    /// <summary>The keyspace, by the folders' names; empty where they do not tell.</summary>
    public string Keyspace { get; }

    /// <summary>The table, by the folders' names; empty where they do not tell.</summary>
    public string Table { get; }

    /// <summary>The legacy secondary index whose hidden table this is; null for others.</summary>
    public string? Index { get; }

    /// <summary>Full path of the folder that was written to.</summary>
    public string Destination { get; }

    /// <summary>The version written.</summary>
    public string Version { get; }

    /// <summary>Full paths of Data.db of what was written, in the order of their partitions; none where nothing was left.</summary>
    public string[] DataPath { get; }

    /// <summary>Partitions written.</summary>
    public long Partitions { get; }

    /// <summary>Rows written, static ones included.</summary>
    public long Rows { get; }

    /// <summary>Cells written, tombstones included.</summary>
    public long Cells { get; }

    /// <summary>Ends of deleted ranges written.</summary>
    public long Markers { get; }

    /// <summary>Components of a node's indexes (SAI, SASI) that were not carried over; a node builds them anew.</summary>
    public string[] OmittedComponents { get; }

    /// <summary>For how many seconds tombstones were kept; null where all were.</summary>
    public long? GcGraceSeconds { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }
}
