using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// Brings a list that is not frozen to its elements, each with its own time and TTL. What is appended or set as a whole makes new elements each time, so that what is
/// there is looked at first. A list whose elements differ in time is written whole with the oldest one's, and then each newer element again, by its number, which goes to
/// the same place: the order is that of one statement, whatever the nodes' clocks say. After a write of which nobody knows what became the list is written whole, at times
/// behind all of that, so that it holds even if that comes late.
/// </summary>
/// <remarks>
/// <code>
/// SELECT l, WRITETIME(l), TTL(l) FROM k.t WHERE p = ?                      times from 5.0 on
/// DELETE l[?], l[?] FROM k.t USING TIMESTAMP newest WHERE p = ?            others that are there, and not newer
/// UPDATE k.t USING TIMESTAMP oldest AND TTL ? SET l = ? WHERE p = ?
/// UPDATE k.t USING TIMESTAMP its AND TTL its SET l[?] = ?, l[?] = ? WHERE p = ?
/// </code>
/// Source: org/apache/cassandra/cql3/terms/Lists.java (Setter, SetterByIndex, DiscarderByIndex).
/// </remarks>
internal sealed class ListWrite
{
    private readonly string _table;
    private readonly string _where;
    private readonly string _column;
    private readonly byte[][] _place;
    private readonly Element[] _wanted;

    private ListWrite(string table, string where, string column, byte[][] place, Element[] wanted)
    {
        _table = table;
        _where = where;
        _column = column;
        _place = place;
        _wanted = wanted;
    }

    /// <summary>An element: its time in microseconds since 1970, and its TTL in seconds, 0 for none.</summary>
    private readonly record struct Element(byte[] Value, long TimestampMicros, int Ttl);

    /// <summary>The lists of a row of which anything is live, each whole.</summary>
    /// <param name="statements">Makes statements of the table.</param>
    /// <param name="columns">The row's columns.</param>
    /// <param name="row">The row, which is copied.</param>
    /// <param name="place">The values that name it.</param>
    /// <param name="nowSeconds">What is left of TTLs counts from here.</param>
    public static IEnumerable<ListWrite> Of(RowStatements statements, IReadOnlyList<ColumnMetadata> columns, Row row, byte[][] place, long nowSeconds) =>
        from cell in row.Cells.ToArray()
        where RowStatements.IsList(columns[cell.Column]) && cell.IsLive(nowSeconds)
        let element = new Element(row.Value(cell).ToArray(), cell.TimestampMicros, RowStatements.Remaining(cell.IsExpiring, cell.LocalDeletionSeconds, nowSeconds) ?? 1)
        group element by cell.Column into list
        select new ListWrite(statements.TableName, statements.Where(row.IsStatic), CqlIdentifier.Quote(columns[list.Key].Name), place, [.. list]);

    /// <summary>Writes it.</summary>
    public Task WriteAsync(PatientExecution execution, long nowSeconds, CancellationToken cancellation)
    {
        bool isBegun = false;
        int unknownWrites = 0;
        return execution.PatientlyAsync(
            async () =>
            {
                Element[] there = await ReadAsync(execution, nowSeconds, cancellation).ConfigureAwait(false);
                bool hasValues = there.Length == _wanted.Length && there.Index().All(e => e.Item.Value.AsSpan().SequenceEqual(_wanted[e.Index].Value));
                if (!hasValues && unknownWrites > 0)
                {
                    await TryAsync(() => execution.ExecuteOnceAsync(Whole(Newest + unknownWrites, _wanted.Any(e => e.Ttl == 0) ? 0 : _wanted.Max(e => e.Ttl)), nowSeconds, cancellation)).ConfigureAwait(false);
                    return;
                }

                // Without times that it was written by us is all that can be known.
                if (hasValues && !execution.HasElementTimes && !isBegun)
                    return;
                if (!hasValues)
                    await TryAsync(() => ReplaceAsync(execution, there, nowSeconds, cancellation)).ConfigureAwait(false);
                isBegun = true;
                await RetimeAsync(execution, hasValues ? there : [], nowSeconds, cancellation).ConfigureAwait(false);
            },
            Whole(Oldest, OldestTtl),
            cancellation);

        async Task TryAsync(Func<Task> write)
        {
            try
            {
                await write().ConfigureAwait(false);
            }
            catch (OutcomeUnknownException)
            {
                unknownWrites++;
                throw;
            }
        }
    }

    private long Oldest => _wanted.Min(e => e.TimestampMicros);

    private long Newest => _wanted.Max(e => e.TimestampMicros);

    /// <summary>The TTL of those that are oldest: of two cells of one time the one that ends holds, and of two that end the one that ends later.</summary>
    private int OldestTtl => _wanted.Where(e => e.TimestampMicros == Oldest).Min(e => e.Ttl);

    /// <summary>Writes all elements with the oldest one's time, behind what else is there and was not written later.</summary>
    private async Task ReplaceAsync(PatientExecution execution, Element[] there, long nowSeconds, CancellationToken cancellation)
    {
        StatementBuilder delete = new StatementBuilder().Begin("DELETE ", ", ");
        foreach ((int i, Element element) in there.Index())
        {
            if (element.TimestampMicros <= Newest)
                delete.Item($"{_column}[?]").Bind(RowStatements.Int32(i));
        }

        if (!delete.IsFirst)
        {
            delete.Add($" FROM {_table} USING TIMESTAMP ?{_where}").Bind(RowStatements.Int64(Newest)).BindAll(_place);
            await execution.ExecuteOnceAsync(delete.Build(), nowSeconds, cancellation).ConfigureAwait(false);
        }

        await execution.ExecuteOnceAsync(Whole(Oldest, OldestTtl), nowSeconds, cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives elements their own times and TTLs; where others are among them, which were written later, they stay as they are.</summary>
    private async Task RetimeAsync(PatientExecution execution, Element[] there, long nowSeconds, CancellationToken cancellation)
    {
        if (there.Length == 0)
        {
            if (Array.TrueForAll(_wanted, e => e.TimestampMicros == Oldest && e.Ttl == OldestTtl))
                return;
            there = await ReadAsync(execution, nowSeconds, cancellation).ConfigureAwait(false);
            if (there.Length != _wanted.Length)
                return;
        }

        var late = _wanted.Index().Where(e => IsLate(e.Item, there[e.Index], execution));
        foreach (var group in late.GroupBy(e => (e.Item.TimestampMicros, e.Item.Ttl)))
        {
            StatementBuilder update = new StatementBuilder()
                .Add($"UPDATE {_table} USING TIMESTAMP ? AND TTL ?").Bind(RowStatements.Int64(group.Key.TimestampMicros)).Bind(RowStatements.Int32(group.Key.Ttl)).Begin(" SET ", ", ");
            foreach ((int i, Element element) in group)
                update.Item($"{_column}[?] = ?").Bind(RowStatements.Int32(i)).Bind(element.Value);
            await execution.ExecuteAsync(update.Add(_where).BindAll(_place).Build(), nowSeconds, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an element that is there is to be written again, and would hold then.</summary>
    private bool IsLate(Element wanted, Element there, PatientExecution execution)
    {
        if (!execution.HasElementTimes)
            return wanted.TimestampMicros > Oldest || wanted.Ttl != OldestTtl;
        return wanted.TimestampMicros > there.TimestampMicros
            || (wanted.TimestampMicros == there.TimestampMicros && execution.TellsNow && wanted.Ttl > there.Ttl);
    }

    private RowStatement Whole(long timestampMicros, int ttl)
    {
        BufferWriter value = new();
        value.WriteInt32(_wanted.Length);
        foreach (Element element in _wanted)
            value.WriteIntBytes(element.Value);
        return new StatementBuilder()
            .Add($"UPDATE {_table} USING TIMESTAMP ? AND TTL ? SET {_column} = ?{_where}")
            .Bind(RowStatements.Int64(timestampMicros)).Bind(RowStatements.Int32(ttl)).Bind(value.ToArray()).BindAll(_place).Build();
    }

    private async Task<Element[]> ReadAsync(PatientExecution execution, long nowSeconds, CancellationToken cancellation)
    {
        string times = execution.HasElementTimes ? $", WRITETIME({_column}), TTL({_column})" : "";
        RowStatement read = new StatementBuilder().Add($"SELECT {_column}{times} FROM {_table}{_where}").BindAll(_place).Build();
        byte[]?[] found = await execution.ReadAsync(read, nowSeconds, cancellation).ConfigureAwait(false);
        if (found.Length == 0 || found[0] is not { } list)
            return [];
        byte[]?[] values = [.. Items(list)];
        byte[]?[] timestamps = [.. Items(found.ElementAtOrDefault(1))];
        byte[]?[] ttls = [.. Items(found.ElementAtOrDefault(2))];
        return
        [
            .. values.Select((value, i) => new Element(
                value ?? [],
                timestamps.ElementAtOrDefault(i) is { Length: sizeof(long) } time ? BinaryPrimitives.ReadInt64BigEndian(time) : long.MinValue,
                ttls.ElementAtOrDefault(i) is { Length: sizeof(int) } ttl ? BinaryPrimitives.ReadInt32BigEndian(ttl) : 0)),
        ];
    }

    /// <summary>The elements of a serialized list.</summary>
    private static IEnumerable<byte[]?> Items(byte[]? list)
    {
        for (int position = sizeof(int); list is not null && position + sizeof(int) <= list.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(list.AsSpan(position));
            position += sizeof(int);
            if (length > list.Length - position)
                throw new ServerErrorException("a list came whose elements run past its end.", (int)Cassandra.Frames.ErrorCode.ProtocolError);
            yield return length < 0 ? null : list.AsSpan(position, length).ToArray();
            position += Math.Max(length, 0);
        }
    }
}
