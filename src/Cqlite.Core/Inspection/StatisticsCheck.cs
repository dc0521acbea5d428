using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Inspection;

/// <summary>What the rows and markers of an SSTable came to.</summary>
internal sealed class ContentTotals
{
    /// <summary>Partitions.</summary>
    public long PartitionCount { get; set; }

    /// <summary>Rows, static ones included.</summary>
    public long RowCount { get; set; }

    /// <summary>Cells.</summary>
    public long CellCount { get; set; }

    /// <summary>Columns of rows that have at least one cell.</summary>
    public long ColumnCount { get; set; }

    /// <summary>Smallest timestamp.</summary>
    public long MinTimestampMicros { get; private set; } = long.MaxValue;

    /// <summary>Largest timestamp.</summary>
    public long MaxTimestampMicros { get; private set; } = long.MinValue;

    /// <summary>Smallest local deletion time.</summary>
    public long MinLocalDeletionSeconds { get; private set; } = long.MaxValue;

    /// <summary>Largest TTL.</summary>
    public int MaxTtlSeconds { get; private set; }

    /// <summary>Whether any partition is deleted as a whole.</summary>
    public bool HasPartitionDeletion { get; set; }

    /// <summary>Takes a timestamp.</summary>
    public void AddTimestamp(long micros)
    {
        MinTimestampMicros = Math.Min(MinTimestampMicros, micros);
        MaxTimestampMicros = Math.Max(MaxTimestampMicros, micros);
    }

    /// <summary>Takes a deletion, unless it is none.</summary>
    public void Add(in DeletionTime deletion)
    {
        if (deletion.IsLive)
            return;
        AddTimestamp(deletion.MarkedAtMicros);
        MinLocalDeletionSeconds = Math.Min(MinLocalDeletionSeconds, deletion.LocalSeconds);
    }

    /// <summary>Takes a row.</summary>
    public void Add(Row row)
    {
        RowCount++;
        CellCount += row.Cells.Length;
        Liveness liveness = row.Liveness;
        if (!liveness.IsEmpty)
        {
            AddTimestamp(liveness.TimestampMicros);
            MaxTtlSeconds = Math.Max(MaxTtlSeconds, liveness.TtlSeconds);
            MinLocalDeletionSeconds = Math.Min(MinLocalDeletionSeconds, liveness.ExpiresAtSeconds);
        }

        Add(row.Deletion);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
            Add(deletion.Deletion);
        int column = -1;
        foreach (ref readonly Cell cell in row.Cells)
        {
            AddTimestamp(cell.TimestampMicros);
            MaxTtlSeconds = Math.Max(MaxTtlSeconds, cell.TtlSeconds);
            MinLocalDeletionSeconds = Math.Min(MinLocalDeletionSeconds, cell.LocalDeletionSeconds);
            if (cell.Column != column)
                ColumnCount++;
            column = cell.Column;
        }
    }
}

/// <summary>
/// Holds Statistics.db against itself and against what was read. Where readers trust it to pass over an SSTable, a wrong bound is an
/// error; counts and estimates, by which compactions are planned, are warnings.
/// </summary>
internal static class StatisticsCheck
{
    /// <summary>What can be told without the data.</summary>
    public static void CheckItself(SSTableStatistics statistics, FindingSink sink)
    {
        StatsMetadata stats = statistics.Stats;
        double chance = statistics.Validation.BloomFilterFpChance;
        if (chance is not (> 0 and <= 1))
            sink.Warning(SSTableComponent.Statistics, -1, $"a bloom filter's chance of false positives can't be {chance}.");
        if (stats.MinTimestampMicros > stats.MaxTimestampMicros)
            sink.Error(SSTableComponent.Statistics, -1, $"the smallest timestamp, {stats.MinTimestampMicros}, is greater than the largest, {stats.MaxTimestampMicros}.");
        if (stats.MinLocalDeletionSeconds > stats.MaxLocalDeletionSeconds)
            sink.Error(SSTableComponent.Statistics, -1, $"the smallest local deletion time, {stats.MinLocalDeletionSeconds}, is greater than the largest, {stats.MaxLocalDeletionSeconds}.");
        if (stats.MinTtlSeconds < 0 || stats.MinTtlSeconds > stats.MaxTtlSeconds)
            sink.Error(SSTableComponent.Statistics, -1, $"the smallest TTL is {stats.MinTtlSeconds}, the largest {stats.MaxTtlSeconds}.");
        if (double.IsNaN(stats.CompressionRatio) || (stats.CompressionRatio < 0 && stats.CompressionRatio != StatsMetadata.NoCompressionRatio))
            sink.Warning(SSTableComponent.Statistics, -1, $"a compression ratio can't be {stats.CompressionRatio}.");
        if (stats.TotalRows < 0 || stats.TotalColumnsSet < 0)
            sink.Warning(SSTableComponent.Statistics, -1, $"there can't be {stats.TotalRows} rows and {stats.TotalColumnsSet} columns set.");
        if (stats.PartitionSizes.Counts.Any(c => c < 0) || stats.CellsPerPartition.Counts.Any(c => c < 0))
            sink.Warning(SSTableComponent.Statistics, -1, "a histogram counts fewer than no partitions.");
    }

    /// <summary>What all of the data tells.</summary>
    public static void CheckContent(SSTable sstable, ContentTotals content, ReadOnlySpan<byte> firstKey, ReadOnlySpan<byte> lastKey, FindingSink sink)
    {
        StatsMetadata stats = sstable.Statistics.Stats;
        if (content.MinTimestampMicros < stats.MinTimestampMicros)
            sink.Error(SSTableComponent.Statistics, -1, $"the smallest timestamp is said to be {stats.MinTimestampMicros}; there is {content.MinTimestampMicros}.");
        if (content.MaxTimestampMicros > stats.MaxTimestampMicros)
            sink.Error(SSTableComponent.Statistics, -1, $"the largest timestamp is said to be {stats.MaxTimestampMicros}; there is {content.MaxTimestampMicros}.");
        if (content.MinLocalDeletionSeconds < stats.MinLocalDeletionSeconds)
            sink.Error(SSTableComponent.Statistics, -1, $"the smallest local deletion time is said to be {stats.MinLocalDeletionSeconds}; there is {content.MinLocalDeletionSeconds}.");
        if (content.MaxTtlSeconds > stats.MaxTtlSeconds)
            sink.Error(SSTableComponent.Statistics, -1, $"the largest TTL is said to be {stats.MaxTtlSeconds}; there is {content.MaxTtlSeconds}.");
        if (sstable.Descriptor.Version.HasPartitionDeletionMark && content.HasPartitionDeletion && !stats.HasPartitionLevelDeletions)
            sink.Error(SSTableComponent.Statistics, -1, "no partition is said to be deleted as a whole; at least one is.");
        if (stats.FirstKey is { } first && !first.Span.SequenceEqual(firstKey))
            sink.Error(SSTableComponent.Statistics, -1, $"the first key is said to be {Convert.ToHexStringLower(first.Span)}; it is another.", firstKey);
        if (stats.LastKey is { } last && !last.Span.SequenceEqual(lastKey))
            sink.Error(SSTableComponent.Statistics, -1, $"the last key is said to be {Convert.ToHexStringLower(last.Span)}; it is another.", lastKey);
        CheckCount(stats.PartitionSizes.Count, content.PartitionCount, "partitions, by their sizes,", sink);
        CheckCount(stats.CellsPerPartition.Count, content.PartitionCount, "partitions, by their cells,", sink);
        if (!sstable.Descriptor.Version.HasMetadataChecksum)
            return;

        // Releases before 4.0 count otherwise.
        CheckCount(stats.TotalRows, content.RowCount, "rows", sink);
        CheckCount(stats.TotalColumnsSet, content.ColumnCount, "columns set", sink);
    }

    private static void CheckCount(long said, long actual, string what, FindingSink sink)
    {
        if (said != actual)
            sink.Warning(SSTableComponent.Statistics, -1, $"there are said to be {said:N0} {what} but {actual:N0} were read.");
    }
}
