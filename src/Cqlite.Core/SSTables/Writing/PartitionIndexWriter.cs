using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>What an index is told of a partition that is written.</summary>
/// <param name="Token">The key's token.</param>
/// <param name="DataPosition">Offset of the partition in the uncompressed data.</param>
/// <param name="HeaderLength">Bytes of its key, deletion and static row.</param>
/// <param name="EndOffset">Offset of its end marker from its start.</param>
/// <param name="Deletion">Its deletion.</param>
internal readonly record struct WrittenPartition(Token Token, long DataPosition, long HeaderLength, long EndOffset, DeletionTime Deletion);

/// <summary>Writes the index of partitions and of their rows: Index.db and Summary.db, or Partitions.db and Rows.db.</summary>
internal abstract class PartitionIndexWriter : IDisposable
{
    /// <summary>Bytes written so far.</summary>
    public abstract long StoredBytes { get; }

    /// <summary>Begins a partition.</summary>
    public abstract void BeginPartition();

    /// <summary>Adds a block of rows that is full.</summary>
    /// <param name="block">The block.</param>
    /// <param name="end">Offset of the byte after it from the partition's start.</param>
    public abstract void AddBlock(BlockTracker block, long end);

    /// <summary>Adds the partition, and its last block where that is not full.</summary>
    public abstract void EndPartition(ReadOnlySpan<byte> key, in WrittenPartition partition, BlockTracker lastBlock);

    /// <summary>Writes what is left and syncs.</summary>
    public abstract void Complete(ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> lastKey);

    /// <inheritdoc/>
    public abstract void Dispose();
}
