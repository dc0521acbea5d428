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

    /// <summary>Checks all properties, as a statement does before it looks at its table.</summary>
    public static void Validate(PropertySet properties)
    {
        properties.CheckNames(Names);
        Validate(Apply(TableOptions.Default, properties));
    }

    /// <summary>
    /// Takes out what 5.0 does not know, such as <c>read_repair_chance</c> of 3.x or what another vendor added, and brings the rest in
    /// the form that it understands.
    /// </summary>
    /// <returns>What was taken out, with the texts.</returns>
    public static IReadOnlyDictionary<string, string> TakeRetired(PropertySet properties)
    {
        var retired = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in properties.Names.Where(name => !Names.Contains(name)).ToArray())
        {
            properties.Remove(name, out PropertyValue value);
            retired[name] = value.Text ?? string.Join(", ", value.Map!.Select(pair => $"{pair.Key}: {pair.Value}"));
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
            options = options with { Compression = keepUnknownClasses ? CompressionOptions.KeepAny(compression) : CompressionOptions.Parse(compression) };
        if (keepUnknownClasses && properties.Map("extensions") is { } extensions)
            options = options with { Extensions = ExtensionsOf(extensions) };
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

    private static SortedDictionary<string, byte[]> ExtensionsOf(IReadOnlyDictionary<string, string> map)
    {
        var extensions = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((string name, string value) in map)
        {
            if (!value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) || value.Length % 2 != 0 || !value.AsSpan(2).ToString().All(char.IsAsciiHexDigit))
                throw OptionErrors.Configuration($"Invalid value {value} for extension '{name}': a blob was expected");
            extensions[name] = Convert.FromHexString(value.AsSpan(2));
        }

        return extensions;
    }

    // The configurations that Cassandra's own cassandra.yaml defines.
    private static string MemtableOf(string name, bool keepUnknown) => keepUnknown || name is "default" or "skiplist" or "trie"
        ? name
        : throw OptionErrors.Configuration($"Memtable configuration \"{name}\" not found.");

    private static string ReadRepairOf(string text) => text.ToUpperInvariant() is "NONE" or "BLOCKING"
        ? text.ToUpperInvariant()
        : throw new Errors.InvalidQueryException($"Invalid value {text} for option 'read_repair': only 'NONE' and 'BLOCKING' are allowed");
}
