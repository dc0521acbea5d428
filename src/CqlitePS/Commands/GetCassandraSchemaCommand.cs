using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Schema;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Shows the columns of a cluster's tables, or the CQL that makes its keyspaces.</summary>
[Cmdlet(VerbsCommon.Get, "CassandraSchema")]
[OutputType(typeof(CqliteColumn), typeof(string))]
public sealed class GetCassandraSchemaCommand : ConnectionCmdlet
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

    /// <summary>CQL statements, one a string, in an order in which Cassandra accepts them.</summary>
    [Parameter]
    public SwitchParameter AsCql { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CassandraConnection connection = RequireConnection();
        DatabaseSchema schema = Wait(connection.ReadSchemaAsync(StopToken));
        TableSelection selection = new(Table, Keyspace);
        foreach ((KeyspaceMetadata keyspace, IReadOnlyList<TableMetadata> tables) in selection.Of(schema))
            SchemaOutput.Write(this, keyspace, tables, AsCql, isWhole: Table is null);
        foreach (ItemNotFoundException missing in selection.Missing(connection.ToString()))
            WriteError(ErrorRecords.Create(missing, missing.Data["Name"]));
    }
}
