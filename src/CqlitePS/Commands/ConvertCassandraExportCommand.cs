using System.Management.Automation;
using Cqlite.Core.Query;
using Cqlite.Migration.Conversions;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Results;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Makes a database of an export, with compression and filters as wanted.</summary>
[Cmdlet(VerbsData.Convert, "CassandraExport", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(MigrationResult))]
public sealed class ConvertCassandraExportCommand : ExportPathCmdlet
{
    /// <summary>The folder of the database, which is made where it is missing.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>How the tables are compressed; as their options say when not given.</summary>
    [Parameter]
    [ValidateSet("lz4", "snappy", "deflate", "zstd", "none")]
    public string? Compression { get; set; }

    /// <summary>Create the indexes and views of the tables; so it is when not given.</summary>
    [Parameter]
    public SwitchParameter CreateIndex { get; set; } = true;

    /// <summary>Give the tables no bloom filters.</summary>
    [Parameter]
    public SwitchParameter NoBloomFilter { get; set; }

    /// <summary>Compact the tables at the end, so that a read looks into few SSTables.</summary>
    [Parameter]
    public SwitchParameter Optimize { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string destination = ResolveLiteral(Destination);
        ImportSettings settings = new() { Tables = Table, CreateIndexes = CreateIndex, AllowIncomplete = AllowIncomplete, Ranges = Ranges };
        TableTuning tuning = new() { Compression = Compression?.ToLowerInvariant(), HasFilters = NoBloomFilter ? false : null, Compact = Optimize };
        ForFolders(folder =>
        {
            if (!ShouldProcess(destination, $"Make a database of {folder}"))
                return;
            if (DatabaseCreation.CanBeMadeIn(destination))
                DatabaseCreation.Create(destination);
            using QueryEngine engine = QueryEngine.Open(destination, Cqlite.Core.Engine.Settings.DatabaseSettings.OfDatabase(destination).Apply(Cqlite.Core.Engine.DatabaseOptions.Default));
            Run("Converting", "run the same command again; what is there already is not taken a second time.", async (progress, stop) =>
            {
                TransferResult result = await new Importer(folder, new DatabaseTarget(engine), settings, progress).RunAsync(stop).ConfigureAwait(false);
                if (!stop.IsCancellationRequested)
                    tuning.Apply(engine, result.Tables.Where(t => t.Outcome.IsDone()).Select(t => (t.Keyspace, t.Table)), stop);
                return result;
            });
        });
    }
}
