using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// The blocks of one partition: a trie of separators, each greater than all before its block and not greater than all in it. The
/// first is empty; one more, after the last block, leads to the partition's end and is never shown as a block.
/// </summary>
/// <remarks>Source: org/apache/cassandra/io/sstable/format/bti/{RowIndexReader,RowIndexReverseIterator,RowIndexWriter}.java.</remarks>
internal sealed class BtiRowIndexCursor : RowIndexCursor
{
    private readonly PagedFile _rows;
    private readonly RowIndexEntry _entry;
    private readonly ClusteringComparator _clustering;
    private readonly BufferWriter _comparable = new(64);
    private readonly TrieCursor _trie;
    private readonly long _endNode;
    private readonly long _endOffset;
    private readonly long _lastPossibleOffset;
    private bool _reversed;
    private bool _positioned;
    private RowTriePayload _current;
    private RowTriePayload _next;
    private long _blockEnd;

    /// <summary>Opens a partition's index.</summary>
    public BtiRowIndexCursor(PagedFile rows, in RowIndexEntry entry, ClusteringComparator clustering, bool reversed, long dataLength)
    {
        _rows = rows;
        _entry = entry;
        _clustering = clustering;
        _reversed = reversed;
        _lastPossibleOffset = dataLength - entry.DataPosition;
        _trie = new TrieCursor(rows, entry.Root);
        _trie.MoveToLast();
        _endNode = _trie.Position;
        _endOffset = ReadPayload().Offset;
    }

    /// <inheritdoc/>
    public override long BlockOffset => _current.Offset;

    /// <inheritdoc/>
    public override long BlockEnd => _blockEnd;

    /// <inheritdoc/>
    public override DeletionTime OpenDeletion => _current.OpenDeletion;

    /// <inheritdoc/>
    public override int BlockCount => _entry.BlockCount;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _entry.PartitionDeletion;

    /// <inheritdoc/>
    public override long HeadLength => -1;

    /// <summary>Offset of the byte after the last block (where the partition's end marker is) from the partition's start.</summary>
    public long EndOffset => _endOffset;

    /// <inheritdoc/>
    public override bool SeekForward(in ClusteringView bound)
    {
        _reversed = false;
        return SetForward(Floor(bound));
    }

    /// <inheritdoc/>
    public override bool SeekReversed(in ClusteringView bound)
    {
        _reversed = true;
        _positioned = true;
        if (!Floor(bound))
            return false;
        if (_trie.Position == _endNode)
            return SetReversed(_endOffset);

        // The block's end is the next block's beginning, for which the trie is walked forward once.
        _trie.MoveNext();
        long end = ReadPayload().Offset;
        _trie.MoveToFloor(_comparable.WrittenSpan);
        _current = ReadPayload();
        _blockEnd = Checked(end);
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (!_positioned)
        {
            if (!_reversed)
                return SetForward(_trie.MoveToFirst());
            _positioned = true;
            _trie.MoveToLast();
            return SetReversed(_endOffset);
        }

        if (_reversed)
            return _trie.Position >= 0 && SetReversed(_current.Offset);
        if (_trie.Position < 0 || _trie.Position == _endNode)
            return false;
        _current = _next;
        return LookAhead();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private bool Floor(in ClusteringView bound)
    {
        _comparable.Clear();
        TrieKey.WriteClustering(_clustering.Types, bound, _comparable);
        if (!_trie.MoveToFloor(_comparable.WrittenSpan))
            throw new CorruptDataException(_rows.Path, _entry.Root, "a row index has no block for its first rows.");
        return true;
    }

    private bool SetForward(bool found)
    {
        _positioned = true;
        if (!found || _trie.Position == _endNode)
            return false;
        _current = ReadPayload();
        return LookAhead();
    }

    private bool LookAhead()
    {
        if (!_trie.MoveNext())
            throw new CorruptDataException(_rows.Path, _entry.Root, "a row index ends without the separator after its last block.");
        _next = ReadPayload();
        _blockEnd = Checked(_next.Offset);
        return true;
    }

    private bool SetReversed(long blockEnd)
    {
        if (!_trie.MovePrevious())
            return false;
        _current = ReadPayload();
        _blockEnd = Checked(blockEnd);
        return true;
    }

    private RowTriePayload ReadPayload()
    {
        TrieNode node = _trie.Node;
        RowTriePayload payload = RowTriePayload.Read(node, _rows);
        if (payload.Offset <= 0 || payload.Offset >= _lastPossibleOffset)
            node.Throw($"a block is said to begin {payload.Offset:N0} bytes after its partition, which has {_lastPossibleOffset:N0} to the end of the data file.");
        return payload;
    }

    private long Checked(long blockEnd)
    {
        if (blockEnd <= _current.Offset)
            throw new CorruptDataException(_rows.Path, _trie.Position, $"a block is said to begin at {_current.Offset:N0} and to end at {blockEnd:N0}.");
        return blockEnd;
    }
}
