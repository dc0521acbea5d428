using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>
/// Keeps what was written in one window of time apart from other windows: the current window is compacted by size, each one before to
/// a single SSTable, and what has expired as a whole is dropped without being read. An SSTable belongs to the window of its largest timestamp.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/{TimeWindowCompactionStrategy,TimeWindowCompactionStrategyOptions}.java.</remarks>
internal sealed class TimeWindowStrategy : CompactionStrategy
{
    private readonly SizeTiers _tiers;
    private readonly TombstoneRules _tombstones;
    private readonly long _windowSeconds;
    private readonly long _unitsPerSecond;
    private readonly ExpiryClock _expiry;
    private long _newestWindow;

    /// <summary>Creates the strategy of a table.</summary>
    public TimeWindowStrategy(TableMetadata table)
        : base(table)
    {
        _tiers = new SizeTiers(Options);
        _tombstones = TombstoneRules.OnDemand(Options);
        _expiry = new ExpiryClock(Options);
        _windowSeconds = Math.Max(1, Options.Int("compaction_window_size", 1)) * Options.Word("compaction_window_unit", "DAYS") switch
        {
            "MINUTES" => 60L,
            "HOURS" => 3_600L,
            _ => 86_400L,
        };
        _unitsPerSecond = Options.Word("timestamp_resolution", "MICROSECONDS") switch
        {
            "SECONDS" => 1,
            "MILLISECONDS" => 1_000,
            "NANOSECONDS" => 1_000_000_000,
            _ => 1_000_000,
        };
    }

    /// <summary>Where the window of an SSTable begins, in seconds since 1970.</summary>
    public long WindowOf(CompactionCandidate candidate)
    {
        long seconds = candidate.MaxTimestampMicros / _unitsPerSecond;
        return seconds - (seconds % _windowSeconds);
    }

    /// <inheritdoc/>
    public override CompactionProposal Propose(CompactionView view)
    {
        CompactionCandidate[] free = [.. view.Free];
        if (free.Length == 0)
            return CompactionProposal.None;
        List<CompactionCandidate> expired = _expiry.IsDue(view.NowMillis) ? view.FullyExpired(free) : [];
        CompactionCandidate[] living = [.. free.Except(expired)];
        (IReadOnlyList<CompactionCandidate> chosen, int pending) = Choose(living);
        CompactionReason reason = CompactionReason.TimeWindow;
        if (chosen.Count == 0 && _tombstones.Worthwhile(view, living).MinBy(c => c.StoredBytes) is { } one)
        {
            chosen = [one];
            reason = CompactionReason.Tombstones;
        }

        if (chosen.Count + expired.Count == 0)
            return CompactionProposal.None;
        if (chosen.Count == 0)
            reason = CompactionReason.Expired;
        return new CompactionProposal(TaskOf(chosen.Concat(expired), reason, new SizedOutput(0)), Math.Max(1, pending));
    }

    /// <summary>
    /// One SSTable a window. Cassandra makes one of all windows, after which nothing of it can be dropped before its youngest part has
    /// expired: what the strategy is there to prevent.
    /// </summary>
    public override IReadOnlyList<CompactionTask> Major(CompactionView view, bool splitOutput) =>
        [.. view.Free.GroupBy(WindowOf).OrderBy(w => w.Key).Select(w => TaskOf(w, CompactionReason.Major, new SizedOutput(0)))];

    private (IReadOnlyList<CompactionCandidate> Chosen, int Pending) Choose(CompactionCandidate[] candidates)
    {
        IReadOnlyList<CompactionCandidate> chosen = [];
        int pending = 0;
        IGrouping<long, CompactionCandidate>[] windows = [.. candidates.GroupBy(WindowOf).OrderByDescending(w => w.Key)];
        if (windows.Length > 0)
            _newestWindow = Math.Max(_newestWindow, windows[0].Key);
        foreach (IGrouping<long, CompactionCandidate> window in windows)
        {
            int count = window.Count();
            IReadOnlyList<CompactionCandidate> tier = window.Key >= _newestWindow
                ? count >= _tiers.MinThreshold ? _tiers.Choose(_tiers.Group(window)) : []
                : count >= 2 ? [.. window.OrderBy(c => c.StoredBytes).ThenBy(c => c.Id).Take(_tiers.MaxThreshold)] : [];
            if (tier.Count == 0)
                continue;
            int left = count - _tiers.MaxThreshold;
            pending += 1 + (left > _tiers.MinThreshold ? (left + _tiers.MaxThreshold - 1) / _tiers.MaxThreshold : 0);
            if (chosen.Count == 0)
                chosen = tier;
        }

        return (chosen, pending);
    }
}

/// <summary>How often a strategy looks for SSTables that have expired as a whole.</summary>
/// <param name="options">Where <c>expired_sstable_check_frequency_seconds</c> is, ten minutes by default.</param>
internal sealed class ExpiryClock(StrategyOptions options)
{
    private readonly long _periodMillis = options.Long("expired_sstable_check_frequency_seconds", 600) * 1000;
    private long? _lastMillis;

    /// <summary>Whether it is time, and if so notes that it is done.</summary>
    public bool IsDue(long nowMillis)
    {
        if (_lastMillis is { } last && nowMillis - last <= _periodMillis)
            return false;
        _lastMillis = nowMillis;
        return true;
    }
}
