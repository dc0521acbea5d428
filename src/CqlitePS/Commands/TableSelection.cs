using System.Management.Automation;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;

namespace CqlitePS.Commands;

/// <summary>Which tables a user means by names of tables and keyspaces. Cassandra's own are meant only when a keyspace or table is named.</summary>
internal sealed class TableSelection(string[]? table, string[]? keyspace)
{
    private readonly NamePatterns _keyspaces = new(keyspace);
    private readonly NamePatterns _tables = new(table);

    /// <summary>The keyspaces that are meant, each with those of its tables that are.</summary>
    public IEnumerable<(KeyspaceMetadata Keyspace, IReadOnlyList<TableMetadata> Tables)> Of(DatabaseSchema schema)
    {
        bool isSystemMeant = keyspace is not null || table is not null;
        foreach (KeyspaceMetadata each in schema.Keyspaces.Values.Where(k => _keyspaces.Match(k.Name)))
        {
            if (!isSystemMeant && SystemKeyspaces.IsSystem(each.Name))
                continue;
            TableMetadata[] tables = [.. each.TablesAndViews.Where(t => _tables.Match(t.Name, $"{t.Keyspace}.{t.Name}"))];
            if (tables.Length > 0 || table is null)
                yield return (each, tables);
        }
    }

    /// <summary>An error for each name without wildcards of which there is none; to be asked once all tables were looked at. Its data has the name.</summary>
    /// <param name="place">Where they were looked for.</param>
    public IEnumerable<ItemNotFoundException> Missing(string place) =>
        _keyspaces.Missing.Select(name => NotFound("keyspace", name, place)).Concat(_tables.Missing.Select(name => NotFound("table", name, place)));

    private static ItemNotFoundException NotFound(string kind, string name, string place)
    {
        ItemNotFoundException missing = new($"There is no {kind} '{name}' in {place}.");
        missing.Data["Name"] = name;
        return missing;
    }
}
