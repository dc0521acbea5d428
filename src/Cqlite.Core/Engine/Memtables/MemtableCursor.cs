using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// Walks a memtable as it was when the cursor was made (each partition as it is when the cursor comes to it): all of it, a range of
/// partitions or one, their rows in full or in slices, forward or in reverse. Range deletions are cut to slices as those of SSTables.
/// </summary>
internal sealed class MemtableCursor : UnfilteredCursor
{
    private readonly Memtable _memtable;
    private readonly ReadRequest _request;
    private readonly PersistentTree<MemtablePartition, PartitionPlace, PartitionOrder>[] _shards;
    private readonly PartitionOrder _partitionOrder;
    private readonly RowOrder _rowOrder;
    private readonly RowDecoder _decoder;
    private readonly RowDecoder _staticDecoder;
    private readonly Row _row = new();
    private readonly Row _staticRow = new();
    private readonly RangeTombstoneMarker _marker = new();
    private readonly List<MarkerPlace> _markers = [];
    private PersistentTree<MemtablePartition, PartitionPlace, PartitionOrder>.Cursor _partitions;
    private PersistentTree<byte[], ClusteringView, RowOrder>.Cursor _rows;
    private int _shard;
    private MemtablePartition? _partition;
    private PartitionContent _content = PartitionContent.Empty;
    private bool _hasStaticRow;
    private int _slice;
    private bool _isInSlice;
    private int _nextMarker;
    private UnfilteredKind _kind;

    /// <summary>Creates a cursor that stands before the first partition.</summary>
    public MemtableCursor(Memtable memtable, ReadRequest request)
    {
        _memtable = memtable;
        _request = request;
        _partitionOrder = new PartitionOrder(memtable.Table.Partitioner);
        _rowOrder = new RowOrder(memtable.Store);
        _decoder = new RowDecoder(memtable.Store);
        _staticDecoder = memtable.Table.HasStatics ? new RowDecoder(memtable.Store) : _decoder;
        _shard = -1;
        ReadOnlySpan<MemtableShard> shards = memtable.Shards;
        if (request.Key is not null)
        {
            _shards = [];
            return;
        }

        int first = request.From == RingPosition.Minimum ? 0 : memtable.ShardOf(request.From.Token);
        int last = request.To == RingPosition.Maximum ? shards.Length - 1 : memtable.ShardOf(request.To.Token);
        _shards = new PersistentTree<MemtablePartition, PartitionPlace, PartitionOrder>[Math.Max(0, last - first + 1)];
        for (int i = 0; i < _shards.Length; i++)
            _shards[i] = shards[first + i].Partitions;
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _memtable.Table;

    /// <inheritdoc/>
    public override bool IsReversed => _request.Reversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _partition?.Key;

    /// <inheritdoc/>
    public override Token Token => _partition?.Token ?? default;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _content.Deletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _hasStaticRow ? _staticRow : null;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _kind;

    /// <inheritdoc/>
    public override Row Row => _row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _marker;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _kind = UnfilteredKind.None;
        _hasStaticRow = false;
        _partition = NextPartition();
        if (_partition is null)
        {
            _content = PartitionContent.Empty;
            _slice = _request.Reversed ? -1 : _request.Slices.Count;
            _isInSlice = false;
            return false;
        }

        _content = _partition.Content;
        if (_content.StaticRow is { } stored)
        {
            _staticDecoder.Decode(stored, _staticRow);
            _hasStaticRow = true;
        }

        _slice = _request.Reversed ? _request.Slices.Count - 1 : 0;
        _isInSlice = false;
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        while (_slice >= 0 && _slice < _request.Slices.Count)
        {
            ClusteringSlice slice = _request.Slices[_slice];
            if (!_isInSlice)
                Enter(slice);

            byte[]? row = _rows.Peek;
            ClusteringBound end = _request.Reversed ? slice.Start : slice.End;
            if (row is not null && end.Count != 0 && IsBefore(end.View, row))
                row = null;
            bool hasMarker = _request.Reversed ? _nextMarker >= 0 : _nextMarker < _markers.Count;
            if (hasMarker && (row is null || IsBefore(_markers[_nextMarker].Bound.View, row)))
            {
                _markers[_nextMarker].Show(_marker);
                _nextMarker += _request.Reversed ? -1 : 1;
                _kind = UnfilteredKind.Marker;
                return true;
            }

            if (row is not null)
            {
                _rows.MoveNext(out _);
                _decoder.Decode(row, _row);
                _kind = UnfilteredKind.Row;
                return true;
            }

            _isInSlice = false;
            _slice += _request.Reversed ? -1 : 1;
        }

        _kind = UnfilteredKind.None;
        return false;
    }

    private MemtablePartition? NextPartition()
    {
        if (_request.Key is { } key)
        {
            if (_shard == 0)
                return null;
            _shard = 0;
            return _memtable.Shards[_memtable.ShardOf(key.Token)].Partitions.Find(new PartitionPlace(key.Token, key.Key.Span), _partitionOrder);
        }

        while (true)
        {
            if (_shard >= 0 && _shard < _shards.Length && _partitions.MoveNext(out MemtablePartition? partition))
            {
                bool isBehind = _request.To != RingPosition.Maximum && _partitionOrder.Compare(partition, new PartitionPlace(_request.To)) > 0;
                if (!isBehind)
                    return partition;
                _shard = _shards.Length;
                return null;
            }

            if (_shard >= _shards.Length - 1)
                return null;
            _partitions = _shards[++_shard].Walk(reversed: false);
            if (_shard == 0 && _request.From != RingPosition.Minimum)
                _partitions.Seek(new PartitionPlace(_request.From), _partitionOrder);
        }
    }

    private void Enter(ClusteringSlice slice)
    {
        _isInSlice = true;
        _markers.Clear();
        if (_content.Ranges.Count > 0)
            _content.Ranges.AddMarkers(slice, _memtable.Store.Order, _markers);
        _nextMarker = _request.Reversed ? _markers.Count - 1 : 0;
        _rows = _content.Rows.Walk(_request.Reversed);
        ClusteringBound from = _request.Reversed ? slice.End : slice.Start;
        if (from.Count != 0)
            _rows.Seek(from.View, _rowOrder);
    }

    /// <summary>Whether a bound comes before a row in the direction of reading.</summary>
    private bool IsBefore(in ClusteringView bound, byte[] row)
    {
        int order = _rowOrder.Compare(row, bound);
        return _request.Reversed ? order < 0 : order > 0;
    }
}
