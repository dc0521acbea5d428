using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>Why SSTables are compacted.</summary>
internal enum CompactionReason
{
    /// <summary>There are enough of a similar size.</summary>
    SizeTier,

    /// <summary>A level has more than it should.</summary>
    Level,

    /// <summary>Level 0 has so many that they are first compacted among themselves.</summary>
    LevelZeroBacklog,

    /// <summary>A window of time has more than one, or the current one enough of a similar size.</summary>
    TimeWindow,

    /// <summary>Enough of a similar density overlap.</summary>
    Density,

    /// <summary>Much of one SSTable can be dropped.</summary>
    Tombstones,

    /// <summary>All of their content has expired.</summary>
    Expired,

    /// <summary>The user asked for all.</summary>
    Major,

    /// <summary>The user named them.</summary>
    UserDefined,

    /// <summary>The user asked for what others delete to be dropped.</summary>
    GarbageCollection,
}

/// <summary>Which deletions in SSTables outside of a compaction take effect in it (<c>provide_overlapping_tombstones</c>).</summary>
internal enum OverlappingTombstones
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of partitions, ranges and rows.</summary>
    Row,

    /// <summary>Also those of cells, and newer values.</summary>
    Cell,
}

/// <summary>What to compact, and into what. Immutable; prints itself.</summary>
/// <remarks>Source of the idea: org/apache/cassandra/db/compaction/CompactionTask.java.</remarks>
internal sealed record CompactionTask
{
    /// <summary>The SSTables that are replaced, in no order that matters.</summary>
    public required IReadOnlyList<SSTableId> Inputs { get; init; }

    /// <summary>Why.</summary>
    public required CompactionReason Reason { get; init; }

    /// <summary>Into which SSTables.</summary>
    public required OutputLayout Output { get; init; }

    /// <summary>Which deletions of overlapping SSTables take effect.</summary>
    public OverlappingTombstones Overlapping { get; init; }

    /// <summary>Whether fewer inputs will do when the disk has no room for all.</summary>
    public bool MayLeaveInputs => Reason is not (CompactionReason.UserDefined or CompactionReason.GarbageCollection);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Reason}: {string.Join(", ", Inputs.Order().Select(i => i.Text))} to {Output}{(Overlapping == OverlappingTombstones.None ? "" : $", without what overlapping {Overlapping}s delete")}";
}
