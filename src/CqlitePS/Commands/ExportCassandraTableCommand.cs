using System.Management.Automation;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Exports a table of a cluster or a folder, with write times and TTLs, into a directory of SSTables with a manifest.</summary>
[Cmdlet(VerbsData.Export, "CassandraTable", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationResult))]
public sealed class ExportCassandraTableCommand : ExportCassandraCmdlet
{
    /// <summary>The tables, as <c>keyspace.table</c>, or without a keyspace where -Keyspace or the connection gives one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[] Table { get; set; } = [];

    /// <summary>The tables' keyspace.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string? Keyspace { get; set; }

    /// <inheritdoc/>
    protected override void Process() => Export([.. Table.Select(t => FullName(t, Keyspace))], withIndexes: true);
}
