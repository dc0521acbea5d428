using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables;

/// <summary>What a partition index says of one partition.</summary>
/// <param name="DataPosition">Offset of the partition in the uncompressed data file.</param>
/// <param name="RowIndexPosition">Where its row index begins: in Index.db (Big, the entry's promoted part) or in Rows.db (BTI); -1 where the partition has none.</param>
/// <param name="RowIndexLength">Length of the promoted part in bytes (Big); 0 for BTI.</param>
internal readonly record struct PartitionEntry(long DataPosition, long RowIndexPosition, int RowIndexLength)
{
    /// <summary>Whether the partition's rows are indexed.</summary>
    public bool HasRowIndex => RowIndexPosition >= 0;
}

/// <summary>
/// Where partitions lie in the data file: Summary.db with Index.db in the Big format, Partitions.db in BTI. One instance serves
/// all threads.
/// </summary>
internal abstract class PartitionIndex : IDisposable
{
    /// <summary>The first partition's key; empty where there is no partition.</summary>
    public abstract ReadOnlyMemory<byte> FirstKey { get; }

    /// <summary>The last partition's key; empty where there is no partition.</summary>
    public abstract ReadOnlyMemory<byte> LastKey { get; }

    /// <summary>Finds a partition by its key. The bloom filter is asked before this is.</summary>
    /// <returns>False when the SSTable has no such partition.</returns>
    public abstract bool TryFind(Token token, ReadOnlySpan<byte> key, out PartitionEntry entry);

    /// <summary>Data position of the first partition that is not before a place on the ring; the data's length when there is none.</summary>
    public abstract long FindFirstAtOrAfter(in RingPosition position);

    /// <summary>Walks all entries in order, as verification and key listings need.</summary>
    public abstract PartitionIndexCursor Walk();

    /// <summary>Opens a partition's row index; only for entries that have one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="reversed">Whether blocks will be visited last to first.</param>
    public abstract RowIndexCursor OpenRows(in PartitionEntry entry, bool reversed);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>Walks the entries of a partition index in order.</summary>
internal abstract class PartitionIndexCursor : IDisposable
{
    /// <summary>The current entry.</summary>
    public abstract PartitionEntry Entry { get; }

    /// <summary>The current partition's key; BTI reads it from the row index or the data file, since its trie keeps only prefixes.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>Offset of the entry in its index file, for errors.</summary>
    public abstract long IndexFilePosition { get; }

    /// <summary>Goes to the next entry; false at the end.</summary>
    public abstract bool MoveNext();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>
/// The row index of one partition: its rows cut into blocks of about column_index_size bytes. A cursor over blocks for one
/// reader at a time.
/// </summary>
internal abstract class RowIndexCursor : IDisposable
{
    /// <summary>Offset of the current block from the partition's start in the data file.</summary>
    public abstract long BlockOffset { get; }

    /// <summary>Offset of the byte after the current block from the partition's start; -1 where the index does not say (then the next block, or the partition's end marker, ends it).</summary>
    public abstract long BlockEnd { get; }

    /// <summary>The range deletion that is open where the current block starts (BTI) or that was open where the previous block ended (Big); live for none.</summary>
    public abstract DeletionTime OpenDeletion { get; }

    /// <summary>The partition's deletion, as the index repeats it.</summary>
    public abstract DeletionTime PartitionDeletion { get; }

    /// <summary>Offset of the first row or marker from the partition's start, or -1 where the index does not say.</summary>
    public abstract long HeadLength { get; }

    /// <summary>The first and the last row or marker of the current block; false where the index has but separators.</summary>
    public virtual bool TryGetEnds(out ClusteringView first, out ClusteringView last)
    {
        first = default;
        last = default;
        return false;
    }

    /// <summary>Number of blocks, or -1 where the index does not say.</summary>
    public abstract int BlockCount { get; }

    /// <summary>Goes to the block in which rows at the bound, or the first after it, must be looked for; false when all blocks are before it.</summary>
    public abstract bool SeekForward(in ClusteringView bound);

    /// <summary>Goes to the last block that can hold rows not after the bound; false when all blocks are after it.</summary>
    public abstract bool SeekReversed(in ClusteringView bound);

    /// <summary>Goes to the following block in the direction of reading; false at the end.</summary>
    public abstract bool MoveNext();

    /// <inheritdoc/>
    public abstract void Dispose();
}
