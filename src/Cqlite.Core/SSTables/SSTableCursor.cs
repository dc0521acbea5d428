using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables;

/// <summary>The memory of a cursor, which goes from one cursor to the next so that point reads allocate little.</summary>
internal sealed class CursorMemory(RowLayout layout)
{
    /// <summary>Layout of the rows that it is for.</summary>
    public RowLayout Layout => layout;

    /// <summary>The decoder and its window.</summary>
    public UnfilteredReader Reader { get; } = new(layout);

    /// <summary>The current row.</summary>
    public Row Row { get; } = new();

    /// <summary>The current marker.</summary>
    public RangeTombstoneMarker Marker { get; } = new();

    /// <summary>The current partition's static row, which owns its bytes.</summary>
    public Row StaticRow { get; } = new();

    /// <summary>The current partition's key.</summary>
    public byte[] Key { get; set; } = new byte[64];

    /// <summary>Places of rows that were passed over, as offsets from the partition's beginning.</summary>
    public List<int> Marks { get; } = [];

    /// <summary>Places of items that are read in reverse.</summary>
    public List<long> Places { get; } = [];
}

/// <summary>
/// Walks an SSTable's data file: all of it, a range of partitions or one, their rows in full or in slices, forward or in
/// reverse. Nothing is allocated for a row or a cell.
/// </summary>
/// <remarks>
/// Source: org/apache/cassandra/io/sstable/{AbstractSSTableIterator,SSTableSimpleIterator}.java, io/sstable/format/big/{SSTableIterator,
/// SSTableReversedIterator,BigTableScanner}.java.
/// </remarks>
internal sealed partial class SSTableCursor : UnfilteredCursor
{
    /// <summary>How much is passed over item by item before the partition index is asked where the next partition is.</summary>
    private const long SkipWithoutIndexBytes = 128 * 1024;

    private readonly SSTable _sstable;
    private readonly ReadRequest _request;
    private readonly RowLayout _layout;
    private readonly bool _isAllRows;
    private CursorMemory? _memory;
    private UnfilteredReader _reader;
    private Row _row;
    private RangeTombstoneMarker _marker;
    private byte[] _key;
    private int _keyLength;
    private Token _token;
    private bool _hasToken;
    private DeletionTime _partitionDeletion;
    private long _partitionPosition;
    private bool _hasStaticRow;
    private UnfilteredKind _kind;
    private Progress _progress;

    /// <summary>Creates a cursor that stands before the first partition, on an SSTable that was acquired for it; the cursor releases it.</summary>
    public SSTableCursor(SSTable sstable, RowLayout layout, ReadRequest request, CursorMemory memory)
    {
        _sstable = sstable;
        _request = request;
        _layout = layout;
        _isAllRows = request.IsAllRows && !request.Reversed;
        _memory = memory;
        _reader = memory.Reader;
        _row = memory.Row;
        _marker = memory.Marker;
        _key = memory.Key;
    }

    private enum Progress
    {
        NotStarted,

        /// <summary>Among the items of a partition.</summary>
        InPartition,

        /// <summary>Behind the end of a partition, where the next one begins.</summary>
        BetweenPartitions,

        Done,
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _layout.Table;

    /// <inheritdoc/>
    public override bool IsReversed => _request.Reversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _key.AsSpan(0, _keyLength);

    /// <inheritdoc/>
    public override Token Token
    {
        get
        {
            if (!_hasToken)
            {
                _token = _sstable.Partitioner.TokenOf(PartitionKey);
                _hasToken = true;
            }

            return _token;
        }
    }

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _partitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _hasStaticRow ? _memory?.StaticRow : null;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _kind;

    /// <inheritdoc/>
    public override Row Row => _row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _marker;

    /// <inheritdoc/>
    public override long PartitionFilePosition => _partitionPosition;

    /// <inheritdoc/>
    public override long PartitionEndFilePosition => _reader.Window.FilePosition;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        _kind = UnfilteredKind.None;
        _hasStaticRow = false;
        switch (_progress)
        {
            case Progress.NotStarted:
                if (!Start())
                    return Finish();
                break;
            case Progress.Done:
                return false;
            default:
                if (_request.Key is not null)
                    return Finish();
                SkipRestOfPartition();
                break;
        }

        if (_reader.Window.Remaining == 0)
            return Finish();
        bool isFirst = _progress == Progress.NotStarted;
        _partitionPosition = _reader.Window.FilePosition;
        _partitionDeletion = _reader.ReadPartitionHead(ref _key, out _keyLength);
        _memory.Key = _key;
        _hasToken = false;
        if (!IsWanted(isFirst))
            return Finish();
        ReadStaticRow();
        _progress = Progress.InPartition;
        BeginRows();
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        if (_progress != Progress.InPartition)
        {
            _kind = UnfilteredKind.None;
            return false;
        }

        if (!_isAllRows)
            return _request.Reversed ? MoveToPrevious() : MoveToNextInSlices();

        while (true)
        {
            switch (_reader.Peek())
            {
                case UnfilteredItem.Row:
                    if (!ReadRow())
                        continue;
                    return true;
                case UnfilteredItem.Marker:
                    ReadMarker();
                    return true;
                default:
                    EndPartition();
                    return false;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        CursorMemory? memory = _memory;
        if (memory is null)
            return;
        _memory = null;
        _rowIndex?.Dispose();
        _rowIndex = null;
        _reader.Window.Close();
        _sstable.GiveBack(memory);
        _sstable.Release();
        _reader = null!;
        _row = null!;
        _marker = null!;
        _key = [];
        _keyLength = 0;
    }

    /// <summary>Finds the first partition and stands before it; false when there is none.</summary>
    private bool Start()
    {
        DataWindow window = _reader.Window;
        if (_request.Key is { } key)
        {
            if (!_sstable.TryFindToRead(key.Token, key.Key.Span, out PartitionEntry entry))
                return false;
            _entry = entry;
            bool isScan = _isAllRows && entry.HasRowIndex && _sstable.HasHugePartitions;
            window.Open(_sstable.DataFile, isScan ? null : _sstable.Cache);
            if (isScan)
                window.ReadAhead();
            window.Seek(entry.DataPosition);
            return true;
        }

        window.Open(_sstable.DataFile, null);
        if (!_request.Reversed)
            window.ReadAhead();
        if (_request.From != RingPosition.Minimum)
            window.Seek(_sstable.PartitionIndex.FindFirstAtOrAfter(_request.From));
        return true;
    }

    private bool Finish()
    {
        _progress = Progress.Done;
        _keyLength = 0;
        return false;
    }

    /// <summary>Whether the partition whose head was read is asked for; else all that are have been seen.</summary>
    private bool IsWanted(bool isFirst)
    {
        if (_request.Key is { } wanted)
        {
            if (!PartitionKey.SequenceEqual(wanted.Key.Span))
            {
                throw new CorruptDataException(
                    _reader.Window.Path,
                    _partitionPosition,
                    $"the partition of key {Convert.ToHexStringLower(PartitionKey)} is here; the index says {Convert.ToHexStringLower(wanted.Key.Span)}.");
            }

            return true;
        }

        if (isFirst && _request.From != RingPosition.Minimum && _sstable.Partitioner.Compare(Token, PartitionKey, _request.From) < 0)
        {
            throw new CorruptDataException(
                _reader.Window.Path,
                _partitionPosition,
                $"the partition of key {Convert.ToHexStringLower(PartitionKey)} is here, which is before the range that the index says begins here.");
        }

        return _request.To == RingPosition.Maximum || _sstable.Partitioner.Compare(Token, PartitionKey, _request.To) <= 0;
    }

    private void ReadStaticRow()
    {
        if (_layout.Statics.Length == 0)
            return;
        if (_reader.Peek() != UnfilteredItem.Row || !_reader.IsStaticRow)
            throw new CorruptDataException(_reader.Window.Path, _reader.ItemPosition, "the partition's static row is expected here.");
        if (!_reader.ReadRow(_row))
            return;
        _memory!.StaticRow.CopyFrom(_row);
        _hasStaticRow = true;
    }

    private bool ReadRow()
    {
        if (_reader.IsStaticRow)
            throw new CorruptDataException(_reader.Window.Path, _reader.ItemPosition, "a static row stands among the rows.");
        if (!_reader.ReadRow(_row))
            return false;
        _kind = UnfilteredKind.Row;
        return true;
    }

    private void ReadMarker()
    {
        _reader.ReadMarker(_marker);
        _kind = UnfilteredKind.Marker;
    }

    private void EndPartition()
    {
        _reader.PassEnd();
        _kind = UnfilteredKind.None;
        _progress = Progress.BetweenPartitions;
    }

    /// <summary>Goes behind the current partition's end.</summary>
    private void SkipRestOfPartition()
    {
        if (_progress == Progress.BetweenPartitions)
            return;
        DataWindow window = _reader.Window;
        if (_request.Reversed)
            window.Seek(_rowsPosition);
        long limit = window.FilePosition + SkipWithoutIndexBytes;
        while (_reader.Peek() != UnfilteredItem.End)
        {
            _reader.Skip();
            if (window.FilePosition <= limit)
                continue;
            window.Seek(_sstable.PartitionIndex.FindFirstAtOrAfter(new RingPosition(Token, _key.AsMemory(0, _keyLength), 1)));
            if (window.FilePosition <= _partitionPosition)
                throw new CorruptDataException(window.Path, _partitionPosition, "the index says that the next partition begins before this one ends.");
            _progress = Progress.BetweenPartitions;
            return;
        }

        _reader.PassEnd();
        _progress = Progress.BetweenPartitions;
    }
}
