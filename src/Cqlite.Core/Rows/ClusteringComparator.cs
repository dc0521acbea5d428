using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rows;

/// <summary>The order of rows and range ends within a partition.</summary>
/// <remarks>Source: org/apache/cassandra/db/ClusteringComparator.java.</remarks>
public sealed class ClusteringComparator
{
    private readonly CqlType[] _types;
    private readonly bool _emptyReversedFirst;

    /// <summary>Creates the comparator of a table's clustering columns.</summary>
    public ClusteringComparator(TableMetadata table)
        : this([.. (table ?? throw new ArgumentNullException(nameof(table))).Clustering.Select(c => c.Type)])
    {
    }

    /// <summary>Creates the comparator of clustering types.</summary>
    public ClusteringComparator(CqlType[] types)
        : this(types, emptyReversedFirst: false)
    {
    }

    /// <summary>Creates the comparator of clustering types, as 3.0.7 and earlier have it if told so: empty values first also in descending columns.</summary>
    internal ClusteringComparator(CqlType[] types, bool emptyReversedFirst)
    {
        _types = types;
        _emptyReversedFirst = emptyReversedFirst && Array.Exists(types, t => t.IsReversed);
    }

    /// <summary>The clustering types, reversed where DESC.</summary>
    public IReadOnlyList<CqlType> Types => _types;

    /// <summary>The order of two prefixes: negative, zero or positive.</summary>
    public int Compare(in ClusteringView left, in ClusteringView right)
    {
        int common = Math.Min(left.Count, right.Count);
        for (int i = 0; i < common; i++)
        {
            int byValue = CompareValue(i, left, right);
            if (byValue != 0)
                return byValue;
        }

        if (left.Count == right.Count)
            return left.Kind.Order().CompareTo(right.Kind.Order());
        return left.Count < right.Count ? left.Kind.OrderToPrefixed() : -right.Kind.OrderToPrefixed();
    }

    private int CompareValue(int index, in ClusteringView left, in ClusteringView right)
    {
        bool leftNull = left.IsNull(index);
        bool rightNull = right.IsNull(index);
        if (leftNull || rightNull)
            return leftNull == rightNull ? 0 : leftNull ? -1 : 1;
        ReadOnlySpan<byte> leftValue = left[index];
        ReadOnlySpan<byte> rightValue = right[index];
        if (_emptyReversedFirst && (leftValue.IsEmpty || rightValue.IsEmpty) && _types[index].IsReversed)
            return rightValue.IsEmpty.CompareTo(leftValue.IsEmpty);
        return _types[index].Compare(leftValue, rightValue);
    }
}
