using System.Text.Json;

namespace Cqlite.Testing;

/// <summary>One column of a row that SELECT * returned.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Value">The value as in version 4 of the native protocol; null for null, no bytes for a zero-length value.</param>
/// <param name="Json">What the release's toJson printed; null where the value is null, where the table is large, and where the release throws.</param>
/// <param name="JsonError">What toJson failed with.</param>
/// <param name="WriteTimeMicros">writetime(column), if the column allows it.</param>
/// <param name="TtlSeconds">ttl(column): seconds left when it was read; null when none.</param>
/// <param name="WriteTimesMicros">For each element of a collection or field of a user type (5.0 only): its write time.</param>
/// <param name="TtlsSeconds">For each element or field (5.0 only): its seconds left, null when none.</param>
public sealed record SelectTruthColumn(
    string Name,
    byte[]? Value,
    string? Json,
    string? JsonError,
    long? WriteTimeMicros,
    long? TtlSeconds,
    IReadOnlyList<long?>? WriteTimesMicros,
    IReadOnlyList<long?>? TtlsSeconds)
{
    /// <summary>The value as lower-case hex; null for null.</summary>
    public string? Hex => Value is null ? null : Convert.ToHexStringLower(Value);
}

/// <summary>One row that SELECT * returned; its columns in the order of the result.</summary>
public sealed class SelectTruthRow
{
    private SelectTruthRow(IReadOnlyList<SelectTruthColumn> columns) => Columns = columns;

    /// <summary>All columns, null or not.</summary>
    public IReadOnlyList<SelectTruthColumn> Columns { get; }

    /// <summary>The column of that name.</summary>
    /// <exception cref="KeyNotFoundException">The row has none.</exception>
    public SelectTruthColumn this[string name]
    {
        get
        {
            foreach (var column in Columns)
            {
                if (column.Name == name)
                    return column;
            }

            throw new KeyNotFoundException($"No column \"{name}\"; there are {string.Join(", ", Columns.Select(column => column.Name))}.");
        }
    }

    /// <summary>Reads a file of rows, one a line, and holds only one at a time.</summary>
    public static IEnumerable<SelectTruthRow> ReadFile(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            yield return new SelectTruthRow([.. document.RootElement.EnumerateObject().Select(property => Column(property.Name, property.Value))]);
        }
    }

    private static SelectTruthColumn Column(string name, JsonElement column) => new(
        name,
        column.GetProperty("hex").GetString() is { } hex ? Convert.FromHexString(hex) : null,
        column.TextOrNull("json"),
        column.TextOrNull("json_error"),
        column.Int64OrNull("writetime"),
        column.Int64OrNull("ttl"),
        Numbers(column, "writetimes"),
        Numbers(column, "ttls"));

    private static IReadOnlyList<long?>? Numbers(JsonElement column, string name) =>
        column.TryGetProperty(name, out var numbers) && numbers.ValueKind != JsonValueKind.Null
            ? [.. numbers.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? (long?)null : number.GetInt64())]
            : null;
}
