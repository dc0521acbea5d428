using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Transfer;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Writes the rows of a file, or of SSTables, into a table.</summary>
[Cmdlet(VerbsData.Import, "CqliteTable", SupportsShouldProcess = true, DefaultParameterSetName = ByPath)]
[OutputType(typeof(TransferResult))]
public sealed class ImportCqliteTableCommand : TransferCmdlet
{
    private const string Activity = "Importing";
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    /// <summary>The files, or of SSTables the folders. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files, or of SSTables the folders, by their names as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Rows that may be wrong before the import ends; each is a non-terminating error.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MaxErrors { get; set; }

    /// <summary>A file for the rows that are wrong.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RejectPath { get; set; }

    /// <summary>Rows at the beginning that are left out.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Skip { get; set; }

    /// <summary>Time to live of what is written, in seconds, where the file has none.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Ttl { get; set; }

    /// <summary>A null in the file deletes what the table has; otherwise it leaves it.</summary>
    [Parameter]
    public SwitchParameter WriteNull { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        TableMetadata table = RequireTable(database);
        IEnumerable<string> paths = ParameterSetName == ByPath ? Path.SelectMany(ResolveWildcards) : LiteralPath.Select(p => ResolveLiteral(p));
        foreach (string path in paths)
            Import(database, table, path);
    }

    private void Import(CqliteDatabase database, TableMetadata table, string path)
    {
        TransferFormat format = RequireFormat(path);
        if (!ShouldProcess(table.ToString(), $"Import {path}"))
            return;
        TransferResult result = new TableImporter(database.Engine).Import(
            table,
            path,
            format,
            new ImportOptions
            {
                Columns = Column,
                Csv = Dialect,
                MaxErrors = MaxErrors,
                RejectPath = ResolveLiteral(RejectPath),
                SkipRows = Skip,
                TtlSeconds = Ttl,
                WriteNulls = WriteNull,
            },
            new ProgressReport(this, Activity),
            StopToken);
        CompleteProgress(Activity);
        foreach (ImportException error in result.Errors)
            WriteError(ErrorRecords.Create(error, path));
        if (PassThru)
            WriteObject(result);
    }
}
