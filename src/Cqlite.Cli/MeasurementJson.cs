using System.Text.Json;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;

namespace Cqlite.Cli;

/// <summary>A measurement of a table's SSTables as a JSON object on one line.</summary>
internal static class MeasurementJson
{
    /// <summary>The object.</summary>
    public static string Of(SSTableDescriptor any, SSTableMeasurement measurement) => JsonLine.Of(json =>
    {
        json.WriteString("keyspace", any.Keyspace);
        json.WriteString("table", any.Table);
        if (any.Index is { } index)
            json.WriteString("index", index);
        json.WriteString("folder", any.Directory);
        json.WriteNumber("now_s", measurement.NowSeconds);
        json.WriteNumber("gc_before_s", measurement.GcBeforeSeconds);
        json.WriteNumber("data_bytes", measurement.SSTables.Sum(s => s.DataBytes));
        json.WriteNumber("distinct_partitions", measurement.DistinctPartitions);
        WriteCounts(json, measurement.Counts);
        json.WriteNumber("droppable_ratio", measurement.DroppableRatio);
        WriteNullable(json, "min_timestamp_us", measurement.MinTimestampMicros);
        WriteNullable(json, "max_timestamp_us", measurement.MaxTimestampMicros);
        json.WriteStartArray("partitions_by_sstable_count");
        foreach (long count in measurement.PartitionsBySSTableCount)
            json.WriteNumberValue(count);
        json.WriteEndArray();
        WriteDistribution(json, "partition_bytes", measurement.PartitionBytes);
        WriteDistribution(json, "rows_per_partition", measurement.RowsPerPartition);
        WriteDistribution(json, "cells_per_partition", measurement.CellsPerPartition);
        WriteDistribution(json, "tombstones_per_partition", measurement.TombstonesPerPartition);
        WriteDistribution(json, "row_bytes", measurement.RowBytes);
        WriteDistribution(json, "cells_per_row", measurement.CellsPerRow);
        WriteLargest(json, "largest_by_bytes", measurement.LargestByBytes);
        WriteLargest(json, "largest_by_rows", measurement.LargestByRows);
        WriteLargest(json, "largest_by_cells", measurement.LargestByCells);
        WriteLargest(json, "largest_by_tombstones", measurement.LargestByTombstones);
        json.WriteStartArray("sstables");
        foreach (SSTableShare share in measurement.SSTables)
            WriteShare(json, share);
        json.WriteEndArray();
    });

    private static void WriteShare(Utf8JsonWriter json, SSTableShare share)
    {
        json.WriteStartObject();
        json.WriteString("path", share.Path);
        json.WriteNumber("data_bytes", share.DataBytes);
        WriteCounts(json, share.Counts);
        json.WriteString("first_key", share.FirstKey);
        json.WriteString("last_key", share.LastKey);
        WriteNullable(json, "min_timestamp_us", share.MinTimestampMicros);
        WriteNullable(json, "max_timestamp_us", share.MaxTimestampMicros);
        json.WriteNumber("shared_partitions", share.SharedPartitions);
        json.WriteStartArray("overlapping");
        foreach (string path in share.Overlapping)
            json.WriteStringValue(path);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, ContentCounts counts)
    {
        json.WriteNumber("partitions", counts.Partitions);
        json.WriteNumber("rows", counts.Rows);
        json.WriteNumber("static_rows", counts.StaticRows);
        json.WriteNumber("cells", counts.Cells);
        json.WriteNumber("live_cells", counts.LiveCells);
        json.WriteNumber("expiring_cells", counts.ExpiringCells);
        json.WriteNumber("expired_cells", counts.ExpiredCells);
        json.WriteNumber("tombstones", counts.Tombstones);
        json.WriteNumber("cell_tombstones", counts.CellTombstones);
        json.WriteNumber("collection_tombstones", counts.CollectionTombstones);
        json.WriteNumber("row_tombstones", counts.RowTombstones);
        json.WriteNumber("range_tombstones", counts.RangeTombstones);
        json.WriteNumber("partition_tombstones", counts.PartitionTombstones);
        json.WriteNumber("droppable_tombstones", counts.DroppableTombstones);
    }

    private static void WriteDistribution(Utf8JsonWriter json, string name, Distribution values)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", values.Count);
        json.WriteNumber("sum", values.Sum);
        json.WriteNumber("min", values.Min);
        json.WriteNumber("p50", values.Percentile(0.5));
        json.WriteNumber("p95", values.Percentile(0.95));
        json.WriteNumber("p99", values.Percentile(0.99));
        json.WriteNumber("max", values.Max);
        json.WriteStartArray("buckets");
        foreach (DistributionBucket bucket in values.Buckets)
        {
            json.WriteStartObject();
            json.WriteNumber("up_to", Math.Min(bucket.UpTo, values.Max));
            json.WriteNumber("count", bucket.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLargest(Utf8JsonWriter json, string name, IReadOnlyList<PartitionMeasurement> partitions)
    {
        json.WriteStartArray(name);
        foreach (PartitionMeasurement partition in partitions)
        {
            json.WriteStartObject();
            json.WriteString("key", partition.Key);
            json.WriteNumber("bytes", partition.Bytes);
            json.WriteNumber("rows", partition.Rows);
            json.WriteNumber("cells", partition.Cells);
            json.WriteNumber("tombstones", partition.Tombstones);
            json.WriteNumber("sstables", partition.SSTables);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNullable(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
