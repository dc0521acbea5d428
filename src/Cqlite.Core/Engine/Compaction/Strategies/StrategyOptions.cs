using Cqlite.Core.Schema.Options;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>
/// A table's <c>compaction</c> option, value by value. What a statement sets has been validated; what an old node's schema has need not be
/// understood, and is then as if it were not there, as in Cassandra.
/// </summary>
/// <param name="Map">The sub-options by name.</param>
internal readonly record struct StrategyOptions(IReadOnlyDictionary<string, string> Map)
{
    /// <summary>A whole number.</summary>
    public long Long(string name, long absent) => Map.TryGetValue(name, out string? text) && JavaNumber.TryParseLong(text, out long value) ? value : absent;

    /// <summary>A whole number of 32 bits.</summary>
    public int Int(string name, int absent) => Map.TryGetValue(name, out string? text) && JavaNumber.TryParseInt(text, out int value) ? value : absent;

    /// <summary>A number.</summary>
    public double Double(string name, double absent) => Map.TryGetValue(name, out string? text) && JavaNumber.TryParseDouble(text, out double value) ? value : absent;

    /// <summary>Yes or no, in any case of letters; all but <c>true</c> is no.</summary>
    public bool Flag(string name, bool absent) => Map.TryGetValue(name, out string? text) ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : absent;

    /// <summary>One of several words.</summary>
    public string Word(string name, string absent) => Map.GetValueOrDefault(name, absent);

    /// <summary>A size in bytes with its unit, such as <c>100MiB</c>.</summary>
    public long Bytes(string name, long absent) => Map.TryGetValue(name, out string? text) && UnifiedCompactionRules.TryParseBytes(text, out long value, out _) ? value : absent;
}
