using System.Buffers.Binary;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Engine.SystemTables;

/// <summary>
/// Rows of a table that is not stored, made on the spot: they become a memtable, so that every restriction, order and page works on them as on any table.
/// For one thread.
/// </summary>
/// <param name="table">The table; without static columns.</param>
/// <param name="timestampMicros">When the rows were written, in microseconds since 1970.</param>
internal sealed class MemoryRows(TableMetadata table, long timestampMicros)
{
    private readonly Dictionary<string, List<IReadOnlyDictionary<string, ReadOnlyMemory<byte>?>>> _partitions = new(StringComparer.Ordinal);

    /// <summary>Adds a row.</summary>
    /// <param name="row">Its values, those of the primary key's columns among them; multi-cell collections in their frozen form.</param>
    public void Add(SchemaRowBuilder row)
    {
        string key = Convert.ToHexString(Key(row.Cells));
        if (!_partitions.TryGetValue(key, out List<IReadOnlyDictionary<string, ReadOnlyMemory<byte>?>>? rows))
            _partitions.Add(key, rows = []);
        rows.Add(row.Cells);
    }

    /// <summary>The rows as a table's content.</summary>
    public Memtable Build()
    {
        var memtable = new Memtable(table, timestampMicros);
        var builder = new PartitionUpdateBuilder(table);
        foreach ((string key, List<IReadOnlyDictionary<string, ReadOnlyMemory<byte>?>> rows) in _partitions)
        {
            builder.Begin(Convert.FromHexString(key));
            foreach (IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> row in rows)
                Fill(builder.AddRow(), row);
            memtable.Apply(builder.Build());
        }

        return memtable;
    }

    private byte[] Key(IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> row)
    {
        IReadOnlyList<ColumnMetadata> columns = table.PartitionKey;
        if (columns.Count == 1)
            return Value(row, columns[0]).ToArray();
        var output = new Encoding.BufferWriter();
        foreach (ColumnMetadata column in columns)
        {
            ReadOnlyMemory<byte> value = Value(row, column);
            output.WriteUInt16((ushort)value.Length);
            output.Write(value.Span);
            output.WriteByte(0);
        }

        return output.ToArray();
    }

    private ReadOnlyMemory<byte> Value(IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> row, ColumnMetadata column) =>
        row.GetValueOrDefault(column.Name) ?? throw new ArgumentException($"a row of {table} has no {column.Name}.", nameof(row));

    private void Fill(Row row, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> values)
    {
        foreach (ColumnMetadata column in table.Clustering)
            row.AddClustering(row.Store(Value(values, column).Span));
        row.Liveness = new Liveness(timestampMicros, Cell.NoTtl, Cell.NoDeletionTime);
        for (int i = 0; i < table.Regulars.Count; i++)
        {
            if (values.GetValueOrDefault(table.Regulars[i].Name) is not { } value)
                continue;
            if (table.Regulars[i].IsComplex)
                AddElements(row, i, table.Regulars[i], value.Span);
            else
                AddCell(row, i, Slice.Null, row.Store(value.Span));
        }
    }

    // Sets have their elements as paths, maps their keys.
    private void AddElements(Row row, int index, ColumnMetadata column, ReadOnlySpan<byte> frozen)
    {
        bool isMap = column.Type is MapType;
        if (!isMap && column.Type is not SetType)
            throw new UnsupportedFormatException(column.Name, "only sets and maps are made of many cells in tables that are not stored.");
        int count = BinaryPrimitives.ReadInt32BigEndian(frozen);
        int position = sizeof(int);
        for (int i = 0; i < count; i++)
        {
            Slice path = row.Store(Next(frozen, ref position));
            AddCell(row, index, path, isMap ? row.Store(Next(frozen, ref position)) : new Slice(0, 0));
        }

        static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> bytes, ref int position)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes[position..]);
            ReadOnlySpan<byte> element = bytes.Slice(position + sizeof(int), length);
            position += sizeof(int) + length;
            return element;
        }
    }

    private void AddCell(Row row, int column, Slice path, Slice value) => row.AddCell() = new Cell
    {
        Column = column,
        TimestampMicros = timestampMicros,
        LocalDeletionSeconds = Cell.NoDeletionTime,
        Value = value,
        Path = path,
    };
}
