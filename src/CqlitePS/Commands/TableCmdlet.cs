using System.Management.Automation;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.SystemTables;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>
/// What the cmdlets on tables share: which ones. Cassandra's own tables are meant only when a keyspace or table is named.
/// </summary>
public abstract class TableCmdlet : DatabaseCmdlet
{
    /// <summary>Names of tables or views, also as <c>keyspace.table</c>; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>Names of keyspaces; wildcards are allowed.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string[]? Keyspace { get; set; }

    /// <summary>Calls for each keyspace that is meant with those of its tables that are; what is named and not there is an error each.</summary>
    private protected void ForTables(CqliteDatabase database, Action<KeyspaceMetadata, IReadOnlyList<TableMetadata>> action)
    {
        NamePatterns keyspaces = new(Keyspace);
        NamePatterns names = new(Table);
        bool isSystemMeant = Keyspace is not null || Table is not null;
        foreach (KeyspaceMetadata keyspace in Keyspaces(database, keyspaces))
        {
            if (!isSystemMeant && SystemKeyspaces.IsSystem(keyspace.Name))
                continue;
            TableMetadata[] tables = [.. keyspace.TablesAndViews.Where(t => names.Match(t.Name, $"{t.Keyspace}.{t.Name}"))];
            if (tables.Length > 0 || Table is null)
                action(keyspace, tables);
        }

        foreach (string missing in keyspaces.Missing)
            WriteError(ErrorRecords.Create(new ItemNotFoundException($"There is no keyspace '{missing}' in {database}."), missing));
        foreach (string missing in names.Missing)
            WriteError(ErrorRecords.Create(new ItemNotFoundException($"There is no table '{missing}' in {database}."), missing));
    }
}
