using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// Writes Rows.db: for each partition of more than one block the trie of its blocks' separators, and then its entry.
/// </summary>
/// <example>
/// <code>
/// writer.Begin();
/// writer.AddBlock(firstOfBlock, lastOfBlock, blockOffset, openDeletion);   // for each block
/// if (writer.BlockCount > 1)
///     position = writer.Complete(endOffset, key, dataPosition, partitionDeletion);
/// </code>
/// </example>
/// <remarks>
/// A separator is the shortest that is greater than the last clustering of the block before: the bytes in which that and the
/// first of its own block agree, and then the former's next byte, plus one.
/// Source: org/apache/cassandra/io/sstable/format/bti/{RowIndexWriter,BtiFormatPartitionWriter}.java. The bytes are drawn on
/// <see cref="RowIndexEntry"/>, <see cref="RowTriePayload"/> and <see cref="TrieNodeType"/>.
/// </remarks>
internal sealed class BtiRowIndexWriter
{
    private readonly IReadOnlyList<CqlType> _types;
    private readonly PagedWriter _output;
    private readonly TrieWriter _trie;
    private readonly BufferWriter _separator = new();
    private readonly BufferWriter _previousLast = new();
    private readonly BufferWriter _first = new();
    private readonly BufferWriter _deletion = new(16);

    /// <summary>Creates a writer.</summary>
    /// <param name="file">Rows.db, empty; it stays the caller's to sync and close.</param>
    /// <param name="clusteringTypes">Types of the clustering columns, reversed where DESC.</param>
    public BtiRowIndexWriter(IWritableFile file, IReadOnlyList<CqlType> clusteringTypes)
    {
        _types = clusteringTypes;
        _output = new PagedWriter(file);
        _trie = new TrieWriter(_output);
    }

    /// <summary>Blocks of the partition so far.</summary>
    public int BlockCount { get; private set; }

    /// <summary>Begins a partition, and forgets the one before where it was not completed.</summary>
    public void Begin()
    {
        _trie.Reset();
        _separator.Clear();
        _previousLast.Clear();
        BlockCount = 0;
    }

    /// <summary>Adds a block.</summary>
    /// <param name="first">Clustering of its first row or marker.</param>
    /// <param name="last">Clustering of its last one.</param>
    /// <param name="offset">Offset of the block from the partition's start.</param>
    /// <param name="openDeletion">The range deletion that is open where it starts; live for none.</param>
    public void AddBlock(in ClusteringView first, in ClusteringView last, long offset, in DeletionTime openDeletion)
    {
        if (BlockCount > 0)
        {
            _first.Clear();
            ByteComparable.WriteClustering(_types, first, _first);
            SetSeparatorAfterPrevious();
        }

        AddSeparator(_separator.WrittenSpan, new RowTriePayload(offset, openDeletion));
        _previousLast.Clear();
        ByteComparable.WriteClustering(_types, last, _previousLast);
        BlockCount++;
    }

    /// <summary>Writes the trie and the entry of a partition of two blocks or more.</summary>
    /// <param name="endOffset">Offset of the partition's end marker from its start.</param>
    /// <param name="key">The partition key.</param>
    /// <param name="dataPosition">Offset of the partition in the uncompressed data file.</param>
    /// <param name="partitionDeletion">The partition's deletion.</param>
    /// <returns>Offset of the entry, for the partition index.</returns>
    public long Complete(long endOffset, ReadOnlySpan<byte> key, long dataPosition, in DeletionTime partitionDeletion)
    {
        SetSeparatorAfterLast();
        AddSeparator(_separator.WrittenSpan, new RowTriePayload(endOffset, DeletionTime.Live));
        return WriteEntry(key, dataPosition, BlockCount, partitionDeletion);
    }

    /// <summary>Hands all that is written to the file.</summary>
    public void Flush() => _output.Flush();

    /// <summary>Adds a separator as it is.</summary>
    internal void AddSeparator(ReadOnlySpan<byte> separator, in RowTriePayload payload) => _trie.Add(separator, payload.ToStored(_deletion));

    /// <summary>Writes the trie of the separators added, and the partition's entry.</summary>
    internal long WriteEntry(ReadOnlySpan<byte> key, long dataPosition, int blockCount, in DeletionTime partitionDeletion)
    {
        long root = _trie.Complete();
        _trie.Reset();
        long position = _output.Position;
        new RowIndexEntry(dataPosition, root, blockCount, partitionDeletion).Write(_output.Next(), position, key);
        return position;
    }

    private void SetSeparatorAfterPrevious()
    {
        ReadOnlySpan<byte> previous = _previousLast.WrittenSpan;
        ReadOnlySpan<byte> first = _first.WrittenSpan;
        int common = previous.CommonPrefixLength(first);
        if (common == previous.Length || common == first.Length || previous[common] > first[common])
            throw new InvalidOperationException("rows of a partition must be added in their order.");
        _separator.Clear();
        _separator.Write(previous[..common]);
        _separator.WriteByte((byte)(previous[common] + 1));
    }

    /// <summary>
    /// The separator after the last block lets greater bounds be refused early: as long as the separator before it, but greater than
    /// the last clustering. A byte of 0xFF can't be made greater, so that the next is taken instead.
    /// </summary>
    private void SetSeparatorAfterLast()
    {
        ReadOnlySpan<byte> last = _previousLast.WrittenSpan;
        int at = last.CommonPrefixLength(_separator.WrittenSpan);
        while (at < last.Length && last[at] == 0xFF)
            at++;
        _separator.Clear();
        _separator.Write(last[..Math.Min(at + 1, last.Length)]);
        if (at < last.Length)
            _separator.Patch(at, 1)[0]++;
        else
            _separator.WriteByte(0);
    }
}
