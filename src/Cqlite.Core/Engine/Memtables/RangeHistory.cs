using Cqlite.Core.Engine.Mutations;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>The range deletions of a partition since a moment, and those before it.</summary>
/// <param name="ranges">The ranges.</param>
/// <param name="since">The arena's top when they came: readers whose limit is not above it don't see them.</param>
/// <param name="before">What they replace.</param>
internal sealed class RangeHistory(RangeTombstones ranges, uint since, RangeHistory? before)
{
    /// <summary>About what a range takes: itself, two bounds and their values.</summary>
    public const int BytesPerRange = 200;

    private RangeHistory? _before = before;

    /// <summary>Before the first range.</summary>
    public static RangeHistory Beginning { get; } = new(RangeTombstones.Empty, 0, null);

    /// <summary>The ranges.</summary>
    public RangeTombstones Ranges => ranges;

    /// <summary>The arena's top when they came.</summary>
    public uint Since => since;

    /// <summary>What was there before; null once that has been forgotten.</summary>
    public RangeHistory? Before => Volatile.Read(ref _before);

    /// <summary>Lets go of what was there before.</summary>
    public void Forget() => Volatile.Write(ref _before, null);
}
