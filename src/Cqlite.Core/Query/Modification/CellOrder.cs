using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>Puts the cells of a row, to which a statement's operations added them in their order, into the order that rows have: by column, then by path, each once.</summary>
internal static class CellOrder
{
    /// <summary>Orders the cells; of several of one path one holds, and none holds that its column's deletion hides.</summary>
    public static void Restore(Row row, IReadOnlyList<ColumnMetadata> columns)
    {
        if (IsOrdered(row, columns))
            return;

        // Stable: operations on one path are few, and reconciled below.
        Cell[] cells = row.Cells.ToArray();
        int[] places = new int[cells.Length];
        for (int i = 0; i < places.Length; i++)
            places[i] = i;
        Array.Sort(places, (left, right) =>
        {
            int order = Compare(row, columns, cells[left], cells[right]);
            return order != 0 ? order : left.CompareTo(right);
        });
        int kept = 0;
        Span<Cell> target = row.MutableCells;
        foreach (int place in places)
        {
            Cell cell = cells[place];
            if (IsHidden(row, cell))
                continue;
            if (kept > 0 && Compare(row, columns, target[kept - 1], cell) == 0)
            {
                if (CellReconciliation.LeftWins(cell, row.Value(cell), target[kept - 1], row.Value(target[kept - 1])))
                    target[kept - 1] = cell;
                continue;
            }

            target[kept++] = cell;
        }

        row.TruncateCells(kept);
    }

    private static bool IsOrdered(Row row, IReadOnlyList<ColumnMetadata> columns)
    {
        ReadOnlySpan<Cell> cells = row.Cells;
        for (int i = 0; i < cells.Length; i++)
        {
            if ((i > 0 && Compare(row, columns, cells[i - 1], cells[i]) >= 0) || IsHidden(row, cells[i]))
                return false;
        }

        return true;
    }

    private static bool IsHidden(Row row, in Cell cell)
    {
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            if (deletion.Column == cell.Column)
                return deletion.Deletion.Deletes(cell.TimestampMicros);
        }

        return false;
    }

    private static int Compare(Row row, IReadOnlyList<ColumnMetadata> columns, in Cell left, in Cell right)
    {
        if (left.Column != right.Column)
            return left.Column.CompareTo(right.Column);
        CqlType? paths = columns[left.Column].Type.PathType;
        return paths is null ? 0 : paths.Compare(row.Path(left), row.Path(right));
    }
}
