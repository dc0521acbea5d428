using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>
/// Keeps SSTables of one size in levels, each ten times as large as the one before, in which no two overlap: a partition is in at most one
/// SSTable a level. A full level gives an SSTable to the next one, to be merged with those there that overlap it; flushed SSTables enter by level 0.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/{LeveledCompactionStrategy,LeveledManifest}.java.</remarks>
internal sealed class LeveledStrategy : CompactionStrategy
{
    private const int LevelZeroBacklog = 32;
    private const int MostRounds = 25;
    private const double Tolerance = 1.001;
    private readonly SizeTiers _tiers;
    private readonly TombstoneRules _tombstones;
    private readonly long _sstableBytes;
    private readonly int _fanout;

    /// <summary>How many compactions ago each level last took part in one.</summary>
    private readonly int[] _rounds = new int[LevelArrangement.LevelCount];

    /// <summary>Creates the strategy of a table.</summary>
    public LeveledStrategy(TableMetadata table)
        : base(table)
    {
        _tiers = new SizeTiers(Options);
        _tombstones = TombstoneRules.Of(Options);
        _sstableBytes = Math.Max(1L, Options.Int("sstable_size_in_mb", 160)) << 20;
        _fanout = Math.Max(1, Options.Int("fanout_size", 10));
    }

    /// <inheritdoc/>
    public override CompactionProposal Propose(CompactionView view)
    {
        LevelArrangement levels = new(view);
        CompactionTask? task = ByLevel(view, levels) ?? ForTombstones(view, levels);
        return new CompactionProposal(task, task is null ? 0 : Math.Max(1, CountTasks(levels)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<CompactionTask> Major(CompactionView view, bool splitOutput)
    {
        CompactionCandidate[] all = [.. view.Free];
        return all.Length == 0 ? [] : [TaskOf(all, CompactionReason.Major, new LevelsOutput(_sstableBytes, _fanout))];
    }

    /// <inheritdoc/>
    public override CompactionTask UserDefined(CompactionView view, IReadOnlyList<CompactionCandidate> inputs)
    {
        int level = inputs.Count > 1 ? 0 : new LevelArrangement(view).LevelOf(inputs[0]);
        return TaskOf(inputs, CompactionReason.UserDefined, level == 0 ? new SizedOutput(0) : new SizedOutput(level, _sstableBytes));
    }

    /// <summary>
    /// Higher levels come first, which moves the least data in the end; but a long row of SSTables in level 0, through which every read
    /// must go, is made shorter before them.
    /// </summary>
    private CompactionTask? ByLevel(CompactionView view, LevelArrangement levels)
    {
        CompactionTask? backlog = LevelZeroTier(view, levels);
        for (int level = LevelArrangement.LevelCount - 2; level > 0; level--)
        {
            long bytes = levels[level].Where(c => !view.Busy.Contains(c.Id)).Sum(c => c.StoredBytes);
            if (bytes <= LevelArrangement.MaxBytes(level, _fanout, _sstableBytes) * Tolerance)
                continue;
            if (backlog is not null)
                return backlog;
            List<CompactionCandidate> chosen = OutOf(view, levels, level);
            if (chosen.Count == 0)
                continue;
            int next = NextLevel(levels, chosen);
            return TaskOf(WithStarved(view, levels, chosen, next), CompactionReason.Level, new SizedOutput(next, _sstableBytes));
        }

        List<CompactionCandidate> young = OutOfLevelZero(view, levels);
        if (young.Count == 0)
            return backlog;
        int target = NextLevel(levels, young);
        return TaskOf(young, CompactionReason.Level, new SizedOutput(target, _sstableBytes));
    }

    private CompactionTask? LevelZeroTier(CompactionView view, LevelArrangement levels)
    {
        if (levels[0].Count <= LevelZeroBacklog)
            return null;
        IReadOnlyList<CompactionCandidate> tier = _tiers.Choose(_tiers.Group(levels[0].Where(c => !view.Busy.Contains(c.Id))));
        return tier.Count == 0 ? null : TaskOf(tier, CompactionReason.LevelZeroBacklog, new SizedOutput(0));
    }

    private static List<CompactionCandidate> OutOf(CompactionView view, LevelArrangement levels, int level)
    {
        foreach (CompactionCandidate candidate in levels.InTurn(level))
        {
            List<CompactionCandidate> chosen = [candidate, .. levels.Overlapping([candidate], level + 1)];
            if (!chosen.Exists(c => view.Busy.Contains(c.Id)))
                return chosen;
        }

        return [];
    }

    /// <summary>
    /// The oldest of level 0 and those there that overlap them. With enough data for a whole SSTable they go to level 1, together with what
    /// they overlap there; with less they become one SSTable of level 0.
    /// </summary>
    private List<CompactionCandidate> OutOfLevelZero(CompactionView view, LevelArrangement levels)
    {
        CompactionCandidate[] busy = [.. levels[0].Where(c => view.Busy.Contains(c.Id))];
        List<CompactionCandidate> remaining = [.. levels[0].OrderBy(c => c.MaxTimestampMicros).ThenBy(c => c.Id)];
        List<CompactionCandidate> chosen = [];
        foreach (CompactionCandidate oldest in remaining.ToArray())
        {
            if (!remaining.Contains(oldest))
                continue;
            CompactionCandidate[] group = [.. remaining.Where(c => c == oldest || view.Overlaps(c, oldest))];
            if (group.Any(c => view.Busy.Contains(c.Id)))
                continue;
            foreach (CompactionCandidate candidate in group)
            {
                if (busy.Length == 0 || !IsWithin(view, levels.Span(busy), candidate))
                    chosen.Add(candidate);
                remaining.Remove(candidate);
            }

            if (chosen.Count > _tiers.MaxThreshold)
            {
                chosen = [.. chosen.OrderBy(c => c.MaxTimestampMicros).ThenBy(c => c.Id).Take(_tiers.MaxThreshold)];
                break;
            }
        }

        if (chosen.Sum(c => c.StoredBytes) > _sstableBytes)
        {
            List<CompactionCandidate> above = levels.Overlapping(chosen, 1);
            if (above.Exists(c => view.Busy.Contains(c.Id)) || (busy.Length > 0 && busy.Any(c => IsWithin(view, levels.Span(chosen), c))))
                return [];
            chosen.AddRange(above);
        }

        return chosen.Count < 2 ? [] : chosen;
    }

    private static bool IsWithin(CompactionView view, (DecoratedKey First, DecoratedKey Last) span, CompactionCandidate candidate) =>
        view.Compare(candidate.First, span.Last) <= 0 && view.Compare(span.First, candidate.Last) <= 0;

    private int NextLevel(LevelArrangement levels, List<CompactionCandidate> chosen)
    {
        int lowest = chosen.Min(levels.LevelOf);
        int highest = chosen.Max(levels.LevelOf);
        if (highest == 0 && chosen.Sum(c => c.StoredBytes) < _sstableBytes)
            return 0;
        return lowest == highest ? highest + 1 : highest;
    }

    /// <summary>
    /// After many rounds without the highest level, as when its size has been changed, one of its SSTables comes along: one that lies within
    /// what is compacted, so that nothing overlaps afterwards.
    /// </summary>
    private List<CompactionCandidate> WithStarved(CompactionView view, LevelArrangement levels, List<CompactionCandidate> chosen, int target)
    {
        for (int level = 1; level < LevelArrangement.LevelCount; level++)
            _rounds[level]++;
        _rounds[target] = 0;
        int highest = LevelArrangement.LevelCount - 1;
        while (highest > 0 && levels[highest].Count == 0)
            highest--;
        if (_rounds[highest] <= MostRounds || highest <= target)
            return chosen;
        (DecoratedKey first, DecoratedKey last) = levels.Span(chosen);
        CompactionCandidate? starved = levels[highest].FirstOrDefault(c =>
            view.Compare(c.First, first) > 0 && view.Compare(c.Last, last) <= 0 && !view.Busy.Contains(c.Id));
        return starved is null ? chosen : [.. chosen, starved];
    }

    /// <summary>One of which much can be dropped: of the highest level that has such a one.</summary>
    private CompactionTask? ForTombstones(CompactionView view, LevelArrangement levels)
    {
        for (int level = LevelArrangement.LevelCount - 1; level >= 0; level--)
        {
            CompactionCandidate? one = _tombstones
                .Worthwhile(view, levels[level].Where(c => !view.Busy.Contains(c.Id)))
                .MaxBy(c => c.DroppableRatio(view.GcBeforeSeconds));
            if (one is not null)
                return TaskOf([one], CompactionReason.Tombstones, new SizedOutput(level, _sstableBytes));
        }

        return null;
    }

    private int CountTasks(LevelArrangement levels)
    {
        long tasks = 0;
        for (int level = 0; level < LevelArrangement.LevelCount; level++)
        {
            double excess = levels[level].Sum(c => c.StoredBytes) - (LevelArrangement.MaxBytes(level, _fanout, _sstableBytes) * Tolerance);
            tasks += excess > 0 ? (long)Math.Ceiling(excess / _sstableBytes) : 0;
        }

        if (levels[0].Count > _tiers.MaxThreshold)
            tasks += levels[0].Count / _tiers.MaxThreshold;
        return (int)Math.Min(tasks, int.MaxValue);
    }
}
