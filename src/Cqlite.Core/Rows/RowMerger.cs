using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rows;

/// <summary>
/// Makes one row of the versions of it that several sources have, under the deletion that holds where it stands. What a
/// deletion hides is left out, tombstones stay. A single version that loses nothing is handed on as it is; one that loses
/// something becomes a row over the same bytes; only versions that truly meet are copied.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/Row.java (Merger), db/rows/Cells.java.</remarks>
internal sealed class RowMerger
{
    private readonly IReadOnlyList<ColumnMetadata> _columns;
    private readonly bool _isStatic;
    private readonly Row?[] _rows;
    private readonly int[] _cells;
    private readonly int[] _deletions;
    private Row? _output;
    private int _count;

    /// <summary>Creates the merger of a number of sources for a table's static or other rows.</summary>
    public RowMerger(TableMetadata table, int sources, bool isStatic)
    {
        _columns = isStatic ? table.Statics : table.Regulars;
        _isStatic = isStatic;
        _rows = new Row?[sources];

        // One version alone is filtered, not merged.
        _cells = sources > 1 ? new int[sources] : [];
        _deletions = sources > 1 ? new int[sources] : [];
    }

    // Made when first needed: most point reads show rows as they are stored.
    private Row Output => _output ??= new Row();

    /// <summary>Forgets the versions added before.</summary>
    public void Clear()
    {
        _rows.AsSpan(0, _count).Clear();
        _count = 0;
    }

    /// <summary>Adds a version.</summary>
    public void Add(Row row) => _rows[_count++] = row;

    /// <summary>The row that the versions make; null when nothing of it is left. Valid until the next merge.</summary>
    /// <param name="active">What the partition's and range deletions delete where the row stands.</param>
    public Row? Merge(in DeletionTime active) => _count switch
    {
        0 => null,
        1 => Filter(_rows[0]!, active),
        _ => MergeVersions(active),
    };

    /// <summary>A row without what deletions hide, its own included; the same row where they hide nothing, null where they hide all.</summary>
    public Row? Filter(Row row, DeletionTime active)
    {
        if (active.IsLive && row.Deletion.IsLive && row.ComplexDeletions.IsEmpty)
            return row.IsEmpty ? null : row;

        DeletionTime own = OwnDeletion(row.Deletion, row.IsDeletionShadowable, row.Liveness, active);
        DeletionTime effective = own.IsLive ? active : own;
        return HidesNothing(row, own, effective) ? row : Copy(row, own, effective);
    }

    // A row's deletion, or none where a newer liveness voids it or the surrounding deletion covers it.
    private static DeletionTime OwnDeletion(in DeletionTime deletion, bool shadowable, in Liveness liveness, in DeletionTime active) =>
        (shadowable && liveness.TimestampMicros > deletion.MarkedAtMicros) || !deletion.Supersedes(active) ? DeletionTime.Live : deletion;

    private static bool Deletes(in DeletionTime deletion, in Liveness liveness) => !liveness.IsEmpty && deletion.Deletes(liveness.TimestampMicros);

    private static bool HidesNothing(Row row, in DeletionTime own, in DeletionTime effective)
    {
        if (row.Deletion != own || Deletes(effective, row.Liveness) || row.IsEmpty)
            return false;
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            if (!deletion.Deletion.Supersedes(effective))
                return false;
        }

        ReadOnlySpan<ComplexDeletion> deletions = row.ComplexDeletions;
        int next = 0;
        foreach (ref readonly Cell cell in row.Cells)
        {
            while (next < deletions.Length && deletions[next].Column < cell.Column)
                next++;
            bool complex = next < deletions.Length && deletions[next].Column == cell.Column;
            if (effective.Deletes(cell.TimestampMicros) || (complex && deletions[next].Deletion.Deletes(cell.TimestampMicros)))
                return false;
        }

        return true;
    }

    private Row? Copy(Row row, in DeletionTime own, in DeletionTime effective)
    {
        Output.Reset(_isStatic);
        Output.Buffer = row.Buffer;
        Output.FilePosition = row.FilePosition;
        Output.Liveness = Deletes(effective, row.Liveness) ? Liveness.None : row.Liveness;
        Output.Deletion = own;
        Output.IsDeletionShadowable = row.IsDeletionShadowable && !own.IsLive;
        foreach (Slice slice in row.ClusteringSlices)
            Output.AddClustering(slice);

        ReadOnlySpan<ComplexDeletion> deletions = row.ComplexDeletions;
        foreach (ref readonly ComplexDeletion deletion in deletions)
        {
            if (deletion.Deletion.Supersedes(effective))
                Output.AddComplexDeletion(deletion);
        }

        int next = 0;
        foreach (ref readonly Cell cell in row.Cells)
        {
            while (next < deletions.Length && deletions[next].Column < cell.Column)
                next++;
            bool hidden = effective.Deletes(cell.TimestampMicros)
                || (next < deletions.Length && deletions[next].Column == cell.Column && deletions[next].Deletion.Deletes(cell.TimestampMicros));
            if (!hidden)
                Output.AddCell() = cell;
        }

        return Output.IsEmpty ? null : Output;
    }

    private Row? MergeVersions(in DeletionTime active)
    {
        Liveness liveness = Liveness.None;
        DeletionTime deletion = DeletionTime.Live;
        bool shadowable = false;
        ReadOnlySpan<Row?> rows = _rows.AsSpan(0, _count);
        foreach (Row? row in rows)
        {
            if (row!.Liveness.Supersedes(liveness))
                liveness = row.Liveness;
            if (row.Deletion.Supersedes(deletion))
            {
                deletion = row.Deletion;
                shadowable = row.IsDeletionShadowable;
            }
        }

        DeletionTime own = OwnDeletion(deletion, shadowable, liveness, active);
        DeletionTime effective = own.IsLive ? active : own;

        Output.ResetToArena(_isStatic);
        Output.Liveness = Deletes(effective, liveness) ? Liveness.None : liveness;
        Output.Deletion = own;
        Output.IsDeletionShadowable = shadowable && !own.IsLive;
        Output.FilePosition = -1;
        Row any = rows[0]!;
        foreach (Slice slice in any.ClusteringSlices)
            Output.AddClustering(slice.IsNull ? Slice.Null : Output.Store(any.Bytes(slice)));

        _cells.AsSpan(0, _count).Clear();
        _deletions.AsSpan(0, _count).Clear();
        for (int column = FirstColumn(); column != int.MaxValue; column = FirstColumn())
            MergeColumn(column, effective);
        return Output.IsEmpty ? null : Output;
    }

    // The first column of which a version has something unread.
    private int FirstColumn()
    {
        int first = int.MaxValue;
        for (int i = 0; i < _count; i++)
        {
            Row row = _rows[i]!;
            if (_cells[i] < row.Cells.Length)
                first = Math.Min(first, row.Cells[_cells[i]].Column);
            if (_deletions[i] < row.ComplexDeletions.Length)
                first = Math.Min(first, row.ComplexDeletions[_deletions[i]].Column);
        }

        return first;
    }

    private void MergeColumn(int column, DeletionTime effective)
    {
        DeletionTime complex = DeletionTime.Live;
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<ComplexDeletion> deletions = _rows[i]!.ComplexDeletions;
            if (_deletions[i] >= deletions.Length || deletions[_deletions[i]].Column != column)
                continue;
            DeletionTime deletion = deletions[_deletions[i]++].Deletion;
            if (deletion.Supersedes(complex))
                complex = deletion;
        }

        if (complex.Supersedes(effective))
        {
            Output.AddComplexDeletion(new ComplexDeletion(column, complex));
            effective = complex;
        }

        CqlType type = _columns[column].Type;
        CqlType? pathType = type.PathType;
        while (MergeElement(column, pathType, type.IsCounter, effective))
        {
        }
    }

    // Merges the cells of the smallest path that is unread; false when no version has a cell of the column left.
    private bool MergeElement(int column, CqlType? pathType, bool isCounter, in DeletionTime effective)
    {
        int first = -1;
        bool alone = true;
        for (int i = 0; i < _count; i++)
        {
            if (!Has(i, column))
                continue;
            int order = first < 0 ? -1 : ComparePaths(pathType, i, first);
            if (order < 0)
            {
                first = i;
                alone = true;
            }
            else if (order == 0)
            {
                alone = false;
            }
        }

        if (first < 0)
            return false;

        Row winnerRow = _rows[first]!;
        int winner = _cells[first];
        bool found = !effective.Deletes(winnerRow.Cells[winner].TimestampMicros);
        if (!alone)
        {
            Row firstRow = winnerRow;
            int firstCell = winner;
            for (int i = first + 1; i < _count; i++)
            {
                if (!Has(i, column) || ComparePaths(pathType, i, firstRow, firstCell) != 0)
                    continue;
                Row row = _rows[i]!;
                int index = _cells[i]++;
                ref readonly Cell cell = ref row.Cells[index];
                if (effective.Deletes(cell.TimestampMicros))
                    continue;
                if (found && isCounter)
                    MergeCounters(ref winnerRow, ref winner, row, index);
                else if (!found || !CellReconciliation.LeftWins(winnerRow.Cells[winner], winnerRow.Value(winnerRow.Cells[winner]), cell, row.Value(cell)))
                    (winnerRow, winner) = (row, index);
                found = true;
            }
        }

        _cells[first]++;
        if (found && !ReferenceEquals(winnerRow, Output))
            Output.CopyCell(winnerRow, winnerRow.Cells[winner]);
        return true;
    }

    private bool Has(int source, int column)
    {
        ReadOnlySpan<Cell> cells = _rows[source]!.Cells;
        return _cells[source] < cells.Length && cells[_cells[source]].Column == column;
    }

    private int ComparePaths(CqlType? type, int left, int right) => ComparePaths(type, left, _rows[right]!, _cells[right]);

    private int ComparePaths(CqlType? type, int left, Row right, int rightCell) => type is null
        ? 0
        : type.Compare(_rows[left]!.Path(_rows[left]!.Cells[_cells[left]]), right.Path(right.Cells[rightCell]));

    // The merged cell becomes the output's last; further versions are merged into it.
    private void MergeCounters(ref Row winnerRow, ref int winner, Row row, int index)
    {
        Cell left = winnerRow.Cells[winner];
        Cell right = row.Cells[index];
        if (left.IsTombstone || right.IsTombstone)
        {
            // A counter's tombstone always wins, whatever the timestamps (CASSANDRA-7346).
            bool leftWins = left.IsTombstone && (!right.IsTombstone || left.TimestampMicros >= right.TimestampMicros);
            Take(ref winnerRow, ref winner, row, index, leftWins);
            return;
        }

        if (left.Value.Length == 0 || right.Value.Length == 0)
        {
            bool leftWins = left.Value.Length == right.Value.Length ? left.TimestampMicros > right.TimestampMicros : left.Value.Length == 0;
            Take(ref winnerRow, ref winner, row, index, leftWins);
            return;
        }

        Slice merged = Output.StoreMergedCounters(winnerRow.Value(left), row.Value(right));
        if (!ReferenceEquals(winnerRow, Output))
        {
            Slice path = left.Path.IsNull ? Slice.Null : Output.Store(winnerRow.Path(left));
            ref Cell output = ref Output.AddCell();
            output = left;
            output.Path = path;
            (winnerRow, winner) = (Output, Output.Cells.Length - 1);
        }

        ref Cell cell = ref Output.MutableCells[winner];
        cell.Value = merged;
        cell.TimestampMicros = Math.Max(left.TimestampMicros, right.TimestampMicros);
    }

    private void Take(ref Row winnerRow, ref int winner, Row row, int index, bool leftWins)
    {
        if (leftWins)
            return;
        if (ReferenceEquals(winnerRow, Output))
            Output.TruncateCells(winner);
        (winnerRow, winner) = (row, index);
    }
}
