using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Inspection;

/// <summary>
/// Holds one partition's row index against its rows, while they are read: that blocks begin and end with rows and follow each other, that
/// searches for the first and the last item of a block lead to it, and that the deletion that is open at its start is the one it says.
/// </summary>
internal sealed class RowIndexCheck(ClusteringComparator comparator, RowIndexCursor blocks, RowIndexCursor searches, RowIndexCursor reverseSearches) : IDisposable
{
    private bool _isStarted;
    private int _count;

    /// <summary>Takes the next row or marker; returns what is wrong, or null.</summary>
    /// <param name="offset">Its offset from the partition's start.</param>
    /// <param name="item">Its clustering.</param>
    /// <param name="previous">The clustering of the item before it; not looked at for the first.</param>
    /// <param name="open">The range deletion that is open before it.</param>
    public string? Visit(long offset, in ClusteringView item, in ClusteringView previous, in DeletionTime open)
    {
        if (_isStarted && offset < blocks.BlockEnd)
            return null;
        if (_isStarted && offset != blocks.BlockEnd)
            return $"block {_count - 1:N0} ends {blocks.BlockEnd:N0} bytes after the partition's start, which is within the row or marker before the one at {offset:N0}.";
        if (_isStarted && CheckLast(previous) is { } problem)
            return problem;
        bool isFirst = !_isStarted;
        _isStarted = true;
        if (!blocks.MoveNext())
            return $"ends with block {_count - 1:N0}, but there are rows or markers from {offset:N0} bytes after the partition's start on.";
        _count++;
        if (blocks.BlockOffset != offset)
            return $"block {_count - 1:N0} begins {blocks.BlockOffset:N0} bytes after the partition's start; {(isFirst ? "the first row or marker" : "the one behind the block before")} is at {offset:N0}.";
        if (isFirst && blocks.HeadLength >= 0 && blocks.HeadLength != offset)
            return $"says that the partition's head has {blocks.HeadLength:N0} bytes; it has {offset:N0}.";
        if (blocks.OpenDeletion != open)
            return $"block {_count - 1:N0} says that the range deletion {blocks.OpenDeletion} is open where it begins; it is {open}.";
        return blocks.TryGetEnds(out ClusteringView first, out _) && comparator.Compare(first, item) != 0
            ? $"block {_count - 1:N0} says that it begins with another row or marker than it does."
            : Search(item, "first");
    }

    /// <summary>Ends the partition; returns what is wrong, or null.</summary>
    /// <param name="endOffset">Offset of the partition's end marker from its start.</param>
    /// <param name="last">The clustering of the last item.</param>
    public string? Finish(long endOffset, in ClusteringView last)
    {
        if (!_isStarted)
            return "indexes a partition without rows.";

        // The last block may or may not count the partition's end marker, which takes one byte.
        if (blocks.BlockEnd != endOffset && blocks.BlockEnd != endOffset + 1)
            return $"the last block ends {blocks.BlockEnd:N0} bytes after the partition's start; its rows end at {endOffset:N0}.";
        if (CheckLast(last) is { } problem)
            return problem;
        if (blocks.MoveNext())
            return $"has a block after block {_count - 1:N0}, where the partition ends.";
        return blocks.BlockCount >= 0 && blocks.BlockCount != _count ? $"counts {blocks.BlockCount:N0} blocks, but has {_count:N0}." : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        blocks.Dispose();
        searches.Dispose();
        reverseSearches.Dispose();
    }

    private string? CheckLast(in ClusteringView item) => blocks.TryGetEnds(out _, out ClusteringView last) && comparator.Compare(last, item) != 0
        ? $"block {_count - 1:N0} says that it ends with another row or marker than it does."
        : Search(item, "last");

    private string? Search(in ClusteringView item, string which)
    {
        if (!searches.SeekForward(item) || searches.BlockOffset != blocks.BlockOffset)
            return $"a search for the {which} row or marker of block {_count - 1:N0} does not lead to it.";
        return !reverseSearches.SeekReversed(item) || reverseSearches.BlockOffset != blocks.BlockOffset
            ? $"a search in reverse for the {which} row or marker of block {_count - 1:N0} does not lead to it."
            : null;
    }
}
