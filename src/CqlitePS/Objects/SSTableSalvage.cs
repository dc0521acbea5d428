using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;

namespace CqlitePS.Objects;

/// <summary>What the salvage of one SSTable came to.</summary>
public sealed class SSTableSalvage
{
    internal SSTableSalvage(SSTableDescriptor source, string destination, string version, ScrubResult result, TimeSpan duration)
    {
        Source = source.PathOf(SSTableComponent.Data);
        Keyspace = source.Keyspace;
        Table = source.Table;
        Index = source.Index;
        Destination = destination;
        Version = version;
        DataPath = result.Written is { } written ? [written.PathOf(SSTableComponent.Data)] : [];
        ManifestPath = result.ManifestPath;
        IsComplete = result.IsComplete;
        Partitions = result.PartitionCount;
        Rows = result.RowCount;
        Moved = result.MovedCount;
        Lost = [.. result.Losses];
        Repaired = [.. result.Repairs];
        Duration = duration;
    }

    /// <summary>Full path of Data.db of what was read.</summary>
    public string Source { get; }

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

    /// <summary>Full path of Data.db of what was written; none where nothing could be salvaged.</summary>
    public string[] DataPath { get; }

    /// <summary>Full path of the manifest, which holds all of this as JSON.</summary>
    public string ManifestPath { get; }

    /// <summary>Whether nothing is lost.</summary>
    public bool IsComplete { get; }

    /// <summary>Partitions salvaged, whole or in part.</summary>
    public long Partitions { get; }

    /// <summary>Rows salvaged, static ones included.</summary>
    public long Rows { get; }

    /// <summary>Rows and partitions that were not where the order wants them, and now are.</summary>
    public long Moved { get; }

    /// <summary>The stretches that are lost.</summary>
    public ScrubLoss[] Lost { get; }

    /// <summary>What was put right.</summary>
    public ScrubRepair[] Repaired { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }
}
