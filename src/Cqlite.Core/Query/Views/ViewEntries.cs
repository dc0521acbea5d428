using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Views;

/// <summary>Computes what becomes of a view's rows when rows of one partition of its table change.</summary>
/// <remarks>
/// A view whose key has the table's columns alone has a row for each live row of the table. Where its key has another column, that column's cell decides:
/// its timestamp and TTL are the view row's liveness, and when the value goes or changes, the old view row ends by a liveness that has expired, which a later
/// write of the same value outdoes and a tombstone would not. Source of the semantics: org/apache/cassandra/db/view/ViewUpdateGenerator.java.
/// </remarks>
internal sealed class ViewEntries
{
    private readonly ViewPlan _plan;
    private readonly RowView _base;
    private readonly Row _entry = new();
    private readonly Dictionary<string, PartitionUpdateBuilder> _updates = [];
    private readonly long _nowSeconds;
    private byte[] _key = [];

    /// <summary>Begins with a partition of the table.</summary>
    public ViewEntries(ViewPlan plan, in DecoratedKey key, long nowSeconds)
    {
        _plan = plan;
        _nowSeconds = nowSeconds;
        _base = new RowView(plan.BaseTable, nowSeconds);
        _base.BeginPartition(key.Key.Span, key.Token, staticRow: null);
    }

    /// <summary>Adds what follows from a row's change.</summary>
    /// <param name="existing">The row before; null for none.</param>
    /// <param name="merged">The row after.</param>
    public void Add(Row? existing, Row merged)
    {
        if (_plan.BaseTable.IsCompact && HasNull(merged))
            return;
        (bool before, bool after, bool isSame) = _plan.KeyColumn is { } column
            ? Compare(existing, merged, column)
            : (existing is not null && existing.IsLive(_nowSeconds), merged.IsLive(_nowSeconds), true);
        if (before && after && isSame)
        {
            Update(existing!, merged);
            return;
        }

        if (after)
            Create(merged);
        if (before && Matches(existing!))
            Delete(existing!, merged);
    }

    /// <summary>The updates of the view.</summary>
    public IEnumerable<PartitionUpdate> Build() => _updates.Values.Select(u => u.Build());

    private static bool HasNull(Row row)
    {
        foreach (Slice value in row.ClusteringSlices)
        {
            if (value.IsNull)
                return true;
        }

        return false;
    }

    private static int IndexOf(Row? row, int column)
    {
        for (int i = 0; row is not null && i < row.Cells.Length; i++)
        {
            if (row.Cells[i].Column == column)
                return i;
        }

        return -1;
    }

    private static bool AreEqual(Row left, in Cell a, Row right, in Cell b) =>
        a.Column == b.Column && a.TimestampMicros == b.TimestampMicros && a.TtlSeconds == b.TtlSeconds && a.LocalDeletionSeconds == b.LocalDeletionSeconds
        && left.Value(a).SequenceEqual(right.Value(b)) && left.Path(a).SequenceEqual(right.Path(b));

    private (bool Before, bool After, bool IsSame) Compare(Row? existing, Row merged, ColumnSource column)
    {
        int before = IndexOf(existing, column.Index);
        int after = IndexOf(merged, column.Index);
        bool wasLive = before >= 0 && existing!.Cells[before].IsLive(_nowSeconds);
        bool isLive = after >= 0 && merged.Cells[after].IsLive(_nowSeconds);
        bool isSame = wasLive && isLive
            && column.Column.Type.Unreversed.Compare(existing!.Value(existing.Cells[before]), merged.Value(merged.Cells[after])) == 0;
        return (wasLive, isLive, isSame);
    }

    private bool Matches(Row row)
    {
        _base.ShowRow(row);
        return _plan.Has(_base);
    }

    private void Create(Row row)
    {
        if (!Matches(row))
            return;
        Begin(row);
        _entry.Liveness = LivenessOf(row);
        _entry.Deletion = row.Deletion;
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
        {
            if (_plan.Regulars[deletion.Column] is >= 0 and int column)
                _entry.AddComplexDeletion(deletion with { Column = column });
        }

        foreach (ref readonly Cell cell in row.Cells)
            AddCell(row, cell);
        Submit();
    }

    private void Update(Row existing, Row merged)
    {
        if (!Matches(existing))
        {
            Create(merged);
            return;
        }

        if (!Matches(merged))
        {
            Delete(existing, merged);
            return;
        }

        Begin(merged);
        _entry.Liveness = LivenessOf(merged);
        _entry.Deletion = merged.Deletion;
        AddDifferences(existing, merged);
        Submit();
    }

    private void Delete(Row existing, Row merged)
    {
        Begin(existing);
        long timestamp = DeletionTimestamp(existing, merged);

        // No tombstone: a row that is written again with the same timestamp must be able to live beside the row's own deletion.
        if (timestamp > merged.Deletion.MarkedAtMicros)
            _entry.Liveness = new Liveness(timestamp, Liveness.ExpiredTtl, _nowSeconds);
        _entry.Deletion = merged.Deletion;
        AddDifferences(existing, merged);
        Submit();
    }

    private void AddDifferences(Row existing, Row merged)
    {
        foreach (ComplexDeletion deletion in merged.ComplexDeletions)
        {
            if (_plan.Regulars[deletion.Column] is >= 0 and int column && !IsKnown(existing, deletion))
                _entry.AddComplexDeletion(deletion with { Column = column });
        }

        // What has stayed stands in the same order in both.
        int next = 0;
        ReadOnlySpan<Cell> before = existing.Cells;
        foreach (ref readonly Cell cell in merged.Cells)
        {
            while (next < before.Length && IsBefore(existing, before[next], merged, cell))
                next++;
            if (next < before.Length && AreEqual(existing, before[next], merged, cell))
                next++;
            else
                AddCell(merged, cell);
        }
    }

    private bool IsBefore(Row left, in Cell a, Row right, in Cell b)
    {
        if (a.Column != b.Column)
            return a.Column < b.Column;
        CqlType? paths = _plan.BaseTable.Regulars[a.Column].Type.PathType;
        return paths is not null && paths.Compare(left.Path(a), right.Path(b)) < 0;
    }

    private static bool IsKnown(Row existing, in ComplexDeletion deletion)
    {
        foreach (ref readonly ComplexDeletion known in existing.ComplexDeletions)
        {
            if (known.Column == deletion.Column)
                return !deletion.Deletion.Supersedes(known.Deletion);
        }

        return false;
    }

    private void AddCell(Row row, in Cell cell)
    {
        if (_plan.Regulars[cell.Column] is not (>= 0 and int column))
            return;
        _entry.CopyCell(row, cell);
        _entry.MutableCells[^1].Column = column;
    }

    private void Begin(Row row)
    {
        _base.ShowRow(row);
        _entry.ResetToArena(isStatic: false);
        foreach (ColumnSource source in _plan.Clustering)
        {
            ReadOnlySpan<byte> value = _base.Value(source, out bool isNull);
            _entry.AddClustering(isNull ? Slice.Null : _entry.Store(value));
        }

        var key = new byte[]?[_plan.PartitionKey.Count];
        for (int i = 0; i < key.Length; i++)
            key[i] = _base.Value(_plan.PartitionKey[i], out _).ToArray();
        _key = PartitionKeys.Serialize(key);
    }

    private void Submit()
    {
        if (_entry.IsEmpty)
            return;
        string id = Convert.ToHexString(_key);
        if (!_updates.TryGetValue(id, out PartitionUpdateBuilder? update))
        {
            _updates.Add(id, update = new PartitionUpdateBuilder(_plan.Table));
            update.Begin(_key);
        }

        update.Add(_entry);
    }

    private Liveness LivenessOf(Row row)
    {
        if (_plan.KeyColumn is { } column)
        {
            ref readonly Cell cell = ref row.Cells[IndexOf(row, column.Index)];
            return new Liveness(cell.TimestampMicros, cell.TtlSeconds, cell.LocalDeletionSeconds);
        }

        return _plan.IncludesAllColumns ? row.Liveness : LivenessWithUnselected(row);
    }

    // A column that the view lacks keeps the table's row alive, and so must keep the view's.
    private Liveness LivenessWithUnselected(Row row)
    {
        Liveness own = row.Liveness;
        long timestamp = own.TimestampMicros;
        bool lasts = own.IsLive(_nowSeconds) && !own.IsExpiring;
        int longest = -1;
        for (int i = 0; i < row.Cells.Length; i++)
        {
            ref readonly Cell cell = ref row.Cells[i];
            if (_plan.Selects(cell.Column) || !cell.IsLive(_nowSeconds))
                continue;
            timestamp = Math.Max(timestamp, cell.TimestampMicros);
            if (!cell.IsExpiring)
                lasts = true;
            else if (longest < 0 || cell.LocalDeletionSeconds > row.Cells[longest].LocalDeletionSeconds)
                longest = i;
        }

        if (lasts)
            return Liveness.None with { TimestampMicros = timestamp };
        if (longest < 0)
            return own;
        ref readonly Cell last = ref row.Cells[longest];
        return last.LocalDeletionSeconds > own.ExpiresAtSeconds || !own.IsLive(_nowSeconds)
            ? new Liveness(timestamp, last.TtlSeconds, last.LocalDeletionSeconds)
            : own;
    }

    private long DeletionTimestamp(Row existing, Row merged)
    {
        if (_plan.KeyColumn is { } column)
        {
            long before = existing.Cells[IndexOf(existing, column.Index)].TimestampMicros;
            return merged.Deletion.Deletes(before) ? merged.Deletion.MarkedAtMicros : before;
        }

        long timestamp = Math.Max(merged.Deletion.MarkedAtMicros, existing.Liveness.TimestampMicros);
        if (_plan.IncludesAllColumns)
            return timestamp;
        foreach (ref readonly Cell cell in existing.Cells)
        {
            if (!_plan.Selects(cell.Column))
                timestamp = Math.Max(timestamp, cell.TimestampMicros);
        }

        return timestamp;
    }
}
