using System.Globalization;
using System.Text.RegularExpressions;

namespace Cqlite.Core.Schema.Options;

/// <summary>The options of UnifiedCompactionStrategy.</summary>
/// <remarks>Source: org/apache/cassandra/db/compaction/unified/Controller.java, UnifiedCompactionStrategy.java, utils/FBUtilities.java.</remarks>
internal static partial class UnifiedCompactionRules
{
    private const long LeastTargetSizeBytes = 1L << 20;
    private const long DefaultTargetSizeBytes = 1L << 30;
    private const string UnitPrefixes = "qryzafpnum KMGTPEZYRQ";

    /// <summary>Checks the options that the strategy knows, and takes them out.</summary>
    public static void Check(Dictionary<string, string> options)
    {
        if (options.Remove("scaling_parameters", out string? scaling))
            CheckScaling(scaling);
        PositiveInt(options, "base_shard_count");
        long targetSizeBytes = CheckedSize(options, "target_sstable_size") ?? DefaultTargetSizeBytes;
        _ = CheckedSize(options, "flush_size_override");
        if (options.Remove("max_sstables_to_compact", out string? most) && !JavaNumber.TryParseInt(most, out _))
            throw OptionErrors.Configuration($"{most} is not a parsable int (base10) for max_sstables_to_compact");
        if (options.Remove("expired_sstable_check_frequency_seconds", out string? frequency))
            CheckFrequency(frequency);
        if (options.Remove("unsafe_aggressive_sstable_expiration", out string? aggressive) && !CompactionStrategyRules.IsBoolean(aggressive))
            throw OptionErrors.Configuration($"unsafe_aggressive_sstable_expiration should either be 'true' or 'false', not {aggressive}");
        if (options.Remove("overlap_inclusion_method", out string? method) && method.ToUpperInvariant() is not ("NONE" or "SINGLE" or "TRANSITIVE"))
            throw OptionErrors.Configuration($"Invalid overlap inclusion method {method}. The valid options are [NONE, SINGLE, TRANSITIVE].");
        if (options.Remove("min_sstable_size", out string? size))
            CheckMinimumSize(size, targetSizeBytes);
        if (options.Remove("sstable_growth", out string? growth))
            CheckGrowth(growth);
    }

    private static void CheckScaling(string text)
    {
        foreach (string part in text.Split(','))
        {
            string value = part.Trim();
            if (!ScalingPattern().IsMatch(value))
                throw OptionErrors.Configuration($"Scaling parameter {value} must match N|L[0-9]+|T[0-9]+|[+-]?[0-9]+");
            if (value[0] is 'L' or 'T' && (!int.TryParse(value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int fanout) || fanout < 2))
                throw OptionErrors.Configuration($"Fan factor cannot be lower than 2 in {value}");
        }
    }

    private static void PositiveInt(Dictionary<string, string> options, string name)
    {
        if (!options.Remove(name, out string? text))
            return;
        if (!JavaNumber.TryParseInt(text, out int value))
            throw OptionErrors.Configuration($"{text} is not a parsable int (base10) for {name}");
        if (value <= 0)
            throw OptionErrors.Configuration($"Invalid configuration, {name} should be positive: {value}");
    }

    private static long? CheckedSize(Dictionary<string, string> options, string name)
    {
        if (!options.Remove(name, out string? text))
            return null;
        if (!TryParseBytes(text, out long bytes, out string problem))
            throw OptionErrors.Configuration($"{name} {text} is not a valid size in bytes: {problem}");
        return bytes >= LeastTargetSizeBytes
            ? bytes
            : throw OptionErrors.Configuration($"{name} {text} is not acceptable, size must be at least {PrettyBytes(LeastTargetSizeBytes)}");
    }

    private static void CheckFrequency(string text)
    {
        if (!JavaNumber.TryParseLong(text, out long value))
            throw OptionErrors.Configuration($"{text} is not a parsable long (base10) for expired_sstable_check_frequency_seconds");
        if (value <= 0)
            throw OptionErrors.Configuration($"Invalid configuration, expired_sstable_check_frequency_seconds should be positive: {value}");
    }

    private static void CheckMinimumSize(string text, long targetSizeBytes)
    {
        if (!TryParseBytes(text, out long bytes, out _))
            throw OptionErrors.Configuration($"{text} is not a valid size in bytes for min_sstable_size");
        if (bytes < 0)
            throw OptionErrors.Configuration("Invalid configuration, min_sstable_size should be greater than or equal to 0 (zero)");
        double limit = Math.Min(Math.Ceiling(targetSizeBytes * Math.Sqrt(0.5)), int.MaxValue);
        if (bytes >= limit)
        {
            throw OptionErrors.Configuration(
                $"Invalid configuration, min_sstable_size ({PrettyBytes(bytes)}) should be less than the target size minimum: {PrettyBytes((long)limit)}");
        }
    }

    private static void CheckGrowth(string text)
    {
        string trimmed = text.Trim();
        bool percent = trimmed.EndsWith('%');
        if (!JavaNumber.TryParseDouble(percent ? trimmed[..^1] : trimmed, out double value))
            throw OptionErrors.Configuration($"sstable_growth is not a valid number between 0 and 1: For input string: \"{trimmed}\"");
        if ((percent ? value / 100 : value) is < 0 or > 1)
            throw OptionErrors.Configuration($"sstable_growth {text} must be between 0 and 1");
    }

    /// <summary>Reads a size with its unit, such as <c>100MiB</c> or <c>1.5*2^20 B</c>.</summary>
    internal static bool TryParseBytes(string text, out long bytes, out string problem)
    {
        bytes = 0;
        problem = "null";
        if (!text.EndsWith('B'))
        {
            problem = $"{text} does not end in unit B";
            return false;
        }

        string number = text[..^1];
        Match match = SizePattern().Match(number);
        if (!match.Success || !JavaNumber.TryParseDouble(match.Groups["base"].Value, out double value))
            return false;
        if (match.Groups["exponent"].Success)
            value *= Math.Pow(2, int.Parse(match.Groups["exponent"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        if (match.Groups["prefix"].Success)
        {
            int power = UnitPrefixes.IndexOf(match.Groups["prefix"].Value[0], StringComparison.Ordinal) - UnitPrefixes.IndexOf(' ', StringComparison.Ordinal);
            value *= match.Groups["binary"].Success ? Math.Pow(1024, power) : Math.Pow(1000, power);
        }

        if (match.Length != number.Length)
        {
            problem = $"Unexpected characters between pos {match.Length} and {number.Length} in {text}";
            return false;
        }

        bytes = value >= long.MaxValue ? long.MaxValue : (long)value;
        return true;
    }

    private static string PrettyBytes(long bytes)
    {
        int prefix = bytes == 0 ? 0 : (63 - (int)long.LeadingZeroCount(Math.Abs(bytes))) / 10;
        if (prefix == 0)
            return $"{bytes}B";
        string scaled = (bytes / Math.Pow(1024, prefix)).ToString("F3", CultureInfo.InvariantCulture);
        return $"{scaled}{UnitPrefixes[UnitPrefixes.IndexOf(' ', StringComparison.Ordinal) + prefix]}iB";
    }

    [GeneratedRegex(@"^(N|L\d+|T\d+|[+-]?\d+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex ScalingPattern();

    [GeneratedRegex(@"^(?<base>[+-]?\d+(\.\d+)?([eE][+-]?\d+)?)(\*2\^(?<exponent>[+-]?\d+))?\s*((?<prefix>[qryzafpnumKMGTPEZYRQ])(?<binary>i)?)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex SizePattern();
}
