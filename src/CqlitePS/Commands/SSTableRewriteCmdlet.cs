using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that write SSTables again into another folder: where to, in which version, how compressed.</summary>
public abstract class SSTableRewriteCmdlet : SSTablePathCmdlet
{
    private readonly List<SSTableDescriptor> _sources = [];

    /// <summary>
    /// The folder for what is written; it is made where it does not exist. SSTables of several tables go into folders of their own below it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The version to write: nb, which every release from 4.0 on reads, oa or da.</summary>
    [Parameter]
    [ValidateSet("nb", "oa", "da", IgnoreCase = false)]
    public string Version { get; set; } = "nb";

    /// <summary>The compression: lz4, snappy, deflate, zstd or none; the source's when not given.</summary>
    [Parameter]
    [ValidateSet("lz4", "snappy", "deflate", "zstd", "none")]
    public string? Compression { get; set; }

    /// <summary>Bytes of a chunk before compression, a power of two such as 16KB; the source's when neither this nor a compression is given.</summary>
    [Parameter]
    [ValidateRange(1024, 1 << 30)]
    public int? ChunkLength { get; set; }

    /// <summary>A file of CQL with the schema. Cells of columns that it says were dropped are left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Schema { get; set; }

    /// <summary>Write into a folder that has SSTables already, which stay as they are.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Pass an object on that tells what was written.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, for the display of progress.</summary>
    protected abstract string Activity { get; }

    /// <summary>Compression as the core takes it; null for the source's.</summary>
    protected IReadOnlyDictionary<string, string>? CompressionOption { get; private set; }

    /// <summary>The version as the core takes it.</summary>
    protected SSTableVersion TargetVersion => SSTableVersion.OfName(Version);

    /// <inheritdoc/>
    protected override void Begin() => CompressionOption = RewriteCompression.Option(Compression, ChunkLength);

    /// <inheritdoc/>
    protected sealed override void ProcessSSTable(SSTableDescriptor descriptor) => _sources.Add(descriptor);

    /// <inheritdoc/>
    protected sealed override void End()
    {
        try
        {
            foreach (RewriteGroup group in RewritePlan.Of(_sources, ResolveLiteral(Destination)))
            {
                ForItem(group.OutputDirectory, () =>
                {
                    if (!Force && group.IsOccupied(PhysicalFileSystem.Instance))
                        WriteError(NotEmpty(group.OutputDirectory));
                    else
                        ProcessGroup(group);
                });
            }
        }
        finally
        {
            CompleteProgress(Activity);
        }
    }

    /// <summary>Does the work for the SSTables of one table.</summary>
    protected abstract void ProcessGroup(RewriteGroup group);

    /// <summary>Does the work for each SSTable of a table that is wanted; an error is of that SSTable alone.</summary>
    /// <param name="group">The SSTables.</param>
    /// <param name="verb">What is done, as a question asks it: <c>Convert</c>.</param>
    /// <param name="work">Does it; is given where the SSTable's data is, and when it began (<see cref="Stopwatch.GetTimestamp"/>).</param>
    private protected void ForSSTables(RewriteGroup group, string verb, Action<SSTableDescriptor, string, long> work)
    {
        foreach (SSTableDescriptor source in group.Sources)
        {
            string path = source.PathOf(SSTableComponent.Data);
            if (ShouldProcess(path, $"{verb} to {Version} in '{group.OutputDirectory}'"))
                ForItem(path, () => work(source, path, Stopwatch.GetTimestamp()));
        }
    }

    /// <summary>The definition of an SSTable's table from the file that was named; null where none was, or it has none.</summary>
    protected TableMetadata? NamedDefinition(SSTableDescriptor source) => Schema is null ? null : DefinitionOf(source, Schema);

    /// <summary>A display of progress for the work on something.</summary>
    protected IProgress<RewriteProgress> ProgressOf(string what) => new ProgressReporter(this, what);

    private static ErrorRecord NotEmpty(string folder) => new(
        new IOException($"'{folder}' has SSTables already. Name another folder, or give -Force to write beside them."),
        "DestinationNotEmpty",
        ErrorCategory.ResourceExists,
        folder);

    /// <summary>Reports at once, on the pipeline's own thread, which is the one that works.</summary>
    private sealed class ProgressReporter(SSTableRewriteCmdlet cmdlet, string what) : IProgress<RewriteProgress>
    {
        private readonly long _started = Stopwatch.GetTimestamp();

        public void Report(RewriteProgress value)
        {
            double seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
            double speed = value.DoneBytes / Math.Max(seconds, 0.001);
            cmdlet.ReportProgress(
                cmdlet.Activity,
                string.Create(CultureInfo.InvariantCulture, $"{what}: {value.RowCount:N0} rows, {value.RowCount / Math.Max(seconds, 0.001):N0} rows/s, {speed / 1e6:N1} MB/s"),
                value.TotalBytes > 0 ? 100.0 * value.DoneBytes / value.TotalBytes : null,
                speed > 0 ? TimeSpan.FromSeconds((value.TotalBytes - value.DoneBytes) / speed) : null);
        }
    }
}
