using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>Table options in the columns of <c>tables</c> and <c>views</c>.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaKeyspace.java (createTableParamsFromRow, addTableParamsToRowBuilder).</remarks>
internal static class TableOptionsRow
{
    /// <summary>The options of a row; columns that its release did not have give the defaults of 5.0.</summary>
    public static TableOptions Read(SchemaRow row)
    {
        TableOptions defaults = TableOptions.Default;
        return defaults with
        {
            Comment = row.TextOrNull("comment") ?? "",
            GcGraceSeconds = row.Int32("gc_grace_seconds", defaults.GcGraceSeconds),
            DefaultTimeToLiveSeconds = row.Int32("default_time_to_live", 0),
            BloomFilterFpChance = row.Double("bloom_filter_fp_chance"),
            CrcCheckChance = row.Double("crc_check_chance") ?? defaults.CrcCheckChance,
            MinIndexInterval = row.Int32("min_index_interval", defaults.MinIndexInterval),
            MaxIndexInterval = row.Int32("max_index_interval", defaults.MaxIndexInterval),
            MemtableFlushPeriodMillis = row.Int32("memtable_flush_period_in_ms", 0),
            Memtable = row.TextOrNull("memtable") ?? defaults.Memtable,
            SpeculativeRetry = row.TextOrNull("speculative_retry") is { } retry ? SpeculativeRetryOptions.Parse(retry) : defaults.SpeculativeRetry,
            AdditionalWritePolicy = row.TextOrNull("additional_write_policy") is { } policy
                ? SpeculativeRetryOptions.Parse(policy)
                : defaults.AdditionalWritePolicy,
            ReadRepair = row.TextOrNull("read_repair")?.ToUpperInvariant() ?? defaults.ReadRepair,
            Cdc = row.Boolean("cdc", absent: false),
            AllowAutoSnapshot = row.Boolean("allow_auto_snapshot", absent: true),
            IncrementalBackups = row.Boolean("incremental_backups", absent: true),
            Caching = row.Has("caching") ? CachingOptions.Parse(row.TextMap("caching")) : defaults.Caching,
            Compaction = row.Has("compaction") ? CompactionOptions.Keep(row.TextMap("compaction")) : defaults.Compaction,
            Compression = row.Has("compression") ? CompressionOptions.KeepAny(row.TextMap("compression")) : defaults.Compression,
            Extensions = row.BlobMap("extensions"),
            Retired = Retired(row),
        };
    }

    /// <summary>Adds the options to a row, as Cassandra 5.0 has them: what is as by default has no cell where older releases lack the column.</summary>
    public static void Write(TableOptions options, SchemaRowBuilder row)
    {
        row.Double("bloom_filter_fp_chance", options.BloomFilterFpChance ?? CompactionOptions.DefaultBloomFilterFpChance(options.Compaction))
            .Text("comment", options.Comment)
            .Double("dclocal_read_repair_chance", 0)
            .Int32("default_time_to_live", options.DefaultTimeToLiveSeconds)
            .Int32("gc_grace_seconds", options.GcGraceSeconds)
            .Int32("max_index_interval", options.MaxIndexInterval)
            .Int32("memtable_flush_period_in_ms", options.MemtableFlushPeriodMillis)
            .Int32("min_index_interval", options.MinIndexInterval)
            .Double("read_repair_chance", 0)
            .Text("speculative_retry", options.SpeculativeRetry)
            .Text("additional_write_policy", options.AdditionalWritePolicy)
            .Double("crc_check_chance", options.CrcCheckChance)
            .Map("caching", options.Caching)
            .Map("compaction", options.Compaction)
            .Map("compression", options.Compression)
            .Text("read_repair", options.ReadRepair)
            .BlobMap("extensions", options.Extensions);

        // A node without change-data capture writes no cell for it; so does this one where a table does not ask for it.
        if (options.Cdc)
            row.Boolean("cdc", true);
        if (!string.Equals(options.Memtable, TableOptions.Default.Memtable, StringComparison.Ordinal))
            row.Text("memtable", options.Memtable);
        if (!options.AllowAutoSnapshot)
            row.Boolean("allow_auto_snapshot", false);
        if (!options.IncrementalBackups)
            row.Boolean("incremental_backups", false);
    }

    private static SortedDictionary<string, string> Retired(SchemaRow row)
    {
        var retired = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in (string[])["dclocal_read_repair_chance", "read_repair_chance"])
        {
            // From 4.0 on both are always zero, and there for drivers only.
            if (row.Double(name) is { } chance and not 0)
                retired[name] = JavaNumber.Text(chance);
        }

        return retired;
    }
}
