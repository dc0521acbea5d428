using System.Management.Automation;
using Cqlite.Core.Schema;
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
        TableSelection selection = new(Table, Keyspace);
        foreach ((KeyspaceMetadata keyspace, IReadOnlyList<TableMetadata> tables) in selection.Of(database.Schema))
            action(keyspace, tables);
        foreach (ItemNotFoundException missing in selection.Missing(database.ToString()))
            WriteError(ErrorRecords.Create(missing, missing.Data["Name"]));
    }
}
