using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>The schema as a node keeps it in system_schema.</summary>
internal static class StoredSchema
{
    /// <summary>Reads it; null where there is none.</summary>
    /// <param name="layout">What lies in the folders.</param>
    /// <param name="options">How to read.</param>
    /// <param name="partitioner">The partitioner of the node.</param>
    /// <param name="recovered">What only the commit log has; null for nothing.</param>
    /// <param name="problems">Takes what could not be made sense of.</param>
    /// <param name="isOwn">Whether it is a database of this product.</param>
    public static DatabaseSchema? Read(DatabaseLayout layout, DatabaseOptions options, Partitioner partitioner, RecoveredWrites? recovered, List<string> problems, bool isOwn)
    {
        // A node has tables always; a database of this product may have keyspaces alone.
        if (!Has("keyspaces") || !(isOwn || Has("columns")))
            return null;

        long now = options.CurrentSeconds;
        var rows = new List<SchemaRow>();
        foreach (string name in SystemSchemaReader.Tables)
        {
            if (SystemSchemaTables.Table(name) is { } table)
                ReadTable(Folders(name), table, options, recovered, now, rows);
        }

        SystemSchemaContent content = SystemSchemaReader.Read(rows, partitioner);
        problems.AddRange(content.Problems);
        return content.Schema.With(SystemSchemaTables.Keyspace(SchemaLayout.V50));

        IEnumerable<TableFolder> Folders(string name) => layout.Tables.Where(t => t.Keyspace == SystemKeyspaces.Schema && t.Table == name && t.SSTables.Count > 0);

        bool Has(string name) => Folders(name).Any() || (SystemSchemaTables.Table(name) is { } table && recovered?.Of(table) is not null);
    }

    private static void ReadTable(IEnumerable<TableFolder> folders, TableMetadata table, DatabaseOptions options, RecoveredWrites? recovered, long nowSeconds, List<SchemaRow> rows)
    {
        var sstables = new List<SSTable>();
        try
        {
            foreach (SSTableDescriptor descriptor in folders.SelectMany(f => f.SSTables))
                sstables.Add(SSTable.Open(options.Files, descriptor, new SSTableOptions { Table = table }));
            List<UnfilteredCursor> sources = [.. sstables.Select(s => s.Read(ReadRequest.All))];
            if (recovered?.Of(table) is { } memtable)
                sources.Add(memtable.Read(ReadRequest.All));
            using var cursor = new LiveRowCursor(new MergeCursor(table, sources, reversed: false), nowSeconds);
            while (cursor.MoveToNextPartition())
            {
                byte[] key = cursor.PartitionKey.ToArray();
                bool any = false;
                while (cursor.MoveToNextRow())
                {
                    rows.Add(ToRow(table, key, cursor.Row, nowSeconds));
                    any = true;
                }

                if (!any && cursor.StaticRow is not null)
                    rows.Add(new SchemaRow(table.Name, new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { [table.PartitionKey[0].Name] = key }));
            }
        }
        finally
        {
            sstables.ForEach(s => s.Dispose());
        }
    }

    // Every table of system_schema has one partition key column, and no column of many cells.
    private static SchemaRow ToRow(TableMetadata table, byte[] key, Row row, long nowSeconds)
    {
        var values = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { [table.PartitionKey[0].Name] = key };
        for (int i = 0; i < row.ClusteringSlices.Length; i++)
            values[table.Clustering[i].Name] = row.Bytes(row.ClusteringSlices[i]).ToArray();
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.IsLive(nowSeconds))
                values[table.Regulars[cell.Column].Name] = row.Value(cell).ToArray();
        }

        return new SchemaRow(table.Name, values);
    }
}
