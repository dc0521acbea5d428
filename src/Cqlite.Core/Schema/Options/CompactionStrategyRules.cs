using System.Collections.Frozen;
using System.Globalization;

namespace Cqlite.Core.Schema.Options;

/// <summary>What each compaction strategy knows of options, and the ranges of their values.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/*Strategy*.java (validateOptions), compaction/unified/Controller.java.</remarks>
internal static class CompactionStrategyRules
{
    private const string SizeTiered = "SizeTieredCompactionStrategy";
    private const string Leveled = "LeveledCompactionStrategy";
    private const string TimeWindow = "TimeWindowCompactionStrategy";
    private const string Unified = "UnifiedCompactionStrategy";

    /// <summary>The strategies of Cassandra 5.0, without their package.</summary>
    public static FrozenSet<string> Strategies { get; } = new[] { SizeTiered, Leveled, TimeWindow, Unified }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the strategy has min_threshold and max_threshold.</summary>
    public static bool HasThresholds(string strategy) => strategy is SizeTiered or Leveled or TimeWindow or "DateTieredCompactionStrategy";

    /// <summary>Checks the options that the strategy knows, and takes them out: what is left is unknown.</summary>
    public static void Check(string strategy, Dictionary<string, string> options)
    {
        CheckCommon(options);
        switch (strategy)
        {
            case Leveled:
                PositiveInt(options, "sstable_size_in_mb");
                PositiveInt(options, "fanout_size");
                options.Remove("single_sstable_uplevel");
                CheckSizeTiered(options);
                break;
            case TimeWindow:
                CheckTimeWindow(options);
                CheckSizeTiered(options);
                break;
            case Unified:
                UnifiedCompactionRules.Check(options);
                return;
            default:
                CheckSizeTiered(options);
                break;
        }

        options.Remove("min_threshold");
        options.Remove("max_threshold");
    }

    /// <summary>Whether a text is true or false, in any case.</summary>
    internal static bool IsBoolean(string text) => text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("false", StringComparison.OrdinalIgnoreCase);

    private static void CheckCommon(Dictionary<string, string> options)
    {
        if (options.Remove("tombstone_threshold", out string? threshold))
        {
            if (!JavaNumber.TryParseDouble(threshold, out double value))
                throw OptionErrors.Configuration($"{threshold} is not a parsable int (base10) for tombstone_threshold");
            if (value < 0)
                throw OptionErrors.Configuration($"tombstone_threshold must be greater than 0, but was {((float)value).ToString("F6", CultureInfo.InvariantCulture)}");
        }

        if (options.Remove("tombstone_compaction_interval", out string? interval))
        {
            if (!JavaNumber.TryParseLong(interval, out long value))
                throw OptionErrors.Configuration($"{interval} is not a parsable int (base10) for tombstone_compaction_interval");
            if (value < 0)
                throw OptionErrors.Configuration($"tombstone_compaction_interval must be greater than 0, but was {value}");
        }

        if (options.Remove("unchecked_tombstone_compaction", out string? always) && !IsBoolean(always))
            throw OptionErrors.Configuration($"'unchecked_tombstone_compaction' should be either 'true' or 'false', not '{always}'");
        if (options.Remove("log_all", out string? log) && !IsBoolean(log))
            throw OptionErrors.Configuration($"'log_all' should either be 'true' or 'false', not {log}");
        if (options.Remove("enabled", out string? enabled) && !IsBoolean(enabled))
            throw OptionErrors.Configuration($"enabled should either be 'true' or 'false', not {enabled}");
        options.Remove("only_purge_repaired_tombstones");
        options.Remove("provide_overlapping_tombstones");
    }

    private static void CheckSizeTiered(Dictionary<string, string> options)
    {
        if (options.Remove("min_sstable_size", out string? size))
        {
            if (!JavaNumber.TryParseLong(size, out long value))
                throw OptionErrors.Configuration($"{size} is not a parsable int (base10) for min_sstable_size");
            if (value < 0)
                throw OptionErrors.Configuration($"min_sstable_size must be non negative: {value}");
        }

        double low = Number(options, "bucket_low", 0.5);
        double high = Number(options, "bucket_high", 1.5);
        if (high <= low)
        {
            throw OptionErrors.Configuration(
                $"bucket_high value ({JavaNumber.Text(high)}) is less than or equal to the bucket_low value ({JavaNumber.Text(low)})");
        }
    }

    private static double Number(Dictionary<string, string> options, string name, double absent)
    {
        if (!options.Remove(name, out string? text))
            return absent;
        return JavaNumber.TryParseDouble(text, out double value)
            ? value
            : throw OptionErrors.Configuration($"{text} is not a parsable float for {name}");
    }

    private static void PositiveInt(Dictionary<string, string> options, string name)
    {
        if (!options.Remove(name, out string? text))
            return;
        if (!JavaNumber.TryParseInt(text, out int value))
            throw OptionErrors.Configuration($"{text} is not a parsable int (base10) for {name}");
        if (value < 1)
            throw OptionErrors.Configuration($"{name} must be larger than 0, but was {value}");
    }

    private static void CheckTimeWindow(Dictionary<string, string> options)
    {
        if (options.Remove("timestamp_resolution", out string? resolution) && resolution is not ("SECONDS" or "MILLISECONDS" or "MICROSECONDS" or "NANOSECONDS"))
            throw OptionErrors.Configuration($"{resolution} is not valid for timestamp_resolution");
        if (options.Remove("compaction_window_unit", out string? unit) && unit is not ("MINUTES" or "HOURS" or "DAYS"))
            throw OptionErrors.Configuration($"{unit} is not valid for compaction_window_unit");
        if (options.Remove("compaction_window_size", out string? size))
        {
            if (!JavaNumber.TryParseInt(size, out int value))
                throw OptionErrors.Configuration($"{size} is not a parsable int (base10) for compaction_window_size");
            if (value < 1)
                throw OptionErrors.Configuration($"{value} must be greater than 1 for compaction_window_size");
        }

        if (options.Remove("expired_sstable_check_frequency_seconds", out string? frequency))
        {
            if (!JavaNumber.TryParseLong(frequency, out long value))
                throw OptionErrors.Configuration($"{frequency} is not a parsable int (base10) for expired_sstable_check_frequency_seconds");
            if (value < 0)
                throw OptionErrors.Configuration($"expired_sstable_check_frequency_seconds must not be negative, but was {value}");
        }

        if (options.Remove("unsafe_aggressive_sstable_expiration", out string? aggressive))
        {
            if (!IsBoolean(aggressive))
                throw OptionErrors.Configuration($"unsafe_aggressive_sstable_expiration is not 'true' or 'false' ({aggressive})");
            if (aggressive.Equals("true", StringComparison.OrdinalIgnoreCase))
            {
                throw OptionErrors.Configuration(
                    "unsafe_aggressive_sstable_expiration is requested but not allowed, restart cassandra with -Dcassandra.allow_unsafe_aggressive_sstable_expiration=true to allow it");
            }
        }
    }
}
