namespace Cqlite.Core.Rows;

/// <summary>
/// Merges the range tombstone markers of many sources into one stream in which at most one range is open: the one that
/// deletes most. Ranges that the partition's deletion covers vanish.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/RangeTombstoneMarker.java (Merger).</remarks>
internal sealed class MarkerMerger
{
    private readonly DeletionTime[] _open;
    private readonly bool _reversed;
    private RangeTombstoneMarker? _merged;
    private DeletionTime _partition = DeletionTime.Live;
    private DeletionTime _current = DeletionTime.Live;

    /// <summary>Creates the merger of a number of sources.</summary>
    public MarkerMerger(int sources, bool reversed)
    {
        _open = new DeletionTime[sources];
        _reversed = reversed;
    }

    /// <summary>What is deleted between rows where the merge stands: the open range's deletion, or else the partition's.</summary>
    public DeletionTime Active => _current.IsLive ? _partition : _current;

    /// <summary>Begins a partition.</summary>
    public void Begin(in DeletionTime partition)
    {
        _partition = partition;
        _current = DeletionTime.Live;
        _open.AsSpan().Fill(DeletionTime.Live);
    }

    /// <summary>Notes a source's marker; <see cref="Merge"/> follows once all at that place are noted.</summary>
    public void Add(int source, RangeTombstoneMarker marker) => _open[source] = marker.OpenDeletion(_reversed);

    /// <summary>The marker that the merge shows at a place; null when nothing changes there.</summary>
    /// <param name="place">One of the markers noted.</param>
    public RangeTombstoneMarker? Merge(RangeTombstoneMarker place)
    {
        DeletionTime before = _current;
        DeletionTime biggest = DeletionTime.Live;
        foreach (ref readonly DeletionTime open in _open.AsSpan())
        {
            if (!open.IsLive && (biggest.IsLive || open.Supersedes(biggest)))
                biggest = open;
        }

        _current = biggest.Supersedes(_partition) ? biggest : DeletionTime.Live;
        if (_current == before)
            return null;

        // A source's marker that says just that is shown as it is.
        if (place.OpenDeletion(_reversed) == _current && place.CloseDeletion(_reversed) == before)
            return place;

        bool beforeRow = place.Kind.Order() < 0;
        ClusteringKind kind;
        if (before.IsLive == _current.IsLive)
            kind = beforeRow ? ClusteringKind.ExclusiveEndInclusiveStart : ClusteringKind.InclusiveEndExclusiveStart;
        else if (before.IsLive != _reversed)
            kind = beforeRow ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart;
        else
            kind = beforeRow ? ClusteringKind.ExclusiveEnd : ClusteringKind.InclusiveEnd;
        _merged ??= new RangeTombstoneMarker();
        _merged.Set(kind, place.Clustering, end: _reversed ? _current : before, start: _reversed ? before : _current);
        return _merged;
    }
}
