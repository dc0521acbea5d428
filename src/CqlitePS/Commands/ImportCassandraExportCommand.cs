using System.Management.Automation;
using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using CqlitePS.Completion;
using CqlitePS.Objects;
using CqlitePS.Values;

namespace CqlitePS.Commands;

/// <summary>Takes an export into a database, whose files it then are, or into a cluster; checksums are compared first. Done again it has no further effect.</summary>
[Cmdlet(VerbsData.Import, "CassandraExport", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(MigrationResult))]
public sealed class ImportCassandraExportCommand : ExportPathCmdlet
{
    /// <summary>The database that is written; the last opened one when neither it nor -Connection is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public CqliteDatabase? Database { get; set; }

    /// <summary>A cluster that is written, in place of a database: rows become statements with their own times and TTLs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection? Connection { get; set; }

    /// <summary>How many replicas of the cluster must have written; that of the connection when not given.</summary>
    [Parameter]
    [ConsistencyTransformation]
    public ConsistencyLevel? Consistency { get; set; }

    /// <summary>A file that takes the rows that the cluster refuses, with the reason, as lines of JSON; the first one ends its table when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RejectPath { get; set; }

    /// <summary>Go on with an import into a cluster that was stopped; begin where there is nothing. Into a database only what is missing is taken in any case.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

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
        if (Stream && Connection is not null)
            throw new ArgumentException("-Stream is for databases: into a cluster rows are written in any case.");
        IMigrationTarget target = MigrationTargets.Find(Database, Connection, nameof(Connection), Consistency, ResolveLiteral(RejectPath));
        ImportSettings settings = new()
        {
            Tables = Table,
            VerifyChecksums = VerifyChecksum,
            CreateIndexes = CreateIndex,
            AllowIncomplete = AllowIncomplete,
            StreamRows = Stream,
            Resume = Resume || Stream,
            Ranges = Ranges,
        };
        string resume = Connection is null
            ? "run the same command again; what is there already is not taken a second time."
            : "run the same command with -Resume to go on; without it all rows are written again, to the same effect.";
        try
        {
            ForFolders(folder =>
            {
                if (!ShouldProcess(TransferReport.Describe(target.Description), $"Import {folder}"))
                    return;
                RequireRejects(RejectPath);
                Run("Importing", resume, (progress, stop) => new Importer(folder, target, settings, progress).RunAsync(stop));
            });
        }
        finally
        {
            MigrationTargets.Tidy(Connection);
        }
    }
}
