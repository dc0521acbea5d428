using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>Compacts SSTables of similar size once there are enough of them; else one of which much can be dropped.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/SizeTieredCompactionStrategy.java.</remarks>
internal sealed class SizeTieredStrategy : CompactionStrategy
{
    private readonly SizeTiers _tiers;
    private readonly TombstoneRules _tombstones;

    /// <summary>Creates the strategy of a table.</summary>
    public SizeTieredStrategy(TableMetadata table)
        : base(table)
    {
        _tiers = new SizeTiers(Options);
        _tombstones = TombstoneRules.Of(Options);
    }

    /// <inheritdoc/>
    public override CompactionProposal Propose(CompactionView view)
    {
        List<List<CompactionCandidate>> tiers = _tiers.Group(view.Free);
        IReadOnlyList<CompactionCandidate> chosen = _tiers.Choose(tiers);
        if (chosen.Count > 0)
            return new CompactionProposal(TaskOf(chosen, CompactionReason.SizeTier, new SizedOutput(0)), _tiers.CountTasks(tiers));
        return _tombstones.Worthwhile(view, view.Free).MaxBy(c => c.StoredBytes) is { } one
            ? new CompactionProposal(TaskOf([one], CompactionReason.Tombstones, new SizedOutput(0)), 1)
            : CompactionProposal.None;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<CompactionTask> Major(CompactionView view, bool splitOutput)
    {
        CompactionCandidate[] all = [.. view.Free];
        if (all.Length == 0)
            return [];
        OutputLayout output = splitOutput ? new HalvesOutput(all.Sum(c => c.StoredBytes)) : new SizedOutput(0);
        return [TaskOf(all, CompactionReason.Major, output)];
    }
}
