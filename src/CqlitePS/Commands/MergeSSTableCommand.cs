using System.Diagnostics;
using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>
/// Compacts SSTables outside of a node: those of one table become one, or several of a given size. What is deleted or overwritten goes; tombstones go
/// once they are older than gc_grace_seconds and nothing that lies beside the SSTables may need them.
/// </summary>
[Cmdlet(VerbsData.Merge, "SSTable", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(SSTableRewrite))]
public sealed class MergeSSTableCommand : SSTableRewriteCmdlet
{
    /// <summary>Bytes of an SSTable's files from which on the next partition begins another SSTable, such as 160MB; no limit when not given.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? MaxSize { get; set; }

    /// <summary>For how many seconds tombstones are kept; the table's gc_grace_seconds when not given. Where that is not known either, all stay.</summary>
    [Parameter]
    [Alias("GcGrace")]
    [ValidateRange(0, int.MaxValue)]
    public long? GcGraceSeconds { get; set; }

    /// <summary>Keep all tombstones, and expired cells as they are, however old.</summary>
    [Parameter]
    public SwitchParameter KeepTombstone { get; set; }

    /// <summary>The moment at which times to live and the age of tombstones are judged; the clock's when not given.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Merging SSTables";

    /// <inheritdoc/>
    protected override void Begin()
    {
        base.Begin();
        if (KeepTombstone && GcGraceSeconds is not null)
            throw new ArgumentException("-KeepTombstone keeps all tombstones, -GcGraceSeconds says when they go: only one can be given.");
    }

    /// <inheritdoc/>
    protected override void ProcessGroup(RewriteGroup group)
    {
        if (!ShouldProcess(string.Join(", ", group.Sources), $"Merge to {Version} in '{group.OutputDirectory}'"))
            return;
        TableMetadata? table = DefinitionOf(group.Sources[0], Schema);
        long? gcGrace = KeepTombstone ? null : GcGraceSeconds ?? table?.Options.GcGraceSeconds;
        if (gcGrace is null && !KeepTombstone)
            WriteWarning($"The table's gc_grace_seconds is not known beside '{group.Sources[0]}': all tombstones stay. Give -Schema or -GcGraceSeconds to let old ones go.");
        MergeOptions options = new()
        {
            OutputDirectory = group.OutputDirectory,
            Version = TargetVersion,
            Compression = CompressionOption,
            ChunkLengthBytes = ChunkLength,
            MaxBytes = MaxSize,
            Table = table,
            Purge = gcGrace is not { } seconds ? null : new PurgeOptions
            {
                NowSeconds = (AsOf ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds(),
                GcGraceSeconds = seconds,
                Others = group.Others(PhysicalFileSystem.Instance),
            },
        };
        long started = Stopwatch.GetTimestamp();
        RewriteResult result = new SSTableMerger(PhysicalFileSystem.Instance, options).Merge(group.Sources, ProgressOf(group.OutputDirectory), StopToken);
        if (PassThru)
            WriteObject(new SSTableRewrite(group.Sources, group.OutputDirectory, Version, result, gcGrace, Stopwatch.GetElapsedTime(started)));
    }
}
