using System.Collections.Concurrent;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Syncing;

/// <summary>
/// What of a table is to be written into the cluster, range by range, and what was decided about those that are done. It is no part of the ring that another has decided
/// about, so that several go at once, and what comes of it does not depend on which is done first. For any number of threads.
/// </summary>
/// <param name="database">The table in the database.</param>
/// <param name="cluster">The table in the cluster, whose ranges are taken.</param>
/// <param name="plan">What is compared.</param>
/// <param name="policy">Who holds.</param>
/// <param name="maxDecisions">How many decisions are listed.</param>
internal sealed class SyncedRanges(ITableSource database, ITableSource cluster, ComparisonPlan plan, SyncPolicy policy, int maxDecisions) : ITableSource
{
    private readonly ConcurrentDictionary<TokenRange, SyncTally> _underWay = [];
    private readonly ConcurrentDictionary<TokenRange, TableSync> _done = [];

    /// <inheritdoc/>
    public TableMetadata Table => cluster.Table;

    /// <inheritdoc/>
    public SourceFidelity Fidelity => cluster.Fidelity;

    /// <inheritdoc/>
    public Task<IReadOnlyList<RangeEstimate>> SplitAsync(int wantedCount, CancellationToken cancellation) => cluster.SplitAsync(wantedCount, cancellation);

    /// <summary>What of a range is to be written. It is decided about once, from its beginning to its end.</summary>
    public UnfilteredCursor Read(TokenRange range, CancellationToken cancellation)
    {
        SyncTally tally = new(database.Table, maxDecisions);
        _underWay[range] = tally;
        SyncRow rows = new(plan, database.Table, cluster.Table, policy, tally);
        return new SyncCursor(database.Read(range, cancellation), cluster.Read(range, cancellation), rows);
    }

    /// <summary>A range's rows are written.</summary>
    public void Complete(TokenRange range)
    {
        if (_underWay.TryRemove(range, out SyncTally? tally))
            _done[range] = tally.ToResult();
    }

    /// <summary>What was decided about the ranges that are done, in the order of tokens.</summary>
    public TableSync ToResult()
    {
        TableSync sum = new(Table.Keyspace, Table.Name);
        List<SyncDecision> decisions = [];
        foreach ((_, TableSync range) in _done.OrderBy(d => d.Key))
        {
            decisions.AddRange(range.Decisions.Take(maxDecisions - decisions.Count));
            sum = sum with
            {
                ChangedRows = sum.ChangedRows + range.ChangedRows,
                WrittenCells = sum.WrittenCells + range.WrittenCells,
                DeletedCells = sum.DeletedCells + range.DeletedCells,
                DeletedRows = sum.DeletedRows + range.DeletedRows,
                Conflicts = sum.Conflicts + range.Conflicts,
                Kept = sum.Kept + range.Kept,
                Undecided = sum.Undecided + range.Undecided,
                RetimedCells = sum.RetimedCells + range.RetimedCells,
                FutureCells = sum.FutureCells + range.FutureCells,
            };
        }

        return sum with { Decisions = decisions, Share = new RangeSet(_done.Keys).Share(Table.Partitioner) };
    }
}
