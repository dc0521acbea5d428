namespace Cqlite.Core.Rows;

/// <summary>A place in a row's <see cref="Row.Buffer"/>.</summary>
/// <param name="Offset">Offset of the first byte.</param>
/// <param name="Length">Length in bytes; -1 for null (absent), 0 for an empty value.</param>
public readonly record struct Slice(int Offset, int Length)
{
    /// <summary>No value.</summary>
    public static Slice Null { get; } = new(0, -1);

    /// <summary>Whether there is no value (which an empty value is not).</summary>
    public bool IsNull => Length < 0;
}

/// <summary>
/// One cell of a row: a value, or a tombstone, of a column or of one element of a multi-cell column. Its bytes are in the
/// row's buffer. Cells of a row stand in the order of columns, and within a column in the order of paths.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/Cell.java.</remarks>
public struct Cell
{
    /// <summary>TTL of a cell that has none.</summary>
    public const int NoTtl = 0;

    /// <summary><see cref="LocalDeletionSeconds"/> of a cell that is neither deleted nor expiring.</summary>
    public const long NoDeletionTime = long.MaxValue;

    /// <summary>Index into the table's static or regular columns, after the row's kind.</summary>
    public int Column;

    /// <summary>TTL in seconds; 0 for none.</summary>
    public int TtlSeconds;

    /// <summary>Timestamp of the write, in microseconds since 1970.</summary>
    public long TimestampMicros;

    /// <summary>Of a tombstone when it was made, of an expiring cell when it expires, in seconds since 1970; else <see cref="NoDeletionTime"/>.</summary>
    public long LocalDeletionSeconds;

    /// <summary>The value; of length 0 for a tombstone.</summary>
    public Slice Value;

    /// <summary>The element's path (list index as timeuuid, set element, map key, field number); null for cells of simple columns.</summary>
    public Slice Path;

    /// <summary>Whether the cell deletes.</summary>
    public readonly bool IsTombstone => LocalDeletionSeconds != NoDeletionTime && TtlSeconds == NoTtl;

    /// <summary>Whether the cell has a TTL.</summary>
    public readonly bool IsExpiring => TtlSeconds != NoTtl;

    /// <summary>Whether the cell has a value at a moment, in seconds since 1970.</summary>
    public readonly bool IsLive(long nowSeconds) => LocalDeletionSeconds == NoDeletionTime || (TtlSeconds != NoTtl && nowSeconds < LocalDeletionSeconds);
}

/// <summary>The deletion of a whole multi-cell column within a row.</summary>
/// <param name="Column">Index into the table's static or regular columns.</param>
/// <param name="Deletion">The deletion.</param>
public readonly record struct ComplexDeletion(int Column, DeletionTime Deletion);
