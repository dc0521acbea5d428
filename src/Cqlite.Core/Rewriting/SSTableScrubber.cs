using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Salvages what decodes of a damaged SSTable into another one, and tells in a manifest what is lost and where. The damaged one is never written to. Single
/// wrong bits are put right by checksums, CompressionInfo.db is made anew from the chunks where it is of no use, indexes lead past what does not decode, and
/// what stands in the wrong order is put in the right one. Nothing is invented: without the header in Statistics.db, whose numbers times are relative to,
/// there are no rows to be had.
/// </summary>
/// <remarks>Source of the idea: org/apache/cassandra/io/sstable/format/SortedTableScrubber.java.</remarks>
public sealed class SSTableScrubber
{
    private const long ReportEveryBytes = 1 << 20;
    private readonly IFileSystem _files;
    private readonly ScrubOptions _options;

    /// <summary>Prepares salvages.</summary>
    public SSTableScrubber(IFileSystem files, ScrubOptions options)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(options);
        _files = files;
        _options = options;
    }

    /// <summary>Salvages one SSTable. Upon failure or cancellation nothing is left of what was written.</summary>
    /// <param name="source">The SSTable.</param>
    /// <param name="progress">Is told now and then where it stands.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UnsupportedFormatException">The source is encrypted or of an unknown type, or has what the wanted version has no room for.</exception>
    /// <exception cref="StorageException">A file can't be read or written.</exception>
    public ScrubResult Scrub(SSTableDescriptor source, IProgress<RewriteProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        List<ScrubRepair> repairs = [];
        List<ScrubLoss> losses = [];
        RepairedFileSystem files = new(_files);
        if (Prepare(files, source, repairs, cancellation) is { } missing)
            return WithoutRows(source, missing, repairs);

        RewriteSources sources;
        try
        {
            sources = RewriteSources.Open(files, [source], _options.Table);
        }
        catch (CorruptDataException problem)
        {
            return WithoutRows(source, problem, repairs);
        }

        using (sources)
        {
            RewriteOptions options = new() { OutputDirectory = _options.OutputDirectory, Version = _options.Version, Compression = _options.Compression, ChunkLengthBytes = _options.ChunkLengthBytes, Table = _options.Table };
            using SortedRuns output = new(_files, _options.OutputDirectory, sources.Table, sources.WriterOptions(options));
            using PartitionSalvage salvage = new(sources.SSTables[0], output, losses, cancellation);
            long reported = 0;
            while (salvage.MoveNext())
            {
                if (progress is null || salvage.Position < reported + ReportEveryBytes)
                    continue;
                reported = salvage.Position;
                progress.Report(new RewriteProgress(reported, sources.TotalBytes, salvage.PartitionCount, salvage.RowCount));
            }

            cancellation.ThrowIfCancellationRequested();
            ScrubResult? result = null;
            output.Commit(
                written =>
                {
                    result = Result(source, written, losses, repairs) with
                    {
                        PartitionCount = salvage.PartitionCount,
                        RowCount = salvage.RowCount,
                        MovedCount = output.MovedCount,
                    };
                    ScrubManifest.Write(_files, source, result);
                },
                cancellation);
            return result!;
        }
    }

    /// <summary>Puts components right as far as checksums allow; the failure where one is missing without which there are no rows.</summary>
    private CqliteException? Prepare(RepairedFileSystem files, SSTableDescriptor source, List<ScrubRepair> repairs, CancellationToken cancellation)
    {
        foreach (SSTableComponent needed in (ReadOnlySpan<SSTableComponent>)[SSTableComponent.Data, SSTableComponent.Statistics])
        {
            string path = source.PathOf(needed);
            if (!files.FileExists(path))
                return new StorageException(path, "the component is missing.");
            if (files.GetLength(path) == 0)
                return new CorruptDataException(path, -1, "is empty.");
        }

        StatisticsRepair.Run(files, source, repairs);
        bool isPlain = files.FileExists(source.PathOf(SSTableComponent.Crc)) && !files.FileExists(source.PathOf(SSTableComponent.CompressionInfo));
        if (isPlain || !ChunkRepair.Run(files, source, repairs, cancellation))
            PlainDataRepair.Run(files, source, _options.OmitUnverified, repairs, cancellation);
        return null;
    }

    /// <summary>The manifest of a loss of everything.</summary>
    private ScrubResult WithoutRows(SSTableDescriptor source, CqliteException problem, List<ScrubRepair> repairs)
    {
        string path = problem switch
        {
            CorruptDataException corrupt => corrupt.File,
            StorageException storage => storage.Path,
            _ => source.PathOf(SSTableComponent.Data),
        };
        string component = Path.GetFileName(path).Replace(source.FilePrefix, "", StringComparison.Ordinal);
        ScrubResult result = Result(source, null, [new ScrubLoss(component, 0, -1, null, problem.Message)], repairs);
        _files.CreateDirectory(Path.GetFullPath(_options.OutputDirectory));
        ScrubManifest.Write(_files, source, result);
        return result;
    }

    private ScrubResult Result(SSTableDescriptor source, SSTableDescriptor? written, List<ScrubLoss> losses, List<ScrubRepair> repairs) => new()
    {
        Written = written,
        ManifestPath = ScrubManifest.PathFor(_files, _options.OutputDirectory, source),
        PartitionCount = 0,
        RowCount = 0,
        MovedCount = 0,
        Losses = losses,
        Repairs = repairs,
    };
}
