using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Writes Index.db, and Summary.db from it.</summary>
/// <remarks>
/// <code>
/// entry      short + key, vint data position, vint length of what follows (0 for partitions of one block)
///            vint length of the partition's header, partition deletion, vint number of blocks, blocks, int * blocks: offset of each
/// block      prefix of the first item, prefix of the last, vint offset from the partition's start, signed vint length - 65,536,
///            boolean, then the range deletion that is open at the block's end
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/big/{BigTableWriter,BigFormatPartitionWriter,RowIndexEntry}.java, io/sstable/IndexInfo.java.
/// </remarks>
internal sealed class BigIndexWriter : PartitionIndexWriter
{
    /// <summary>column_index_size where the configuration names none.</summary>
    public const int DefaultBlockBytes = 64 * 1024;

    private const long WidthBase = 64 * 1024;
    private const int FlushBytes = 64 * 1024;
    private const int BlockMemoryBytes = 4 << 20;

    private readonly SSTableVersion _version;
    private readonly IWritableFile _file;
    private readonly IWritableFile _summaryFile;
    private readonly SummaryBuilder _summary;
    private readonly BufferWriter _output = new(FlushBytes + 4096);
    private readonly BufferWriter _scratch = new();
    private readonly BufferWriter _blockOffsets = new();
    private readonly SpillBuffer _blocks;
    private int _blockCount;

    /// <summary>Creates a writer.</summary>
    /// <param name="files">Where blocks of large partitions are kept meanwhile.</param>
    /// <param name="descriptor">The SSTable.</param>
    /// <param name="file">Index.db, empty; it becomes the writer's.</param>
    /// <param name="summaryFile">Summary.db, empty; it becomes the writer's.</param>
    /// <param name="summary">Samples keys.</param>
    public BigIndexWriter(IFileSystem files, SSTableDescriptor descriptor, IWritableFile file, IWritableFile summaryFile, SummaryBuilder summary)
    {
        _version = descriptor.Version;
        _file = file;
        _summaryFile = summaryFile;
        _summary = summary;
        _blocks = new SpillBuffer(files, descriptor.PathOf(SSTableComponent.Index) + SSTableWriter.TemporarySuffix, BlockMemoryBytes);
    }

    /// <inheritdoc/>
    public override long StoredBytes => _file.Position + _output.Length;

    /// <inheritdoc/>
    public override void BeginPartition()
    {
        _blockCount = 0;
        _blockOffsets.Clear();
        _blocks.Clear();
    }

    /// <inheritdoc/>
    public override void AddBlock(BlockTracker block, long end)
    {
        if (_blocks.Length > int.MaxValue)
            throw new UnsupportedFormatException(_file.Path, "a partition's row index would be larger than 2 GiB, which the format can't hold; a larger column_index_size makes it smaller.");
        _blockOffsets.WriteInt32((int)_blocks.Length);
        BufferWriter output = _blocks.Memory;
        output.Write(block.First);
        output.Write(block.Last);
        output.WriteUnsignedVInt((ulong)block.Start);
        output.WriteVInt(end - block.Start - WidthBase);
        output.WriteBoolean(!block.OpenDeletion.IsLive);
        if (!block.OpenDeletion.IsLive)
            PartitionDeletion.Write(output, block.OpenDeletion, _version);
        _blocks.Trim();
        _blockCount++;
    }

    /// <inheritdoc/>
    public override void EndPartition(ReadOnlySpan<byte> key, in WrittenPartition partition, BlockTracker lastBlock)
    {
        // The last block's length has the end marker in it.
        if (lastBlock.IsOpen && _blockCount > 0)
            AddBlock(lastBlock, partition.EndOffset + 1);

        _summary.Add(key, StoredBytes);
        _output.WriteShortBytes(key);
        _output.WriteUnsignedVInt((ulong)partition.DataPosition);
        if (_blockCount <= 1)
            _output.WriteByte(0);
        else
            WriteBlocks(partition);
        if (_output.Length >= FlushBytes)
            Flush();
    }

    /// <inheritdoc/>
    public override void Complete(ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> lastKey)
    {
        Flush();
        _file.Sync();
        _summary.Write(_output, firstKey, lastKey);
        _summaryFile.Write(_output.WrittenSpan);
        _output.Clear();
        _summaryFile.Sync();
        _blocks.Clear();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _file.Dispose();
        _summaryFile.Dispose();
        _blocks.Dispose();
    }

    private void WriteBlocks(in WrittenPartition partition)
    {
        _scratch.Clear();
        _scratch.WriteUnsignedVInt((ulong)partition.HeaderLength);
        PartitionDeletion.Write(_scratch, partition.Deletion, _version);
        _scratch.WriteUnsignedVInt((ulong)_blockCount);
        long length = _scratch.Length + _blocks.Length + _blockOffsets.Length;
        if (length > int.MaxValue)
            throw new UnsupportedFormatException(_file.Path, $"a partition's row index of {length:N0} bytes is larger than 2 GiB, which the format can't hold; a larger column_index_size makes it smaller.");
        _output.WriteUnsignedVInt((ulong)length);
        _output.Write(_scratch.WrittenSpan);
        _blocks.Replay(1, piece =>
        {
            _output.Write(piece);
            if (_output.Length >= FlushBytes)
                Flush();
        });
        _output.Write(_blockOffsets.WrittenSpan);
    }

    private void Flush()
    {
        _file.Write(_output.WrittenSpan);
        _output.Clear();
    }
}
