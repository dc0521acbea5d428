namespace Cqlite.Core.Rows;

/// <summary>
/// What a clustering prefix stands for: a row, or one end of a range. The numbers are those of the SSTable format.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/ClusteringPrefix.java (Kind).</remarks>
public enum ClusteringKind : byte
{
    /// <summary>End of a range, before the prefix.</summary>
    ExclusiveEnd = 0,

    /// <summary>Start of a range, the prefix included.</summary>
    InclusiveStart = 1,

    /// <summary>A range ends before the prefix and another starts with it.</summary>
    ExclusiveEndInclusiveStart = 2,

    /// <summary>The static row.</summary>
    Static = 3,

    /// <summary>A row.</summary>
    Clustering = 4,

    /// <summary>A range ends with the prefix and another starts after it.</summary>
    InclusiveEndExclusiveStart = 5,

    /// <summary>End of a range, the prefix included.</summary>
    InclusiveEnd = 6,

    /// <summary>Start of a range, after the prefix.</summary>
    ExclusiveStart = 7,
}

/// <summary>What a <see cref="ClusteringKind"/> means.</summary>
public static class ClusteringKinds
{
    /// <summary>Which of two equal prefixes of these kinds comes first.</summary>
    internal static int Order(this ClusteringKind kind) => kind switch
    {
        ClusteringKind.ExclusiveEnd or ClusteringKind.InclusiveStart or ClusteringKind.ExclusiveEndInclusiveStart => -1,
        ClusteringKind.Static or ClusteringKind.Clustering => 0,
        _ => 1,
    };

    /// <summary>Whether a prefix shorter than another but equal in what it has comes before (-1), at (0) or after (+1) it.</summary>
    internal static int OrderToPrefixed(this ClusteringKind kind) => kind switch
    {
        ClusteringKind.Static => -1,
        ClusteringKind.Clustering => 0,
        _ => kind.Order(),
    };

    /// <summary>Whether the kind is a boundary between two ranges.</summary>
    public static bool IsBoundary(this ClusteringKind kind) => kind is ClusteringKind.ExclusiveEndInclusiveStart or ClusteringKind.InclusiveEndExclusiveStart;

    /// <summary>Whether a range starts here (in forward order).</summary>
    public static bool IsStart(this ClusteringKind kind) => kind is ClusteringKind.InclusiveStart or ClusteringKind.ExclusiveStart || kind.IsBoundary();

    /// <summary>Whether a range ends here (in forward order).</summary>
    public static bool IsEnd(this ClusteringKind kind) => kind is ClusteringKind.InclusiveEnd or ClusteringKind.ExclusiveEnd || kind.IsBoundary();
}
