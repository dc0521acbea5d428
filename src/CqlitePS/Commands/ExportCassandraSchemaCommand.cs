using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using Cqlite.Migration.Schemas;
using CqlitePS.Completion;

namespace CqlitePS.Commands;

/// <summary>Writes a cluster's keyspaces to a file of CQL that makes them again, in Cassandra or in a database of ours.</summary>
[Cmdlet(VerbsData.Export, "CassandraSchema", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportCassandraSchemaCommand : ConnectionCmdlet
{
    /// <summary>The file; its folder is made where it is missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The keyspaces; all but Cassandra's own when not given.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyspaceCompleter))]
    public string[]? Keyspace { get; set; }

    /// <summary>Write CREATE INDEX too.</summary>
    [Parameter]
    public SwitchParameter IncludeIndex { get; set; }

    /// <summary>Write user types too that no table uses; those that tables use are written in any case.</summary>
    [Parameter]
    public SwitchParameter IncludeUdt { get; set; }

    /// <summary>Replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Pass on the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CassandraConnection connection = RequireConnection();
        string path = ResolveLiteral(Destination);
        DatabaseSchema schema = Wait(connection.ReadSchemaAsync(StopToken));
        IReadOnlyList<KeyspaceMetadata> keyspaces = SchemaExporter.Find(schema, TableNames.Resolve(Keyspace ?? [], schema));
        if (!ShouldProcess(path, $"Write the schema of {string.Join(", ", keyspaces.Select(k => k.Name))}"))
            return;
        SchemaExporter.Write(PhysicalFileSystem.Instance, path, SchemaExporter.Statements(keyspaces, IncludeIndex, IncludeUdt), Force);
        if (PassThru)
            WriteObject(new FileInfo(path));
    }
}
