using System.Diagnostics;
using System.Management.Automation;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Writes SSTables again in another version, with another compression, or in several pieces. What they hold stays the same; they themselves are only read.</summary>
[Cmdlet(VerbsData.Convert, "SSTable", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(SSTableRewrite))]
public sealed class ConvertSSTableCommand : SSTableRewriteCmdlet
{
    /// <summary>Bytes of an SSTable's files from which on the next partition begins another SSTable, such as 160MB; no limit when not given.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? MaxSize { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Converting SSTables";

    /// <inheritdoc/>
    protected override void ProcessGroup(RewriteGroup group)
    {
        RewriteOptions options = new()
        {
            OutputDirectory = group.OutputDirectory,
            Version = TargetVersion,
            Compression = CompressionOption,
            ChunkLengthBytes = ChunkLength,
            MaxBytes = MaxSize,
            Table = NamedDefinition(group.Sources[0]),
        };
        SSTableConverter converter = new(PhysicalFileSystem.Instance, options);
        ForSSTables(group, "Convert", (source, path, started) =>
        {
            RewriteResult result = converter.Convert(source, ProgressOf(path), StopToken);
            if (PassThru)
                WriteObject(new SSTableRewrite([source], group.OutputDirectory, Version, result, gcGraceSeconds: null, Stopwatch.GetElapsedTime(started)));
        });
    }
}
