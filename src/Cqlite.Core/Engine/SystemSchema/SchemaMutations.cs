using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace Cqlite.Core.Engine.SystemSchema;

/// <summary>Changes of definitions as writes to the tables of system_schema.</summary>
/// <remarks>Source: org/apache/cassandra/schema/SchemaKeyspace.java, db/rows/Row.java (SimpleBuilder).</remarks>
internal static class SchemaMutations
{
    /// <summary>The mutations of changes: one a keyspace, for its name is the partition key of every table.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="timestampMicros">The writes' timestamp, in microseconds since 1970.</param>
    public static IReadOnlyList<Mutation> Of(IReadOnlyList<SchemaMutation> changes, long timestampMicros) => [.. changes.Select(c => Of(c, timestampMicros))];

    private static Mutation Of(SchemaMutation change, long timestampMicros)
    {
        byte[] key = System.Text.Encoding.UTF8.GetBytes(change.Keyspace);
        long nowSeconds = timestampMicros / 1_000_000;
        var updates = new List<PartitionUpdate>();
        foreach (TableMetadata table in SystemSchemaTables.Keyspace(SchemaLayout.V50).Tables.Values)
        {
            SchemaRowChange[] rows = [.. change.Rows.Where(r => r.Table == table.Name)];
            if (rows.Length == 0 && !change.DeletesAll)
                continue;
            var builder = new PartitionUpdateBuilder(table);
            builder.Begin(key);
            if (change.DeletesAll)
                builder.Deletion = new DeletionTime(timestampMicros, nowSeconds);
            foreach (SchemaRowChange row in rows)
                Fill(builder.AddRow(), table, row, timestampMicros, nowSeconds);
            updates.Add(builder.Build());
        }

        return new Mutation(updates);
    }

    private static void Fill(Row row, TableMetadata table, SchemaRowChange change, long timestampMicros, long nowSeconds)
    {
        foreach (ReadOnlyMemory<byte> value in change.Clustering)
            row.AddClustering(row.Store(value.Span));
        if (change.Kind == SchemaRowChangeKind.Delete)
        {
            row.Deletion = new DeletionTime(timestampMicros, nowSeconds);
            return;
        }

        if (change.Kind == SchemaRowChangeKind.Replace)
            row.Deletion = new DeletionTime(timestampMicros - 1, nowSeconds);
        row.Liveness = new Liveness(timestampMicros, Cell.NoTtl, Cell.NoDeletionTime);
        for (int i = 0; i < table.Regulars.Count; i++)
        {
            if (!change.Cells.TryGetValue(table.Regulars[i].Name, out ReadOnlyMemory<byte>? value))
                continue;
            Slice bytes = value is { } given ? row.Store(given.Span) : new Slice(0, 0);
            row.AddCell() = new Cell
            {
                Column = i,
                TimestampMicros = timestampMicros,
                LocalDeletionSeconds = value is null ? nowSeconds : Cell.NoDeletionTime,
                Value = bytes,
                Path = Slice.Null,
            };
        }
    }
}
