using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Walks rows that a <see cref="RowSorter"/> has sorted; those of equal keys are merged into one.</summary>
internal sealed class RowSorterCursor : UnfilteredCursor
{
    private readonly RowSorter _rows;
    private readonly RowMerger[] _mergers;
    private readonly RowMerger[] _staticMergers;
    private readonly Row[] _versions = [new(), new()];
    private int _partition = -1;
    private int _next;
    private Row? _static;
    private Row? _row;

    /// <summary>Creates a cursor that stands before the first partition.</summary>
    public RowSorterCursor(RowSorter rows)
    {
        _rows = rows;

        // Two by turns: what one has made is what the other merges with the next version.
        _mergers = [new RowMerger(rows.Table, 2, isStatic: false), new RowMerger(rows.Table, 2, isStatic: false)];
        _staticMergers = [new RowMerger(rows.Table, 2, isStatic: true), new RowMerger(rows.Table, 2, isStatic: true)];
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _rows.Table;

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _rows.KeyOf(_rows.InOrder(_partition));

    /// <inheritdoc/>
    public override Token Token => _rows.TokenOf(_rows.InOrder(_partition));

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => DeletionTime.Live;

    /// <inheritdoc/>
    public override Row? StaticRow => _static;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _row is null ? UnfilteredKind.None : UnfilteredKind.Row;

    /// <inheritdoc/>
    public override Row Row => _row!;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => throw new InvalidOperationException("the cursor stands on no marker.");

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        while (IsInPartition(_next))
            _next++;
        _partition = _next;
        _row = null;
        _static = null;
        if (_next >= _rows.Count)
            return false;
        if (_rows.IsStatic(_rows.InOrder(_next)))
            _static = Take(_staticMergers);
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        do
            _row = IsInPartition(_next) ? Take(_mergers) : null;
        while (_row is null && IsInPartition(_next));
        return _row is not null;
    }

    private bool IsInPartition(int place) =>
        _partition >= 0 && place < _rows.Count && _rows.IsSamePartition(_rows.InOrder(place), _rows.InOrder(_partition));

    /// <summary>Merges the next row with those of equal keys that follow it.</summary>
    private Row? Take(RowMerger[] mergers)
    {
        Row? merged = _versions[0];
        _rows.Fill(_rows.InOrder(_next++), merged);
        for (int turn = 0; IsInPartition(_next) && IsSame(_rows.InOrder(_next - 1), _rows.InOrder(_next)); turn ^= 1)
        {
            mergers[turn].Clear();
            if (merged is not null)
                mergers[turn].Add(merged);
            _rows.Fill(_rows.InOrder(_next++), _versions[1]);
            mergers[turn].Add(_versions[1]);
            merged = mergers[turn].Merge(DeletionTime.Live);
            if (ReferenceEquals(merged, _versions[1]))
                (_versions[0], _versions[1]) = (_versions[1], _versions[0]);
        }

        return merged;
    }

    private bool IsSame(int left, int right)
    {
        if (_rows.IsStatic(left) || _rows.IsStatic(right))
            return _rows.IsStatic(left) && _rows.IsStatic(right);
        return _rows.Comparator.Compare(_rows.ClusteringOf(left), _rows.ClusteringOf(right)) == 0;
    }
}
