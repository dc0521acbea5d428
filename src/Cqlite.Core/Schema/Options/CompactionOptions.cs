using System.Globalization;

namespace Cqlite.Core.Schema.Options;

/// <summary>The option <c>compaction</c>: the strategy's class and its options.</summary>
/// <remarks>Source: org/apache/cassandra/schema/CompactionParams.java, db/compaction/*Strategy*.java.</remarks>
internal static class CompactionOptions
{
    private const string Package = "org.apache.cassandra.db.compaction.";
    private const string Class = "class";
    private const string MinThreshold = "min_threshold";
    private const string MaxThreshold = "max_threshold";
    private const string Overlapping = "provide_overlapping_tombstones";

    /// <summary>The strategy's class name without its package.</summary>
    public static string SimpleClass(IReadOnlyDictionary<string, string> map)
    {
        string name = map.GetValueOrDefault(Class, "");
        return name[(name.LastIndexOf('.') + 1)..];
    }

    /// <summary>The filter's wanted rate of false positives where the table names none.</summary>
    public static double DefaultBloomFilterFpChance(IReadOnlyDictionary<string, string> map) =>
        string.Equals(SimpleClass(map), "LeveledCompactionStrategy", StringComparison.Ordinal) ? 0.1 : 0.01;

    /// <summary>The sub-options as Cassandra keeps them: class in full, and thresholds for strategies that have them.</summary>
    public static IReadOnlyDictionary<string, string> Parse(IReadOnlyDictionary<string, string> map)
    {
        if (!map.TryGetValue(Class, out string? className))
            throw OptionErrors.Configuration("Missing sub-option 'class' for the 'compaction' option");
        string fullName = className.Contains('.', StringComparison.Ordinal) ? className : Package + className;
        if (!IsKnown(fullName))
            throw OptionErrors.Configuration($"Unable to find compaction strategy class '{fullName}'");

        if (map.TryGetValue(Overlapping, out string? tombstones) && tombstones.ToUpperInvariant() is not ("NONE" or "ROW" or "CELL"))
        {
            throw OptionErrors.Configuration(
                $"Invalid value {tombstones.ToUpperInvariant()} for 'provide_overlapping_tombstones' compaction sub-option - must be one of the following [NONE, ROW, CELL].");
        }

        return Complete(map, fullName);
    }

    /// <summary>The sub-options with the class in full, of whatever class: what older releases and other vendors have is kept.</summary>
    public static IReadOnlyDictionary<string, string> Keep(IReadOnlyDictionary<string, string> map)
    {
        string className = map.GetValueOrDefault(Class, "SizeTieredCompactionStrategy");
        string fullName = className.Contains('.', StringComparison.Ordinal) ? className : Package + className;
        return Complete(map, fullName);
    }

    /// <summary>Checks each sub-option of what <see cref="Parse"/> gave.</summary>
    public static void Validate(IReadOnlyDictionary<string, string> map)
    {
        var open = new Dictionary<string, string>(map, StringComparer.Ordinal);
        open.Remove(Class);
        string simple = SimpleClass(map);
        CompactionStrategyRules.Check(simple, open);
        if (open.Count > 0)
            throw OptionErrors.Configuration($"Properties specified {JavaHashOrder.Text(open.Keys, map.Count - 1)} are not understood by {simple}");
        CheckThresholds(map);
    }

    private static bool IsKnown(string fullName) =>
        fullName.StartsWith(Package, StringComparison.Ordinal) && CompactionStrategyRules.Strategies.Contains(fullName[Package.Length..]);

    private static SortedDictionary<string, string> Complete(IReadOnlyDictionary<string, string> map, string fullName)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in map)
            result[name] = value;
        result[Class] = fullName;
        if (CompactionStrategyRules.HasThresholds(SimpleClass(result)))
        {
            result.TryAdd(MinThreshold, "4");
            result.TryAdd(MaxThreshold, "32");
        }

        return result;
    }

    private static void CheckThresholds(IReadOnlyDictionary<string, string> map)
    {
        int least = Threshold(map, MinThreshold, 4);
        int most = Threshold(map, MaxThreshold, 32);
        if (least <= 0 || most <= 0)
        {
            throw OptionErrors.Configuration(
                "Disabling compaction by setting compaction thresholds to 0 has been removed, set the compaction option 'enabled' to false instead.");
        }

        if (least <= 1)
            throw OptionErrors.Configuration($"Min compaction threshold cannot be less than 2 (got {least})");
        if (least > most)
        {
            throw OptionErrors.Configuration(
                $"Min compaction threshold (got {least}) cannot be greater than max compaction threshold (got {most})");
        }
    }

    private static int Threshold(IReadOnlyDictionary<string, string> map, string name, int absent)
    {
        if (!map.TryGetValue(name, out string? text))
            return absent;
        return JavaNumber.IsDigits(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw OptionErrors.Configuration($"Invalid value {text} for '{name}' compaction sub-option - must be an integer");
    }
}
