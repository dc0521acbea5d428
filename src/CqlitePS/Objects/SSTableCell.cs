namespace CqlitePS.Objects;

/// <summary>What a cell of an SSTable tells.</summary>
public enum SSTableCellKind
{
    /// <summary>A value.</summary>
    Value,

    /// <summary>That the column, or one of its elements, was deleted.</summary>
    Tombstone,

    /// <summary>That all elements of a collection or user type were deleted, as is done before it is written anew.</summary>
    ColumnDeletion,
}

/// <summary>A cell as it is stored: a value or a deletion, with its times.</summary>
public sealed class SSTableCell
{
    /// <summary>The column's name.</summary>
    public required string Column { get; init; }

    /// <summary>The type of the column, as CQL spells it.</summary>
    public required string Type { get; init; }

    /// <summary>Value or deletion.</summary>
    public SSTableCellKind Kind { get; init; }

    /// <summary>Which element of a collection (a map's key, a set's element, a list's position as timeuuid) or field of a user type; null for others.</summary>
    public object? Path { get; init; }

    /// <summary>The value; null for a deletion.</summary>
    public object? Value { get; init; }

    /// <summary>Timestamp of the write, in microseconds since 1970.</summary>
    public long Timestamp { get; init; }

    /// <summary><see cref="Timestamp"/> as a moment; null where it is none of the years 1 to 9999.</summary>
    public DateTimeOffset? WrittenAt => StoredTime.FromMicros(Timestamp);

    /// <summary>The time to live it was written with, in seconds; null for none.</summary>
    public int? Ttl { get; init; }

    /// <summary>When it expires; null where it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was deleted, by the clock of the node; null for a value.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string name = Path is null ? Column : $"{Column}[{Path}]";
        return Kind == SSTableCellKind.Value ? $"{name}={Text(Value)}" : $"{name} deleted";
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        byte[] bytes => "0x" + Convert.ToHexStringLower(bytes),
        _ => (string)System.Management.Automation.LanguagePrimitives.ConvertTo(value, typeof(string), System.Globalization.CultureInfo.InvariantCulture),
    };
}
