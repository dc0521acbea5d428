using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Query.Views;

/// <summary>The rows and deletions that a partition has, or that an update brings, deletions included: what a view's rows are computed from.</summary>
internal sealed class BaseContent
{
    private readonly ClusteringComparator _order;
    private readonly List<Row> _rows = [];
    private readonly List<RangeTombstone> _ranges = [];
    private DeletionTime _partition = DeletionTime.Live;

    private BaseContent(ClusteringComparator order) => _order = order;

    /// <summary>The rows in clustering order, each with the deletion that holds where it stands as its own.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Whether neither rows nor deletions are in it.</summary>
    public bool IsEmpty => _rows.Count == 0 && _ranges.Count == 0 && _partition.IsLive;

    /// <summary>What an update brings.</summary>
    public static BaseContent Of(PartitionUpdate update)
    {
        var content = new BaseContent(new ClusteringComparator(update.Table));
        var window = new DataWindow();
        window.Fill(update.Content.Span, "an update");
        window.Position = PartitionUpdate.TableIdLength;
        using var cursor = new PartitionUpdateCursor(update.Table, MessagingVersions.Own, window);
        cursor.Begin();
        if (cursor.MoveToNextPartition())
            content.Gather(cursor);
        return content;
    }

    /// <summary>What a partition has of some rows.</summary>
    public static BaseContent Of(TableStore store, DecoratedKey key, IReadOnlyList<ClusteringSlice> slices)
    {
        var content = new BaseContent(new ClusteringComparator(store.Table));
        using UnfilteredCursor cursor = store.Read(new ReadRequest { Key = key, Slices = slices });
        if (cursor.MoveToNextPartition())
            content.Gather(cursor);
        return content;
    }

    /// <summary>The deletion of the partition or a range that holds at a place; live for none.</summary>
    public DeletionTime DeletionAt(in ClusteringView clustering)
    {
        DeletionTime deletion = _partition;
        foreach (RangeTombstone range in _ranges)
        {
            if (range.Deletion.Supersedes(deletion) && _order.Compare(range.Start.View, clustering) <= 0 && _order.Compare(clustering, range.End.View) <= 0)
                deletion = range.Deletion;
        }

        return deletion;
    }

    /// <summary>The slices of rows that this touches, sorted and not overlapping.</summary>
    public IReadOnlyList<ClusteringSlice> Slices()
    {
        if (!_partition.IsLive)
            return [ClusteringSlice.All];
        IEnumerable<ClusteringSlice> touched = _ranges.Select(r => new ClusteringSlice(r.Start, r.End)).Concat(_rows.Select(SliceOf));
        var slices = new List<ClusteringSlice>();
        foreach (ClusteringSlice slice in touched.Order(Comparer<ClusteringSlice>.Create((a, b) => _order.Compare(a.Start.View, b.Start.View))))
        {
            if (slices.Count == 0 || _order.Compare(slices[^1].End.View, slice.Start.View) < 0)
                slices.Add(slice);
            else if (_order.Compare(slices[^1].End.View, slice.End.View) < 0)
                slices[^1] = slices[^1] with { End = slice.End };
        }

        return slices;
    }

    private static ClusteringSlice SliceOf(Row row) => new(
        RangeTombstones.BoundOf(ClusteringKind.InclusiveStart, row.Clustering),
        RangeTombstones.BoundOf(ClusteringKind.InclusiveEnd, row.Clustering));

    private void Gather(UnfilteredCursor cursor)
    {
        _partition = cursor.PartitionDeletion;
        var ranges = new RangeTombstoneCollector();
        while (cursor.MoveToNextUnfiltered())
        {
            if (cursor.Kind == UnfilteredKind.Row)
            {
                var row = new Row();
                row.CopyFrom(cursor.Row);
                _rows.Add(row);
            }
            else if (ranges.Add(cursor.Marker) is { } range)
            {
                _ranges.Add(range);
            }
        }

        foreach (Row row in _rows)
        {
            DeletionTime deletion = DeletionAt(row.Clustering);
            if (deletion.Supersedes(row.Deletion))
                row.Deletion = deletion;
        }
    }
}
