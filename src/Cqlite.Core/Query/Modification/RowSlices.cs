using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Query.Modification;

/// <summary>Slices that hold one row.</summary>
internal static class RowSlices
{
    /// <summary>The slice of a row.</summary>
    public static ClusteringSlice Of(in ClusteringView clustering) => clustering.Count == 0
        ? ClusteringSlice.All
        : new ClusteringSlice(
            RangeTombstones.BoundOf(ClusteringKind.InclusiveStart, clustering),
            RangeTombstones.BoundOf(ClusteringKind.InclusiveEnd, clustering));
}
