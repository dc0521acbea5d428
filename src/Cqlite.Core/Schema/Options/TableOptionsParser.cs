using System.Collections.Frozen;

namespace Cqlite.Core.Schema.Options;

/// <summary>Table options from what stands behind WITH.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/schema/TableAttributes.java, schema/TableParams.java.</remarks>
internal static class TableOptionsParser
{
    /// <summary>Property that gives a new table its id.</summary>
    public const string Id = "id";

    /// <summary>Property that is a table's default TTL.</summary>
    public const string DefaultTimeToLive = "default_time_to_live";

    private const int LongestTtlSeconds = 20 * 365 * 24 * 60 * 60;

    // BloomCalculations.probs ends with it: what 20 bits a key and 15 hashes give.
    private const double LeastBloomFilterFpChance = 6.71e-5;

    private static readonly FrozenSet<string> Names = new[]
    {
        Id, "allow_auto_snapshot", "bloom_filter_fp_chance", "caching", "comment", "compaction", "compression", "memtable",
        DefaultTimeToLive, "extensions", "gc_grace_seconds", "incremental_backups", "max_index_interval", "memtable_flush_period_in_ms",
        "min_index_interval", "speculative_retry", "additional_write_policy", "crc_check_chance", "cdc", "read_repair",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Options of Cassandra up to 3.11 that 5.0 no longer has.</summary>
    private static readonly string[] RetiredNames =
    [
        "read_repair_chance", "dclocal_read_repair_chance", "index_interval", "populate_io_cache_on_flush", "replicate_on_write",
        "min_compaction_threshold", "max_compaction_threshold",
    ];

    /// <summary>Checks all properties, as a statement does before it looks at its table.</summary>
    public static void Validate(PropertySet properties)
    {
        properties.CheckNames(Names);
        Validate(Apply(TableOptions.Default, properties));
    }

    /// <summary>Takes out what older releases had, and brings the rest in the form that 5.0 understands.</summary>
    /// <returns>The retired options with their texts.</returns>
    public static IReadOnlyDictionary<string, string> TakeRetired(PropertySet properties)
    {
        var retired = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in RetiredNames)
        {
            if (properties.Remove(name, out PropertyValue value) && value.Text is { } text)
                retired[name] = text;
        }

        if (properties.Remove("compression", out PropertyValue compression))
        {
            properties.Add("compression", compression.Map is { } map
                ? new PropertyValue(null, CompressionOptions.Modernize(map))
                : compression);
        }

        return retired;
    }

    /// <summary>The options with those changed that the properties name.</summary>
    public static TableOptions Apply(TableOptions previous, PropertySet properties, bool keepUnknownClasses = false)
    {
        TableOptions options = previous;
        if (properties.Has("allow_auto_snapshot"))
            options = options with { AllowAutoSnapshot = properties.Boolean("allow_auto_snapshot", absent: true) };
        if (properties.Has("bloom_filter_fp_chance"))
            options = options with { BloomFilterFpChance = properties.Double("bloom_filter_fp_chance", absent: 0) };
        if (properties.Map("caching") is { } caching)
            options = options with { Caching = CachingOptions.Parse(caching) };
        if (properties.Text("comment") is { } comment)
            options = options with { Comment = comment };
        if (properties.Map("compaction") is { } compaction)
            options = options with { Compaction = keepUnknownClasses ? CompactionOptions.Keep(compaction) : CompactionOptions.Parse(compaction) };
        if (properties.Map("compression") is { } compression)
            options = options with { Compression = CompressionOptions.Parse(compression) };
        if (properties.Text("memtable") is { } memtable)
            options = options with { Memtable = MemtableOf(memtable, keepUnknownClasses) };
        options = options with
        {
            DefaultTimeToLiveSeconds = properties.Int32(DefaultTimeToLive, options.DefaultTimeToLiveSeconds),
            GcGraceSeconds = properties.Int32("gc_grace_seconds", options.GcGraceSeconds),
            IncrementalBackups = properties.Boolean("incremental_backups", options.IncrementalBackups),
            MaxIndexInterval = properties.Int32("max_index_interval", options.MaxIndexInterval),
            MemtableFlushPeriodMillis = properties.Int32("memtable_flush_period_in_ms", options.MemtableFlushPeriodMillis),
            MinIndexInterval = properties.Int32("min_index_interval", options.MinIndexInterval),
        };
        if (properties.Text("speculative_retry") is { } retry)
            options = options with { SpeculativeRetry = SpeculativeRetryOptions.Parse(retry) };
        if (properties.Text("additional_write_policy") is { } policy)
            options = options with { AdditionalWritePolicy = SpeculativeRetryOptions.Parse(policy) };
        options = options with
        {
            CrcCheckChance = properties.Double("crc_check_chance", options.CrcCheckChance),
            Cdc = properties.Boolean("cdc", options.Cdc),
        };
        return properties.Text("read_repair") is { } repair ? options with { ReadRepair = ReadRepairOf(repair) } : options;
    }

    /// <summary>Checks ranges, and options against each other.</summary>
    public static void Validate(TableOptions options)
    {
        CompactionOptions.Validate(options.Compaction);
        if (options.BloomFilterFpChance is { } chance && (chance <= LeastBloomFilterFpChance || chance > 1 || double.IsNaN(chance)))
        {
            throw OptionErrors.Configuration(
                $"bloom_filter_fp_chance must be larger than {JavaNumber.Text(LeastBloomFilterFpChance)} and less than or equal to 1.0 (got {JavaNumber.Text(chance)})");
        }

        if (options.CrcCheckChance is < 0 or > 1)
        {
            throw OptionErrors.Configuration(
                $"crc_check_chance must be larger than or equal to 0 and smaller than or equal to 1.0 (got {JavaNumber.Text(options.CrcCheckChance)})");
        }

        NotNegative(DefaultTimeToLive, options.DefaultTimeToLiveSeconds);
        if (options.DefaultTimeToLiveSeconds > LongestTtlSeconds)
        {
            throw OptionErrors.Configuration(
                $"{DefaultTimeToLive} must be less than or equal to {LongestTtlSeconds} (got {options.DefaultTimeToLiveSeconds})");
        }

        NotNegative("gc_grace_seconds", options.GcGraceSeconds);
        if (options.MinIndexInterval < 1)
            throw OptionErrors.Configuration($"min_index_interval must be greater than or equal to 1 (got {options.MinIndexInterval})");
        if (options.MaxIndexInterval < options.MinIndexInterval)
        {
            throw OptionErrors.Configuration(
                $"max_index_interval must be greater than or equal to min_index_interval ({options.MinIndexInterval}) (got {options.MaxIndexInterval})");
        }

        NotNegative("memtable_flush_period_in_ms", options.MemtableFlushPeriodMillis);
    }

    private static void NotNegative(string name, int value)
    {
        if (value < 0)
            throw OptionErrors.Configuration($"{name} must be greater than or equal to 0 (got {value})");
    }

    private static string MemtableOf(string name, bool keepUnknown) => keepUnknown || string.Equals(name, "default", StringComparison.Ordinal)
        ? name
        : throw OptionErrors.Configuration($"Memtable configuration \"{name}\" not found.");

    private static string ReadRepairOf(string text) => text.ToUpperInvariant() is "NONE" or "BLOCKING"
        ? text.ToUpperInvariant()
        : throw new Errors.InvalidQueryException($"Invalid value {text} for option 'read_repair': only 'NONE' and 'BLOCKING' are allowed");
}
