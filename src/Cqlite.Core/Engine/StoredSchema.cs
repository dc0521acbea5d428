using Cqlite.Core.Engine.SystemSchema;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine;

/// <summary>The schema as a node keeps it in the SSTables of system_schema.</summary>
internal static class StoredSchema
{
    /// <summary>Reads it; null where there are no such SSTables.</summary>
    /// <param name="layout">What lies in the folders.</param>
    /// <param name="options">How to read.</param>
    /// <param name="partitioner">The partitioner of the node.</param>
    /// <param name="problems">Takes what could not be made sense of.</param>
    public static DatabaseSchema? Read(DatabaseLayout layout, DatabaseOptions options, Partitioner partitioner, List<string> problems)
    {
        TableFolder[] folders = [.. layout.Tables.Where(t => t.Keyspace == SystemKeyspaces.Schema && t.SSTables.Count > 0)];
        if (!Array.Exists(folders, t => t.Table == "columns") || !Array.Exists(folders, t => t.Table == "keyspaces"))
            return null;

        long now = options.NowSeconds ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var rows = new List<SchemaRow>();
        foreach (TableFolder folder in folders)
        {
            if (SystemSchemaReader.Tables.Contains(folder.Table) && SystemSchemaTables.Table(folder.Table) is { } table)
                ReadTable(folder, table, options, now, rows);
        }

        SystemSchemaContent content = SystemSchemaReader.Read(rows, partitioner);
        problems.AddRange(content.Problems);
        return content.Schema.With(SystemSchemaTables.Keyspace(SchemaLayout.V50));
    }

    private static void ReadTable(TableFolder folder, TableMetadata table, DatabaseOptions options, long nowSeconds, List<SchemaRow> rows)
    {
        var sstables = new List<SSTable>();
        try
        {
            foreach (SSTableDescriptor descriptor in folder.SSTables)
                sstables.Add(SSTable.Open(options.Files, descriptor, new SSTableOptions { Table = table }));
            using var cursor = new LiveRowCursor(new MergeCursor(table, [.. sstables.Select(s => s.Read(ReadRequest.All))], reversed: false), nowSeconds);
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
