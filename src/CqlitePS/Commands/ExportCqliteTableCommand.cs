using System.Management.Automation;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using CqlitePS.Completion;

namespace CqlitePS.Commands;

/// <summary>Writes a table to a file, or to SSTables in a folder, so that every value can be read again as it is.</summary>
[Cmdlet(VerbsData.Export, "CqliteTable", SupportsShouldProcess = true)]
[OutputType(typeof(TransferResult))]
public sealed class ExportCqliteTableCommand : TransferCmdlet
{
    private const string Activity = "Exporting";

    /// <summary>The file, or of SSTables the folder.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>A connected cluster, in place of a database; for all formats but SSTables.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public IQueryTarget? Connection { get; set; }

    /// <summary>Add a column <c>writetime(c)</c> for each column c: microseconds since 1970.</summary>
    [Parameter]
    public SwitchParameter IncludeWriteTime { get; set; }

    /// <summary>Add a column <c>ttl(c)</c> for each column c: the seconds left to it.</summary>
    [Parameter]
    public SwitchParameter IncludeTtl { get; set; }

    /// <summary>The version of SSTables.</summary>
    [Parameter]
    [ValidateSet("nb", "oa", "da")]
    public string Version { get; set; } = "nb";

    /// <summary>Replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        (IQueryTarget source, string? keyspace) = RequireTarget(Connection);
        TableMetadata table = RequireTable(source.ReadSchemaAsync(StopToken).GetAwaiter().GetResult(), keyspace, source.Name);
        string path = ResolveLiteral(Destination);
        TransferFormat format = RequireFormat(path);
        if (!ShouldProcess(path, $"Export {table} as {format}"))
            return;
        TransferResult result = new TableExporter(source).Export(
            table,
            path,
            format,
            new ExportOptions
            {
                Columns = Column,
                Csv = Dialect,
                WithWriteTime = IncludeWriteTime,
                WithTtl = IncludeTtl,
                SSTableVersion = Version,
                Overwrite = Force,
            },
            new ProgressReport(this, Activity),
            StopToken);
        CompleteProgress(Activity);
        if (PassThru)
            WriteObject(result);
    }
}
