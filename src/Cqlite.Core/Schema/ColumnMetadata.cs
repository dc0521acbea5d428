using Cqlite.Core.Types;

namespace Cqlite.Core.Schema;

/// <summary>The part that a column plays in its table.</summary>
public enum ColumnKind
{
    /// <summary>Part of the partition key.</summary>
    PartitionKey,

    /// <summary>Part of the clustering, which orders rows within a partition.</summary>
    Clustering,

    /// <summary>One value a partition.</summary>
    Static,

    /// <summary>One value a row.</summary>
    Regular,
}

/// <summary>A column of a table.</summary>
/// <param name="Name">The name, without quotes.</param>
/// <param name="Kind">The part it plays.</param>
/// <param name="Position">Position within the partition key or the clustering; -1 for static and regular columns.</param>
/// <param name="Type">The type; reversed (<see cref="CqlType.IsReversed"/>) for a DESC clustering column.</param>
/// <remarks>Source: org/apache/cassandra/schema/ColumnMetadata.java.</remarks>
public sealed record ColumnMetadata(string Name, ColumnKind Kind, int Position, CqlType Type)
{
    /// <summary>The dynamic data mask; null where there is none.</summary>
    public ColumnMask? Mask { get; init; }

    /// <summary>Whether the column has many cells a row.</summary>
    public bool IsComplex => Type.IsMultiCell;

    /// <summary>Whether its values are collections, each as one cell.</summary>
    internal bool IsFrozenCollection => !IsComplex && Type.Unreversed is CollectionType;

    /// <summary>The name in bytes, in which order columns are stored: UTF-8, but in COMPACT STORAGE tables of Thrift times any bytes.</summary>
    public ReadOnlyMemory<byte> NameBytes { get; init; } = System.Text.Encoding.UTF8.GetBytes(Name);

    /// <summary>Whether the column belongs to the primary key.</summary>
    public bool IsPrimaryKey => Kind is ColumnKind.PartitionKey or ColumnKind.Clustering;

    /// <summary>Whether rows come in the reverse of the type's order: a DESC clustering column.</summary>
    public bool IsDescending => Kind == ColumnKind.Clustering && Type.IsReversed;

    /// <inheritdoc/>
    public bool Equals(ColumnMetadata? other) => other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && Kind == other.Kind
        && Position == other.Position
        && Type.Equals(other.Type)
        && Equals(Mask, other.Mask);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Position, Type);

    /// <summary>The order of static and of regular columns in rows: simple before complex, then by the bytes of the name.</summary>
    /// <remarks>
    /// Source: org/apache/cassandra/schema/ColumnMetadata.java (comparisonOrder). Cassandra flips the name's top bit and then compares as if it had not, so that a
    /// name whose first character is not of ASCII comes before all others; rows on disk have their columns in this order.
    /// </remarks>
    internal static int CompareInRow(ColumnMetadata left, ColumnMetadata right)
    {
        if (left.IsComplex != right.IsComplex)
            return left.IsComplex.CompareTo(right.IsComplex);
        ReadOnlySpan<byte> a = left.NameBytes.Span;
        ReadOnlySpan<byte> b = right.NameBytes.Span;
        bool isAscii = a.IsEmpty || a[0] < 0x80;
        bool isOtherAscii = b.IsEmpty || b[0] < 0x80;
        return isAscii != isOtherAscii ? isAscii.CompareTo(isOtherAscii) : a.SequenceCompareTo(b);
    }
}

/// <summary>A column that was dropped: its cells that are not newer than the drop stay hidden.</summary>
/// <param name="Column">The column as it was.</param>
/// <param name="DroppedAtMicros">When it was dropped, in microseconds since 1970.</param>
public sealed record DroppedColumn(ColumnMetadata Column, long DroppedAtMicros);
