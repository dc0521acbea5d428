using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>
/// Turns the differences that an update of counters holds into what is stored: this node's count with the difference added, and a clock that is
/// later than the one before. The partition is locked from the reading to the writing.
/// </summary>
/// <remarks>Source of the semantics: org/apache/cassandra/db/CounterMutation.java (processModifications).</remarks>
internal static class CounterResolution
{
    /// <summary>Resolves an update.</summary>
    /// <param name="update">The update, whose live cells hold differences.</param>
    /// <param name="database">Where the counters are stored.</param>
    /// <param name="nowSeconds">The present, in seconds since 1970.</param>
    public static PartitionUpdate Resolve(PartitionUpdate update, Database database, long nowSeconds)
    {
        TableStore store = database.OpenTable(update.Table);
        Guid id = database.HostId ?? throw new InvalidOperationException("a database that is written has an id.");
        return UpdateRewriting.Rewrite(update, row => Resolve(row, update, store, database, id, nowSeconds), deletion => deletion);
    }

    private static void Resolve(Row row, PartitionUpdate update, TableStore store, Database database, Guid id, long nowSeconds)
    {
        PartitionSnapshot? stored = null;
        foreach (ref Cell cell in row.MutableCells)
        {
            if (cell.IsTombstone)
                continue;
            stored ??= PartitionSnapshot.Read(store, update.Key, row.IsStatic ? [] : [RowSlices.Of(row.Clustering)], nowSeconds);
            Row? before = row.IsStatic ? stored.StaticRow : stored.Find(row.Clustering);
            (long clock, long count) = CountOf(before, cell.Column, id);
            long difference = new CounterContext(row.Value(cell)).Total;
            cell.Value = row.StoreCounter(id, Math.Max(database.NextMicros(), clock + 1), unchecked(count + difference));
        }
    }

    private static (long Clock, long Count) CountOf(Row? row, int column, Guid id)
    {
        if (row is null)
            return default;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column == column)
                return new CounterContext(row.Value(cell)).Of(id);
        }

        return default;
    }
}
