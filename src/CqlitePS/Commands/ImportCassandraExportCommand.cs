using System.Management.Automation;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Imports;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Takes an export into a database: its files are compared with their checksums, then taken over; done again it has no further effect.</summary>
[Cmdlet(VerbsData.Import, "CassandraExport", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(MigrationResult))]
public sealed class ImportCassandraExportCommand : ExportPathCmdlet
{
    /// <summary>The database that is written; the last opened one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>Compare every file with its SHA-256 before anything is taken over; so it is when not given.</summary>
    [Parameter]
    public SwitchParameter VerifyChecksum { get; set; } = true;

    /// <summary>Create the indexes and views of the tables; so it is when not given.</summary>
    [Parameter]
    public SwitchParameter CreateIndex { get; set; } = true;

    /// <summary>Write the rows anew in place of taking the files over: slower, with the database's own compression and filters.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = Database ?? OpenDatabases.Current.Default ?? throw new NoDatabaseException();
        database.Engine.Database.CheckWritable();
        ImportSettings settings = new()
        {
            Tables = Table,
            VerifyChecksums = VerifyChecksum,
            CreateIndexes = CreateIndex,
            AllowIncomplete = AllowIncomplete,
            StreamRows = Stream,
            Resume = Stream,
            Ranges = Ranges,
        };
        ForFolders(folder =>
        {
            if (ShouldProcess(database.Path, $"Import {folder}"))
                Run("Importing", "run the same command again; what is there already is not taken a second time.", (progress, stop) => new Importer(folder, new DatabaseTarget(database.Engine), settings, progress).RunAsync(stop));
        });
    }
}
