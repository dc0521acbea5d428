using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Migration.Validation;

/// <summary>
/// What is to be written into the target so that it becomes as the source, where it lacks rows or has others. A cell that would not win against the target's gets the
/// time after it, for the newer one holds; rows that only the target has are left alone.
/// </summary>
internal sealed class CorrectionCursor : WrittenCursor
{
    private readonly RowPairs _pairs;
    private readonly CorrectionKinds _kinds;
    private readonly long _missingAfterMicros;
    private readonly int[] _staticTargets;
    private readonly int[] _regularTargets;
    private readonly Row _row = new();
    private readonly Row _static = new();
    private bool _hasStatic;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="pairs">A range of both sides, which this owns from now on.</param>
    /// <param name="target">The table in the target.</param>
    /// <param name="kinds">What is corrected.</param>
    /// <param name="missingAfterMicros">The time that rows and cells which the target lacks must be later than; those that are not get the one after it.</param>
    public CorrectionCursor(RowPairs pairs, TableMetadata target, CorrectionKinds kinds, long missingAfterMicros = long.MinValue)
    {
        _missingAfterMicros = missingAfterMicros;
        _pairs = pairs;
        Table = target;
        _kinds = kinds;
        _staticTargets = ComparisonPlan.Places(pairs.Plan.Statics, target.Statics);
        _regularTargets = ComparisonPlan.Places(pairs.Plan.Regulars, target.Regulars);
    }

    /// <summary>Rows, and static rows, that the target lacked.</summary>
    public long MissingRows { get; private set; }

    /// <summary>Rows, and static rows, that were others in the target.</summary>
    public long MismatchedRows { get; private set; }

    /// <summary>Cells that get a later time than the source's.</summary>
    public long RetimedCells { get; private set; }

    /// <summary>Cells that can't be corrected: counters, and those of which only the time is too new in the target.</summary>
    public long UncorrectableCells { get; private set; }

    /// <inheritdoc/>
    public override TableMetadata Table { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _pairs.PartitionSide.Cursor.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _pairs.PartitionSide.Cursor.Token;

    /// <inheritdoc/>
    public override Row? StaticRow => _hasStatic ? _static : null;

    /// <inheritdoc/>
    public override Row Row => _row;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        while (MoveToNextUnfiltered())
        {
            // What nobody asks for is counted all the same.
        }

        LeavePartition();
        while (_pairs.MoveToNextPartition())
        {
            _hasStatic = _pairs.IsLeftPartition && FillStatic();
            if (LookAhead() || _hasStatic)
                return true;
        }

        _hasStatic = false;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _pairs.Dispose();
        base.Dispose(disposing);
    }

    private bool FillStatic()
    {
        // What is dead there tells what the source's values must be later than.
        Row? right = _pairs.IsRightPartition ? _pairs.Right.Static ?? _pairs.Right.DeadStatic : null;
        if (_pairs.Left.Static is null && right is null)
            return false;
        if (!_kinds.HasFlag(_pairs.IsRightPartition ? CorrectionKinds.Mismatch : CorrectionKinds.Missing))
            return false;
        _static.ResetToArena(isStatic: true);
        Fill(_static, _pairs.Left.Static, _pairs.Left.Statics, right, _pairs.Right.Statics, _pairs.Plan.Statics, _staticTargets);
        if (_static.IsEmpty)
            return false;
        if (_pairs.IsRightPartition)
            MismatchedRows++;
        else
            MissingRows++;
        return true;
    }

    /// <inheritdoc/>
    protected override bool FindRow()
    {
        while (_pairs.MoveToNextRow())
        {
            if (!_pairs.IsLeftRow || !_kinds.HasFlag(_pairs.IsRightRow ? CorrectionKinds.Mismatch : CorrectionKinds.Missing))
                continue;
            Row left = _pairs.Left.Row;
            Row? right = _pairs.IsRightRow ? _pairs.Right.Row : null;
            _row.ResetToArena(isStatic: false);
            foreach (Slice slice in left.ClusteringSlices)
                _row.AddClustering(slice.IsNull ? Slice.Null : _row.Store(left.Bytes(slice)));
            FillLiveness(left, right);
            Fill(_row, left, _pairs.Left.Regulars, right, _pairs.Right.Regulars, _pairs.Plan.Regulars, _regularTargets);
            if (_row.IsEmpty)
                continue;
            if (right is null)
                MissingRows++;
            else
                MismatchedRows++;
            return true;
        }

        return false;
    }

    private void FillLiveness(Row left, Row? right)
    {
        if (!left.Liveness.IsLive(_pairs.Plan.Terms.NowSeconds))
            return;
        if (right is null || (_pairs.Plan.Terms.RowLiveness && left.Liveness != right.Liveness && left.Liveness.Supersedes(right.Liveness)))
            _row.Liveness = right is null && left.Liveness.TimestampMicros <= _missingAfterMicros ? left.Liveness with { TimestampMicros = _missingAfterMicros + 1 } : left.Liveness;
    }

    private void Fill(Row output, Row? left, int[] leftMap, Row? right, int[] rightMap, ComparedColumn[] columns, int[] targets)
    {
        long nowSeconds = _pairs.Plan.Terms.NowSeconds;
        Dictionary<int, long> replaced = ReplacedLists(left, leftMap, right, rightMap, columns);
        foreach ((int column, long newest) in replaced.OrderBy(r => targets[r.Key]))
            output.AddComplexDeletion(new ComplexDeletion(targets[column], new DeletionTime(newest, nowSeconds)));
        CellPairs pairs = new(left, leftMap, right, rightMap, columns, nowSeconds);
        while (pairs.MoveNext())
        {
            if (replaced.TryGetValue(pairs.Column, out long newest))
            {
                if (pairs.Left >= 0)
                    Put(output, left!, left!.Cells[pairs.Left], targets[pairs.Column], newest);
                continue;
            }

            Correct(output, left, right, rightMap, pairs, columns[pairs.Column], targets[pairs.Column]);
        }
    }

    /// <summary>Lists that are known by order only are written anew where they differ, behind a deletion of all that the target has.</summary>
    private Dictionary<int, long> ReplacedLists(Row? left, int[] leftMap, Row? right, int[] rightMap, ComparedColumn[] columns)
    {
        Dictionary<int, long> replaced = [];
        if (right is null || !Array.Exists(columns, c => c.IsByOrder))
            return replaced;
        CellPairs pairs = new(left, leftMap, right, rightMap, columns, _pairs.Plan.Terms.NowSeconds);
        Dictionary<int, (bool Differs, long Newest)> lists = [];
        while (pairs.MoveNext())
        {
            ComparedColumn column = columns[pairs.Column];
            if (!column.IsByOrder)
                continue;
            bool differs = pairs.Left < 0 || pairs.Right < 0
                || !RowComparer.AreEqual(left!, left!.Cells[pairs.Left], right, right.Cells[pairs.Right], column, _pairs.Plan.Terms);
            (bool Differs, long Newest) known = lists.GetValueOrDefault(pairs.Column, (false, long.MinValue + 1));
            long time = pairs.Right < 0 ? known.Newest : right.Cells[pairs.Right].TimestampMicros;
            lists[pairs.Column] = (known.Differs || differs, Math.Max(known.Newest, time));
        }

        foreach ((int column, (bool differs, long newest)) in lists)
        {
            // Where the target has no elements there is nothing to be deleted first.
            if (differs && newest > long.MinValue + 1)
                replaced[column] = Math.Max(newest, _missingAfterMicros);
        }

        return replaced;
    }

    private void Correct(Row output, Row? left, Row? right, int[] rightMap, in CellPairs pairs, ComparedColumn column, int target)
    {
        if (pairs.Left < 0)
        {
            Delete(output, right!, right!.Cells[pairs.Right], target, column);
            return;
        }

        Cell cell = left!.Cells[pairs.Left];
        if (pairs.Right < 0)
        {
            Put(output, left, cell, target, Math.Max(_missingAfterMicros, right is null && !output.IsStatic ? long.MinValue : HiddenUpTo(right, rightMap, pairs.Column, left.Path(cell))));
            return;
        }

        Cell other = right!.Cells[pairs.Right];
        if (RowComparer.AreEqual(left, cell, right, other, column, _pairs.Plan.Terms))
            return;
        bool wins = CellReconciliation.LeftWins(cell, left.Value(cell), other, right.Value(other));
        bool isOnlyTooNew = !wins && RowComparer.HasSameValue(left, cell, right, other, column) && cell.LocalDeletionSeconds == other.LocalDeletionSeconds;
        if (column.Type.IsCounter || isOnlyTooNew)
            UncorrectableCells++;
        else
            Put(output, left, cell, target, wins ? long.MinValue : other.TimestampMicros);
    }

    /// <summary>The time up to which the target's deletions, and what has expired there, hide a cell.</summary>
    private long HiddenUpTo(Row? right, int[] rightMap, int column, ReadOnlySpan<byte> path)
    {
        long hidden = _pairs.IsRightPartition ? _pairs.Right.Cursor.PartitionDeletion.MarkedAtMicros : long.MinValue;
        if (right is null)
            return hidden;
        hidden = Math.Max(hidden, right.IsStatic ? long.MinValue : Math.Max(right.Deletion.MarkedAtMicros, _pairs.Right.Covering.MarkedAtMicros));
        foreach (ComplexDeletion deletion in right.ComplexDeletions)
        {
            if (rightMap[deletion.Column] == column)
                hidden = Math.Max(hidden, deletion.Deletion.MarkedAtMicros);
        }

        foreach (ref readonly Cell cell in right.Cells)
        {
            if (rightMap[cell.Column] == column && right.Path(cell).SequenceEqual(path))
                hidden = Math.Max(hidden, cell.TimestampMicros);
        }

        return hidden;
    }

    private void Put(Row output, Row from, in Cell cell, int target, long after)
    {
        if (output.PutCell(from, cell, target, after))
            RetimedCells++;
    }

    private void Delete(Row output, Row from, in Cell cell, int target, ComparedColumn column)
    {
        if (column.Type.IsCounter)
        {
            UncorrectableCells++;
            return;
        }

        Slice path = cell.Path.IsNull ? Slice.Null : output.Store(from.Path(cell));
        ref Cell copy = ref output.AddCell();
        copy = new Cell
        {
            Column = target,
            TimestampMicros = cell.TimestampMicros,
            LocalDeletionSeconds = _pairs.Plan.Terms.NowSeconds,
            Value = new Slice(0, 0),
            Path = path,
        };
    }
}
