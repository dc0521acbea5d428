namespace CqlitePS.Objects;

/// <summary>What an item of a partition is.</summary>
public enum SSTableRowKind
{
    /// <summary>A row.</summary>
    Row,

    /// <summary>The partition's static columns.</summary>
    Static,

    /// <summary>That the whole partition was deleted.</summary>
    PartitionDeletion,

    /// <summary>Where a deleted range of rows starts.</summary>
    RangeStart,

    /// <summary>Where a deleted range of rows ends.</summary>
    RangeEnd,

    /// <summary>Where one deleted range ends and another starts.</summary>
    RangeBoundary,
}

/// <summary>An item of a partition as it is stored in one SSTable: a row, or a deletion. Nothing is merged and nothing has expired.</summary>
public sealed class SSTableRow
{
    /// <summary>Values of the partition key's columns.</summary>
    public required object?[] PartitionKey { get; init; }

    /// <summary>Names of the partition key's columns; made up where the table's definition is not to be found.</summary>
    public required string[] PartitionKeyColumn { get; init; }

    /// <summary>Row, static row or deletion.</summary>
    public SSTableRowKind Kind { get; init; }

    /// <summary>Values of the clustering columns; of a range's end perhaps only the first of them.</summary>
    public object?[] Clustering { get; init; } = [];

    /// <summary>Names of the clustering columns; made up where the table's definition is not to be found.</summary>
    public required string[] ClusteringColumn { get; init; }

    /// <summary>Whether a range holds its <see cref="Clustering"/> itself; null for what is no range. Of a boundary, whether the range before does.</summary>
    public bool? IsInclusive { get; init; }

    /// <summary>Timestamp of the INSERT, in microseconds since 1970; null where there was none (an UPDATE leaves cells only).</summary>
    public long? Timestamp { get; init; }

    /// <summary><see cref="Timestamp"/> as a moment; null where it is none of the years 1 to 9999.</summary>
    public DateTimeOffset? WrittenAt => Timestamp is { } micros ? StoredTime.FromMicros(micros) : null;

    /// <summary>The INSERT's time to live in seconds; null for none.</summary>
    public int? Ttl { get; init; }

    /// <summary>When the INSERT expires; null where it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The deletion of the row, of the partition, or of the range that starts or ends here; null for none.</summary>
    public SSTableDeletion? Deletion { get; init; }

    /// <summary>Of a boundary the deletion of the range that starts there; else null.</summary>
    public SSTableDeletion? NextDeletion { get; init; }

    /// <summary>The cells: values and deletions.</summary>
    public SSTableCell[] Cells { get; init; } = [];

    /// <summary>Where the item is in the uncompressed data file, in bytes from its start.</summary>
    public long Position { get; init; }
}

/// <summary>A partition of one SSTable, counted through.</summary>
public sealed class SSTablePartition
{
    /// <summary>Values of the partition key's columns.</summary>
    public required object?[] PartitionKey { get; init; }

    /// <summary>Names of the partition key's columns; made up where the table's definition is not to be found.</summary>
    public required string[] PartitionKeyColumn { get; init; }

    /// <summary>The partitioner's token; null where partitions are ordered by their keys.</summary>
    public System.Numerics.BigInteger? Token { get; init; }

    /// <summary>The partition's deletion; null for none.</summary>
    public SSTableDeletion? Deletion { get; init; }

    /// <summary>Number of rows, the static one not counted.</summary>
    public long Rows { get; init; }

    /// <summary>Whether there are static columns.</summary>
    public bool HasStatic { get; init; }

    /// <summary>Number of cells, deleted ones included.</summary>
    public long Cells { get; init; }

    /// <summary>Number of deletions of any kind: of the partition, ranges (each end counts), rows, columns and cells.</summary>
    public long Tombstones { get; init; }

    /// <summary>Length in the uncompressed data file, in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Where the partition is in the uncompressed data file, in bytes from its start.</summary>
    public long Position { get; init; }
}
