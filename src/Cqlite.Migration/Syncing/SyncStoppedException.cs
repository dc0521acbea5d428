namespace Cqlite.Migration.Syncing;

/// <summary>A sync was stopped. What was written by then stays; the same sync once more, from the same time, writes the rest and nothing twice.</summary>
/// <param name="partial">The report: of each table what was done.</param>
/// <param name="inner">What stopped it.</param>
public sealed class SyncStoppedException(SyncReport partial, OperationCanceledException inner) : OperationCanceledException(inner.Message, inner, inner.CancellationToken)
{
    /// <summary>What was done until then.</summary>
    public SyncReport Partial => partial;
}
