using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables;

/// <content>
/// Reverse order. Items can only be decoded forward, so a block of the row index (the whole partition where there is no index) is walked
/// forward once, noting the place of each item, and these are then decoded from the last to the first.
/// </content>
internal sealed partial class SSTableCursor
{
    private long _blockPosition;
    private bool _reachedStart;
    private bool _closesAtEnd;
    private DeletionTime _openAtEnd;

    private void BeginReversed()
    {
        _memory!.Places.Clear();
        _closesAtEnd = false;
    }

    private bool MoveToPrevious()
    {
        List<long> places = _memory!.Places;
        while (true)
        {
            if (!_isInSlice)
            {
                if (_slice == 0)
                {
                    _kind = UnfilteredKind.None;
                    return false;
                }

                _slice--;
                if (!EnterSliceAtEnd(_request.Slices[_slice]))
                    continue;
            }

            ClusteringSlice slice = _request.Slices[_slice];
            if (_closesAtEnd)
            {
                _closesAtEnd = false;
                _marker.Set(slice.End.Kind, slice.End.View, _openAtEnd, DeletionTime.Live);
                _kind = UnfilteredKind.Marker;
                return true;
            }

            if (places.Count > 0)
            {
                _reader.Window.Seek(places[^1]);
                places.RemoveAt(places.Count - 1);
                if (_reader.Peek() == UnfilteredItem.Marker)
                {
                    ReadMarker();
                    return true;
                }

                if (ReadRow())
                    return true;
                continue;
            }

            if (!_reachedStart && _rowIndex is not null && _rowIndex.MoveNext())
            {
                long stop = _blockPosition;
                CollectBlock(slice, stop, isLast: false);
                continue;
            }

            _isInSlice = false;
            if (_isOpen)
            {
                ShowBound(slice.Start, isStart: true);
                return true;
            }
        }
    }

    /// <summary>Goes to the last block that a slice reaches; false when all blocks are behind the slice.</summary>
    private bool EnterSliceAtEnd(ClusteringSlice slice)
    {
        _isInSlice = true;
        _isOpen = false;
        if (OpenRowIndex() is not { } index)
        {
            CollectBlock(slice, long.MaxValue, isLast: true);
            return true;
        }

        if (!index.SeekReversed(slice.End.View))
        {
            _isInSlice = false;
            return false;
        }

        CollectBlock(slice, index.BlockEnd < 0 ? long.MaxValue : _partitionPosition + index.BlockEnd, isLast: true);
        return true;
    }

    /// <summary>Notes the places of a block's items that are in a slice, and which deletions are open at the slice's ends.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="stop">Where the block ends in the file.</param>
    /// <param name="isLast">Whether it is the first block to be shown, the last in clustering order.</param>
    private void CollectBlock(ClusteringSlice slice, long stop, bool isLast)
    {
        List<long> places = _memory!.Places;
        places.Clear();
        _blockPosition = _rowIndex is null ? _rowsPosition : _partitionPosition + _rowIndex.BlockOffset;
        SetOpen(_rowIndex is null ? DeletionTime.Live : _rowIndex.OpenDeletion);
        DataWindow window = _reader.Window;
        window.Seek(_blockPosition);
        _reachedStart = slice.Start.Count != 0 && SkipTo(slice.Start, stop);
        bool isOpenAtStart = _isOpen;
        DeletionTime openAtStart = _open;

        bool checksEnd = isLast && slice.End.Count != 0;
        while (window.FilePosition < stop)
        {
            UnfilteredItem item = _reader.Peek();
            if (item == UnfilteredItem.End || (checksEnd && Comparator.Compare(_reader.Clustering, slice.End.View) >= 0))
                break;
            places.Add(window.FilePosition);
            PassItem(item);
        }

        if (isLast && _isOpen)
        {
            _closesAtEnd = true;
            _openAtEnd = _open;
        }

        _isOpen = isOpenAtStart;
        _open = openAtStart;
    }
}
