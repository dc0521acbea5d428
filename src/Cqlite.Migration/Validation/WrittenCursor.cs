using Cqlite.Core.Rows;

namespace Cqlite.Migration.Validation;

/// <summary>
/// What two sides make to be written: rows and static rows, without deletions of partitions and ranges. One row is looked for ahead, so that no partition is given of which
/// there is nothing.
/// </summary>
internal abstract class WrittenCursor : UnfilteredCursor
{
    private UnfilteredKind _kind;
    private bool _hasRowAhead;

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => DeletionTime.Live;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _kind;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => throw new InvalidOperationException("Deletions of ranges are given row by row.");

    /// <inheritdoc/>
    public sealed override bool MoveToNextUnfiltered()
    {
        bool has = _hasRowAhead || FindRow();
        _hasRowAhead = false;
        _kind = has ? UnfilteredKind.Row : UnfilteredKind.None;
        return has;
    }

    /// <summary>Leaves the partition.</summary>
    protected void LeavePartition()
    {
        _hasRowAhead = false;
        _kind = UnfilteredKind.None;
    }

    /// <summary>Looks for the first row of a partition; whether there is one.</summary>
    protected bool LookAhead() => _hasRowAhead = FindRow();

    /// <summary>Finds the partition's next row of which anything is to be written.</summary>
    protected abstract bool FindRow();
}
