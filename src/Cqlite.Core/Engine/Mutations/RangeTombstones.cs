using System.Collections.Immutable;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>
/// The range deletions of a partition: sorted, not overlapping, of each place only the deletion that deletes most. Immutable, so that
/// readers keep what they found while writers add.
/// </summary>
/// <remarks>
/// Every bound is a cut between clusterings: an inclusive start and an exclusive end of the same prefix are the same cut, and so are an
/// exclusive start and an inclusive end. Source of the idea: org/apache/cassandra/db/RangeTombstoneList.java.
/// </remarks>
internal sealed class RangeTombstones
{
    private readonly ImmutableArray<RangeTombstone> _ranges;

    private RangeTombstones(ImmutableArray<RangeTombstone> ranges) => _ranges = ranges;

    /// <summary>None.</summary>
    public static RangeTombstones Empty { get; } = new([]);

    /// <summary>Number of ranges.</summary>
    public int Count => _ranges.Length;

    /// <summary>The ranges in clustering order.</summary>
    public ReadOnlySpan<RangeTombstone> Ranges => _ranges.AsSpan();

    /// <summary>These and another one.</summary>
    public RangeTombstones With(RangeTombstone added, ClusteringComparator order)
    {
        if (order.Compare(added.Start.View, added.End.View) >= 0 || added.Deletion.IsLive)
            return this;
        int first = FirstEndingAfter(added.Start, order);
        if (first == _ranges.Length)
        {
            // Mostly ranges come in order: nothing is touched, but perhaps lengthened.
            return new RangeTombstones(_ranges.Add(added));
        }

        var pieces = new List<RangeTombstone>(4);
        ClusteringBound at = added.Start;
        int next = first;
        for (; next < _ranges.Length && order.Compare(_ranges[next].Start.View, added.End.View) < 0; next++)
        {
            RangeTombstone range = _ranges[next];
            int startOrder = order.Compare(range.Start.View, at.View);
            if (startOrder < 0)
                Add(pieces, range.Start, EndOf(at), range.Deletion, order);
            else if (startOrder > 0)
                Add(pieces, at, EndOf(range.Start), added.Deletion, order);
            ClusteringBound from = startOrder > 0 ? range.Start : at;
            bool reachesBeyond = order.Compare(range.End.View, added.End.View) > 0;
            ClusteringBound to = reachesBeyond ? added.End : range.End;
            Add(pieces, from, to, added.Deletion.Supersedes(range.Deletion) ? added.Deletion : range.Deletion, order);
            if (reachesBeyond)
                Add(pieces, StartOf(added.End), range.End, range.Deletion, order);
            at = StartOf(to);
        }

        if (order.Compare(at.View, added.End.View) < 0)
            Add(pieces, at, added.End, added.Deletion, order);

        ImmutableArray<RangeTombstone>.Builder ranges = ImmutableArray.CreateBuilder<RangeTombstone>(first + pieces.Count + _ranges.Length - next);
        ranges.AddRange(_ranges, first);
        ranges.AddRange(pieces);
        ranges.AddRange(_ranges.AsSpan(next, _ranges.Length - next));
        return new RangeTombstones(ranges.DrainToImmutable());
    }

    /// <summary>Adds, in clustering order, the markers that show what of the ranges lies in a slice.</summary>
    public void AddMarkers(ClusteringSlice slice, ClusteringComparator order, List<MarkerPlace> places)
    {
        int from = places.Count;
        for (int i = FirstEndingAfter(slice.Start, order); i < _ranges.Length; i++)
        {
            RangeTombstone range = _ranges[i];
            if (order.Compare(range.Start.View, slice.End.View) >= 0)
                break;
            ClusteringBound start = order.Compare(range.Start.View, slice.Start.View) < 0 ? slice.Start : range.Start;
            ClusteringBound end = order.Compare(range.End.View, slice.End.View) > 0 ? slice.End : range.End;
            if (places.Count > from && order.Compare(places[^1].Bound.View, start.View) == 0)
            {
                // Ranges that meet share a marker, or none where they delete alike.
                if (places[^1].End == range.Deletion)
                    places.RemoveAt(places.Count - 1);
                else
                    places[^1] = new MarkerPlace(BoundaryAt(start), start, places[^1].End, range.Deletion);
            }
            else
            {
                places.Add(new MarkerPlace(start.Kind, start, DeletionTime.Live, range.Deletion));
            }

            places.Add(new MarkerPlace(end.Kind, end, range.Deletion, DeletionTime.Live));
        }
    }

    /// <summary>A bound of a kind that owns a prefix's bytes.</summary>
    public static ClusteringBound BoundOf(ClusteringKind kind, in ClusteringView prefix)
    {
        byte[]?[] values = new byte[]?[prefix.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = prefix.IsNull(i) ? null : prefix[i].ToArray();
        return new ClusteringBound(kind, values);
    }

    private static void Add(List<RangeTombstone> pieces, ClusteringBound start, ClusteringBound end, DeletionTime deletion, ClusteringComparator order)
    {
        if (pieces.Count > 0 && pieces[^1].Deletion == deletion && order.Compare(pieces[^1].End.View, start.View) == 0)
            pieces[^1] = pieces[^1] with { End = end };
        else
            pieces.Add(new RangeTombstone(start, end, deletion));
    }

    /// <summary>The same cut as a start, as the end of what is before it.</summary>
    private static ClusteringBound EndOf(ClusteringBound start) =>
        BoundOf(start.Kind == ClusteringKind.InclusiveStart ? ClusteringKind.ExclusiveEnd : ClusteringKind.InclusiveEnd, start.View);

    /// <summary>The same cut as an end, as the start of what is after it.</summary>
    private static ClusteringBound StartOf(ClusteringBound end) =>
        BoundOf(end.Kind == ClusteringKind.ExclusiveEnd ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart, end.View);

    private static ClusteringKind BoundaryAt(ClusteringBound start) =>
        start.Kind == ClusteringKind.InclusiveStart ? ClusteringKind.ExclusiveEndInclusiveStart : ClusteringKind.InclusiveEndExclusiveStart;

    private int FirstEndingAfter(ClusteringBound cut, ClusteringComparator order)
    {
        int low = 0;
        int high = _ranges.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (order.Compare(_ranges[middle].End.View, cut.View) <= 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
