using System.Diagnostics;
using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>
/// Salvages what decodes of damaged SSTables into others, with a manifest for each of what was lost and where. The damaged ones are never written to.
/// </summary>
[Cmdlet(VerbsDiagnostic.Repair, "SSTable", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(SSTableSalvage))]
public sealed class RepairSSTableCommand : SSTableRewriteCmdlet
{
    /// <summary>Leave out rows whose part of the file, which is not compressed, has a wrong checksum, even where they decode.</summary>
    [Parameter]
    public SwitchParameter OmitUnverified { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Salvaging SSTables";

    /// <inheritdoc/>
    protected override void ProcessGroup(RewriteGroup group)
    {
        ScrubOptions options = new()
        {
            OutputDirectory = group.OutputDirectory,
            Version = TargetVersion,
            Compression = CompressionOption,
            ChunkLengthBytes = ChunkLength,
            OmitUnverified = OmitUnverified,
            Table = NamedDefinition(group.Sources[0]),
        };
        SSTableScrubber scrubber = new(PhysicalFileSystem.Instance, options);
        ForSSTables(group, "Salvage", (source, path, started) =>
        {
            ScrubResult result = scrubber.Scrub(source, ProgressOf(path), StopToken);
            SSTableSalvage salvage = new(source, group.OutputDirectory, Version, result, Stopwatch.GetElapsedTime(started));
            if (!salvage.IsComplete)
                WriteWarning($"{path}: stretches lost: {salvage.Lost.Length:N0}, rows salvaged: {salvage.Rows:N0}. '{salvage.ManifestPath}' tells more.");
            if (PassThru)
                WriteObject(salvage);
        });
    }
}
