using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace CqlitePS.Objects;

/// <summary>What the SSTables of one table hold, counted over all of their data.</summary>
public sealed class TableMeasurement
{
    private readonly SSTableMeasurement _measurement;

    internal TableMeasurement(SSTableDescriptor descriptor, SSTableMeasurement measurement)
    {
        _measurement = measurement;
        Keyspace = descriptor.Keyspace;
        Table = descriptor.Index is null ? descriptor.Table : $"{descriptor.Table}.{descriptor.Index}";
        Folder = descriptor.Directory;
        SSTables = [.. measurement.SSTables];
        PartitionsBySSTableCount = [.. measurement.PartitionsBySSTableCount];
        LargestByBytes = [.. measurement.LargestByBytes];
        LargestByRows = [.. measurement.LargestByRows];
        LargestByCells = [.. measurement.LargestByCells];
        LargestByTombstones = [.. measurement.LargestByTombstones];
    }

    /// <summary>The keyspace, by the folders' names; empty where they do not tell.</summary>
    public string Keyspace { get; }

    /// <summary>The table, by the folders' names (of a secondary index with its name); empty where they do not tell.</summary>
    public string Table { get; }

    /// <summary>The folder of the first SSTable.</summary>
    public string Folder { get; }

    /// <summary>Each SSTable: counts, times, partitions shared with others, overlap.</summary>
    public SSTableShare[] SSTables { get; }

    /// <summary>Partitions with distinct keys.</summary>
    public long Partitions => _measurement.DistinctPartitions;

    /// <summary>How many partitions are in one SSTable, in two, in three, ...</summary>
    public long[] PartitionsBySSTableCount { get; }

    /// <summary>Rows without static ones; one that is in several SSTables counts in each.</summary>
    public long Rows => _measurement.Counts.Rows;

    /// <summary>Cells, tombstones included.</summary>
    public long Cells => _measurement.Counts.Cells;

    /// <summary>Tombstones of all kinds, without what expired.</summary>
    public long Tombstones => _measurement.Counts.Tombstones;

    /// <summary>Tombstones and what expired that are older than gc_grace.</summary>
    public long DroppableTombstones => _measurement.Counts.DroppableTombstones;

    /// <summary>Share of the tombstones, and of what expired, that could be dropped; from 0 to 1.</summary>
    public double DroppableRatio => _measurement.DroppableRatio;

    /// <summary>All counts, by kind.</summary>
    public ContentCounts Counts => _measurement.Counts;

    /// <summary>Length of the data before compression, in bytes.</summary>
    public long DataBytes => _measurement.SSTables.Sum(s => s.DataBytes);

    /// <summary>Bytes of partitions.</summary>
    public Distribution PartitionBytes => _measurement.PartitionBytes;

    /// <summary>Rows of partitions.</summary>
    public Distribution RowsPerPartition => _measurement.RowsPerPartition;

    /// <summary>Cells of partitions.</summary>
    public Distribution CellsPerPartition => _measurement.CellsPerPartition;

    /// <summary>Tombstones of partitions.</summary>
    public Distribution TombstonesPerPartition => _measurement.TombstonesPerPartition;

    /// <summary>Bytes of rows.</summary>
    public Distribution RowBytes => _measurement.RowBytes;

    /// <summary>Cells of rows.</summary>
    public Distribution CellsPerRow => _measurement.CellsPerRow;

    /// <summary>The largest partitions by bytes.</summary>
    public PartitionMeasurement[] LargestByBytes { get; }

    /// <summary>The partitions with the most rows.</summary>
    public PartitionMeasurement[] LargestByRows { get; }

    /// <summary>The partitions with the most cells.</summary>
    public PartitionMeasurement[] LargestByCells { get; }

    /// <summary>The partitions with the most tombstones.</summary>
    public PartitionMeasurement[] LargestByTombstones { get; }

    /// <summary>Smallest timestamp, in microseconds since 1970; null where there is none.</summary>
    public long? MinTimestamp => _measurement.MinTimestampMicros;

    /// <summary>Largest timestamp, in microseconds since 1970; null where there is none.</summary>
    public long? MaxTimestamp => _measurement.MaxTimestampMicros;
}
