namespace Cqlite.Core.Schema.Options;

/// <summary>The option <c>caching</c>: whether keys are cached, and how many rows of each partition.</summary>
/// <remarks>Source: org/apache/cassandra/schema/CachingParams.java.</remarks>
internal static class CachingOptions
{
    private const string Keys = "keys";
    private const string Rows = "rows_per_partition";

    /// <summary>Both sub-options, as Cassandra keeps them: a missing one means NONE.</summary>
    public static IReadOnlyDictionary<string, string> Parse(IReadOnlyDictionary<string, string> map)
    {
        string keys = map.TryGetValue(Keys, out string? givenKeys) ? KeysOf(givenKeys) : "NONE";
        string rows = map.TryGetValue(Rows, out string? givenRows) ? RowsOf(givenRows) : "NONE";
        string[] unknown = [.. map.Keys.Where(name => name is not (Keys or Rows))];
        if (unknown.Length > 0)
            throw OptionErrors.Configuration($"Invalid caching sub-options {JavaHashOrder.Text(unknown, map.Count)}: only '{Keys}' and '{Rows}' are allowed");
        return new SortedDictionary<string, string>(StringComparer.Ordinal) { [Keys] = keys, [Rows] = rows };
    }

    /// <summary>Whether keys of a table with these options are cached.</summary>
    public static bool KeepsKeys(IReadOnlyDictionary<string, string> caching) => caching.TryGetValue(Keys, out string? keys) && keys == "ALL";

    private static string KeysOf(string value) => value.ToUpperInvariant() is "ALL" or "NONE"
        ? value.ToUpperInvariant()
        : throw OptionErrors.Configuration($"Invalid value '{value}' for caching sub-option '{Keys}': only 'ALL' and 'NONE' are allowed");

    private static string RowsOf(string value)
    {
        if (value.ToUpperInvariant() is "ALL" or "NONE")
            return value.ToUpperInvariant();
        if (!JavaNumber.IsDigits(value) || !JavaNumber.TryParseInt(value, out int rows))
        {
            throw OptionErrors.Configuration(
                $"Invalid value '{value}' for caching sub-option '{Rows}': only 'ALL', 'NONE', and integer values are allowed");
        }

        return rows switch
        {
            0 => "NONE",
            int.MaxValue => "ALL",
            _ => rows.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
