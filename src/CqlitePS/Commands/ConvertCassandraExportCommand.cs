using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Query;
using Cqlite.Migration.Conversions;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
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
        ImportSettings settings = new()
        {
            Tables = Table,
            CreateIndexes = CreateIndex,
            AllowIncomplete = AllowIncomplete,
            Ranges = Ranges,
            Tuning = new TableTuning { Compression = Compression?.ToLowerInvariant(), HasFilters = NoBloomFilter ? false : null, Compact = Optimize },
        };
        ForFolders(folder =>
        {
            if (!ShouldProcess(destination, $"Make a database of {folder}"))
                return;

            // No database is made for what is no export.
            ExportManifest manifest = ManifestFile.Read(PhysicalFileSystem.Instance, folder);
            DatabaseCreation.CreateWhereMissing(destination);
            using QueryEngine engine = QueryEngine.Open(destination, Cqlite.Core.Engine.Settings.DatabaseSettings.OfDatabase(destination).Apply(Cqlite.Core.Engine.DatabaseOptions.Default));
            Run("Converting", "run the same command again; what is there already is not taken a second time.", (progress, stop) => new Importer(folder, new DatabaseTarget(engine), settings with { Manifest = manifest }, progress).RunAsync(stop));
        });
    }
}
