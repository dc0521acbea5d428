using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Bti;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Writes Partitions.db and Rows.db.</summary>
/// <remarks>Source: org/apache/cassandra/io/sstable/format/bti/{BtiTableWriter,BtiFormatPartitionWriter}.java.</remarks>
internal sealed class BtiIndexWriter : PartitionIndexWriter
{
    /// <summary>column_index_size where the configuration names none.</summary>
    public const int DefaultBlockBytes = 16 * 1024;

    private readonly IWritableFile _partitionsFile;
    private readonly IWritableFile _rowsFile;
    private readonly BtiPartitionIndexWriter _partitions;
    private readonly BtiRowIndexWriter _rows;
    private readonly ClusteringLayout _clustering;
    private readonly Slice[] _first;
    private readonly Slice[] _last;

    /// <summary>Creates a writer.</summary>
    /// <param name="partitionsFile">Partitions.db, empty; it becomes the writer's.</param>
    /// <param name="rowsFile">Rows.db, empty; it becomes the writer's.</param>
    /// <param name="partitioner">The table's partitioner.</param>
    /// <param name="clusteringTypes">Types of the clustering columns.</param>
    public BtiIndexWriter(IWritableFile partitionsFile, IWritableFile rowsFile, Partitioner partitioner, IReadOnlyList<CqlType> clusteringTypes)
    {
        _partitionsFile = partitionsFile;
        _rowsFile = rowsFile;
        _partitions = new BtiPartitionIndexWriter(partitionsFile, partitioner);
        _rows = new BtiRowIndexWriter(rowsFile, clusteringTypes);
        _clustering = new ClusteringLayout(clusteringTypes);
        _first = new Slice[clusteringTypes.Count];
        _last = new Slice[clusteringTypes.Count];
    }

    /// <inheritdoc/>
    public override long StoredBytes => _partitionsFile.Position + _rowsFile.Position;

    /// <inheritdoc/>
    public override void BeginPartition() => _rows.Begin();

    /// <inheritdoc/>
    public override void AddBlock(BlockTracker block, long end) =>
        _rows.AddBlock(Decode(block.First, _first), Decode(block.Last, _last), block.Start, block.StartDeletion);

    /// <inheritdoc/>
    public override void EndPartition(ReadOnlySpan<byte> key, in WrittenPartition partition, BlockTracker lastBlock)
    {
        if (lastBlock.IsOpen && _rows.BlockCount > 0)
            AddBlock(lastBlock, partition.EndOffset);
        if (_rows.BlockCount > 1)
            _partitions.AddRowIndex(partition.Token, key, _rows.Complete(partition.EndOffset, key, partition.DataPosition, partition.Deletion));
        else
            _partitions.AddData(partition.Token, key, partition.DataPosition);
    }

    /// <inheritdoc/>
    public override void Complete(ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> lastKey)
    {
        _rows.Flush();
        _rowsFile.Sync();
        _partitions.Complete();
        _partitionsFile.Sync();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _partitionsFile.Dispose();
        _rowsFile.Dispose();
    }

    private ClusteringView Decode(ReadOnlySpan<byte> prefix, Slice[] values)
    {
        SpanReader reader = new(prefix, _rowsFile.Path);
        ClusteringKind kind = _clustering.ReadPrefix(ref reader, values, out int count);
        return new ClusteringView(kind, prefix, values.AsSpan(0, count));
    }
}
