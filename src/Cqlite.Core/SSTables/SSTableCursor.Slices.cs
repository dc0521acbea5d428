using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables;

/// <content>
/// Slices. Within a slice range deletions are cut to it: one that is open where the slice starts is opened there, and one that is open
/// where it ends is closed there, so that what a slice shows stands by itself.
/// </content>
internal sealed partial class SSTableCursor
{
    private const int RowsPerMark = 8;

    private PartitionEntry? _entry;
    private RowIndexCursor? _rowIndex;
    private long _rowsPosition;
    private int _slice;
    private bool _isInSlice;
    private bool _isBeforeSlice;
    private bool _isOpen;
    private DeletionTime _open;

    private ClusteringComparator Comparator => _sstable.Comparator;

    private void BeginRows()
    {
        _rowsPosition = _reader.Window.FilePosition;
        if (_isAllRows)
            return;
        _rowIndex?.Dispose();
        _rowIndex = null;
        if (_request.Key is null)
            _entry = null;
        _slice = _request.Reversed ? _request.Slices.Count : 0;
        _isInSlice = false;
        _isOpen = false;
        if (_request.Reversed)
            BeginReversed();
    }

    private bool MoveToNextInSlices()
    {
        while (true)
        {
            if (!_isInSlice)
            {
                if (_slice == _request.Slices.Count)
                {
                    _kind = UnfilteredKind.None;
                    return false;
                }

                if (!EnterSlice(_request.Slices[_slice]))
                {
                    _slice++;
                    continue;
                }
            }

            ClusteringSlice slice = _request.Slices[_slice];
            if (_isBeforeSlice)
            {
                SkipTo(slice.Start, long.MaxValue);
                _isBeforeSlice = false;
                if (_isOpen)
                {
                    ShowBound(slice.Start, isStart: true);
                    return true;
                }
            }

            UnfilteredItem item = _reader.Peek();
            if (item == UnfilteredItem.End || (slice.End.Count != 0 && Comparator.Compare(_reader.Clustering, slice.End.View) >= 0))
            {
                _isInSlice = false;
                _slice++;
                if (!_isOpen)
                    continue;
                ShowBound(slice.End, isStart: false);
                return true;
            }

            if (item == UnfilteredItem.Marker)
            {
                ReadMarker();
                NoteMarker();
                return true;
            }

            if (ReadRow())
                return true;
        }
    }

    /// <summary>Goes to the block in which a slice begins, if that is ahead; false when the partition ends before the slice.</summary>
    private bool EnterSlice(ClusteringSlice slice)
    {
        _isInSlice = true;
        _isBeforeSlice = slice.Start.Count != 0;
        if (!_isBeforeSlice)
            return true;
        if (OpenRowIndex() is not { } index)
        {
            if (KeepsMarks && _reader.Window.FilePosition == _rowsPosition)
                SeekByMarks(slice.Start);
            return true;
        }

        if (!index.SeekForward(slice.Start.View))
        {
            _isInSlice = false;
            return false;
        }

        long position = _partitionPosition + index.BlockOffset;
        if (position > _reader.Window.FilePosition)
        {
            _reader.Window.Seek(position);
            SetOpen(index.OpenDeletion);
        }

        return true;
    }

    /// <summary>The current partition's row index; null where it has none, or is so small that looking would cost more.</summary>
    private RowIndexCursor? OpenRowIndex()
    {
        if (_rowIndex is not null)
            return _rowIndex;
        if (_entry is null)
        {
            if (!_sstable.HasLargePartitions)
                return null;
            _entry = _sstable.PartitionIndex.TryFind(Token, PartitionKey, out PartitionEntry entry) ? entry : default(PartitionEntry) with { RowIndexPosition = -1 };
        }

        if (!_entry.Value.HasRowIndex)
            return null;
        _rowIndex = _sstable.PartitionIndex.OpenRows(_entry.Value, _request.Reversed);
        return _rowIndex;
    }

    /// <summary>
    /// Whether places of rows are kept in the cache, so that the next read of a partition without row index need not pass over all rows
    /// before the one it looks for.
    /// </summary>
    private bool KeepsMarks => _request.Key is not null && !_request.Reversed && _rowIndex is null && _sstable.Cache is not null;

    /// <summary>Goes to the last marked row that is before a bound. At marks no deletion is open.</summary>
    private void SeekByMarks(ClusteringBound start)
    {
        ReadOnlySpan<int> marks = _sstable.Cache!.RowMarks(_sstable.DataFile, _partitionPosition);
        int low = 0;
        int high = marks.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            _reader.Window.Seek(_partitionPosition + marks[middle]);
            if (_reader.Peek() == UnfilteredItem.Row && Comparator.Compare(_reader.Clustering, start.View) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        _reader.Window.Seek(low == 0 ? _rowsPosition : _partitionPosition + marks[low - 1]);
    }

    /// <summary>Adds the places of rows that were passed over to those that are kept.</summary>
    private void KeepMarks()
    {
        List<int> marks = _memory!.Marks;
        ReadOnlySpan<int> known = _sstable.Cache!.RowMarks(_sstable.DataFile, _partitionPosition);
        if (marks.Count == 0 || (known.Length > 0 && marks[^1] <= known[^1]))
            return;
        int from = 0;
        while (known.Length > 0 && marks[from] <= known[^1])
            from++;
        int[] all = [.. known, .. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(marks)[from..]];
        _sstable.Cache.SetRowMarks(_sstable.DataFile, _partitionPosition, all);
    }

    /// <summary>Passes over what is before a bound, noting the deletion that is open there; tells whether there was anything.</summary>
    private bool SkipTo(ClusteringBound start, long stop)
    {
        bool any = false;
        bool keepsMarks = KeepsMarks;
        int passed = 0;
        _memory!.Marks.Clear();
        while (_reader.Window.FilePosition < stop)
        {
            UnfilteredItem item = _reader.Peek();

            // A marker at the very start counts as before it: what it opens is opened by the bound that is shown there instead.
            if (item == UnfilteredItem.End || Comparator.Compare(_reader.Clustering, start.View) > 0)
                break;
            any = true;
            if (keepsMarks && item == UnfilteredItem.Row && !_isOpen && ++passed % RowsPerMark == 0)
            {
                long offset = _reader.ItemPosition - _partitionPosition;
                if (offset <= int.MaxValue)
                    _memory.Marks.Add((int)offset);
            }

            PassItem(item);
        }

        if (keepsMarks)
            KeepMarks();
        return any;
    }

    private void PassItem(UnfilteredItem item)
    {
        if (item == UnfilteredItem.Row)
        {
            _reader.Skip();
            return;
        }

        _reader.ReadMarker(_marker);
        NoteMarker();
    }

    private void NoteMarker()
    {
        _isOpen = _marker.Kind.IsStart();
        _open = _marker.StartDeletion;
    }

    private void SetOpen(in DeletionTime deletion)
    {
        _isOpen = !deletion.IsLive;
        _open = deletion;
    }

    /// <summary>Shows a marker that opens or closes the open deletion at a slice's bound.</summary>
    private void ShowBound(ClusteringBound bound, bool isStart)
    {
        _marker.Set(bound.Kind, bound.View, isStart ? DeletionTime.Live : _open, isStart ? _open : DeletionTime.Live);
        _kind = UnfilteredKind.Marker;
    }
}
