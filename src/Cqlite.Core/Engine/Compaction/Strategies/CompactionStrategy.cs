using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>What a strategy would do.</summary>
/// <param name="Task">What comes first; null for nothing.</param>
/// <param name="PendingCount">How many tasks are left, that one included, as far as can be told.</param>
internal readonly record struct CompactionProposal(CompactionTask? Task, int PendingCount)
{
    /// <summary>Nothing to do.</summary>
    public static CompactionProposal None { get; }
}

/// <summary>
/// Decides which SSTables are compacted, by what they look like: nothing is read or written. What it remembers (when it last looked for
/// expired SSTables, how long a level has rested) only delays or widens a task, never makes one wrong. For one thread at a time.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/AbstractCompactionStrategy.java.</remarks>
internal abstract class CompactionStrategy
{
    /// <summary>Takes the options of a table.</summary>
    protected CompactionStrategy(TableMetadata table)
    {
        Table = table;
        Options = new StrategyOptions(table.Options.Compaction);
    }

    /// <summary>The table.</summary>
    protected TableMetadata Table { get; }

    /// <summary>The table's options.</summary>
    protected StrategyOptions Options { get; }

    /// <summary>Whether a table is compacted without being asked.</summary>
    public static bool IsEnabled(TableMetadata table) => new StrategyOptions(table.Options.Compaction).Flag("enabled", true);

    /// <summary>The strategy that a table declares; size tiers for one that this release does not know.</summary>
    public static CompactionStrategy For(TableMetadata table) => CompactionOptions.SimpleClass(table.Options.Compaction) switch
    {
        "LeveledCompactionStrategy" => new LeveledStrategy(table),
        "TimeWindowCompactionStrategy" => new TimeWindowStrategy(table),
        "UnifiedCompactionStrategy" => new UnifiedStrategy(table),
        _ => new SizeTieredStrategy(table),
    };

    /// <summary>What to do next.</summary>
    public abstract CompactionProposal Propose(CompactionView view);

    /// <summary>What compacts everything that is free, as far as the strategy's own order allows. The tasks share no SSTable.</summary>
    /// <param name="view">The SSTables.</param>
    /// <param name="splitOutput">Whether the result may be several SSTables where the strategy would leave one.</param>
    public abstract IReadOnlyList<CompactionTask> Major(CompactionView view, bool splitOutput);

    /// <summary>Into which SSTables a flush goes.</summary>
    /// <param name="flushBytes">What flushes leave, in stored bytes; 0 where there was none.</param>
    public virtual OutputLayout Flushed(long flushBytes) => new SizedOutput(0);

    /// <summary>What compacts the named SSTables together.</summary>
    public virtual CompactionTask UserDefined(CompactionView view, IReadOnlyList<CompactionCandidate> inputs) => TaskOf(inputs, CompactionReason.UserDefined, new SizedOutput(0));

    /// <summary>What drops from one SSTable all that others delete.</summary>
    public virtual CompactionTask GarbageCollection(CompactionView view, CompactionCandidate input, OverlappingTombstones overlapping) =>
        UserDefined(view, [input]) with { Reason = CompactionReason.GarbageCollection, Overlapping = overlapping };

    /// <summary>Makes a task with what the table's options say for all tasks.</summary>
    protected CompactionTask TaskOf(IEnumerable<CompactionCandidate> inputs, CompactionReason reason, OutputLayout output) => new()
    {
        Inputs = [.. inputs.Select(i => i.Id)],
        Reason = reason,
        Output = output,
        Overlapping = Enum.TryParse(Options.Word("provide_overlapping_tombstones", ""), ignoreCase: true, out OverlappingTombstones overlapping) ? overlapping : OverlappingTombstones.None,
    };
}
