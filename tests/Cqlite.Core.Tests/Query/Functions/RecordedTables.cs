using System.Buffers.Binary;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Tests.Query.Functions;

/// <summary>Tables in memory that take the plain INSERTs and UPDATEs by key of a recorded script, as many as tests of functions need.</summary>
internal sealed class RecordedTables
{
    private readonly Dictionary<string, Memtable> _tables = [];
    private long _timestamp = 1_600_000_000_000_000;

    /// <summary>What is stored of a table.</summary>
    public TableStore Store(TableMetadata table) =>
        new(table, null, [], _tables.TryGetValue(table.ToString(), out Memtable? memtable) ? new MemtableSlot(memtable, CommitLogPosition.None) : null);

    /// <summary>Executes a statement; false for one that is not of the plain kind.</summary>
    public bool TryWrite(Statement statement, DatabaseSchema schema, string? keyspaceName, BindValues bound)
    {
        if (statement is BatchStatement batch)
            return batch.Statements.All(s => TryWrite(s, schema, keyspaceName, bound));
        List<(Identifier Column, Expression Value)>? values = statement switch
        {
            InsertStatement { IfNotExists: false } insert => [.. insert.Columns.Zip(insert.Values)],
            UpdateStatement { Conditions.IsEmpty: true, IfExists: false } update when IsPlain(update) =>
            [
                .. update.Where.Cast<ColumnRelation>().Select(r => (r.Column, r.Value)),
                .. update.Assignments.Cast<SetValueAssignment>().Select(a => (a.Column, a.Value)),
            ],
            _ => null,
        };
        if (values is null)
            return false;
        var modification = (ModificationStatement)statement;
        KeyspaceMetadata keyspace = schema.Keyspaces[modification.Table.Keyspace?.Text ?? keyspaceName!];
        TableMetadata table = keyspace.Table(modification.Table.Name.Text) ?? throw new InvalidQueryException($"table {modification.Table.Name} does not exist");
        var terms = new TermPlanner(statement.BindMarkers.Length, keyspace, table);
        var prepared = values.Select(v =>
        {
            ColumnMetadata column = ColumnSource.Find(table, v.Column);
            return (Column: column, Term: terms.Prepare(v.Value, new Receiver(column.Name, column.Type.Unreversed)));
        }).ToList();
        Write(table, prepared.ToDictionary(v => v.Column, v => v.Term.Bind(bound)), statement is InsertStatement);
        return true;
    }

    private static bool IsPlain(UpdateStatement update) =>
        update.Where.All(r => r is ColumnRelation { Operator: RelationOperator.Equal }) && update.Assignments.All(a => a is SetValueAssignment);

    private void Write(TableMetadata table, Dictionary<ColumnMetadata, byte[]?> values, bool isInsert)
    {
        if (!_tables.TryGetValue(table.ToString(), out Memtable? memtable))
            _tables.Add(table.ToString(), memtable = new Memtable(table));
        var builder = new PartitionUpdateBuilder(table);
        builder.Begin(PartitionKeys.Serialize([.. table.PartitionKey.Select(c => values[c])]));
        if (values.Keys.Any(c => c.Kind == ColumnKind.Static))
            AddCells(builder.AddStaticRow(), table.Statics, values);
        if (table.Clustering.All(values.ContainsKey))
        {
            Row row = builder.AddRow();
            foreach (ColumnMetadata column in table.Clustering)
                row.AddClustering(row.Store(values[column]));
            if (isInsert)
                row.Liveness = new Liveness(_timestamp, 0, long.MaxValue);
            AddCells(row, table.Regulars, values);
        }

        memtable.Apply(builder.Build());
        _timestamp++;
    }

    private void AddCells(Row row, IReadOnlyList<ColumnMetadata> columns, Dictionary<ColumnMetadata, byte[]?> values)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (!values.TryGetValue(columns[i], out byte[]? value) || value is null || BindValues.IsUnset(value))
                continue;
            if (columns[i].IsComplex)
                AddElements(row, i, columns[i].Type, value);
            else
                AddCell(row, i, Slice.Null, row.Store(value));
        }
    }

    private void AddElements(Row row, int column, CqlType type, byte[] value)
    {
        row.AddComplexDeletion(new ComplexDeletion(column, new DeletionTime(1, _timestamp - 1)));
        if (type is UserType user)
        {
            var fields = new ElementReader(value, "tuple");
            for (short i = 0; i < user.Fields.Count && !fields.IsAtEnd; i++)
            {
                byte[] path = new byte[sizeof(short)];
                BinaryPrimitives.WriteInt16BigEndian(path, i);
                if (fields.Read(out ReadOnlySpan<byte> field))
                    AddCell(row, column, row.Store(path), row.Store(field));
            }

            return;
        }

        ElementReader elements = ElementReader.OfCollection(value, "collection", out int count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> first = elements.ReadValue();
            if (type is ListType)
                AddCell(row, column, row.Store(TimeUuid.Next().ToByteArray(bigEndian: true)), row.Store(first));
            else
                AddCell(row, column, row.Store(first), type is MapType ? row.Store(elements.ReadValue()) : new Slice(0, 0));
        }
    }

    private void AddCell(Row row, int column, Slice path, Slice value) =>
        row.AddCell() = new Cell { Column = column, TimestampMicros = _timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Path = path, Value = value };
}
