using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>
/// Compacts SSTables that overlap and are of one density, which is their size by the share of the ring that they cover. Densities form levels, each
/// its fan factor above the one before; the scaling parameter tells how many may overlap in a level: as many as the factor (tiers, T), or but
/// one (levels, L). What comes out is cut at fixed places of the ring, into the more parts the denser it is.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/{UnifiedCompactionStrategy.java,UnifiedCompactionStrategy.md,ShardManager.java}.</remarks>
internal sealed class UnifiedStrategy : CompactionStrategy
{
    private static readonly double s_leastCoverage = Math.ScaleB(1, -48);
    private readonly UnifiedScale _scale;
    private readonly RingShare _ring;
    private readonly ExpiryClock _expiry;
    private readonly OverlapInclusion _inclusion;
    private readonly int _mostSSTables;

    /// <summary>Creates the strategy of a table.</summary>
    public UnifiedStrategy(TableMetadata table)
        : base(table)
    {
        _scale = new UnifiedScale(Options);
        _ring = new RingShare(table.Partitioner);
        _expiry = new ExpiryClock(Options);
        _inclusion = Enum.TryParse(Options.Word("overlap_inclusion_method", ""), ignoreCase: true, out OverlapInclusion inclusion) ? inclusion : OverlapInclusion.Transitive;
        int most = Options.Int("max_sstables_to_compact", 0);
        _mostSSTables = most <= 0 ? int.MaxValue : most;
    }

    /// <summary>Size by the share of the ring that is covered. What covers next to nothing, as a single partition does, counts as if it covered all.</summary>
    public double Density(CompactionCandidate candidate)
    {
        double share = candidate.TokenSpaceCoverage > 0 ? candidate.TokenSpaceCoverage : _ring.Between(candidate.First.Token, candidate.Last.Token);
        return candidate.StoredBytes / (share >= s_leastCoverage ? share : 1);
    }

    /// <inheritdoc/>
    public override CompactionProposal Propose(CompactionView view)
    {
        CompactionCandidate[] free = [.. view.Free];
        List<CompactionCandidate> expired = _expiry.IsDue(view.NowMillis) ? view.FullyExpired(free) : [];
        IReadOnlyList<CompactionCandidate> chosen = [];
        int mostOverlapping = 0;
        int pending = 0;
        foreach ((int level, List<CompactionCandidate> members) in Levels(free.Except(expired), view.FlushBytes))
        {
            List<List<HashSet<CompactionCandidate>>> buckets = OverlapSets.Buckets(OverlapSets.Of(view, members), _scale.Threshold(level), _inclusion);
            foreach (List<HashSet<CompactionCandidate>> bucket in buckets)
            {
                int overlapping = bucket.Max(s => s.Count);
                pending += overlapping / _scale.Threshold(level);
                if (overlapping <= mostOverlapping)
                    continue;
                mostOverlapping = overlapping;
                chosen = OverlapSets.Oldest(bucket, MostAtOnce(level, overlapping));
            }
        }

        if (chosen.Count + expired.Count == 0)
            return CompactionProposal.None;
        CompactionReason reason = chosen.Count == 0 ? CompactionReason.Expired : CompactionReason.Density;
        return new CompactionProposal(TaskOf(chosen.Concat(expired), reason, Shards(view, chosen)), Math.Max(1, pending));
    }

    /// <summary>A task for each part of the ring that no SSTable leads out of.</summary>
    public override IReadOnlyList<CompactionTask> Major(CompactionView view, bool splitOutput)
    {
        List<CompactionTask> tasks = [];
        HashSet<CompactionCandidate> group = [];
        foreach (HashSet<CompactionCandidate> set in OverlapSets.Of(view, view.Free))
        {
            if (group.Count > 0 && !set.Overlaps(group))
            {
                tasks.Add(TaskOf(group, CompactionReason.Major, Shards(view, group)));
                group = [];
            }

            group.UnionWith(set);
        }

        if (group.Count > 0)
            tasks.Add(TaskOf(group, CompactionReason.Major, Shards(view, group)));
        return tasks;
    }

    /// <inheritdoc/>
    public override OutputLayout Flushed(long flushBytes) =>
        Table.Partitioner.TokensAreKeys ? new SizedOutput(0) : new ShardedOutput(_ring, _scale.ShardCount(flushBytes));

    /// <inheritdoc/>
    public override CompactionTask UserDefined(CompactionView view, IReadOnlyList<CompactionCandidate> inputs) =>
        TaskOf(inputs, CompactionReason.UserDefined, Shards(view, inputs));

    /// <summary>The levels that have any SSTable, lowest first.</summary>
    public List<(int Level, List<CompactionCandidate> Members)> Levels(IEnumerable<CompactionCandidate> candidates, long flushBytes)
    {
        List<(int Level, List<CompactionCandidate> Members)> levels = [];
        int level = 0;
        double end = _scale.LevelEnd(0, _scale.BaseBytes(flushBytes));
        foreach (CompactionCandidate candidate in candidates.OrderBy(Density).ThenBy(c => c.Id))
        {
            while (Density(candidate) >= end)
                end = _scale.LevelEnd(++level, end);
            if (levels.Count == 0 || levels[^1].Level != level)
                levels.Add((level, []));
            levels[^1].Members.Add(candidate);
        }

        return levels;
    }

    /// <summary>
    /// How many overlapping SSTables are compacted at once: all, when not more than the fan factor; when compaction is far behind, as many as end in a
    /// level further up, as if it had kept up.
    /// </summary>
    private int MostAtOnce(int level, int overlapping)
    {
        int fanout = _scale.Fanout(level);
        int most = Math.Max(fanout, _mostSSTables);
        if (overlapping <= fanout)
            return overlapping;
        if (overlapping <= (long)fanout * _scale.Fanout(level + 1) || most == fanout)
            return Math.Min(overlapping, most);
        int limit = Math.Min(most, overlapping);
        long next = fanout;
        long count;
        int above = level;
        do
        {
            count = next;
            next *= _scale.Fanout(++above);
        }
        while (next <= limit);
        return (int)(_scale.IsLeveled(level) ? count * (limit / count) : count);
    }

    private OutputLayout Shards(CompactionView view, IReadOnlyCollection<CompactionCandidate> inputs)
    {
        if (inputs.Count == 0 || Table.Partitioner.TokensAreKeys)
            return new SizedOutput(0);
        Int128 first = inputs.Min(i => i.First.Token.Value);
        Int128 last = inputs.Max(i => i.Last.Token.Value);
        double share = _ring.Between(new Token(first), new Token(last));
        double bytes = inputs.Sum(i => i.StoredBytes);
        return new ShardedOutput(_ring, _scale.ShardCount(share >= s_leastCoverage ? bytes / share : bytes));
    }
}
