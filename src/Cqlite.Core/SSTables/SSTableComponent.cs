namespace Cqlite.Core.SSTables;

/// <summary>A component of an SSTable, by the last part of its file's name.</summary>
/// <param name="Name">Such as <c>Data.db</c>.</param>
/// <remarks>Source: org/apache/cassandra/io/sstable/format/SSTableFormat.java (Components), big/BigFormat.java, bti/BtiFormat.java.</remarks>
public readonly record struct SSTableComponent(string Name)
{
    /// <summary>Partitions and rows.</summary>
    public static SSTableComponent Data { get; } = new("Data.db");

    /// <summary>Offsets and checksummed lengths of compressed chunks; absent where Data.db is not compressed.</summary>
    public static SSTableComponent CompressionInfo { get; } = new("CompressionInfo.db");

    /// <summary>Statistics and the serialization header.</summary>
    public static SSTableComponent Statistics { get; } = new("Statistics.db");

    /// <summary>Bloom filter of partition keys.</summary>
    public static SSTableComponent Filter { get; } = new("Filter.db");

    /// <summary>Partition index of the Big format, row indexes included.</summary>
    public static SSTableComponent Index { get; } = new("Index.db");

    /// <summary>Sample of the partition index of the Big format.</summary>
    public static SSTableComponent Summary { get; } = new("Summary.db");

    /// <summary>Partition index of the BTI format.</summary>
    public static SSTableComponent Partitions { get; } = new("Partitions.db");

    /// <summary>Row indexes of the BTI format.</summary>
    public static SSTableComponent Rows { get; } = new("Rows.db");

    /// <summary>Checksum of the whole of Data.db, as text.</summary>
    public static SSTableComponent Digest { get; } = new("Digest.crc32");

    /// <summary>Checksums of the parts of an uncompressed Data.db.</summary>
    public static SSTableComponent Crc { get; } = new("CRC.db");

    /// <summary>List of the components, as text, written last.</summary>
    public static SSTableComponent Toc { get; } = new("TOC.txt");

    /// <summary>The components that every release knows, in the order in which they are listed.</summary>
    public static IReadOnlyList<SSTableComponent> Known { get; } =
        [Data, CompressionInfo, Statistics, Filter, Index, Summary, Partitions, Rows, Digest, Crc, Toc];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
