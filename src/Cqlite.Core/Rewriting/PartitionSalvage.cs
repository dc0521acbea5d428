using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Bti;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Walks a data file from its first byte to its last and hands on what decodes. Where something does not, the walk goes on at the next place that an index
/// knows: a block of the partition's rows, or the next partition. What lies between is a loss, and is told. A range deletion that a loss cuts is kept as
/// far as rows were read under it, and taken up again where the row index says that it is still open.
/// </summary>
internal sealed class PartitionSalvage : IDisposable
{
    private readonly SSTable _sstable;
    private readonly SortedRuns _output;
    private readonly List<ScrubLoss> _losses;
    private readonly CancellationToken _cancellation;
    private readonly UnfilteredReader _reader;
    private readonly Row _row = new();
    private readonly RangeTombstoneMarker _marker = new();
    private readonly RangeTombstoneMarker _pending = new();
    private readonly RangeTombstoneMarker _end = new();
    private readonly RangeTombstoneMarker _lastRow = new();
    private DeletionTime _open = DeletionTime.Live;
    private bool _hasPending;
    private bool _hasLastRow;
    private byte[] _key = new byte[64];
    private int _keyLength;
    private long _rowsInPartition;

    /// <summary>Prepares a walk.</summary>
    public PartitionSalvage(SSTable sstable, SortedRuns output, List<ScrubLoss> losses, CancellationToken cancellation)
    {
        _sstable = sstable;
        _output = output;
        _losses = losses;
        _cancellation = cancellation;
        _reader = new UnfilteredReader(sstable.Layout);
        _reader.Window.Open(sstable.DataFile, null);
        _reader.Window.ReadAhead();
    }

    /// <summary>Partitions of which something was salvaged.</summary>
    public long PartitionCount { get; private set; }

    /// <summary>Rows salvaged, static ones included.</summary>
    public long RowCount { get; private set; }

    /// <summary>Where the walk is, in uncompressed bytes.</summary>
    public long Position { get; private set; }

    private ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Salvages the partition at the walk's place; false at the end of the data.</summary>
    public bool MoveNext()
    {
        if (Position >= _sstable.DataLength)
        {
            if (_losses.Count == 0 || _losses[^1].End >= 0)
                FindCutOff();
            return false;
        }

        _cancellation.ThrowIfCancellationRequested();
        long start = Position;
        DeletionTime deletion;
        try
        {
            Seek(start);
            deletion = _reader.ReadPartitionHead(ref _key, out _keyLength);
        }
        catch (CorruptDataException problem)
        {
            Position = NextPartition(start);
            _losses.Add(new ScrubLoss(SSTableComponent.Data.Name, start, EndOfLoss(), KeyAt(start), problem.Problem));
            return true;
        }

        _output.BeginPartition(_sstable.Partitioner.TokenOf(Key), Key, deletion);
        PartitionCount++;
        _rowsInPartition = 0;
        _open = DeletionTime.Live;
        _hasPending = false;
        _hasLastRow = false;
        SalvageRows(start);
        _output.EndPartition(_cancellation);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Window.Close();

    private void SalvageRows(long start)
    {
        long place = _reader.Window.FilePosition;
        bool isFirst = true;
        while (true)
        {
            try
            {
                if (isFirst && _sstable.Layout.Statics.Length > 0)
                {
                    if (_reader.Peek() != UnfilteredItem.Row || !_reader.IsStaticRow)
                        throw new CorruptDataException(_reader.Window.Path, place, "the partition's static row is expected here.");
                    if (_reader.ReadRow(_row))
                    {
                        _output.AddStatic(_row);
                        RowCount++;
                    }
                }

                isFirst = false;
                place = _reader.Window.FilePosition;
                while (SalvageItem())
                {
                    place = _reader.Window.FilePosition;
                    if ((++_rowsInPartition & 0xFFF) == 0)
                        _cancellation.ThrowIfCancellationRequested();
                }

                CloseRange();
                Position = _reader.Window.FilePosition;
                return;
            }
            catch (CorruptDataException problem)
            {
                isFirst = false;
                CloseRange();
                long lostFrom = place;
                if (NextBlock(start, ref place))
                {
                    _losses.Add(new ScrubLoss(SSTableComponent.Data.Name, lostFrom, place, KeyText(), problem.Problem));
                    continue;
                }

                Position = NextPartition(lostFrom);
                _losses.Add(new ScrubLoss(SSTableComponent.Data.Name, lostFrom, EndOfLoss(), KeyText(), problem.Problem));
                return;
            }
        }
    }

    private bool SalvageItem()
    {
        switch (_reader.Peek())
        {
            case UnfilteredItem.End:
                _reader.PassEnd();
                return false;
            case UnfilteredItem.Marker:
                _reader.ReadMarker(_marker);
                AddMarker();
                return true;
            default:
                if (_reader.IsStaticRow)
                    throw new CorruptDataException(_reader.Window.Path, _reader.ItemPosition, "a static row stands among the rows.");
                if (!_reader.ReadRow(_row))
                    return true;
                FlushPending();
                _output.AddRow(_row);
                RowCount++;
                _lastRow.Set(ClusteringKind.InclusiveEnd, _row.Clustering, DeletionTime.Live, DeletionTime.Live);
                _hasLastRow = true;
                return true;
        }
    }

    /// <summary>Adds a marker; one that opens waits until something is known to be under it.</summary>
    private void AddMarker()
    {
        FlushPending();
        if (_marker.Kind.IsBoundary())
        {
            if (_open.IsLive)
                Turn(_marker, toStart: true);
        }
        else if (_marker.Kind.IsEnd() && _open.IsLive)
        {
            // Its start is lost, so nobody knows how far back it reaches.
            return;
        }

        if (_marker.Kind.IsStart())
        {
            _pending.CopyFrom(_marker);
            _hasPending = true;
            return;
        }

        if (!_output.Follows(_marker))
            throw new CorruptDataException(_reader.Window.Path, _marker.FilePosition, "a deleted range ends before what stands under it.");
        _output.AddMarker(_marker);
        _open = DeletionTime.Live;
    }

    private void FlushPending()
    {
        if (!_hasPending)
            return;
        _hasPending = false;
        if (!_output.Follows(_pending))
            throw new CorruptDataException(_reader.Window.Path, _pending.FilePosition, "a deleted range begins before what stands ahead of it.");
        _output.AddMarker(_pending);
        _open = _pending.StartDeletion;
        _hasLastRow = false;
    }

    /// <summary>Ends a range that is open where the walk breaks off: behind the last row that was read under it.</summary>
    private void CloseRange()
    {
        if (_hasPending && _pending.Kind.IsBoundary())
        {
            Turn(_pending, toStart: false);
            _hasPending = false;
            _output.AddMarker(_pending);
            _open = DeletionTime.Live;
        }

        _hasPending = false;
        if (_open.IsLive)
            return;
        if (_hasLastRow)
            _end.Set(ClusteringKind.InclusiveEnd, _lastRow.Clustering, _open, DeletionTime.Live);
        else
            _end.Set(ClusteringKind.InclusiveEnd, _pending.Clustering, _open, DeletionTime.Live);
        if (_output.Follows(_end))
            _output.AddMarker(_end);
        _open = DeletionTime.Live;
    }

    /// <summary>Makes a boundary the start of one of its ranges, or the end of the other.</summary>
    private static void Turn(RangeTombstoneMarker boundary, bool toStart)
    {
        bool beforeRow = boundary.Kind == ClusteringKind.ExclusiveEndInclusiveStart;
        ClusteringKind kind = toStart
            ? beforeRow ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart
            : beforeRow ? ClusteringKind.ExclusiveEnd : ClusteringKind.InclusiveEnd;
        boundary.Kind = kind;
        if (toStart)
            boundary.EndDeletion = DeletionTime.Live;
        else
            boundary.StartDeletion = DeletionTime.Live;
    }

    /// <summary>Goes to the next block of the partition's rows behind a place, as far as the row index has one that can be read.</summary>
    private bool NextBlock(long start, ref long place)
    {
        try
        {
            DecoratedKey key = new(_sstable.Partitioner.TokenOf(Key), Key.ToArray());
            if (!_sstable.PartitionIndex.TryFind(key.Token, key.Key.Span, out PartitionEntry entry) || entry.DataPosition != start || !entry.HasRowIndex)
                return false;
            using RowIndexCursor blocks = _sstable.PartitionIndex.OpenRows(entry, reversed: false);
            bool any = blocks.SeekForward(ClusteringBound.Bottom.View);
            for (; any; any = blocks.MoveNext())
            {
                long block = start + blocks.BlockOffset;
                if (block <= place || !TryPeek(block))
                    continue;
                place = block;
                DeletionTime open = blocks.OpenDeletion;
                if (!open.IsLive)
                    Reopen(open);
                return true;
            }

            return false;
        }
        catch (CorruptDataException)
        {
            return false;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    /// <summary>Takes a range up again from the row or marker at the walk's place on.</summary>
    private void Reopen(in DeletionTime open)
    {
        ClusteringView first = _reader.Clustering;
        if (first.Kind != ClusteringKind.Clustering)
        {
            // Where a marker stands first, what it ends began before: only what it starts is known.
            return;
        }

        _pending.Set(ClusteringKind.InclusiveStart, first, DeletionTime.Live, open);
        _hasPending = true;
    }

    private bool TryPeek(long position)
    {
        try
        {
            Seek(position);
            return _reader.Peek() != UnfilteredItem.End;
        }
        catch (CorruptDataException)
        {
            return false;
        }
    }

    /// <summary>Where the first partition behind a place begins, by the index; the data's end where the index does not tell.</summary>
    private long NextPartition(long place)
    {
        long next = _sstable.DataLength;
        WalkIndex((position, _) =>
        {
            if (position <= place || position >= _sstable.DataLength)
                return true;
            next = position;
            return false;
        });
        return next;
    }

    /// <summary>Where a loss up to the walk's place ends; what reaches to the end of the data may have reached further.</summary>
    private long EndOfLoss() => Position < _sstable.DataLength ? Position : -1;

    /// <summary>Tells of partitions that the index has behind the end of the data.</summary>
    private void FindCutOff()
    {
        long count = 0;
        string? first = null;
        WalkIndex((position, key) =>
        {
            if (position >= _sstable.DataLength && count++ == 0)
                first = key();
            return true;
        });
        if (count > 0)
            _losses.Add(new ScrubLoss(SSTableComponent.Data.Name, _sstable.DataLength, -1, first, $"the index has {count:N0} partitions behind the end of the data."));
    }

    private string? KeyAt(long place)
    {
        string? found = null;
        WalkIndex((position, key) =>
        {
            if (position == place)
                found = key();
            return position < place;
        });
        return found;
    }

    /// <summary>Goes over the positions that the index has, and their keys where they can be read, until told to stop.</summary>
    private void WalkIndex(Func<long, Func<string?>, bool> visit)
    {
        try
        {
            if (_sstable.PartitionIndex is BtiPartitionIndex trie)
            {
                WalkTrie(trie, visit);
                return;
            }

            using PartitionIndexCursor entries = _sstable.PartitionIndex.Walk();
            while (entries.MoveNext() && visit(entries.Entry.DataPosition, () => Convert.ToHexStringLower(entries.Key)))
                continue;
        }
        catch (CorruptDataException)
        {
            // An index that is damaged from here on knows no more places.
        }
        catch (StorageException)
        {
            // Nor does one that is missing.
        }
    }

    /// <summary>The same of a trie, whose ordinary cursor reads keys from the very data that may be damaged.</summary>
    private static void WalkTrie(BtiPartitionIndex index, Func<long, Func<string?>, bool> visit)
    {
        TrieCursor trie = index.OpenTrie();
        for (bool any = index.KeyCount > 0 && trie.MoveToFirst(); any; any = trie.MoveNext())
        {
            long position;
            try
            {
                PartitionTriePayload payload = PartitionTriePayload.Read(trie.Node);
                position = payload.HasRowIndex ? index.EntryOf(payload, trie.Node).DataPosition : payload.DataPosition;
            }
            catch (CorruptDataException)
            {
                continue;
            }

            if (!visit(position, () => KeyOf(index, trie)))
                return;
        }
    }

    private static string? KeyOf(BtiPartitionIndex index, TrieCursor trie)
    {
        try
        {
            Encoding.BufferWriter key = new();
            index.ReadKey(PartitionTriePayload.Read(trie.Node), trie.Node, key);
            return Convert.ToHexStringLower(key.WrittenSpan);
        }
        catch (CorruptDataException)
        {
            return null;
        }
    }

    private void Seek(long position) => _reader.Window.Seek(position);

    private string KeyText() => Convert.ToHexStringLower(Key);
}
