using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Tests.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;

namespace Cqlite.Core.Tests.Query;

/// <summary>Tables in memory, filled by the simplest of a script's writes: INSERT of literals, and UPDATE of columns of one row or of statics. What reads them is tested, not what writes them.</summary>
internal sealed class ScriptedTable
{
    private readonly Dictionary<string, Memtable> _memtables = new(StringComparer.Ordinal);
    private long _micros = 1;

    /// <summary>What has been written into a table; null for nothing.</summary>
    public Memtable? Of(TableMetadata table) => _memtables.GetValueOrDefault(table.Name);

    /// <summary>Applies a write; false when it is not one of the simple ones.</summary>
    public bool TryApply(Statement statement, KeyspaceMetadata keyspace)
    {
        _micros++;
        switch (statement)
        {
            case BatchStatement batch:
                return batch.Statements.All(s => TryApply(s, keyspace));
            case InsertStatement insert:
                return TryApply(insert, keyspace, insert.Columns.Zip(insert.Values).ToDictionary(p => p.First.Text, p => p.Second, StringComparer.Ordinal), isInsert: true);
            case UpdateStatement update when update.Assignments.All(a => a is SetValueAssignment) && update.Where.All(r => r is ColumnRelation { Operator: RelationOperator.Equal }):
                Dictionary<string, Expression> values = new(StringComparer.Ordinal);
                foreach (SetValueAssignment set in update.Assignments.Cast<SetValueAssignment>())
                    values[set.Column.Text] = set.Value;
                foreach (ColumnRelation relation in update.Where.Cast<ColumnRelation>())
                    values[relation.Column.Text] = relation.Value;
                return TryApply(update, keyspace, values, isInsert: false);
            default:
                return false;
        }
    }

    private bool TryApply(ModificationStatement statement, KeyspaceMetadata keyspace, Dictionary<string, Expression> values, bool isInsert)
    {
        if (statement.Using is not null || keyspace.Table(statement.Table.Name.Text) is not { } table)
            return false;
        var bound = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        foreach ((string name, Expression expression) in values)
        {
            if (table.Column(name) is not { } column || column.IsComplex)
                return false;
            bound[name] = new TermPlanner(0).Prepare(expression, new Receiver(name, column.Type.Unreversed)).Bind(BindValues.None);
        }

        var builder = new PartitionUpdateBuilder(table);
        builder.Begin(PartitionKeys.Serialize([.. table.PartitionKey.Select(c => bound[c.Name])]));
        if (table.Clustering.All(c => bound.ContainsKey(c.Name)))
        {
            Row row = builder.AddRow();
            foreach (ColumnMetadata column in table.Clustering)
                row.AddClustering(row.Store(bound[column.Name]));
            if (isInsert)
                row.Liveness = new Liveness(_micros, 0, Cell.NoDeletionTime);
            AddCells(row, table.Regulars, bound);
        }

        if (table.Statics.Any(c => bound.ContainsKey(c.Name)))
            AddCells(builder.AddStaticRow(), table.Statics, bound);
        if (!_memtables.TryGetValue(table.Name, out Memtable? memtable))
            _memtables[table.Name] = memtable = new Memtable(table);
        MemtableTests.Apply(memtable, builder.Build());
        return true;
    }

    private void AddCells(Row row, IReadOnlyList<ColumnMetadata> columns, Dictionary<string, byte[]?> bound)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (!bound.TryGetValue(columns[i].Name, out byte[]? value))
                continue;
            Slice slice = row.Store(value);
            ref Cell cell = ref row.AddCell();
            cell.Column = i;
            cell.TimestampMicros = _micros;
            cell.TtlSeconds = Cell.NoTtl;
            cell.LocalDeletionSeconds = value is null ? 1 : Cell.NoDeletionTime;
            cell.Value = slice;
            cell.Path = Slice.Null;
        }
    }
}
