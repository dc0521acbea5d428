using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Execution;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// The statements that bring rows to a cluster as they are: cells of one time and TTL together, deletions with their own times. To execute them again changes nothing.
/// Lists and counters, of which that can't be said of any one statement, are left to <see cref="ClusterTableTarget"/>. For any number of threads.
/// </summary>
internal sealed class RowStatements
{
    private readonly TableMetadata _table;
    private readonly string _name;
    private readonly string _keyWhere;
    private readonly string _rowWhere;

    /// <summary>Prepares for a table.</summary>
    public RowStatements(TableMetadata table)
    {
        _table = table;
        _name = $"{CqlIdentifier.Quote(table.Keyspace)}.{CqlIdentifier.Quote(table.Name)}";
        _keyWhere = " WHERE " + string.Join(" AND ", table.PartitionKey.Select(c => $"{CqlIdentifier.Quote(c.Name)} = ?"));
        _rowWhere = _keyWhere + string.Concat(table.Clustering.Select(c => $" AND {CqlIdentifier.Quote(c.Name)} = ?"));
    }

    /// <summary>The table's name as statements have it.</summary>
    public string TableName => _name;

    /// <summary>The condition that names a row, or with a static one a partition.</summary>
    public string Where(bool isStatic) => isStatic ? _keyWhere : _rowWhere;

    /// <summary>The deletion of a partition.</summary>
    public RowStatement Delete(byte[][] key, DeletionTime deletion) =>
        Key(new StatementBuilder().Add($"DELETE FROM {_name} USING TIMESTAMP ?{_keyWhere}").Bind(Int64(deletion.MarkedAtMicros)), key).Build();

    /// <summary>
    /// Appends the deletion of a range of rows. A statement restricts one column by a range, behind columns that are equal to something: where bounds differ in more, the range
    /// is put together of what follows the start within its prefix, what lies between, and what comes before the end within its prefix.
    /// </summary>
    /// <param name="key">The parts of the partition key.</param>
    /// <param name="start">The values of the start, and whether what has them is deleted.</param>
    /// <param name="end">The values of the end, and whether what has them is deleted.</param>
    /// <param name="deletion">The deletion.</param>
    /// <param name="output">Receives the statements.</param>
    public void Append(byte[][] key, (byte[][] Values, bool IsInclusive) start, (byte[][] Values, bool IsInclusive) end, DeletionTime deletion, List<RowStatement> output)
    {
        int same = 0;
        while (same < Math.Min(start.Values.Length, end.Values.Length) && start.Values[same].AsSpan().SequenceEqual(end.Values[same]))
            same++;
        for (int depth = start.Values.Length - 1; depth > same; depth--)
            output.Add(Part(depth, (start.Values, start.IsInclusive && depth == start.Values.Length - 1), null));
        output.Add(Part(
            same,
            start.Values.Length > same ? (start.Values, start.IsInclusive && start.Values.Length == same + 1) : null,
            end.Values.Length > same ? (end.Values, end.IsInclusive && end.Values.Length == same + 1) : null));
        for (int depth = same + 1; depth < end.Values.Length; depth++)
            output.Add(Part(depth, null, (end.Values, end.IsInclusive && depth == end.Values.Length - 1)));

        RowStatement Part(int depth, (byte[][] Values, bool IsInclusive)? from, (byte[][] Values, bool IsInclusive)? to)
        {
            StatementBuilder statement = Key(new StatementBuilder().Add($"DELETE FROM {_name} USING TIMESTAMP ?{_keyWhere}").Bind(Int64(deletion.MarkedAtMicros)), key);
            byte[][] prefix = (from ?? to)?.Values ?? start.Values;
            for (int i = 0; i < depth; i++)
                statement.Add($" AND {Name(_table.Clustering[i])} = ?").Bind(prefix[i]);
            if (from is { } lower)
                Bound(statement, _table.Clustering[depth], isStart: true, lower.Values[depth], lower.IsInclusive);
            if (to is { } upper)
                Bound(statement, _table.Clustering[depth], isStart: false, upper.Values[depth], upper.IsInclusive);
            return statement.Build();
        }

        static void Bound(StatementBuilder statement, ColumnMetadata column, bool isStart, byte[] value, bool isInclusive)
        {
            // Rows of a DESC column come from the largest value on.
            char sign = isStart != column.IsDescending ? '>' : '<';
            statement.Add($" AND {Name(column)} {sign}{(isInclusive ? "=" : "")} ?").Bind(value);
        }
    }

    /// <summary>Appends the statements of a row, but for its lists.</summary>
    /// <param name="key">The parts of the partition key.</param>
    /// <param name="row">The row, or the static row.</param>
    /// <param name="nowSeconds">What is left of TTLs counts from here; what has ended by then is a tombstone.</param>
    /// <param name="output">Receives the statements.</param>
    public void Append(byte[][] key, Row row, long nowSeconds, List<RowStatement> output)
    {
        byte[][] clustering = [.. row.ClusteringSlices.ToArray().Select(s => row.Bytes(s).ToArray())];
        if (!row.Deletion.IsLive)
            output.Add(Place(new StatementBuilder().Add($"DELETE FROM {_name} USING TIMESTAMP ?{_rowWhere}").Bind(Int64(row.Deletion.MarkedAtMicros))).Build());
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? _table.Statics : _table.Regulars;
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
        {
            output.Add(Place(new StatementBuilder()
                .Add($"DELETE {Name(columns[deletion.Column])} FROM {_name} USING TIMESTAMP ?{Where(row.IsStatic)}").Bind(Int64(deletion.Deletion.MarkedAtMicros))).Build());
        }

        if (!row.Liveness.IsEmpty && Remaining(row.Liveness.IsExpiring, row.Liveness.ExpiresAtSeconds, nowSeconds) is { } left)
            output.Add(Insert(key, clustering, row.Liveness.TimestampMicros, left));

        // Few times a row: each is looked for in turn.
        List<(long Timestamp, int Ttl)> done = [];
        ReadOnlySpan<Cell> cells = row.Cells;
        for (int i = 0; i < cells.Length; i++)
        {
            if (IsList(columns[cells[i].Column]))
                continue;
            (long Timestamp, int Ttl) group = GroupOf(cells[i], nowSeconds);
            if (done.Contains(group))
                continue;
            done.Add(group);
            output.Add(group.Ttl < 0 ? DeleteCells(group) : WriteCells(group));
        }

        RowStatement WriteCells((long Timestamp, int Ttl) group)
        {
            StatementBuilder statement = new StatementBuilder().Add($"UPDATE {_name} USING TIMESTAMP ? AND TTL ?").Bind(Int64(group.Timestamp)).Bind(Int32(group.Ttl)).Begin(" SET ", ", ");
            ReadOnlySpan<Cell> all = row.Cells;
            for (int i = 0; i < all.Length;)
            {
                ColumnMetadata column = columns[all[i].Column];
                int end = i + 1;
                while (end < all.Length && all[end].Column == all[i].Column)
                    end++;
                if (!IsList(column))
                    Set(statement, column, row, all[i..end], group, nowSeconds);
                i = end;
            }

            return Place(statement.Add(Where(row.IsStatic))).Build();
        }

        RowStatement DeleteCells((long Timestamp, int Ttl) group)
        {
            StatementBuilder statement = new StatementBuilder().Begin("DELETE ", ", ");
            List<byte[]> paths = [];
            foreach (ref readonly Cell cell in row.Cells)
            {
                ColumnMetadata column = columns[cell.Column];
                if (IsList(column) || GroupOf(cell, nowSeconds) != group)
                    continue;
                statement.Item(Name(column));
                if (column.Type.Unreversed is UserType type && column.IsComplex)
                {
                    statement.Add("." + CqlIdentifier.Quote(type.FieldNames[MultiCellValues.FieldOf(row, cell)]));
                }
                else if (column.IsComplex)
                {
                    statement.Add("[?]");
                    statement.Bind(row.Path(cell).ToArray());
                }
            }

            return Place(statement.Add($" FROM {_name} USING TIMESTAMP ?{Where(row.IsStatic)}").Bind(Int64(group.Timestamp))).Build();
        }

        StatementBuilder Place(StatementBuilder statement)
        {
            Key(statement, key);
            foreach (byte[] value in row.IsStatic ? [] : clustering)
                statement.Bind(value);
            return statement;
        }
    }

    /// <summary>Whether a column's elements have places that no statement can name.</summary>
    public static bool IsList(ColumnMetadata column) => column.IsComplex && column.Type.Unreversed is ListType;

    /// <summary>A big-endian number.</summary>
    public static byte[] Int64(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A big-endian number.</summary>
    public static byte[] Int32(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>What is left of a TTL, 0 where there is none; null where it has ended.</summary>
    public static int? Remaining(bool isExpiring, long expiresAtSeconds, long nowSeconds) =>
        !isExpiring ? 0 : expiresAtSeconds > nowSeconds ? (int)Math.Min(expiresAtSeconds - nowSeconds, int.MaxValue) : null;

    private RowStatement Insert(byte[][] key, byte[][] clustering, long timestampMicros, int ttl)
    {
        StatementBuilder statement = new StatementBuilder().Begin($"INSERT INTO {_name} (", ", ");
        foreach (ColumnMetadata column in _table.PartitionKey.Concat(_table.Clustering))
            statement.Item(Name(column));
        statement.Begin(") VALUES (", ", ");
        foreach (byte[] value in key.Concat(clustering))
            statement.Item("?").Bind(value);
        return statement.Add(") USING TIMESTAMP ? AND TTL ?").Bind(Int64(timestampMicros)).Bind(Int32(ttl)).Build();
    }

    /// <summary>Sets what of a column belongs to a group.</summary>
    private void Set(StatementBuilder statement, ColumnMetadata column, Row row, ReadOnlySpan<Cell> cells, (long Timestamp, int Ttl) group, long nowSeconds)
    {
        string name = Name(column);
        if (!column.IsComplex)
        {
            if (GroupOf(cells[0], nowSeconds) == group)
                statement.Item($"{name} = ?").Bind(row.Value(cells[0]).ToArray());
            return;
        }

        if (column.Type.Unreversed is UserType type)
        {
            foreach (ref readonly Cell cell in cells)
            {
                if (GroupOf(cell, nowSeconds) == group)
                    statement.Item($"{name}.{CqlIdentifier.Quote(type.FieldNames[MultiCellValues.FieldOf(row, cell)])} = ?").Bind(row.Value(cell).ToArray());
            }

            return;
        }

        bool isMap = column.Type.Unreversed is MapType;
        int count = 0;
        BufferWriter value = new();
        value.WriteInt32(0);
        foreach (ref readonly Cell cell in cells)
        {
            if (GroupOf(cell, nowSeconds) != group)
                continue;
            count++;
            value.WriteIntBytes(row.Path(cell));
            if (isMap)
                value.WriteIntBytes(row.Value(cell));
        }

        if (count == 0)
            return;
        BinaryPrimitives.WriteInt32BigEndian(value.Patch(0, sizeof(int)), count);
        statement.Item($"{name} = {name} + ?").Bind(value.ToArray());
    }

    /// <summary>Time and what is left of the TTL; -1 for what deletes.</summary>
    private static (long Timestamp, int Ttl) GroupOf(in Cell cell, long nowSeconds) =>
        (cell.TimestampMicros, cell.IsTombstone ? -1 : Remaining(cell.IsExpiring, cell.LocalDeletionSeconds, nowSeconds) ?? -1);

    private static StatementBuilder Key(StatementBuilder statement, byte[][] key)
    {
        foreach (byte[] part in key)
            statement.Bind(part);
        return statement;
    }

    private static string Name(ColumnMetadata column) => CqlIdentifier.Quote(column.Name);
}
