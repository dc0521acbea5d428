using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// Walks a memtable, each partition as it is when the cursor comes to it: all of it, a range of
/// partitions or one, their rows in full or in slices, forward or in reverse. Range deletions are cut to slices as those of SSTables.
/// </summary>
internal sealed class MemtableCursor : UnfilteredCursor
{
    private readonly Memtable _memtable;
    private readonly ReadRequest _request;
    private readonly RowDecoder _decoder;
    private readonly Row _row = new();
    private readonly RangeTombstoneMarker _marker = new();
    private readonly List<MarkerPlace> _markers = [];
    private readonly int _lastShard;
    private MemtableShard? _shard;
    private int _shardIndex;
    private uint _partition;
    private uint _limit;
    private PartitionContent _content = PartitionContent.None;
    private RangeTombstones _ranges = RangeTombstones.Empty;
    private RowDecoder? _staticDecoder;
    private Row? _staticRow;
    private bool _hasStaticRow;
    private uint _rowHead;
    private uint _rowNode;
    private int _slice;
    private bool _isInSlice;
    private int _nextMarker;
    private UnfilteredKind _kind;

    /// <summary>Creates a cursor that stands before the first partition.</summary>
    public MemtableCursor(Memtable memtable, ReadRequest request)
    {
        _memtable = memtable;
        _request = request;
        _decoder = new RowDecoder(memtable.Store);
        if (request.Key is { } key)
        {
            _shardIndex = _lastShard = memtable.ShardOf(key.Token);
            return;
        }

        _shardIndex = request.From == RingPosition.Minimum ? 0 : memtable.ShardOf(request.From.Token);
        _lastShard = request.To == RingPosition.Maximum ? memtable.Shards.Length - 1 : memtable.ShardOf(request.To.Token);
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _memtable.Table;

    /// <inheritdoc/>
    public override bool IsReversed => _request.Reversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _partition == Arena.Null ? default : MemtablePartition.Key(_shard!.Arena, _partition);

    /// <inheritdoc/>
    public override Token Token => _partition == Arena.Null ? default : MemtablePartition.Token(_shard!.Arena, _partition);

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
        _isInSlice = false;
        if (!FindNextPartition())
        {
            _partition = Arena.Null;
            _content = PartitionContent.None;
            _slice = _request.Reversed ? -1 : _request.Slices.Count;
            return false;
        }

        Arena arena = _shard!.Arena;
        if (_content.StaticRow != Arena.Null)
        {
            _staticRow ??= new Row();
            _staticDecoder ??= new RowDecoder(_memtable.Store);
            StoredRow.Decode(arena, _content.StaticRow, _memtable.Store, _staticDecoder, _staticRow);
            _hasStaticRow = true;
        }

        _rowHead = MemtablePartition.Rows(arena, _partition);
        _slice = _request.Reversed ? _request.Slices.Count - 1 : 0;
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

            uint row = _rowNode;
            ClusteringBound end = _request.Reversed ? slice.Start : slice.End;
            if (row != Arena.Null && end.Count != 0 && IsBefore(end.View, row))
                row = Arena.Null;
            bool hasMarker = _request.Reversed ? _nextMarker >= 0 : _nextMarker < _markers.Count;
            if (hasMarker && (row == Arena.Null || IsBefore(_markers[_nextMarker].Bound.View, row)))
            {
                _markers[_nextMarker].Show(_marker);
                _nextMarker += _request.Reversed ? -1 : 1;
                _kind = UnfilteredKind.Marker;
                return true;
            }

            if (row != Arena.Null)
            {
                Arena arena = _shard!.Arena;
                StoredRow.Decode(arena, StoredRow.Visible(arena, SkipList.Owner(arena, row), _limit), _memtable.Store, _decoder, _row);
                _rowNode = After(row);
                _kind = UnfilteredKind.Row;
                return true;
            }

            _isInSlice = false;
            _slice += _request.Reversed ? -1 : 1;
        }

        _kind = UnfilteredKind.None;
        return false;
    }

    /// <summary>Goes to the next partition that is to be seen, and notes what of it is.</summary>
    private bool FindNextPartition()
    {
        while (_shardIndex <= _lastShard)
        {
            MemtableShard shard = _memtable.Shards[_shardIndex];
            bool isFirst = !ReferenceEquals(_shard, shard);
            _shard = shard;
            _limit = shard.Limit;
            uint next = isFirst ? First(shard) : _request.Key is null ? SkipList.Next(shard.Arena, _partition) : Arena.Null;
            while (next != Arena.Null && next >= _limit)
                next = _request.Key is null ? SkipList.Next(shard.Arena, next) : Arena.Null;
            if (next != Arena.Null && _request.Key is null && _request.To != RingPosition.Maximum && shard.Order.Compare(next, new PartitionPlace(_request.To)) > 0)
            {
                _shardIndex = _lastShard + 1;
                return false;
            }

            if (next != Arena.Null)
            {
                _partition = next;
                TakeContent(shard);
                return true;
            }

            _shardIndex++;
        }

        return false;
    }

    private uint First(MemtableShard shard)
    {
        if (_request.Key is { } key)
            return shard.Find(new PartitionPlace(key.Token, key.Key.Span));
        uint head = shard.Head;
        if (head == Arena.Null)
            return Arena.Null;
        return _request.From == RingPosition.Minimum
            ? SkipList.Next(shard.Arena, head)
            : SkipList.Seek(shard.Arena, head, new PartitionPlace(_request.From), shard.Order);
    }

    private void TakeContent(MemtableShard shard)
    {
        while (true)
        {
            _content = MemtablePartition.Content(shard.Arena, _partition, _limit);
            if (shard.RangesAt(_content.Ranges, _limit) is { } ranges)
            {
                _ranges = ranges;
                return;
            }

            _limit = shard.Limit;
        }
    }

    private void Enter(ClusteringSlice slice)
    {
        _isInSlice = true;
        _markers.Clear();
        if (_ranges.Count > 0)
            _ranges.AddMarkers(slice, _memtable.Store.Order, _markers);
        _nextMarker = _request.Reversed ? _markers.Count - 1 : 0;
        _rowNode = Arena.Null;
        if (_rowHead == Arena.Null)
            return;
        Arena arena = _shard!.Arena;
        RowOrder order = new(arena, _memtable.Store);
        ClusteringBound from = _request.Reversed ? slice.End : slice.Start;
        uint node;
        if (_request.Reversed)
            node = from.Count == 0 ? SkipList.Last(arena, _rowHead) : SkipList.SeekLast(arena, _rowHead, from.View, order);
        else
            node = from.Count == 0 ? SkipList.Next(arena, _rowHead) : SkipList.Seek(arena, _rowHead, from.View, order);
        _rowNode = node >= _limit ? After(node) : node;
    }

    /// <summary>The next row that is to be seen, in the direction of reading; 0 at the end.</summary>
    private uint After(uint node)
    {
        Arena arena = _shard!.Arena;
        do
        {
            node = _request.Reversed ? Before(arena, node) : SkipList.Next(arena, node);
        }
        while (node >= _limit);
        return node;
    }

    /// <summary>The row before another one: links lead forward only, so that it is searched for.</summary>
    private uint Before(Arena arena, uint node)
    {
        RowStore store = _memtable.Store;
        ReadOnlySpan<byte> row = StoredRow.Row(arena, SkipList.Content(arena, node));
        Span<Slice> values = stackalloc Slice[store.Clustering.Count];
        StoredRow.ReadClustering(row, store, values);
        return SkipList.SeekBefore(arena, _rowHead, new ClusteringView(ClusteringKind.Clustering, row, values), new RowOrder(arena, store));
    }

    /// <summary>Whether a bound comes before a row in the direction of reading.</summary>
    private bool IsBefore(in ClusteringView bound, uint row)
    {
        int order = new RowOrder(_shard!.Arena, _memtable.Store).Compare(row, bound);
        return _request.Reversed ? order < 0 : order > 0;
    }
}
