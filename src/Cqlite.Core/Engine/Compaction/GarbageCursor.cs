using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// A merged cursor without what SSTables outside of the merge delete or, if asked for, overwrite. Their deletions stay where they are;
/// deletions of the merge itself stay too, even where an outer one covers them.
/// </summary>
/// <remarks>Source of the idea: org/apache/cassandra/db/compaction/CompactionIterator.java (GarbageSkipper), CompactionController.java (shadowSources).</remarks>
internal sealed class GarbageCursor : UnfilteredCursor
{
    private readonly UnfilteredCursor _source;
    private readonly LivePurgeBounds _outside;
    private readonly bool _byCell;
    private readonly long _oldestMicros;
    private readonly ClusteringComparator _order;
    private readonly RowMerger _rows;
    private readonly RowMerger _statics;
    private readonly Row _uncovered = new();
    private MergeCursor? _shadow;
    private bool _hasShadowItem;
    private DeletionTime _open = DeletionTime.Live;
    private Row? _staticShown;
    private Row? _row;

    /// <summary>Looks at a merged cursor, which this owns from now on.</summary>
    /// <param name="source">The merge.</param>
    /// <param name="outside">What is outside of it, which this does not own.</param>
    /// <param name="overlapping">Which deletions take effect.</param>
    /// <param name="oldestMicros">Smallest timestamp in the merge: what outside is all older deletes nothing.</param>
    public GarbageCursor(UnfilteredCursor source, LivePurgeBounds outside, OverlappingTombstones overlapping, long oldestMicros)
    {
        _source = source;
        _outside = outside;
        _oldestMicros = oldestMicros;

        // Counters are added up, not overwritten.
        _byCell = overlapping == OverlappingTombstones.Cell && !source.Table.IsCounter;
        _order = new ClusteringComparator(source.Table);
        _rows = new RowMerger(source.Table, 1, isStatic: false);
        _statics = new RowMerger(source.Table, 1, isStatic: true);
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _source.Table;

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _source.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _source.Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _source.PartitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _staticShown;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _row is not null ? UnfilteredKind.Row : _source.Kind == UnfilteredKind.Marker ? UnfilteredKind.Marker : UnfilteredKind.None;

    /// <inheritdoc/>
    public override Row Row => _row!;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _source.Marker;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _row = null;
        _staticShown = null;
        _shadow?.Dispose();
        _shadow = null;
        if (!_source.MoveToNextPartition())
            return false;
        _shadow = OpenShadow();
        _open = DeletionTime.Live;
        _hasShadowItem = _shadow is not null && _shadow.MoveToNextUnfiltered();
        _staticShown = _source.StaticRow is { } row && _shadow is not null ? Uncover(row, _shadow.StaticRow, _statics) : _source.StaticRow;
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        while (true)
        {
            _row = null;
            if (!_source.MoveToNextUnfiltered())
                return false;
            if (_source.Kind == UnfilteredKind.Marker)
                return true;
            _row = _shadow is null ? _source.Row : Uncover(_source.Row, FindShadow(_source.Row), _rows);
            if (_row is not null)
                return true;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _shadow?.Dispose();
        _source.Dispose();
        base.Dispose(disposing);
    }

    private MergeCursor? OpenShadow()
    {
        List<UnfilteredCursor>? cursors = null;
        ReadRequest? request = null;
        foreach (SSTable other in _outside.Near(Token, PartitionKey))
        {
            // Rows of another definition of the table number their columns otherwise.
            if (other.Statistics.Stats.MaxTimestampMicros <= _oldestMicros || !ReferenceEquals(other.Table, Table) || !other.TryFind(Token, PartitionKey, out _))
                continue;
            request ??= new ReadRequest { Key = new DecoratedKey(Token, PartitionKey.ToArray()) };
            (cursors ??= []).Add(other.Read(request));
        }

        if (cursors is null)
            return null;
        MergeCursor shadow = new(Table, cursors, reversed: false);
        if (shadow.MoveToNextPartition())
            return shadow;
        shadow.Dispose();
        return null;
    }

    /// <summary>Goes on outside to where a row stands; the row of the same clustering there, if there is one.</summary>
    private Row? FindShadow(Row row)
    {
        while (_hasShadowItem)
        {
            bool isMarker = _shadow!.Kind == UnfilteredKind.Marker;
            int order = _order.Compare(isMarker ? _shadow.Marker.Clustering : _shadow.Row.Clustering, row.Clustering);
            if (order > 0)
                return null;
            if (order == 0 && !isMarker)
                return _shadow.Row;
            if (isMarker)
                _open = _shadow.Marker.OpenDeletion(reversed: false);
            _hasShadowItem = _shadow.MoveToNextUnfiltered();
        }

        return null;
    }

    private Row? Uncover(Row row, Row? shadow, RowMerger merger)
    {
        DeletionTime deletion = _shadow!.PartitionDeletion;
        if (!row.IsStatic && _open.Supersedes(deletion))
            deletion = _open;
        if (shadow is { IsDeletionShadowable: false } && shadow.Deletion.Supersedes(deletion))
            deletion = shadow.Deletion;
        Row? left = merger.Filter(row, deletion);
        return left is null || shadow is null || !_byCell ? left : WithoutOverwritten(left, shadow);
    }

    private Row? WithoutOverwritten(Row row, Row shadow)
    {
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? Table.Statics : Table.Regulars;
        _uncovered.Reset(row.IsStatic);
        _uncovered.Buffer = row.Buffer;
        _uncovered.FilePosition = row.FilePosition;
        _uncovered.Liveness = row.Liveness;
        _uncovered.Deletion = row.Deletion;
        _uncovered.IsDeletionShadowable = row.IsDeletionShadowable;
        _uncovered.SetClustering(row.ClusteringSlices);
        foreach (ref readonly ComplexDeletion complex in row.ComplexDeletions)
            _uncovered.AddComplexDeletion(complex);
        int other = 0;
        bool differs = false;
        foreach (ref readonly Cell cell in row.Cells)
        {
            other = Skip(shadow, other, row, cell, columns[cell.Column].Type.PathType, out bool isSame);
            if (IsDeletedByColumn(shadow, cell) || (isSame && !CellReconciliation.LeftWins(cell, row.Value(cell), shadow.Cells[other], shadow.Value(shadow.Cells[other]))))
                differs = true;
            else
                _uncovered.AddCell() = cell;
        }

        return !differs ? row : _uncovered.IsEmpty ? null : _uncovered;
    }

    private static bool IsDeletedByColumn(Row shadow, in Cell cell)
    {
        foreach (ref readonly ComplexDeletion complex in shadow.ComplexDeletions)
        {
            if (complex.Column == cell.Column && complex.Deletion.Deletes(cell.TimestampMicros))
                return true;
        }

        return false;
    }

    /// <summary>The first cell outside, from one on, that is not before a cell, and whether it is the same element of the same column.</summary>
    private static int Skip(Row shadow, int from, Row row, in Cell cell, CqlType? pathType, out bool isSame)
    {
        for (; from < shadow.Cells.Length; from++)
        {
            ref readonly Cell candidate = ref shadow.Cells[from];
            int order = candidate.Column.CompareTo(cell.Column);
            if (order == 0 && pathType is not null)
                order = pathType.Compare(shadow.Path(candidate), row.Path(cell));
            if (order < 0)
                continue;
            isSame = order == 0;
            return from;
        }

        isSame = false;
        return from;
    }
}
