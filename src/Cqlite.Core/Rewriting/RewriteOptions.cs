using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>How SSTables are written again. Immutable; what is not told stays as the source has it.</summary>
public record RewriteOptions
{
    /// <summary>The folder for what is written; it is made where it does not exist. Ids are the next free ones in it.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>The version to write: nb, oa or da; nb by default, which every release from 4.0 on reads.</summary>
    public SSTableVersion Version { get; init; } = SSTableVersion.OfName("nb");

    /// <summary>
    /// Compression, as a table's option of that name: <c>class</c>, <c>chunk_length_in_kb</c>, <c>min_compress_ratio</c> and the compressor's own. Empty
    /// for none; null, the default, for the (first) source's.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Compression { get; init; }

    /// <summary>
    /// Bytes of a chunk of compressed data before compression, a power of two; null, the default, for the (first) source's. Of no meaning where
    /// <see cref="Compression"/> is given, which has its own.
    /// </summary>
    public int? ChunkLengthBytes { get; init; }

    /// <summary>Bytes of an SSTable's stored data and index from which on the next partition begins another SSTable; null, the default, for no limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Bytes of rows in a block of a row index (column_index_size); null, the default, for the version's own default.</summary>
    public int? ColumnIndexBytes { get; init; }

    /// <summary>Wanted rate of the bloom filter's false positives, 1 for no filter; null, the default, for the (first) source's.</summary>
    public double? BloomFilterFpChance { get; init; }

    /// <summary>Keys between two entries of Summary.db; null, the default, for 128.</summary>
    public int? MinIndexInterval { get; init; }

    /// <summary>
    /// Id of the node that writes, whose commit log positions then are the only ones to be kept. Null, the default, for where there is no node: the
    /// sources' own, where it is the same for all.
    /// </summary>
    public Guid? HostId { get; init; }

    /// <summary>
    /// The table's definition. Null, the default, for what the headers tell; then columns that were dropped since stay. With a definition their cells are
    /// left out.
    /// </summary>
    public TableMetadata? Table { get; init; }
}

/// <summary>Where a rewriting stands.</summary>
/// <param name="DoneBytes">Uncompressed bytes of the sources' data read.</param>
/// <param name="TotalBytes">Uncompressed bytes of the sources' data.</param>
/// <param name="PartitionCount">Partitions written.</param>
/// <param name="RowCount">Rows written, static ones included.</param>
public readonly record struct RewriteProgress(long DoneBytes, long TotalBytes, long PartitionCount, long RowCount);

/// <summary>What a rewriting wrote.</summary>
public sealed record RewriteResult
{
    /// <summary>The SSTables, in the order of their partitions; none where nothing was left to write.</summary>
    public required IReadOnlyList<SSTableDescriptor> Written { get; init; }

    /// <summary>Partitions written.</summary>
    public required long PartitionCount { get; init; }

    /// <summary>Rows written, static ones included.</summary>
    public required long RowCount { get; init; }

    /// <summary>Cells written, tombstones included.</summary>
    public required long CellCount { get; init; }

    /// <summary>Range tombstone markers written.</summary>
    public required long MarkerCount { get; init; }

    /// <summary>
    /// Components of the sources that were not carried over because they are made from the rows for a node's indexes (SAI, SASI); a node builds them anew.
    /// </summary>
    public required IReadOnlyList<string> OmittedComponents { get; init; }
}
