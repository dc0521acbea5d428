namespace Cqlite.Core.SSTables.Writing;

/// <summary>How rows are written in bulk.</summary>
public sealed record BulkWriterOptions
{
    /// <summary>The version of the SSTables; nb by default.</summary>
    public SSTableVersion Version { get; init; } = SSTableVersion.OfName("nb");

    /// <summary>Whether rows come in the order of tokens, keys and clusterings; false by default: they are sorted, by way of disk where they are many.</summary>
    public bool IsSorted { get; init; }

    /// <summary>Bytes of files from which on an SSTable is ended and another begun; no limit by default.</summary>
    public long MaxSizeBytes { get; init; } = long.MaxValue;

    /// <summary>Bytes of rows that are held in memory to be sorted; 16 MiB by default.</summary>
    public int SortBufferBytes { get; init; } = 16 << 20;

    /// <summary>Whether SSTables are named by time-based UUIDs instead of numbers; false by default.</summary>
    public bool UseUuids { get; init; }

    /// <summary>Bytes of rows in a block of a row index (column_index_size); null, the default, for the version's default.</summary>
    public int? ColumnIndexBytes { get; init; }
}
