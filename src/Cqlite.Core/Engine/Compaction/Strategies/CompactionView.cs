using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>What a strategy decides upon: a table's SSTables at a moment. Immutable.</summary>
internal sealed record CompactionView
{
    /// <summary>The table.</summary>
    public required TableMetadata Table { get; init; }

    /// <summary>All of the table's SSTables.</summary>
    public required IReadOnlyList<CompactionCandidate> Live { get; init; }

    /// <summary>Those among which the strategy chooses: of one state of repair.</summary>
    public required IReadOnlyList<CompactionCandidate> Members { get; init; }

    /// <summary>SSTables that are being compacted, or are damaged.</summary>
    public IReadOnlySet<SSTableId> Busy { get; init; } = new HashSet<SSTableId>();

    /// <summary>The present, in milliseconds since 1970.</summary>
    public required long NowMillis { get; init; }

    /// <summary>Smallest timestamp in a memtable, in microseconds since 1970; <see cref="long.MaxValue"/> where none holds anything.</summary>
    public long MemtableMinTimestampMicros { get; init; } = long.MaxValue;

    /// <summary>What a flush of the table leaves, in stored bytes; 0 where there was none yet.</summary>
    public long FlushBytes { get; init; }

    /// <summary>Tombstones made before may go, in seconds since 1970.</summary>
    public long GcBeforeSeconds => (NowMillis / 1000) - Table.Options.GcGraceSeconds;

    /// <summary>Those of <see cref="Members"/> that can be chosen.</summary>
    public IEnumerable<CompactionCandidate> Free => Members.Where(c => !Busy.Contains(c.Id));

    /// <summary>Order of partitions.</summary>
    public int Compare(DecoratedKey left, DecoratedKey right) => Table.Partitioner.Compare(left.Token, left.Key.Span, right.Token, right.Key.Span);

    /// <summary>Whether two may hold the same partition.</summary>
    public bool Overlaps(CompactionCandidate left, CompactionCandidate right) => Compare(left.First, right.Last) <= 0 && Compare(right.First, left.Last) <= 0;

    /// <summary>All of the table's other SSTables that may hold a partition of one of these.</summary>
    public List<CompactionCandidate> OverlappingWith(IReadOnlyCollection<CompactionCandidate> candidates) =>
        [.. Live.Where(other => candidates.All(c => c.Id != other.Id) && candidates.Any(c => Overlaps(c, other)))];

    /// <summary>Those that hold nothing that lives, or could hide what lives elsewhere.</summary>
    public List<CompactionCandidate> FullyExpired(IReadOnlyCollection<CompactionCandidate> candidates, bool ignoreOverlaps = false) =>
        ExpiredSSTables.Find(candidates, ignoreOverlaps ? [] : OverlappingWith(candidates), MemtableMinTimestampMicros, GcBeforeSeconds, PurgesRepairedOnly, ignoreOverlaps);

    /// <summary>Whether tombstones may go from repaired SSTables only.</summary>
    public bool PurgesRepairedOnly => new StrategyOptions(Table.Options.Compaction).Flag("only_purge_repaired_tombstones", false);
}
