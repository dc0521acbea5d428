using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>The slices of rows that a query reads once its markers are bound.</summary>
/// <remarks>
/// Source of the semantics: org/apache/cassandra/cql3/restrictions/{ClusteringColumnRestrictions,MultiColumnRestriction}.java. A bound on a tuple of columns of
/// unlike orders is not one range of the clustering: (a, b) &gt; (1, 2) with b descending is a = 1 with b &gt; 2, and a &gt; 1.
/// </remarks>
internal static class ClusteringSlices
{
    private static readonly IReadOnlyList<ClusteringSlice> All = [ClusteringSlice.All];

    /// <summary>Finds them, sorted and not overlapping.</summary>
    public static IReadOnlyList<ClusteringSlice> Resolve(WherePlan plan, BindValues values)
    {
        if (plan.Bounds.Count == 0)
            return All;

        if (SinglePrefix(plan, values) is { } only)
            return [Exactly(only)];

        var prefixes = new List<byte[]?[]> { Array.Empty<byte[]?>() };
        SliceRestriction? slice = null;
        foreach (Restriction restriction in plan.Bounds)
        {
            if (restriction is SliceRestriction last)
            {
                slice = last;
                break;
            }

            List<byte[]?[]> options = RestrictionValues.Of(restriction, values);
            prefixes = prefixes.Count == 1 && options.Count == 1
                ? [[.. prefixes[0], .. options[0]]]
                : [.. prefixes.SelectMany(_ => options, (prefix, option) => (byte[]?[])[.. prefix, .. option])];
        }

        var comparator = new ClusteringComparator(plan.Table);
        if (prefixes.Count > 1)
        {
            var order = Comparer<byte[]?[]>.Create((a, b) => comparator.Compare(
                new ClusteringBound(ClusteringKind.Clustering, a).View,
                new ClusteringBound(ClusteringKind.Clustering, b).View));
            prefixes = [.. new SortedSet<byte[]?[]>(prefixes, order)];
        }

        if (slice is null)
            return [.. prefixes.Select(Exactly)];

        byte[]?[]? lower = slice.Lower is null ? null : RestrictionValues.Of(slice, slice.Lower, values);
        byte[]?[]? upper = slice.Upper is null ? null : RestrictionValues.Of(slice, slice.Upper, values);
        var slices = new List<ClusteringSlice>();
        foreach (byte[]?[] prefix in prefixes)
        {
            List<ClusteringSlice> part = [Range(prefix, null, false, prefix, null, false)];
            if (lower is not null)
                part = Intersect(comparator, part, Decompose(plan.Table, prefix, lower, isLower: true, slice.Lower!.IsInclusive));
            if (upper is not null)
                part = Intersect(comparator, part, Decompose(plan.Table, prefix, upper, isLower: false, slice.Upper!.IsInclusive));
            slices.AddRange(part);
        }

        return slices;
    }

    // The values of columns that are all restricted by =, each on its own, as most reads of one row have it; null where they are not.
    private static byte[]?[]? SinglePrefix(WherePlan plan, BindValues values)
    {
        var prefix = new byte[]?[plan.Bounds.Count];
        for (int i = 0; i < prefix.Length; i++)
        {
            if (plan.Bounds[i] is not EqualRestriction { IsTuple: false } equal)
                return null;
            prefix[i] = RestrictionValues.Single(equal, values);
        }

        return prefix;
    }

    private static ClusteringSlice Exactly(byte[]?[] prefix) =>
        new(new ClusteringBound(ClusteringKind.InclusiveStart, prefix), new ClusteringBound(ClusteringKind.InclusiveEnd, prefix));

    // The ranges, in clustering order, of rows that begin with the prefix and whose next columns are all above (or below) the values.
    private static List<ClusteringSlice> Decompose(TableMetadata table, byte[]?[] prefix, byte[]?[] values, bool isLower, bool inclusive)
    {
        bool uniform = true;
        for (int i = 1; i < values.Length; i++)
            uniform &= table.Clustering[prefix.Length + i].Type.IsReversed == table.Clustering[prefix.Length].Type.IsReversed;
        if (uniform)
        {
            bool fromStart = isLower != table.Clustering[prefix.Length].Type.IsReversed;
            byte[]?[] bound = [.. prefix, .. values];
            return [fromStart ? Range(bound, true, inclusive, prefix, null, false) : Range(prefix, null, false, bound, false, inclusive)];
        }

        // From the outermost column inwards: rows beyond its value, and within its value those beyond the next column's.
        var before = new List<ClusteringSlice>();
        var after = new List<ClusteringSlice>();
        for (int i = 0; i < values.Length; i++)
        {
            byte[]?[] equal = [.. prefix, .. values[..i]];
            byte[]?[] bound = [.. equal, values[i]];
            bool fromStart = isLower != table.Clustering[prefix.Length + i].Type.IsReversed;
            bool included = inclusive && i == values.Length - 1;
            if (fromStart)
                after.Insert(0, Range(bound, true, included, equal, null, false));
            else
                before.Add(Range(equal, null, false, bound, false, included));
        }

        return [.. before, .. after];
    }

    private static ClusteringSlice Range(byte[]?[] start, bool? startsAtValue, bool startInclusive, byte[]?[] end, bool? endsAtValue, bool endInclusive)
    {
        ClusteringKind startKind = startsAtValue is null || startInclusive ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart;
        ClusteringKind endKind = endsAtValue is null || endInclusive ? ClusteringKind.InclusiveEnd : ClusteringKind.ExclusiveEnd;
        return new ClusteringSlice(new ClusteringBound(startKind, start), new ClusteringBound(endKind, end));
    }

    /// <summary>The slices that are in both lists, each of which is sorted and does not overlap.</summary>
    public static List<ClusteringSlice> Intersect(ClusteringComparator comparator, IReadOnlyList<ClusteringSlice> left, IReadOnlyList<ClusteringSlice> right)
    {
        var result = new List<ClusteringSlice>();
        foreach (ClusteringSlice a in left)
        {
            foreach (ClusteringSlice b in right)
            {
                ClusteringBound start = comparator.Compare(a.Start.View, b.Start.View) >= 0 ? a.Start : b.Start;
                ClusteringBound end = comparator.Compare(a.End.View, b.End.View) <= 0 ? a.End : b.End;
                if (comparator.Compare(start.View, end.View) < 0)
                    result.Add(new ClusteringSlice(start, end));
            }
        }

        return result;
    }
}
