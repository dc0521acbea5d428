using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Planning;

/// <summary>Which restrictions a table's secondary indexes serve; that decides whether a query needs ALLOW FILTERING.</summary>
/// <remarks>Source: org/apache/cassandra/index/internal/CassandraIndex.java, index/sai/StorageAttachedIndex.java, index/sasi/SASIIndex.java (supportsExpression).</remarks>
internal static class IndexSupport
{
    /// <summary>Whether an index of the table serves a restriction.</summary>
    public static bool Supports(TableMetadata table, Restriction restriction) =>
        table.Indexes.Count > 0 && ColumnIndex.Of(table).Any(i => Supports(i, restriction));

    /// <summary>Whether one index, or the storage-attached ones together, serve all restrictions.</summary>
    public static bool SupportsAll(TableMetadata table, IReadOnlyList<Restriction> restrictions)
    {
        ColumnIndex[] indexes = [.. ColumnIndex.Of(table)];
        return restrictions.All(r => Array.Exists(indexes, i => i.Family == IndexFamily.StorageAttached && Supports(i, r)))
            || Array.Exists(indexes, i => restrictions.All(r => Supports(i, r) && !IsSeveralContains(r)));
    }

    /// <summary>Whether a column has an index of vectors, which serves nothing but ANN.</summary>
    public static bool IsIndexedVector(TableMetadata table, ColumnMetadata column) =>
        column.Type is Types.VectorType && IsIndexed(table, column);

    /// <summary>Whether any index is of a column.</summary>
    public static bool IsIndexed(TableMetadata table, ColumnMetadata column) => ColumnIndex.Of(table).Any(i => i.Column.Equals(column));

    /// <summary>Whether one index serves a restriction.</summary>
    public static bool Supports(ColumnIndex index, Restriction restriction)
    {
        if (restriction.Columns.Count != 1 || !index.Column.Equals(restriction.First) || index.Family == IndexFamily.Unknown)
            return false;
        return restriction switch
        {
            ContainsRestriction contains => index.Family != IndexFamily.Sasi && index.Part switch
            {
                IndexPart.Keys => contains.Keys.Count > 0,
                IndexPart.Entries => contains.Entries.Count > 0,
                IndexPart.Full => false,
                _ => contains.Values.Count > 0,
            },
            NearestRestriction => index.FindsNearest,
            LikeRestriction => index.FindsPatterns,
            SliceRestriction => index.FindsRanges,
            InRestriction => false,
            _ => index.FindsEqual,
        };
    }

    // A legacy index finds one element at a time, the others are filtered.
    private static bool IsSeveralContains(Restriction restriction) =>
        restriction is ContainsRestriction contains && contains.Values.Count + contains.Keys.Count + contains.Entries.Count > 1;
}
