using System.Buffers.Binary;
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
    private readonly long _readAtMicros;
    private readonly Guid _counterShard;
    private readonly (int Offset, int Length)[] _values;
    private bool _copies;
    private byte[] _page = [];
    private NodeAddress? _node;

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
        _values = new (int, int)[select.ColumnCount];
    }

    /// <summary>The moment from which TTLs count, in seconds since 1970.</summary>
    public long NowSeconds { get; set; }

    /// <summary>Takes a page, whose array rows will point into.</summary>
    public void Begin(byte[] page, NodeAddress node)
    {
        _page = page;
        _node = node;
    }

    /// <summary>Finds the values of the row at a position; the position behind it.</summary>
    public int Locate(int position, int end)
    {
        ReadOnlySpan<byte> page = _page.AsSpan(0, end);
        foreach (ref (int Offset, int Length) value in _values.AsSpan())
        {
            if (!BinaryPrimitives.TryReadInt32BigEndian(page[position..], out int length) || length > end - position - sizeof(int))
                Throw("a row runs past its page's end");
            position += sizeof(int);
            value = (position, length);
            position += Math.Max(length, 0);
        }

        return position;
    }

    /// <summary>A value of the partition key.</summary>
    public ReadOnlySpan<byte> KeyPart(int index)
    {
        (int offset, int length) = _values[index];
        if (length < 0)
            Throw("a row has no partition key");
        return _page.AsSpan(offset, length);
    }

    /// <summary>Whether the row has a clustering: one without stands for a partition that has static values only.</summary>
    public bool HasRow => _clusteringCount == 0 ? !IsOnlyStatic() : _values[_clusteringFrom].Length >= 0;

    /// <summary>Fills the static row; false when it has no value.</summary>
    public bool FillStatic(Row row)
    {
        Begin(row, isStatic: true);
        AddCells(row, _select.Statics);
        return !row.IsEmpty;
    }

    /// <summary>Fills a row.</summary>
    public void Fill(Row row)
    {
        Begin(row, isStatic: false);
        for (int i = 0; i < _clusteringCount; i++)
            row.AddClustering(Take(row, _values[_clusteringFrom + i]));
        AddCells(row, _select.Regulars);
        if (row.Cells.IsEmpty)
            AddExistence(row);
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
        foreach (ref readonly SelectedColumn column in columns.AsSpan())
        {
            (int Offset, int Length) value = _values[column.Value];
            if (value.Length < 0)
                continue;
            switch (column.Shape)
            {
                case CellShape.Single:
                    AddSingle(row, column, value);
                    break;
                case CellShape.Counter:
                    AddCounter(row, column, value);
                    break;
                default:
                    AddElements(row, column, value);
                    break;
            }
        }
    }

    private void AddSingle(Row row, in SelectedColumn column, (int Offset, int Length) value)
    {
        Slice slice = Take(row, value);
        ref Cell cell = ref row.AddCell();
        cell.Column = column.Index;
        cell.Value = slice;
        cell.Path = Slice.Null;
        (int offset, int length) = column.WriteTime < 0 ? default : _values[column.WriteTime];
        cell.TimestampMicros = length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(_page.AsSpan(offset)) : _readAtMicros;
        (offset, length) = column.Ttl < 0 ? default : _values[column.Ttl];
        SetTtl(ref cell, length == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(_page.AsSpan(offset)) : Cell.NoTtl);
    }

    private void AddCounter(Row row, in SelectedColumn column, (int Offset, int Length) value)
    {
        if (value.Length != sizeof(long))
            Throw("a counter is not of 8 bytes");
        Slice slice = row.StoreCounter(_counterShard, _readAtMicros, BinaryPrimitives.ReadInt64BigEndian(_page.AsSpan(value.Offset)));
        ref Cell cell = ref row.AddCell();
        cell = new Cell { Column = column.Index, TimestampMicros = _readAtMicros, LocalDeletionSeconds = Cell.NoDeletionTime, Value = slice, Path = Slice.Null };
    }

    private void AddElements(Row row, in SelectedColumn column, (int Offset, int Length) value)
    {
        ElementWalk elements = new(this, value, hasCount: column.Shape != CellShape.Fields);
        ElementWalk times = column.WriteTime < 0 ? default : new(this, _values[column.WriteTime], hasCount: true);
        ElementWalk ttls = column.Ttl < 0 ? default : new(this, _values[column.Ttl], hasCount: true);
        for (int i = 0; !elements.IsAtEnd; i++)
        {
            (int Offset, int Length) first = elements.Next(this);
            long timestampMicros = times.NextInt64(this, _readAtMicros);
            int ttl = ttls.NextInt32(this, Cell.NoTtl);
            if (first.Length < 0)
                continue;
            Slice path;
            Slice content;
            switch (column.Shape)
            {
                case CellShape.Map:
                    path = Take(row, first);
                    content = Take(row, elements.Next(this));
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

    private void Throw(string problem) => throw new ServerErrorException($"{_node} sent rows of {_select.Table} that do not decode: {problem}.", (int)ErrorCode.ProtocolError);

    /// <summary>Goes over the elements of a serialized collection or user type within the page.</summary>
    private struct ElementWalk
    {
        private readonly int _end;
        private int _position;

        public ElementWalk(RowDecoder owner, (int Offset, int Length) value, bool hasCount)
        {
            _position = value.Offset;
            _end = value.Offset + Math.Max(value.Length, 0);
            if (!hasCount || value.Length < 0)
                return;
            if (value.Length < sizeof(int))
                owner.Throw("a collection has no count");
            _position += sizeof(int);
        }

        public readonly bool IsAtEnd => _position >= _end;

        public (int Offset, int Length) Next(RowDecoder owner)
        {
            if (_end - _position < sizeof(int))
                owner.Throw("an element runs past its collection's end");
            int length = BinaryPrimitives.ReadInt32BigEndian(owner._page.AsSpan(_position));
            int offset = _position + sizeof(int);
            if (length > _end - offset)
                owner.Throw("an element runs past its collection's end");
            _position = offset + Math.Max(length, 0);
            return (offset, length);
        }

        public long NextInt64(RowDecoder owner, long otherwise)
        {
            if (IsAtEnd)
                return otherwise;
            (int offset, int length) = Next(owner);
            return length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(owner._page.AsSpan(offset)) : otherwise;
        }

        public int NextInt32(RowDecoder owner, int otherwise)
        {
            if (IsAtEnd)
                return otherwise;
            (int offset, int length) = Next(owner);
            return length == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(owner._page.AsSpan(offset)) : otherwise;
        }
    }
}
