using System.Text.Json;
using Cqlite.Core.Inspection;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Cli;

/// <summary>A report on an SSTable as a JSON object on one line. Numbers stay numbers, units are in the names, what is not known is null.</summary>
internal static class MetadataJson
{
    /// <summary>The object.</summary>
    public static string Of(SSTableReport report, long nowSeconds) => JsonLine.Of(json =>
    {
        json.WriteString("path", report.Path);
        json.WriteString("keyspace", report.Keyspace);
        json.WriteString("table", report.Table);
        json.WriteString("index", report.Index);
        json.WriteString("id", report.Id);
        json.WriteString("version", report.Version);
        json.WriteString("format", report.Format);
        json.WriteString("releases", report.Releases);
        json.WriteNumber("bytes", report.TotalBytes);
        json.WriteNumber("stored_bytes", report.StoredBytes);
        json.WriteNumber("data_bytes", report.DataBytes);
        json.WriteStartObject("components");
        foreach (ComponentReport component in report.Components)
            json.WriteNumber(component.Name, component.LengthBytes);
        json.WriteEndObject();
        WriteCompression(json, report.Compression);
        WriteContent(json, report, nowSeconds);
        WriteRepair(json, report);
        WriteColumns(json, report);
        WriteHistograms(json, report.Statistics.Stats);
    });

    private static void WriteCompression(Utf8JsonWriter json, CompressionReport? compression)
    {
        if (compression is null)
        {
            json.WriteNull("compression");
            return;
        }

        json.WriteStartObject("compression");
        json.WriteString("compressor", compression.Compressor);
        json.WriteStartObject("options");
        foreach ((string name, string value) in compression.Options)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteNumber("chunk_bytes", compression.ChunkLengthBytes);
        json.WriteNumber("chunks", compression.ChunkCount);
        WriteNullable(json, "max_compressed_bytes", compression.MaxCompressedLengthBytes);
        WriteDouble(json, "ratio", compression.Ratio);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, SSTableReport report, long nowSeconds)
    {
        json.WriteNumber("partitions", report.PartitionCount);
        json.WriteNumber("rows", report.RowCount);
        json.WriteNumber("columns_set", report.ColumnsSet);
        json.WriteNumber("tombstones", report.TombstoneCount);
        WriteDouble(json, "droppable_tombstone_ratio", report.DroppableTombstoneRatio(nowSeconds));
        WriteNullable(json, "estimated_keys", report.EstimatedKeys);
        json.WriteNumber("min_timestamp_us", report.MinTimestampMicros);
        json.WriteNumber("max_timestamp_us", report.MaxTimestampMicros);
        WriteNullable(json, "min_local_deletion_s", report.MinLocalDeletionSeconds);
        WriteNullable(json, "max_local_deletion_s", report.MaxLocalDeletionSeconds);
        json.WriteNumber("min_ttl_s", report.MinTtlSeconds);
        json.WriteNumber("max_ttl_s", report.MaxTtlSeconds);
        json.WriteString("partitioner", report.Partitioner);
        json.WriteString("first_key", report.FirstKey);
        json.WriteString("last_key", report.LastKey);
        json.WriteString("first_token", report.FirstToken);
        json.WriteString("last_token", report.LastToken);
        json.WriteString("covered_clustering", report.CoveredClustering);
        WriteDouble(json, "bloom_filter_fp_chance", report.BloomFilterFpChance);
    }

    private static void WriteRepair(Utf8JsonWriter json, SSTableReport report)
    {
        json.WriteNumber("level", report.Level);
        WriteNullable(json, "repaired_at_ms", report.RepairedAtMillis);
        json.WriteString("pending_repair", report.PendingRepair?.ToString());
        json.WriteBoolean("transient", report.IsTransient);
        json.WriteString("originating_host_id", report.OriginatingHostId?.ToString());
        json.WriteStartArray("commit_log_intervals");
        foreach (CommitLogInterval interval in report.CommitLogIntervals)
        {
            json.WriteStartObject();
            WritePosition(json, "start", interval.Start);
            WritePosition(json, "end", interval.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("encoding_stats");
        json.WriteNumber("min_timestamp_us", report.EncodingStats.MinTimestampMicros);
        json.WriteNumber("min_local_deletion_s", report.EncodingStats.MinLocalDeletionSeconds);
        json.WriteNumber("min_ttl_s", report.EncodingStats.MinTtlSeconds);
        json.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter json, SSTableReport report)
    {
        json.WriteStartArray("columns");
        foreach (ColumnReport column in report.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("kind", KindName(column.Kind));
            json.WriteString("type", column.Type);
            json.WriteString("class", column.ClassName);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHistograms(Utf8JsonWriter json, StatsMetadata stats)
    {
        WriteHistogram(json, "partition_bytes_histogram", stats.PartitionSizes);
        WriteHistogram(json, "cells_per_partition_histogram", stats.CellsPerPartition);
        json.WriteStartArray("tombstone_drop_times");
        foreach ((long seconds, int count) in stats.EstimatedTombstoneDropTimes.Bins)
        {
            json.WriteStartObject();
            json.WriteNumber("drop_time_s", seconds);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The buckets that count something; the last, which has no end, has null.</summary>
    private static void WriteHistogram(Utf8JsonWriter json, string name, EstimatedHistogram histogram)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < histogram.Counts.Count; i++)
        {
            if (histogram.Counts[i] == 0)
                continue;
            json.WriteStartObject();
            WriteNullable(json, "up_to", i < histogram.BucketEnds.Count ? histogram.BucketEnds[i] : null);
            json.WriteNumber("count", histogram.Counts[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePosition(Utf8JsonWriter json, string name, CommitLogPosition position)
    {
        json.WriteStartObject(name);
        json.WriteNumber("segment", position.SegmentId);
        json.WriteNumber("position", position.Position);
        json.WriteEndObject();
    }

    private static void WriteNullable(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    /// <summary>A number; JSON has no way to write one that is none.</summary>
    private static void WriteDouble(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    /// <summary>The part that a column plays, as system_schema.columns calls it.</summary>
    internal static string KindName(ColumnKind kind) => kind switch
    {
        ColumnKind.PartitionKey => "partition_key",
        ColumnKind.Clustering => "clustering",
        ColumnKind.Static => "static",
        _ => "regular",
    };
}
