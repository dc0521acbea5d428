using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>
/// SSTables by level. Above level 0 those of a level do not overlap: one that would, as after a restore or a change of strategy, counts
/// as one of level 0, whatever its statistics say.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/LeveledGenerations.java, LeveledManifest.java (maxBytesForLevel).</remarks>
internal sealed class LevelArrangement
{
    /// <summary>Number of levels, level 0 included.</summary>
    public const int LevelCount = 9;
    private readonly List<CompactionCandidate>[] _levels = new List<CompactionCandidate>[LevelCount];
    private readonly CompactionView _view;

    /// <summary>Arranges SSTables.</summary>
    public LevelArrangement(CompactionView view)
    {
        _view = view;
        for (int level = 0; level < LevelCount; level++)
            _levels[level] = [];
        foreach (CompactionCandidate candidate in view.Members.OrderBy(m => m, Comparer<CompactionCandidate>.Create(ByFirst)))
        {
            int level = candidate.Level is > 0 and < LevelCount ? candidate.Level : 0;
            bool overlaps = level > 0 && _levels[level].Count > 0 && view.Compare(_levels[level][^1].Last, candidate.First) >= 0;
            _levels[overlaps ? 0 : level].Add(candidate);
        }
    }

    /// <summary>Those of a level, in the order of their first partitions.</summary>
    public IReadOnlyList<CompactionCandidate> this[int level] => _levels[level];

    /// <summary>What a level may hold.</summary>
    /// <param name="level">The level.</param>
    /// <param name="fanout">How many times larger each level is than the one before.</param>
    /// <param name="sstableBytes">Size of an SSTable.</param>
    public static long MaxBytes(int level, int fanout, long sstableBytes)
    {
        double bytes = level == 0 ? 4.0 * sstableBytes : Math.Pow(fanout, level) * sstableBytes;
        return bytes >= long.MaxValue ? long.MaxValue : (long)bytes;
    }

    /// <summary>The level that an SSTable counts for.</summary>
    public int LevelOf(CompactionCandidate candidate) => _levels[0].Contains(candidate) ? 0 : candidate.Level;

    /// <summary>Those of a level that may hold partitions between the first and the last of the given ones.</summary>
    public List<CompactionCandidate> Overlapping(IReadOnlyCollection<CompactionCandidate> candidates, int level)
    {
        (DecoratedKey first, DecoratedKey last) = Span(candidates);
        return [.. _levels[level].Where(c => _view.Compare(c.First, last) <= 0 && _view.Compare(first, c.Last) <= 0)];
    }

    /// <summary>The first and the last partition of all.</summary>
    public (DecoratedKey First, DecoratedKey Last) Span(IReadOnlyCollection<CompactionCandidate> candidates)
    {
        DecoratedKey first = candidates.First().First;
        DecoratedKey last = candidates.First().Last;
        foreach (CompactionCandidate candidate in candidates)
        {
            if (_view.Compare(candidate.First, first) < 0)
                first = candidate.First;
            if (_view.Compare(candidate.Last, last) > 0)
                last = candidate.Last;
        }

        return (first, last);
    }

    /// <summary>
    /// Those of a level, beginning behind where the last compaction out of it ended, so that all get their turn: its result is the youngest of
    /// the next level.
    /// </summary>
    public IEnumerable<CompactionCandidate> InTurn(int level)
    {
        List<CompactionCandidate> members = _levels[level];
        if (_levels[level + 1].MaxBy(c => (c.CreatedMillis, c.Id)) is not { } latest)
            return members;
        int start = members.FindIndex(c => _view.Compare(c.First, latest.Last) > 0);
        return start <= 0 ? members : members.Skip(start).Concat(members.Take(start));
    }

    private int ByFirst(CompactionCandidate? left, CompactionCandidate? right)
    {
        int order = _view.Compare(left!.First, right!.First);
        return order != 0 ? order : left.Id.CompareTo(right.Id);
    }
}
