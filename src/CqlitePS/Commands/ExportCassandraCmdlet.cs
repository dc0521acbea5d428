using System.Management.Automation;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that write an export directory.</summary>
public abstract class ExportCassandraCmdlet : MigrationSourceCmdlet
{
    /// <summary>The folder of the export, which must not exist or be empty, unless an export in it is gone on with.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>How SSTables are compressed; as each table's options say when not given.</summary>
    [Parameter]
    [ValidateSet("lz4", "snappy", "deflate", "zstd", "none")]
    public string? Compression { get; set; }

    /// <summary>The version of the SSTables.</summary>
    [Parameter]
    [ValidateSet("nb", "oa", "da")]
    public string Version { get; set; } = "nb";

    /// <summary>Exports tables, if the user wants it.</summary>
    private protected void Export(IReadOnlyList<string> tables, bool withIndexes)
    {
        string folder = ResolveLiteral(Destination);
        ExportSettings settings = new()
        {
            Tables = tables,
            Resume = Resume,
            Ranges = Ranges,
            SSTableVersion = Version,
            Compression = Compression?.ToLowerInvariant(),
            WithIndexes = withIndexes,
        };
        using IMigrationSource source = OpenSource();
        if (!ShouldProcess(folder, $"Export {string.Join(", ", tables)} of {TransferReport.Describe(source.Description)}"))
            return;
        Run("Exporting", $"run the same command with -Resume to go on with {folder}.", (progress, stop) => new Exporter(source, folder, settings, progress).RunAsync(stop));
    }
}
