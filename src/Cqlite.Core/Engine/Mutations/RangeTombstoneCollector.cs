using Cqlite.Core.Rows;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>Puts the markers of a partition, met one after the other in clustering order, together to ranges.</summary>
internal sealed class RangeTombstoneCollector
{
    private ClusteringBound? _start;
    private DeletionTime _deletion;

    /// <summary>Takes a marker; answers the range that ends with it, or null.</summary>
    public RangeTombstone? Add(RangeTombstoneMarker marker)
    {
        RangeTombstone? ended = null;
        if (marker.Kind.IsEnd() && _start is { } start)
        {
            ClusteringKind kind = marker.Kind is ClusteringKind.ExclusiveEnd or ClusteringKind.ExclusiveEndInclusiveStart
                ? ClusteringKind.ExclusiveEnd
                : ClusteringKind.InclusiveEnd;
            ended = new RangeTombstone(start, RangeTombstones.BoundOf(kind, marker.Clustering), _deletion);
            _start = null;
        }

        if (marker.Kind.IsStart())
        {
            ClusteringKind kind = marker.Kind is ClusteringKind.InclusiveStart or ClusteringKind.ExclusiveEndInclusiveStart
                ? ClusteringKind.InclusiveStart
                : ClusteringKind.ExclusiveStart;
            _start = RangeTombstones.BoundOf(kind, marker.Clustering);
            _deletion = marker.StartDeletion;
        }

        return ended;
    }

    /// <summary>Forgets a range that was begun.</summary>
    public void Clear() => _start = null;
}
