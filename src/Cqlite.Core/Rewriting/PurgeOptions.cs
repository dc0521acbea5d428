using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>When tombstones go for good, and what expired becomes a tombstone. Immutable.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionController.java.</remarks>
public sealed record PurgeOptions
{
    /// <summary>The moment, in seconds since 1970: what expires at it or before has expired.</summary>
    public required long NowSeconds { get; init; }

    /// <summary>For how long tombstones are kept (gc_grace_seconds), in seconds.</summary>
    public required long GcGraceSeconds { get; init; }

    /// <summary>
    /// All SSTables of the table that are not part of the merge. A tombstone stays where one of them may hold something older of its partition. Empty says
    /// that there is no other data of the table anywhere on the node, in memory and commit log included: whoever says so wrongly brings deleted data back.
    /// </summary>
    public required IReadOnlyList<SSTableDescriptor> Others { get; init; }
}
