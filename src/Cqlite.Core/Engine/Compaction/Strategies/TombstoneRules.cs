namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>When one SSTable is worth compacting alone, for the tombstones in it.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/AbstractCompactionStrategy.java (worthDroppingTombstones).</remarks>
internal sealed record TombstoneRules
{
    private const string ThresholdOption = "tombstone_threshold";
    private const string IntervalOption = "tombstone_compaction_interval";
    private const string UncheckedOption = "unchecked_tombstone_compaction";
    private readonly bool _isDisabled;

    private TombstoneRules(StrategyOptions options, bool onDemand)
    {
        Threshold = options.Double(ThresholdOption, 0.2);
        IntervalSeconds = options.Long(IntervalOption, 86_400);
        IsUnchecked = options.Flag(UncheckedOption, false);
        _isDisabled = onDemand && !new[] { ThresholdOption, IntervalOption, UncheckedOption }.Any(o => options.Map.TryGetValue(o, out string? value) && value != "false");
    }

    /// <summary>Share of droppable cells above which it is.</summary>
    public double Threshold { get; }

    /// <summary>Age in seconds that an SSTable must have, lest it be compacted again and again in vain.</summary>
    public long IntervalSeconds { get; }

    /// <summary>Whether it does not matter that other SSTables may keep the tombstones from going.</summary>
    public bool IsUnchecked { get; }

    /// <summary>The rules of a table's options.</summary>
    public static TombstoneRules Of(StrategyOptions options) => new(options, onDemand: false);

    /// <summary>The rules of a strategy that does so only where an option about it is set.</summary>
    public static TombstoneRules OnDemand(StrategyOptions options) => new(options, onDemand: true);

    /// <summary>Those that are worth it.</summary>
    public IEnumerable<CompactionCandidate> Worthwhile(CompactionView view, IEnumerable<CompactionCandidate> among) => among.Where(c => IsWorthwhile(view, c));

    private bool IsWorthwhile(CompactionView view, CompactionCandidate candidate)
    {
        if (_isDisabled || view.NowMillis < candidate.CreatedMillis + (IntervalSeconds * 1000))
            return false;
        double ratio = candidate.DroppableRatio(view.GcBeforeSeconds);
        if (ratio <= Threshold)
            return false;
        if (IsUnchecked)
            return true;
        List<CompactionCandidate> overlapping = view.OverlappingWith([candidate]);
        if (overlapping.Count == 0 || view.FullyExpired([candidate]).Count > 0)
            return true;
        return ratio * ShareOutside(view, candidate, overlapping) > Threshold;
    }

    /// <summary>Which share of the partitions no other SSTable may have, by the lengths of ranges of tokens; 0 where tokens have no distances.</summary>
    private static double ShareOutside(CompactionView view, CompactionCandidate candidate, List<CompactionCandidate> overlapping)
    {
        if (view.Table.Partitioner.TokensAreKeys)
            return 0;
        Int128 from = candidate.First.Token.Value;
        Int128 to = candidate.Last.Token.Value + 1;
        UInt128 free = 0;
        foreach (CompactionCandidate other in overlapping.OrderBy(o => o.First.Token))
        {
            if (other.First.Token.Value > from)
                free += (UInt128)(other.First.Token.Value - from);
            from = Int128.Max(from, other.Last.Token.Value + 1);
            if (from >= to)
                break;
        }

        if (from < to)
            free += (UInt128)(to - from);
        return (double)free / (double)(UInt128)(to - candidate.First.Token.Value);
    }
}
