using Cqlite.Core.Engine;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Modification;

/// <summary>What of a partition is live at a moment: the rows that a statement asked for, copied, without tombstones and expired cells.</summary>
internal sealed class PartitionSnapshot
{
    private readonly ClusteringComparator _order;
    private readonly List<Row> _rows = [];

    private PartitionSnapshot(TableMetadata table, DecoratedKey key)
    {
        Table = table;
        Key = key;
        _order = new ClusteringComparator(table);
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>The partition.</summary>
    public DecoratedKey Key { get; }

    /// <summary>The static row; null where it holds nothing.</summary>
    public Row? StaticRow { get; private set; }

    /// <summary>The rows in clustering order.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Reads a partition.</summary>
    /// <param name="store">Where it is stored.</param>
    /// <param name="key">Its key.</param>
    /// <param name="slices">The rows to read; the static row is read along.</param>
    /// <param name="nowSeconds">The moment, in seconds since 1970.</param>
    /// <param name="columns">The columns to look at; null for all.</param>
    /// <param name="rowLimit">So many rows at most.</param>
    public static PartitionSnapshot Read(
        TableStore store,
        DecoratedKey key,
        IReadOnlyList<ClusteringSlice> slices,
        long nowSeconds,
        ReadColumns? columns = null,
        int rowLimit = int.MaxValue)
    {
        var snapshot = new PartitionSnapshot(store.Table, key);
        using var cursor = new LiveRowCursor(store.Read(new ReadRequest { Key = key, Slices = slices }), nowSeconds);
        if (!cursor.MoveToNextPartition())
            return snapshot;
        if (cursor.StaticRow is { } staticRow && Copy(staticRow, nowSeconds, columns) is { } copiedStatic)
            snapshot.StaticRow = copiedStatic;
        while (snapshot._rows.Count < rowLimit && cursor.MoveToNextRow())
        {
            if (Copy(cursor.Row, nowSeconds, columns) is { } row)
                snapshot._rows.Add(row);
        }

        return snapshot;
    }

    /// <summary>The row of a clustering; null where there is none.</summary>
    public Row? Find(in ClusteringView clustering)
    {
        foreach (Row row in _rows)
        {
            if (_order.Compare(row.Clustering, clustering) == 0)
                return row;
        }

        return null;
    }

    /// <summary>Drops tombstones and what has expired; false where nothing is left.</summary>
    public static bool KeepLive(Row row, long nowSeconds, ReadColumns? columns = null)
    {
        if (!row.Liveness.IsLive(nowSeconds))
            row.Liveness = Liveness.None;
        row.Deletion = DeletionTime.Live;
        row.TruncateComplexDeletions(0);
        Span<Cell> cells = row.MutableCells;
        int kept = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            if (cells[i].IsLive(nowSeconds) && (columns is null || columns.Contains(row.IsStatic, cells[i].Column)))
                cells[kept++] = cells[i];
        }

        row.TruncateCells(kept);
        return kept > 0 || !row.Liveness.IsEmpty;
    }

    private static Row? Copy(Row row, long nowSeconds, ReadColumns? columns)
    {
        var copy = new Row();
        copy.CopyFrom(row);
        return KeepLive(copy, nowSeconds, columns) ? copy : null;
    }
}

/// <summary>The static and regular columns that are read, by index.</summary>
internal sealed record ReadColumns(bool[] Statics, bool[] Regulars)
{
    /// <summary>Whether a column is read.</summary>
    public bool Contains(bool isStatic, int column) => (isStatic ? Statics : Regulars)[column];
}
