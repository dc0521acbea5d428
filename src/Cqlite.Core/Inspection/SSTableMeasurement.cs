using Cqlite.Core.Rows;

namespace Cqlite.Core.Inspection;

/// <summary>How SSTables are measured.</summary>
public sealed record SSTableMeasurementOptions
{
    /// <summary>The ten largest partitions, at the clock's now, ten days of gc_grace.</summary>
    public static SSTableMeasurementOptions Default { get; } = new();

    /// <summary>How many of the largest partitions are told, in each order; 10 by default.</summary>
    public int TopCount { get; init; } = 10;

    /// <summary>The moment at which TTLs are judged, in seconds since 1970; null, the default, for the clock's.</summary>
    public long? NowSeconds { get; init; }

    /// <summary>How long tombstones must be kept, in seconds; 864,000 (ten days) by default, as for tables.</summary>
    public long GcGraceSeconds { get; init; } = 864_000;
}

/// <summary>What is in SSTables, counted.</summary>
public sealed record ContentCounts
{
    /// <summary>Partitions; one that is in several SSTables counts in each.</summary>
    public long Partitions { get; internal set; }

    /// <summary>Rows without static ones.</summary>
    public long Rows { get; internal set; }

    /// <summary>Static rows.</summary>
    public long StaticRows { get; internal set; }

    /// <summary>Cells, tombstones included.</summary>
    public long Cells { get; internal set; }

    /// <summary>Cells with a TTL that has not ended.</summary>
    public long ExpiringCells { get; internal set; }

    /// <summary>Cells whose TTL has ended.</summary>
    public long ExpiredCells { get; internal set; }

    /// <summary>Cells that delete.</summary>
    public long CellTombstones { get; internal set; }

    /// <summary>Deletions of whole collections and user types within rows.</summary>
    public long CollectionTombstones { get; internal set; }

    /// <summary>Deleted rows.</summary>
    public long RowTombstones { get; internal set; }

    /// <summary>Ranges that are deleted.</summary>
    public long RangeTombstones { get; internal set; }

    /// <summary>Deleted partitions.</summary>
    public long PartitionTombstones { get; internal set; }

    /// <summary>Tombstones, and cells and rows whose TTL has ended, that are older than gc_grace; whether older data elsewhere still needs them is not looked at.</summary>
    public long DroppableTombstones { get; internal set; }

    /// <summary>Cells that have a value.</summary>
    public long LiveCells => Cells - CellTombstones - ExpiredCells;

    /// <summary>Tombstones of all kinds, without what expired.</summary>
    public long Tombstones => CellTombstones + CollectionTombstones + RowTombstones + RangeTombstones + PartitionTombstones;
}

/// <summary>One partition, over all SSTables that were measured.</summary>
/// <param name="Key">The key as text.</param>
/// <param name="Bytes">Length in the data files before compression.</param>
/// <param name="Rows">Rows, static ones included; one that is in several SSTables counts in each.</param>
/// <param name="Cells">Cells.</param>
/// <param name="Tombstones">Tombstones of all kinds.</param>
/// <param name="SSTables">In how many SSTables it is.</param>
public sealed record PartitionMeasurement(string Key, long Bytes, long Rows, long Cells, long Tombstones, int SSTables);

/// <summary>One of several SSTables that were measured.</summary>
public sealed record SSTableShare
{
    /// <summary>Full path of Data.db.</summary>
    public required string Path { get; init; }

    /// <summary>Length of the data before compression, in bytes.</summary>
    public required long DataBytes { get; init; }

    /// <summary>What is in it.</summary>
    public ContentCounts Counts { get; } = new();

    /// <summary>The first partition's key as text; null without partitions.</summary>
    public string? FirstKey { get; internal set; }

    /// <summary>The last partition's key as text; null without partitions.</summary>
    public string? LastKey { get; internal set; }

    /// <summary>Smallest timestamp, in microseconds since 1970; null where there is none.</summary>
    public long? MinTimestampMicros { get; internal set; }

    /// <summary>Largest timestamp, in microseconds since 1970; null where there is none.</summary>
    public long? MaxTimestampMicros { get; internal set; }

    /// <summary>Partitions that are in another one, too.</summary>
    public long SharedPartitions { get; internal set; }

    /// <summary>Others whose keys, first to last, overlap with this one's.</summary>
    public IReadOnlyList<string> Overlapping { get; internal set; } = [];
}

/// <summary>What SSTables of one table hold, counted in one pass over their data.</summary>
public sealed record SSTableMeasurement
{
    /// <summary>Each SSTable.</summary>
    public required IReadOnlyList<SSTableShare> SSTables { get; init; }

    /// <summary>The moment at which TTLs were judged, in seconds since 1970.</summary>
    public required long NowSeconds { get; init; }

    /// <summary>Tombstones made before this moment, in seconds since 1970, count as droppable.</summary>
    public required long GcBeforeSeconds { get; init; }

    /// <summary>Everything together.</summary>
    public ContentCounts Counts { get; } = new();

    /// <summary>Partitions with distinct keys.</summary>
    public long DistinctPartitions { get; internal set; }

    /// <summary>How many partitions are in one SSTable, in two, in three, ... (from index 0).</summary>
    public IReadOnlyList<long> PartitionsBySSTableCount { get; internal set; } = [];

    /// <summary>Bytes of partitions before compression, all SSTables together.</summary>
    public Distribution PartitionBytes { get; } = new();

    /// <summary>Rows of partitions.</summary>
    public Distribution RowsPerPartition { get; } = new();

    /// <summary>Cells of partitions.</summary>
    public Distribution CellsPerPartition { get; } = new();

    /// <summary>Tombstones of partitions.</summary>
    public Distribution TombstonesPerPartition { get; } = new();

    /// <summary>Bytes of rows before compression; static rows, whose length is not told, are not in it.</summary>
    public Distribution RowBytes { get; } = new();

    /// <summary>Cells of rows.</summary>
    public Distribution CellsPerRow { get; } = new();

    /// <summary>The largest partitions by bytes, largest first.</summary>
    public IReadOnlyList<PartitionMeasurement> LargestByBytes { get; internal set; } = [];

    /// <summary>Those with the most rows.</summary>
    public IReadOnlyList<PartitionMeasurement> LargestByRows { get; internal set; } = [];

    /// <summary>Those with the most cells.</summary>
    public IReadOnlyList<PartitionMeasurement> LargestByCells { get; internal set; } = [];

    /// <summary>Those with the most tombstones, if any.</summary>
    public IReadOnlyList<PartitionMeasurement> LargestByTombstones { get; internal set; } = [];

    /// <summary>Smallest timestamp, in microseconds since 1970; null where there is none.</summary>
    public long? MinTimestampMicros => SSTables.Min(s => s.MinTimestampMicros);

    /// <summary>Largest timestamp, in microseconds since 1970; null where there is none.</summary>
    public long? MaxTimestampMicros => SSTables.Max(s => s.MaxTimestampMicros);

    /// <summary>Share of the tombstones, and of what expired, that could be dropped.</summary>
    public double DroppableRatio => Counts.Tombstones + Counts.ExpiredCells == 0 ? 0 : (double)Counts.DroppableTombstones / (Counts.Tombstones + Counts.ExpiredCells);
}
