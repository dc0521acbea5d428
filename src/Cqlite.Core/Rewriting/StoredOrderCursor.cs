using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// The rows of an SSTable that have empty values in certain descending clustering columns and in no other ones. Releases up to 3.0.7 sort such a value
/// first, later ones last; between rows that are empty in the same columns both orders are the same. So an old SSTable, read once for each set of columns
/// that may be empty, merges into the order of today.
/// </summary>
internal sealed class StoredOrderCursor : UnfilteredCursor
{
    private const int MostReversedColumns = 6;
    private readonly UnfilteredCursor _source;
    private readonly int[] _reversed;
    private readonly int _empty;
    private bool _hasMarker;

    private StoredOrderCursor(UnfilteredCursor source, int[] reversed, int empty)
    {
        _source = source;
        _reversed = reversed;
        _empty = empty;
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _source.Table;

    /// <inheritdoc/>
    public override bool IsReversed => false;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _source.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _source.Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _source.PartitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _source.StaticRow;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _source.Kind;

    /// <inheritdoc/>
    public override Row Row => _source.Row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _source.Marker;

    /// <inheritdoc/>
    public override long PartitionFilePosition => _source.PartitionFilePosition;

    /// <summary>A cursor on all of an SSTable in the order, and with the counters, that today's releases expect.</summary>
    /// <exception cref="UnsupportedFormatException">There are more descending clustering columns than can be told apart.</exception>
    public static UnfilteredCursor Read(SSTable sstable)
    {
        int[] reversed = [];
        if (sstable.Descriptor.Version.SortsEmptyReversedFirst)
            reversed = [.. Enumerable.Range(0, sstable.Table.Clustering.Count).Where(i => sstable.Table.Clustering[i].IsDescending)];
        if (reversed.Length == 0 || !HasEmptyValues(sstable, reversed))
            return ReadCounters(sstable);
        if (reversed.Length > MostReversedColumns)
            throw new UnsupportedFormatException(sstable.Descriptor.ToString(), $"version {sstable.Descriptor.Version} with {reversed.Length} descending clustering columns; up to {MostReversedColumns} can be brought into today's order.");
        return new MergeCursor(
            sstable.Table,
            [.. Enumerable.Range(0, 1 << reversed.Length).Select(empty => new StoredOrderCursor(ReadCounters(sstable), reversed, empty))],
            reversed: false);
    }

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _hasMarker = false;
        return _source.MoveToNextPartition();
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        while (_source.MoveToNextUnfiltered())
        {
            bool isMarker = _source.Kind == UnfilteredKind.Marker;
            int empty = EmptyColumns(isMarker ? _source.Marker.Values : _source.Row.ClusteringSlices);
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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }

    private static UnfilteredCursor ReadCounters(SSTable sstable)
    {
        UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
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
    private static bool HasEmptyValues(SSTable sstable, int[] reversed)
    {
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
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
