using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Metrics;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>Figures of a database that is open.</summary>
public sealed partial class Database
{
    private const double Gigabyte = 1e9;

    /// <summary>The figures as they are now. Opens tables that are not open yet, to know what is stored.</summary>
    public IReadOnlyList<DatabaseMetric> Metrics()
    {
        long storedBytes = 0;
        long dataBytes = 0;
        long compressedBytes = 0;
        bool isWhole = SchemaProblems.Count == 0 && Failure is null && _activity.Corruptions == 0;
        foreach (TableMetadata table in Schema.Keyspaces.Values.SelectMany(k => k.TablesAndViews))
        {
            try
            {
                foreach (SSTable sstable in OpenTable(table).SSTables)
                {
                    foreach (SSTableComponent component in sstable.Components)
                        storedBytes += LengthOf(sstable.Descriptor.PathOf(component));
                    dataBytes += sstable.DataLength;
                    compressedBytes += sstable.StoredLength;
                }
            }
            catch (CqliteException)
            {
                // That is what the figure tells of; verification tells the rest.
                isWhole = false;
            }
        }

        (int segments, long logBytes) = _writer?.LogSize ?? (0, 0);
        long memtables = _writer?.MemtableBytes ?? 0;
        long memoryLimit = (_cache?.CapacityBytes ?? 0) + (_writer is null ? 0 : _options.MemtableSizeBytes);
        KeyCache? keys = _cache?.Keys;
        return
        [
            Gauge("cqlite_query_response_time_p50", Milliseconds(_activity.Queries, 0.5), "ms", "Half of the statements were answered within this time"),
            Gauge("cqlite_query_response_time_p99", Milliseconds(_activity.Queries, 0.99), "ms", "99 of 100 statements were answered within this time"),
            Gauge("cqlite_file_read_latency_p99", Milliseconds(_activity.FileReads, 0.99), "ms", "99 of 100 chunks that were not cached were read within this time"),
            Gauge("cqlite_memory_usage_percentage", memoryLimit == 0 ? null : 100.0 * ((_cache?.UsedBytes ?? 0) + memtables) / memoryLimit, "%", "Memory of cache and memtables, of what they may take"),
            Gauge("cqlite_cache_hit_rate", Percentage(_cache?.Hits, _cache?.Misses), "%", "Chunks and pages of indexes that were in the cache when they were needed"),
            Gauge("cqlite_key_cache_hit_rate", Percentage(keys?.Hits, keys?.Misses), "%", "Partitions of which it was known where they are, without a look into the index"),
            Gauge("cqlite_compression_ratio", dataBytes == 0 ? null : (double)compressedBytes / dataBytes, "", "Stored bytes of data for each byte of data"),
            Gauge("cqlite_file_integrity_status", isWhole ? 1 : 0, "", "1 while no damage was met, 0 from then on"),
            Gauge("cqlite_storage_usage_gb", (storedBytes + logBytes) / Gigabyte, "GB", "SSTables and commit log"),
            Gauge("cqlite_memtable_bytes", memtables, "bytes", "Memory of what is not in SSTables yet"),
            Gauge("cqlite_commitlog_segments", segments, "", "Segments of the commit log"),
            Gauge("cqlite_commitlog_bytes", logBytes, "bytes", "Length of the commit log"),
            Gauge("cqlite_compactions_running", _writer?.Compactor.Running.Count ?? 0, "", "Compactions that run"),
            Gauge("cqlite_compactions_pending", _writer?.Compactor.Pending.Values.Sum() ?? 0, "", "Compactions that tables ask for"),
            Counter("cqlite_queries_total", _activity.Queries.Count, "Statements executed"),
            Counter("cqlite_cache_hits_total", _cache?.Hits ?? 0, "Chunks found in the cache"),
            Counter("cqlite_cache_misses_total", _cache?.Misses ?? 0, "Chunks read"),
            Counter("cqlite_key_cache_hits_total", keys?.Hits ?? 0, "Partitions found without their index"),
            Counter("cqlite_key_cache_misses_total", keys?.Misses ?? 0, "Partitions looked for in their index"),
            Counter("cqlite_writes_total", _activity.Writes, "Mutations acknowledged"),
            Counter("cqlite_flushes_total", _activity.Flushes, "Memtables written to SSTables"),
            Counter("cqlite_flushed_bytes_total", _activity.FlushedBytes, "Stored bytes of data that flushes wrote"),
            Counter("cqlite_compactions_total", _writer?.Compactor.FinishedCount ?? 0, "Compactions that have ended"),
        ];
    }

    /// <summary>Stored bytes that running compactions have read, of all that they have to read.</summary>
    public (long DoneBytes, long TotalBytes) CompactionProgress
    {
        get
        {
            long done = 0;
            long total = 0;
            foreach (CompactionRecord running in _writer?.Compactor.Running ?? [])
            {
                done += running.Progress.DoneBytes;
                total += running.Progress.TotalBytes;
            }

            return (done, total);
        }
    }

    private static DatabaseMetric Gauge(string name, double? value, string unit, string description) => new(name, MetricKind.Gauge, value, unit, description);

    private static DatabaseMetric Counter(string name, long value, string description) => new(name, MetricKind.Counter, value, "", description);

    private static double? Percentage(long? hits, long? misses) => hits + misses is > 0 and long looked ? 100.0 * hits / looked : null;

    private static double? Milliseconds(LatencyHistogram latencies, double share) => latencies.Quantile(share) * 1000;

    private long LengthOf(string path)
    {
        try
        {
            return _options.Files.GetLength(path);
        }
        catch (StorageException e) when (e.Problem == StorageProblem.NotFound)
        {
            // A compaction has deleted it just now.
            return 0;
        }
    }
}
