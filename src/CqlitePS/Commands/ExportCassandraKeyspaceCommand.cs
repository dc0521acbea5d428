using System.Management.Automation;
using CqlitePS.Completion;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Exports all tables of keyspaces, or some, with everything that belongs to them.</summary>
[Cmdlet(VerbsData.Export, "CassandraKeyspace", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationResult))]
public sealed class ExportCassandraKeyspaceCommand : ExportCassandraCmdlet
{
    /// <summary>The keyspaces.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string[] Keyspace { get; set; } = [];

    /// <summary>Only these tables of the keyspace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>Write the schema, which an export always has: false is refused.</summary>
    [Parameter]
    public SwitchParameter IncludeSchema { get; set; } = true;

    /// <summary>Write CREATE INDEX too; so it is when not given.</summary>
    [Parameter]
    public SwitchParameter IncludeIndex { get; set; } = true;

    /// <inheritdoc/>
    protected override void Process()
    {
        if (!IncludeSchema)
            throw new ArgumentException("-IncludeSchema:$false: without its schema an export can't be imported.");
        if (Table is not null && Keyspace.Length > 1)
            throw new ArgumentException("-Table is of one keyspace; several are given.");
        Export(Table is null ? Keyspace : [.. Table.Select(t => FullName(t, Keyspace[0]))], IncludeIndex);
    }
}
