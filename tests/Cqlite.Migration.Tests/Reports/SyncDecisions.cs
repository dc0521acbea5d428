using Cqlite.Migration.Syncing;

namespace Cqlite.Migration.Tests.Reports;

/// <summary>A table with one decision about a row of a key.</summary>
internal sealed record SyncDecisions(string Key)
{
    public TableSync Table { get; } = new("shop", "orders")
    {
        ChangedRows = 1,
        WrittenCells = 1,
        Conflicts = 1,
        Decisions = [new SyncDecision(SyncAction.Write, Key, Key, Key, Key) { DatabaseMicros = 1_700_000_000_000_000, IsConflict = true }],
    };
}
