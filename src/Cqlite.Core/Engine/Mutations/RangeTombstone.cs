using Cqlite.Core.Rows;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>The deletion of a range of rows.</summary>
/// <param name="Start">Where it begins: an inclusive or exclusive start.</param>
/// <param name="End">Where it ends: an inclusive or exclusive end.</param>
/// <param name="Deletion">The deletion.</param>
internal sealed record RangeTombstone(ClusteringBound Start, ClusteringBound End, DeletionTime Deletion);

/// <summary>One end of a range deletion or the boundary between two, owning its bytes: what a marker shows.</summary>
/// <param name="Kind">Which bound or boundary.</param>
/// <param name="Bound">Where it stands.</param>
/// <param name="End">The deletion that ends here; live where none does.</param>
/// <param name="Start">The deletion that starts here; live where none does.</param>
internal readonly record struct MarkerPlace(ClusteringKind Kind, ClusteringBound Bound, DeletionTime End, DeletionTime Start)
{
    /// <summary>Makes a marker that shows it.</summary>
    public void Show(RangeTombstoneMarker marker) => marker.Set(Kind, Bound.View, End, Start);
}
