using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Big;

/// <summary>
/// The row index of one partition, in the partition's entry in Index.db. Blocks are found by binary search over the table of offsets at
/// the entry's end; only the blocks that are looked at are read.
/// </summary>
/// <remarks>
/// <code>
/// block: prefix      first clustering, or marker
///        prefix      last one
///        vint        offset from the partition's beginning in Data.db
///        signed vint length, less 65,536
///        boolean     whether a deletion is open behind the last item; then that deletion
/// </code>
/// Source: org/apache/cassandra/io/sstable/IndexInfo.java, io/sstable/format/big/IndexState.java.
/// </remarks>
internal sealed class BigRowIndexCursor : RowIndexCursor
{
    private const long WidthBase = 64 * 1024;
    private const int MostHead = 9 + 12 + 9;

    private readonly BigPartitionIndex _index;
    private readonly bool _isReversed;
    private readonly long _blocks;
    private readonly long _offsets;
    private readonly int _count;
    private readonly Slice[] _first;
    private readonly Slice[] _last;
    private DataWindow? _window;
    private byte[] _bytes = [];
    private int _firstCount;
    private int _lastCount;
    private ClusteringKind _firstKind;
    private ClusteringKind _lastKind;
    private long _blockOffset;
    private long _blockEnd;
    private DeletionTime _openAfter;
    private DeletionTime _openBefore;
    private int _read = -1;
    private int _current = -1;

    /// <summary>Opens the row index of a partition.</summary>
    public BigRowIndexCursor(BigPartitionIndex index, in PartitionEntry entry, bool reversed)
    {
        _index = index;
        _isReversed = reversed;
        _first = new Slice[index.Clustering.Count];
        _last = new Slice[index.Clustering.Count];
        _window = index.Rent();
        _window.Seek(entry.RowIndexPosition);
        int available = Math.Min(entry.RowIndexLength, MostHead);
        if (!_window.Ensure(available))
            throw new CorruptDataException(index.Path, entry.RowIndexPosition, "the row index is truncated.");
        SpanReader reader = new(_window.Buffer.AsSpan(_window.Position, available), index.Path, entry.RowIndexPosition);
        HeadLength = (long)reader.ReadUnsignedVInt();
        PartitionDeletion = ReadDeletion(ref reader);
        _count = reader.ReadUnsignedVInt32();
        _blocks = reader.Offset;
        _offsets = entry.RowIndexPosition + entry.RowIndexLength - ((long)_count * sizeof(int));
        if (_count < 1 || _offsets < _blocks)
            reader.Throw($"{_count:N0} blocks can't be in a row index of {entry.RowIndexLength:N0} bytes.");
    }

    /// <inheritdoc/>
    public override long BlockOffset => _blockOffset;

    /// <inheritdoc/>
    public override long BlockEnd => _blockEnd;

    /// <inheritdoc/>
    public override DeletionTime OpenDeletion => _openBefore;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion { get; }

    /// <inheritdoc/>
    public override long HeadLength { get; }

    /// <inheritdoc/>
    public override bool TryGetEnds(out ClusteringView first, out ClusteringView last)
    {
        first = new ClusteringView(_firstKind, _bytes, _first.AsSpan(0, _firstCount));
        last = new ClusteringView(_lastKind, _bytes, _last.AsSpan(0, _lastCount));
        return true;
    }

    /// <inheritdoc/>
    public override int BlockCount => _count;

    /// <inheritdoc/>
    public override bool SeekForward(in ClusteringView bound)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            ReadBlock(middle);
            if (_index.Comparator.Compare(new ClusteringView(_lastKind, _bytes, _last.AsSpan(0, _lastCount)), bound) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return GoTo(low);
    }

    /// <inheritdoc/>
    public override bool SeekReversed(in ClusteringView bound)
    {
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            ReadBlock(middle);
            if (_index.Comparator.Compare(new ClusteringView(_firstKind, _bytes, _first.AsSpan(0, _firstCount)), bound) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return GoTo(low - 1);
    }

    /// <inheritdoc/>
    public override bool MoveNext() => GoTo(_current + (_isReversed ? -1 : 1));

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_window is null)
            return;
        _index.Return(_window);
        _window = null;
    }

    private bool GoTo(int block)
    {
        if (block < 0 || block >= _count)
            return false;
        if (block == 0)
        {
            _openBefore = DeletionTime.Live;
        }
        else
        {
            ReadBlock(block - 1);
            _openBefore = _openAfter;
        }

        ReadBlock(block);
        _current = block;
        return true;
    }

    private void ReadBlock(int block)
    {
        if (_read == block)
            return;
        ObjectDisposedException.ThrowIf(_window is null, this);
        _read = -1;
        long start = _blocks + OffsetOf(block);
        long end = block + 1 < _count ? _blocks + OffsetOf(block + 1) : _offsets;
        if (start < _blocks || end <= start || end > _offsets)
            throw new CorruptDataException(_index.Path, _offsets + (block * (long)sizeof(int)), $"block {block:N0} of the row index can't reach from {start:N0} to {end:N0}.");
        int length = checked((int)(end - start));
        _window.Seek(start);
        _window.Ensure(length);
        if (_bytes.Length < length)
            _bytes = new byte[Math.Max(length, 256)];
        _window.Buffer.AsSpan(_window.Position, length).CopyTo(_bytes);

        SpanReader reader = new(_bytes.AsSpan(0, length), _index.Path, start);
        _firstKind = _index.Clustering.ReadPrefix(ref reader, _first, out _firstCount);
        _lastKind = _index.Clustering.ReadPrefix(ref reader, _last, out _lastCount);
        _blockOffset = (long)reader.ReadUnsignedVInt();
        long width = reader.ReadVInt() + WidthBase;
        if (_blockOffset < 0 || width <= 0)
            reader.Throw($"a block can't begin at {_blockOffset:N0} and have {width:N0} bytes.");
        _blockEnd = _blockOffset + width;
        _openAfter = reader.ReadBoolean() ? ReadDeletion(ref reader) : DeletionTime.Live;
        if (reader.Remaining != 0)
            reader.Throw($"{reader.Remaining:N0} bytes are left of a block's entry.");
        _read = block;
    }

    private int OffsetOf(int block)
    {
        _window!.Seek(_offsets + (block * (long)sizeof(int)));
        _window.Ensure(sizeof(int));
        return BinaryPrimitives.ReadInt32BigEndian(_window.Buffer.AsSpan(_window.Position));
    }

    private DeletionTime ReadDeletion(ref SpanReader reader)
    {
        const int isLive = 0x80;
        if (_index.HasUIntDeletionTime && reader.Remaining > 0 && (reader.Rest[0] & isLive) != 0)
        {
            if (reader.ReadByte() != isLive)
                reader.Throw("a deletion's flags mean nothing.");
            return DeletionTime.Live;
        }

        return DeletionTimes.Read(reader.ReadBytes(12), _index.HasUIntDeletionTime);
    }
}
