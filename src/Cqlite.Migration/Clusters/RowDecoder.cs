using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// Makes rows of a page's bytes. Values stay where they are: a row's slices point into the page. Only tables with multi-cell lists or user types, whose paths are
/// not in the page, and counters have their rows copied, and static rows, which are valid beyond the page.
/// </summary>
internal sealed class RowDecoder
{
    private readonly ClusterSelect _select;
    private readonly bool _hasMadeValues;
    private readonly int _clusteringFrom;
    private readonly int _clusteringCount;
    private readonly int _regularCount;
    private readonly long _readAtMicros;
    private readonly Guid _counterShard;

    /// <summary>Values of the primary key of the row at hand.</summary>
    private readonly (int Offset, int Length)[] _key;
    private bool _copies;
    private byte[] _page = [];
    private NodeAddress? _node;
    private int _end;

    /// <summary>Where what was not taken of the row at hand begins, and of how many values that is.</summary>
    private int _position;
    private int _left;

    /// <summary>Prepares.</summary>
    /// <param name="select">What was asked for.</param>
    /// <param name="readAtMicros">The time of what has one that CQL does not tell.</param>
    /// <param name="counterShard">The shard of counters.</param>
    public RowDecoder(ClusterSelect select, long readAtMicros, Guid counterShard)
    {
        _select = select;
        _readAtMicros = readAtMicros;
        _counterShard = counterShard;
        _hasMadeValues = select.Has(CellShape.List) || select.Has(CellShape.Fields) || select.Has(CellShape.Counter);
        _clusteringFrom = select.Table.PartitionKey.Count;
        _clusteringCount = select.Table.Clustering.Count(c => !select.Table.IsHidden(c));
        _key = new (int, int)[_clusteringFrom + _clusteringCount];
        _regularCount = select.Regulars.Sum(c => c.ValueCount);
    }

    /// <summary>The moment from which TTLs count, in seconds since 1970.</summary>
    public long NowSeconds { get; set; }

    /// <summary>Takes a page, whose array rows will point into. It stands before the first row.</summary>
    public void Begin(ArraySegment<byte> page, NodeAddress node)
    {
        _page = page.Array!;
        _position = page.Offset;
        _end = page.Offset + page.Count;
        _left = 0;
        _node = node;
    }

    /// <summary>Goes on to the next row, of which there must be one, and finds its key.</summary>
    public void MoveNext()
    {
        PassTo(0);
        foreach (ref (int Offset, int Length) value in _key.AsSpan())
            value = Next(ref _position);
        _left = _select.ColumnCount - _key.Length;
    }

    /// <summary>A value of the partition key.</summary>
    public ReadOnlySpan<byte> KeyPart(int index)
    {
        (int offset, int length) = _key[index];
        if (length < 0)
            Throw("a row has no partition key");
        return _page.AsSpan(offset, length);
    }

    /// <summary>Whether the row has a clustering: one without stands for a partition that has static values only.</summary>
    public bool HasRow => _clusteringCount == 0 ? !IsOnlyStatic() : _key[_clusteringFrom].Length >= 0;

    /// <summary>Fills the static row, before the row; false when it has no value.</summary>
    public bool FillStatic(Row row)
    {
        Begin(row, isStatic: true);
        AddCells(row, _select.Statics);
        _left = _regularCount;
        return !row.IsEmpty;
    }

    /// <summary>Fills a row, once.</summary>
    public void Fill(Row row)
    {
        Begin(row, isStatic: false);
        for (int i = 0; i < _clusteringCount; i++)
            row.AddClustering(Take(row, _key[_clusteringFrom + i]));
        PassTo(_regularCount);
        AddCells(row, _select.Regulars);
        _left = 0;
        if (row.Cells.IsEmpty)
            AddExistence(row);
    }

    /// <summary>Passes over values of the row at hand until so many are left.</summary>
    private void PassTo(int left)
    {
        for (; _left > left; _left--)
            _ = Next(ref _position);
    }

    // A table without clustering and of static columns only, which COMPACT STORAGE has, has no rows beside its static one.
    private bool IsOnlyStatic() => _select.Table.IsStaticCompact;

    private void Begin(Row row, bool isStatic)
    {
        _copies = isStatic || _hasMadeValues;
        if (_copies)
        {
            row.ResetToArena(isStatic);
            return;
        }

        row.Reset(isStatic);
        row.Buffer = _page;
    }

    /// <summary>What CQL shows without any value is there by its primary key, or by a value of no bytes in a table of Thrift times.</summary>
    private void AddExistence(Row row)
    {
        if (_select.Table.HasEmptyCompactValue)
        {
            ref Cell cell = ref row.AddCell();
            cell = new Cell { Column = 0, TimestampMicros = _readAtMicros, LocalDeletionSeconds = Cell.NoDeletionTime, Value = new Slice(0, 0), Path = Slice.Null };
            return;
        }

        row.Liveness = new Liveness(_readAtMicros, 0, long.MaxValue);
    }

    private void AddCells(Row row, SelectedColumn[] columns)
    {
        int position = _position;
        foreach (ref readonly SelectedColumn column in columns.AsSpan())
        {
            (int Offset, int Length) value = Next(ref position);
            if (column.Shape == CellShape.Single)
            {
                AddSingle(row, column, value, ref position);
                continue;
            }

            (int Offset, int Length) times = column.WriteTime < 0 ? (0, -1) : Next(ref position);
            (int Offset, int Length) ttls = column.Ttl < 0 ? (0, -1) : Next(ref position);
            if (value.Length < 0)
                continue;
            if (column.Shape == CellShape.Counter)
                AddCounter(row, column, value);
            else
                AddElements(row, column, value, times, ttls);
        }

        _position = position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddSingle(Row row, in SelectedColumn column, (int Offset, int Length) value, ref int position)
    {
        long timestampMicros = column.WriteTime < 0 ? _readAtMicros : NextInt64(ref position, _end, _readAtMicros);
        int ttl = column.Ttl < 0 ? Cell.NoTtl : NextInt32(ref position, _end, Cell.NoTtl);
        if (value.Length < 0)
            return;
        Slice slice = Take(row, value);
        ref Cell cell = ref row.AddCell();
        cell.Column = column.Index;
        cell.Value = slice;
        cell.Path = Slice.Null;
        cell.TimestampMicros = timestampMicros;
        SetTtl(ref cell, ttl);
    }

    private void AddCounter(Row row, in SelectedColumn column, (int Offset, int Length) value)
    {
        if (value.Length != sizeof(long))
            Throw("a counter is not of 8 bytes");
        Slice slice = row.StoreCounter(_counterShard, _readAtMicros, BinaryPrimitives.ReadInt64BigEndian(_page.AsSpan(value.Offset)));
        ref Cell cell = ref row.AddCell();
        cell = new Cell { Column = column.Index, TimestampMicros = _readAtMicros, LocalDeletionSeconds = Cell.NoDeletionTime, Value = slice, Path = Slice.Null };
    }

    private void AddElements(Row row, in SelectedColumn column, (int Offset, int Length) value, (int Offset, int Length) times, (int Offset, int Length) ttls)
    {
        (int at, int end) = Elements(value, hasCount: column.Shape != CellShape.Fields);
        (int timeAt, int timesEnd) = Elements(times, hasCount: true);
        (int ttlAt, int ttlsEnd) = Elements(ttls, hasCount: true);
        for (int i = 0; at < end; i++)
        {
            (int Offset, int Length) first = Next(ref at, end);
            long timestampMicros = timeAt < timesEnd ? NextInt64(ref timeAt, timesEnd, _readAtMicros) : _readAtMicros;
            int ttl = ttlAt < ttlsEnd ? NextInt32(ref ttlAt, ttlsEnd, Cell.NoTtl) : Cell.NoTtl;
            if (first.Length < 0)
                continue;
            Slice path;
            Slice content;
            switch (column.Shape)
            {
                case CellShape.Map:
                    path = Take(row, first);
                    content = Take(row, Next(ref at, end));
                    break;
                case CellShape.Set:
                    path = Take(row, first);
                    content = new Slice(path.Offset, 0);
                    break;
                case CellShape.List:
                    path = StoreElementPath(row, i);
                    content = Take(row, first);
                    break;
                default:
                    path = StoreFieldPath(row, i);
                    content = Take(row, first);
                    break;
            }

            ref Cell cell = ref row.AddCell();
            cell.Column = column.Index;
            cell.Value = content;
            cell.Path = path;
            cell.TimestampMicros = timestampMicros;
            SetTtl(ref cell, ttl);
        }
    }

    private static Slice StoreElementPath(Row row, int index)
    {
        Span<byte> path = stackalloc byte[MadePaths.ElementLength];
        MadePaths.WriteElement(path, index);
        return row.Store(path);
    }

    private static Slice StoreFieldPath(Row row, int index)
    {
        Span<byte> path = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(path, (short)index);
        return row.Store(path);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetTtl(ref Cell cell, int ttl)
    {
        cell.TtlSeconds = ttl;
        cell.LocalDeletionSeconds = ttl == Cell.NoTtl ? Cell.NoDeletionTime : NowSeconds + ttl;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Slice Take(Row row, (int Offset, int Length) value) =>
        value.Length < 0 ? Slice.Null : _copies ? row.Store(_page.AsSpan(value.Offset, value.Length)) : new Slice(value.Offset, value.Length);

    /// <summary>Where the elements of a serialized collection or user type begin and end within the page.</summary>
    private (int Position, int End) Elements((int Offset, int Length) value, bool hasCount)
    {
        int end = value.Offset + Math.Max(value.Length, 0);
        if (!hasCount || value.Length < 0)
            return (value.Offset, end);
        if (value.Length < sizeof(int))
            Throw("a collection has no count");
        return (value.Offset + sizeof(int), end);
    }

    /// <summary>The value at a position of the row, which moves behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Offset, int Length) Next(ref int position) => Next(ref position, _end);

    /// <summary>The value at a position of what ends within the page, which moves behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Offset, int Length) Next(ref int position, int end)
    {
        int offset = position + sizeof(int);
        if (offset > end)
            ThrowEnd(end);
        int length = BinaryPrimitives.ReadInt32BigEndian(_page.AsSpan(position, sizeof(int)));
        if (length > end - offset)
            ThrowEnd(end);
        position = offset + Math.Max(length, 0);
        return (offset, length);
    }

    /// <summary>The number at a position, which moves behind it; another one where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long NextInt64(ref int position, int end, long otherwise)
    {
        (int offset, int length) = Next(ref position, end);
        return length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(_page.AsSpan(offset, sizeof(long))) : otherwise;
    }

    /// <inheritdoc cref="NextInt64"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int NextInt32(ref int position, int end, int otherwise)
    {
        (int offset, int length) = Next(ref position, end);
        return length == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(_page.AsSpan(offset, sizeof(int))) : otherwise;
    }

    [DoesNotReturn]
    private void ThrowEnd(int end) => Throw(end == _end ? "a row runs past its page's end" : "an element runs past its collection's end");

    [DoesNotReturn]
    private void Throw(string problem) => throw new ServerErrorException($"{_node} sent rows of {_select.Table} that do not decode: {problem}.", (int)ErrorCode.ProtocolError);
}
