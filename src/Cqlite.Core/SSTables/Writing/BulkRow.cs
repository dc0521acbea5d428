using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// A row for a <see cref="BulkWriter"/>: values by column, as INSERT would have them. One instance is filled again and again. Values
/// are serialized as in the native protocol and are not validated; types' own <see cref="CqlType.Encode"/> makes them.
/// </summary>
public sealed class BulkRow
{
    private const int Unset = -2;
    private const int PathBytes = 16;
    private readonly TableMetadata _table;
    private readonly Slice[] _values;
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private readonly BufferWriter _bytes = new(1024);
    private readonly BufferWriter _key = new();
    private readonly int _firstClustering;
    private readonly int _firstStatic;
    private readonly int _firstRegular;

    internal BulkRow(TableMetadata table)
    {
        _table = table;
        Columns = [.. table.PartitionKey, .. table.Clustering, .. table.Statics, .. table.Regulars];
        _firstClustering = table.PartitionKey.Count;
        _firstStatic = _firstClustering + table.Clustering.Count;
        _firstRegular = _firstStatic + table.Statics.Count;
        _values = new Slice[Columns.Count];
        for (int i = 0; i < Columns.Count; i++)
            _ordinals.Add(Columns[i].Name, i);
        Clear();
    }

    /// <summary>The columns in the order of their ordinals.</summary>
    public IReadOnlyList<ColumnMetadata> Columns { get; }

    /// <summary>Timestamp of the write, in microseconds since 1970.</summary>
    public long TimestampMicros { get; set; }

    /// <summary>TTL in seconds; 0 for none.</summary>
    public int TtlSeconds { get; set; }

    /// <summary>When the write is made, in seconds since 1970: tombstones are dated so, and expiry counts from it.</summary>
    public long NowSeconds { get; set; }

    /// <summary>Whether the row is more than static values.</summary>
    internal bool HasRow { get; private set; }

    /// <summary>The bytes that values of built rows lie in.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Whether static values are set.</summary>
    internal bool HasStatic { get; private set; }

    /// <summary>A column's ordinal.</summary>
    /// <exception cref="ArgumentException">The table has no such column.</exception>
    public int OrdinalOf(string column) => _ordinals.TryGetValue(column, out int ordinal)
        ? ordinal
        : throw new ArgumentException($"table {_table} has no column '{column}'.", nameof(column));

    /// <summary>Forgets all values; times stay.</summary>
    public void Clear()
    {
        _values.AsSpan().Fill(new Slice(0, Unset));
        _bytes.Clear();
    }

    /// <summary>Sets a column's value; the whole value of a collection.</summary>
    /// <param name="ordinal">The column's ordinal.</param>
    /// <param name="value">The serialized value; empty for the type's empty value.</param>
    public void Set(int ordinal, ReadOnlySpan<byte> value)
    {
        int offset = _bytes.Length;
        _bytes.Write(value);
        _values[ordinal] = new Slice(offset, value.Length);
    }

    /// <summary>The value that a column was given; empty for null too.</summary>
    internal ReadOnlySpan<byte> Get(int ordinal) => _values[ordinal].IsNull ? default : _bytes.WrittenSpan.Slice(_values[ordinal].Offset, _values[ordinal].Length);

    /// <summary>Sets a column to null: what it had is deleted.</summary>
    public void SetNull(int ordinal) => _values[ordinal] = Slice.Null;

    /// <summary>The serialized partition key.</summary>
    /// <exception cref="InvalidQueryException">A part is missing.</exception>
    internal ReadOnlySpan<byte> BuildKey()
    {
        if (_firstClustering == 1)
        {
            ReadOnlySpan<byte> key = KeyPart(0);
            return key.IsEmpty ? throw new InvalidQueryException("Key may not be empty") : key;
        }

        _key.Clear();
        for (int i = 0; i < _firstClustering; i++)
        {
            ReadOnlySpan<byte> part = KeyPart(i);
            if (part.Length > ushort.MaxValue)
                throw new InvalidQueryException($"Key part of length {part.Length} is longer than maximum of {ushort.MaxValue}");
            _key.WriteShortBytes(part);
            _key.WriteByte(0);
        }

        return _key.WrittenSpan;
    }

    /// <summary>Fills rows with what is set; valid until the next change.</summary>
    /// <param name="row">Receives clustering and regular values.</param>
    /// <param name="staticRow">Receives static values.</param>
    internal void Build(Row row, Row staticRow)
    {
        staticRow.Reset(isStatic: true);
        HasStatic = false;
        for (int i = _firstStatic; i < _firstRegular; i++)
            HasStatic |= AddColumn(staticRow, i, i - _firstStatic);

        row.Reset(isStatic: false);
        int missing = 0;
        for (int i = _firstClustering; i < _firstStatic; i++)
        {
            missing += _values[i].Length < 0 ? 1 : 0;
            row.AddClustering(_values[i]);
        }

        bool hasRegular = false;
        for (int i = _firstRegular; i < _values.Length; i++)
            hasRegular |= AddColumn(row, i, i - _firstRegular);
        HasRow = missing == 0;
        if (missing != 0 && (hasRegular || !HasStatic || missing != _firstStatic - _firstClustering))
            throw new InvalidQueryException($"Some clustering keys are missing: {string.Join(", ", MissingClustering())}");
        if (HasRow)
            row.Liveness = new Liveness(TimestampMicros, TtlSeconds, TtlSeconds == 0 ? Cell.NoDeletionTime : NowSeconds + TtlSeconds);

        row.Buffer = _bytes.Array;
        staticRow.Buffer = _bytes.Array;
    }

    private ReadOnlySpan<byte> KeyPart(int ordinal)
    {
        Slice slice = _values[ordinal];
        if (slice.Length < 0)
            throw new InvalidQueryException($"Missing mandatory PRIMARY KEY part {Columns[ordinal].Name}");
        return _bytes.WrittenSpan.Slice(slice.Offset, slice.Length);
    }

    private IEnumerable<string> MissingClustering()
    {
        for (int i = _firstClustering; i < _firstStatic; i++)
        {
            if (_values[i].Length < 0)
                yield return Columns[i].Name;
        }
    }

    private bool AddColumn(Row row, int ordinal, int column)
    {
        Slice value = _values[ordinal];
        if (value.Length == Unset)
            return false;
        CqlType type = Columns[ordinal].Type;
        if (type.IsMultiCell)
        {
            // An INSERT replaces a collection: what was there before is deleted, an instant earlier.
            row.AddComplexDeletion(new ComplexDeletion(column, new DeletionTime(TimestampMicros - 1, NowSeconds)));
            if (!value.IsNull)
                AddElements(row, column, type, value);
            return true;
        }

        ref Cell cell = ref AddCell(row, column, Slice.Null, value);
        if (value.IsNull)
        {
            cell.Value = new Slice(0, 0);
            cell.TtlSeconds = Cell.NoTtl;
            cell.LocalDeletionSeconds = NowSeconds;
        }

        return true;
    }

    private ref Cell AddCell(Row row, int column, Slice path, Slice value)
    {
        ref Cell cell = ref row.AddCell();
        cell.Column = column;
        cell.TimestampMicros = TimestampMicros;
        cell.TtlSeconds = TtlSeconds;
        cell.LocalDeletionSeconds = TtlSeconds == 0 ? Cell.NoDeletionTime : NowSeconds + TtlSeconds;
        cell.Path = path;
        cell.Value = value;
        return ref cell;
    }

    private void AddElements(Row row, int column, CqlType type, Slice value)
    {
        int first = row.Cells.Length;
        if (type is UserType)
            AddFields(row, column, type, value);
        else
            AddCollection(row, column, type, value);
        SortByPath(row, first, type.PathType);
    }

    private void AddCollection(Row row, int column, CqlType type, Slice value)
    {
        int at = value.Offset;
        int end = value.Offset + value.Length;
        int count = ReadInt32(ref at, end, type);
        for (int i = 0; i < count; i++)
        {
            Slice element = ReadElement(ref at, end, type);
            if (type is ListType)
                AddCell(row, column, NewListPath(), element);
            else if (type is SetType)
                AddCell(row, column, element, new Slice(element.Offset, 0));
            else
                AddCell(row, column, element, ReadElement(ref at, end, type));
        }

        if (at != end)
            throw new InvalidQueryException($"Unexpected extraneous bytes after {type.Name} value");
    }

    private void AddFields(Row row, int column, CqlType type, Slice value)
    {
        int at = value.Offset;
        int end = value.Offset + value.Length;
        for (short field = 0; at < end; field++)
        {
            int length = ReadInt32(ref at, end, type);
            if (length < 0)
                continue;
            if (length > end - at)
                throw new InvalidQueryException($"Not enough bytes to read a {type.Name}");
            int path = _bytes.Length;
            _bytes.WriteUInt16((ushort)field);
            AddCell(row, column, new Slice(path, sizeof(short)), new Slice(at, length));
            at += length;
        }
    }

    private int ReadInt32(ref int at, int end, CqlType type)
    {
        if (end - at < sizeof(int))
            throw new InvalidQueryException($"Not enough bytes to read a {type.Name}");
        int number = BinaryPrimitives.ReadInt32BigEndian(_bytes.WrittenSpan[at..]);
        at += sizeof(int);
        return number;
    }

    private Slice ReadElement(ref int at, int end, CqlType type)
    {
        int length = ReadInt32(ref at, end, type);
        if (length < 0)
            throw new InvalidQueryException("null is not supported inside collections");
        if (length > end - at)
            throw new InvalidQueryException($"Not enough bytes to read a {type.Name}");
        Slice element = new(at, length);
        at += length;
        return element;
    }

    /// <summary>A list's elements are told apart, and ordered, by time-based UUIDs.</summary>
    private Slice NewListPath()
    {
        int path = _bytes.Length;
        TimeUuid.Next().TryWriteBytes(_bytes.GetSpan(PathBytes), bigEndian: true, out int written);
        _bytes.Advance(written);
        return new Slice(path, written);
    }

    /// <summary>Brings elements into the order of paths, in which they mostly come; of equal ones the last is kept.</summary>
    private void SortByPath(Row row, int first, CqlType? pathType)
    {
        if (pathType is null)
            return;
        ReadOnlySpan<byte> bytes = _bytes.WrittenSpan;
        Span<Cell> cells = row.MutableCells[first..];
        int count = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            Cell cell = cells[i];
            ReadOnlySpan<byte> path = bytes.Slice(cell.Path.Offset, cell.Path.Length);
            int to = count;
            int order = 1;
            while (to > 0 && (order = pathType.Compare(path, bytes.Slice(cells[to - 1].Path.Offset, cells[to - 1].Path.Length))) < 0)
                to--;
            if (to > 0 && order == 0)
            {
                cells[to - 1] = cell;
                continue;
            }

            cells[to..count].CopyTo(cells[(to + 1)..]);
            cells[to] = cell;
            count++;
        }

        row.TruncateCells(first + count);
    }
}
