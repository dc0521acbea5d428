namespace Cqlite.Migration.Validation;

/// <summary>What is different.</summary>
public enum DifferenceKind
{
    /// <summary>The source has the row, the target has not.</summary>
    MissingRow,

    /// <summary>The target has the row, the source has not.</summary>
    ExtraRow,

    /// <summary>The source has a value in the column or element, the target has none.</summary>
    MissingCell,

    /// <summary>The target has a value in the column or element, the source has none.</summary>
    ExtraCell,

    /// <summary>The values differ.</summary>
    Value,

    /// <summary>The times of writing differ, in microseconds since 1970.</summary>
    WriteTime,

    /// <summary>The moments at which the values end differ, in seconds since 1970.</summary>
    Expiry,

    /// <summary>The TTLs that the values were written with differ, in seconds.</summary>
    Ttl,

    /// <summary>The liveness of the primary key differs: there on one side only, or of other times.</summary>
    RowLiveness,
}

/// <summary>One difference between two sides of a table.</summary>
/// <param name="Kind">What is different.</param>
/// <param name="PartitionKey">The partition's key as CQL: <c>id = 5 AND day = '2026-01-15'</c>.</param>
/// <param name="Clustering">The row's clustering as CQL; null for static rows, and in tables without clustering.</param>
public sealed record Difference(DifferenceKind Kind, string PartitionKey, string? Clustering)
{
    /// <summary>The partition's token; 0 where tokens are keys.</summary>
    public required string Token { get; init; }

    /// <summary>Whether it is of the static row.</summary>
    public bool IsStatic { get; init; }

    /// <summary>The column; null for whole rows.</summary>
    public string? Column { get; init; }

    /// <summary>The element of a collection, as CQL: the key of a map, the element of a set, the number in a list from 0, the number of a field; null for whole columns.</summary>
    public string? Element { get; init; }

    /// <summary>What the source has: a value as CQL, or a time; null where it has nothing.</summary>
    public string? Source { get; init; }

    /// <summary>What the target has; null where it has nothing.</summary>
    public string? Target { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string place = PartitionKey + (IsStatic ? " static" : Clustering is null ? "" : " AND " + Clustering);
        string column = Column is null ? "" : Element is null ? $" {Column}" : $" {Column}[{Element}]";
        string values = Source is null && Target is null ? "" : $": {Source ?? "nothing"} against {Target ?? "nothing"}";
        return $"{Kind} {place}{column}{values}";
    }
}
