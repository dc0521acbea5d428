using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// A merged cursor without the tombstones that have served: older than the grace period, and deleting nothing that is outside of the merge. What
/// expired becomes a tombstone, and goes when that one may. Liveness that expired stays until it may go.
/// </summary>
/// <remarks>
/// Source: org/apache/cassandra/db/partitions/PurgeFunction.java, db/DeletionPurger.java, db/rows/{BTreeRow,AbstractCell,ComplexColumnData}.java (purge).
/// </remarks>
internal sealed class PurgeCursor : UnfilteredCursor
{
    private readonly UnfilteredCursor _source;
    private readonly PurgeBounds _bounds;
    private readonly long _now;
    private readonly long _gcBefore;
    private readonly Row _static = new();
    private readonly Row _purged = new();
    private readonly RangeTombstoneMarker _bound = new();
    private long? _oldestOutside;
    private bool _isBoundKnown;
    private Row? _staticShown;
    private Row? _row;
    private RangeTombstoneMarker? _marker;
    private DeletionTime _partitionDeletion = DeletionTime.Live;

    /// <summary>Looks at a merged cursor, which this owns from now on; the bounds it does not.</summary>
    public PurgeCursor(UnfilteredCursor source, PurgeBounds bounds)
    {
        _source = source;
        _bounds = bounds;
        _now = bounds.NowSeconds;
        _gcBefore = bounds.GcBeforeSeconds;
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _source.Table;

    /// <inheritdoc/>
    public override bool IsReversed => _source.IsReversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _source.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _source.Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _partitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _staticShown;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _row is not null ? UnfilteredKind.Row : _marker is not null ? UnfilteredKind.Marker : UnfilteredKind.None;

    /// <inheritdoc/>
    public override Row Row => _row!;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _marker!;

    /// <inheritdoc/>
    public override long PartitionFilePosition => _source.PartitionFilePosition;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _row = null;
        _marker = null;
        _staticShown = null;
        _isBoundKnown = false;
        if (!_source.MoveToNextPartition())
            return false;
        DeletionTime deletion = _source.PartitionDeletion;
        _partitionDeletion = MayGo(deletion) ? DeletionTime.Live : deletion;
        _staticShown = _source.StaticRow is { } row ? Purge(row, _static) : null;
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        _row = null;
        _marker = null;
        while (_source.MoveToNextUnfiltered())
        {
            if (_source.Kind == UnfilteredKind.Row)
                _row = Purge(_source.Row, _purged);
            else
                _marker = Purge(_source.Marker);
            if (_row is not null || _marker is not null)
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }

    private bool MayGo(in DeletionTime deletion) => !deletion.IsLive && MayGo(deletion.MarkedAtMicros, deletion.LocalSeconds);

    private bool MayGo(long timestampMicros, long localSeconds)
    {
        if (localSeconds >= _gcBefore)
            return false;
        if (!_isBoundKnown)
        {
            _oldestOutside = _bounds.OldestOutside(Token, PartitionKey);
            _isBoundKnown = true;
        }

        return _oldestOutside is not { } oldest || timestampMicros < oldest;
    }

    private bool MayGo(in Liveness liveness) => !liveness.IsLive(_now) && MayGo(liveness.TimestampMicros, liveness.ExpiresAtSeconds);

    private RangeTombstoneMarker? Purge(RangeTombstoneMarker marker)
    {
        bool startGoes = MayGo(marker.StartDeletion);
        bool endGoes = MayGo(marker.EndDeletion);
        if (!marker.Kind.IsBoundary())
            return startGoes || endGoes ? null : marker;
        if (!startGoes && !endGoes)
            return marker;
        if (startGoes && endGoes)
            return null;

        bool beforeRow = marker.Kind == ClusteringKind.ExclusiveEndInclusiveStart;
        ClusteringKind kind = startGoes
            ? beforeRow ? ClusteringKind.ExclusiveEnd : ClusteringKind.InclusiveEnd
            : beforeRow ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart;
        _bound.Set(kind, marker.Clustering, startGoes ? marker.EndDeletion : DeletionTime.Live, startGoes ? DeletionTime.Live : marker.StartDeletion);
        return _bound;
    }

    private Row? Purge(Row row, Row output)
    {
        if (!HasDeletion(row))
            return row;
        output.Reset(row.IsStatic);
        output.Buffer = row.Buffer;
        output.FilePosition = row.FilePosition;
        output.Liveness = MayGo(row.Liveness) ? Liveness.None : row.Liveness;
        output.Deletion = MayGo(row.Deletion) ? DeletionTime.Live : row.Deletion;
        output.IsDeletionShadowable = row.IsDeletionShadowable && !output.Deletion.IsLive;
        output.SetClustering(row.ClusteringSlices);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            if (!MayGo(deletion.Deletion))
                output.AddComplexDeletion(deletion);
        }

        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.IsLive(_now))
            {
                output.AddCell() = cell;
                continue;
            }

            if (MayGo(cell.TimestampMicros, cell.LocalDeletionSeconds))
                continue;
            if (!cell.IsExpiring)
            {
                output.AddCell() = cell;
                continue;
            }

            // An expired cell says no more than a tombstone of the moment at which it was written does.
            long writtenSeconds = cell.LocalDeletionSeconds - cell.TtlSeconds;
            if (MayGo(cell.TimestampMicros, writtenSeconds))
                continue;
            ref Cell tombstone = ref output.AddCell();
            tombstone = cell;
            tombstone.TtlSeconds = Cell.NoTtl;
            tombstone.LocalDeletionSeconds = writtenSeconds;
            tombstone.Value = new Slice(0, 0);
        }

        return output.IsEmpty ? null : output;
    }

    private bool HasDeletion(Row row)
    {
        if (!row.Deletion.IsLive || !row.ComplexDeletions.IsEmpty || (row.Liveness.IsExpiring && !row.Liveness.IsLive(_now)))
            return true;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (!cell.IsLive(_now))
                return true;
        }

        return false;
    }
}
