using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// The rows of an SSTable that have empty values in certain descending clustering columns and in no other ones. Releases up to 3.0.7 sort such a value
/// first, later ones last; between rows that are empty in the same columns both orders are the same. So an old SSTable, read once for each set of columns
/// that may be empty, merges into the order of today.
/// </summary>
internal sealed class StoredOrderCursor : ForwardingCursor
{
    private const int MostReversedColumns = 6;
    private readonly int[] _reversed;
    private readonly int _empty;
    private bool _hasMarker;

    private StoredOrderCursor(UnfilteredCursor source, int[] reversed, int empty)
        : base(source)
    {
        _reversed = reversed;
        _empty = empty;
    }

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override long PartitionFilePosition => Source.PartitionFilePosition;

    /// <summary>Whether rows of an SSTable may stand in another order than today's.</summary>
    public static bool IsNeeded(SSTable sstable) => sstable.Descriptor.Version.SortsEmptyReversedFirst && sstable.Table.Clustering.Any(c => c.IsDescending);

    /// <summary>A cursor on all of an SSTable in the order, and with the counters, that today's releases expect.</summary>
    /// <exception cref="UnsupportedFormatException">There are more descending clustering columns than can be told apart.</exception>
    public static UnfilteredCursor Read(SSTable sstable) => Read(sstable, ReadRequest.All);

    /// <summary>A cursor on some partitions of an SSTable in that order.</summary>
    /// <param name="sstable">The SSTable.</param>
    /// <param name="request">The partitions, read forward and as a whole.</param>
    /// <exception cref="UnsupportedFormatException">There are more descending clustering columns than can be told apart.</exception>
    public static UnfilteredCursor Read(SSTable sstable, ReadRequest request)
    {
        int[] reversed = [];
        if (sstable.Descriptor.Version.SortsEmptyReversedFirst)
            reversed = [.. Enumerable.Range(0, sstable.Table.Clustering.Count).Where(i => sstable.Table.Clustering[i].IsDescending)];
        if (reversed.Length == 0 || !HasEmptyValues(sstable, request, reversed))
            return ReadCounters(sstable, request);
        if (reversed.Length > MostReversedColumns)
            throw new UnsupportedFormatException(sstable.Descriptor.ToString(), $"version {sstable.Descriptor.Version} with {reversed.Length} descending clustering columns; up to {MostReversedColumns} can be brought into today's order.");
        return new MergeCursor(
            sstable.Table,
            [.. Enumerable.Range(0, 1 << reversed.Length).Select(empty => new StoredOrderCursor(ReadCounters(sstable, request), reversed, empty))],
            reversed: false);
    }

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _hasMarker = false;
        return Source.MoveToNextPartition();
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        while (Source.MoveToNextUnfiltered())
        {
            bool isMarker = Source.Kind == UnfilteredKind.Marker;
            int empty = EmptyColumns(isMarker ? Source.Marker.Values : Source.Row.ClusteringSlices);
            _hasMarker |= isMarker;
            if (empty != 0 && _hasMarker)
            {
                throw new UnsupportedFormatException(
                    $"Partition {Convert.ToHexStringLower(PartitionKey)} has deleted ranges beside empty values in descending clustering columns: "
                    + "they mean one thing in the order of releases up to 3.0.7 and another in that of later ones.");
            }

            if (empty == _empty)
                return true;
        }

        return false;
    }

    private static UnfilteredCursor ReadCounters(SSTable sstable, ReadRequest request)
    {
        UnfilteredCursor cursor = sstable.Read(request);
        return sstable.Statistics.Stats.HasLegacyCounterShards && sstable.Table.IsCounter ? new LocalShardCursor(cursor) : cursor;
    }

    private int EmptyColumns(ReadOnlySpan<Slice> values) => EmptyColumns(_reversed, values);

    private static int EmptyColumns(int[] reversed, ReadOnlySpan<Slice> values)
    {
        int empty = 0;
        for (int i = 0; i < reversed.Length; i++)
        {
            if (reversed[i] < values.Length && values[reversed[i]].Length == 0)
                empty |= 1 << i;
        }

        return empty;
    }

    /// <summary>Whether the two orders differ for this SSTable at all. Reading it once more is cheap beside a merge that is not needed.</summary>
    private static bool HasEmptyValues(SSTable sstable, ReadRequest request, int[] reversed)
    {
        using UnfilteredCursor cursor = sstable.Read(request);
        while (cursor.MoveToNextPartition())
        {
            while (cursor.MoveToNextUnfiltered())
            {
                if (EmptyColumns(reversed, cursor.Kind == UnfilteredKind.Row ? cursor.Row.ClusteringSlices : cursor.Marker.Values) != 0)
                    return true;
            }
        }

        return false;
    }
}
