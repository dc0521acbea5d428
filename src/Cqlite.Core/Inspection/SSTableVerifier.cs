using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Inspection;

/// <summary>
/// Verifies an SSTable in the order in which Cassandra does: components, metadata, index, filter, digest, then the data from beginning to
/// end. It does not stop at the first finding: what does not depend on what is damaged is looked at all the same, and behind a damaged
/// partition reading goes on at the next one that the index names. Memory does not grow with the SSTable, but for the filter, of which
/// there are two for a while.
/// </summary>
/// <remarks>
/// Source of the order: org/apache/cassandra/io/sstable/format/SortedTableVerifier.java, format/big/BigTableVerifier.java. Beyond these:
/// TOC.txt, missing components, the filter's bits, summary and row indexes against what they stand for, CRC.db, range tombstones, values,
/// and the statistics against the content.
/// </remarks>
public sealed class SSTableVerifier
{
    private const int DigestBlockBytes = 1 << 20;

    private readonly IFileSystem _files;
    private readonly SSTableDescriptor _descriptor;
    private readonly SSTableVerifierOptions _options;
    private readonly IReadOnlyList<SSTableComponent> _components;

    /// <summary>Prepares a verification; nothing is read but the folder.</summary>
    /// <exception cref="StorageException">The folder can't be read, or the SSTable has no file in it.</exception>
    public SSTableVerifier(IFileSystem files, SSTableDescriptor descriptor, SSTableVerifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(descriptor);
        _files = files;
        _descriptor = descriptor;
        _options = options ?? SSTableVerifierOptions.Default;
        _components = SSTable.ListComponents(files, descriptor);
        if (_components.Count == 0)
            throw new StorageException(descriptor.ToString(), "there is no file of this SSTable.");
    }

    /// <summary>Verifies. What is wrong with the SSTable is told, never thrown.</summary>
    /// <param name="found">Takes each finding as soon as it is made, on the calling thread.</param>
    /// <param name="progress">Told about once a megabyte.</param>
    /// <param name="cancellation">Ends the verification.</param>
    public VerificationSummary Verify(
        Action<VerificationFinding> found,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(found);
        FindingSink sink = new(_descriptor, found);
        sink.Step = VerificationStep.Components;
        CheckComponents(sink);
        sink.Step = VerificationStep.Metadata;
        SSTableStatistics? statistics = CheckStatistics(sink);
        sink.KeyType = statistics?.Header.KeyType;
        using DataFile? data = OpenData(sink, statistics);
        using SSTable? sstable = data is null || statistics is null ? null : Open(sink);

        BloomFilter? filter = ReadFilter(sink, statistics, out CqliteException? filterProblem);
        FilterCheck? filterCheck = filter is null ? null : new FilterCheck(filter);
        bool isIndexWhole = false;
        sink.Step = VerificationStep.Index;
        if (sstable is not null)
            isIndexWhole = new PartitionIndexCheck(_files, sstable, sink, filterCheck, cancellation).Run();
        sink.Step = VerificationStep.Filter;
        if (filterProblem is not null)
            sink.Error(filterProblem, SSTableComponent.Filter);
        if (isIndexWhole)
            filterCheck?.Finish(sink);

        bool hasDigest = false;
        sink.Step = VerificationStep.Digest;
        if (_options.Depth >= VerificationDepth.Digest)
            hasDigest = CheckDigest(sink, progress, cancellation);

        sink.Step = VerificationStep.Data;
        DataWalk? walk = null;
        if (_options.Depth >= VerificationDepth.Full && sstable is not null)
        {
            walk = new DataWalk(sstable, sink, _options.Depth == VerificationDepth.Extended, isIndexWhole, isIndexWhole ? null : filterCheck);
            walk.Run(progress, cancellation);
        }

        bool isWalked = walk is { IsWhole: true };
        if (!isWalked && data is not null && (_options.Depth >= VerificationDepth.Full || (_options.Depth == VerificationDepth.Digest && !hasDigest)))
            CheckChunks(data, sink, progress, cancellation);

        return new VerificationSummary
        {
            ErrorCount = sink.ErrorCount,
            WarningCount = sink.WarningCount,
            IsDataRead = isWalked,
            PartitionCount = walk?.Content.PartitionCount ?? 0,
            RowCount = walk?.Content.RowCount ?? 0,
            CellCount = walk?.Content.CellCount ?? 0,
        };
    }

    private bool Has(SSTableComponent component) => _components.Contains(component);

    private void CheckComponents(FindingSink sink)
    {
        SSTableComponent[] primary = _descriptor.Version.IsBti
            ? [SSTableComponent.Data, SSTableComponent.Statistics, SSTableComponent.Partitions, SSTableComponent.Rows]
            : [SSTableComponent.Data, SSTableComponent.Statistics, SSTableComponent.Index];
        foreach (SSTableComponent component in primary.Where(c => !Has(c)))
            sink.Error(component, -1, $"the component is missing; of this SSTable there are {string.Join(", ", _components)}.");
        if (!_descriptor.Version.IsBti && !Has(SSTableComponent.Summary))
            sink.Warning(SSTableComponent.Summary, -1, "the component is missing; Cassandra makes it anew from Index.db.");
        if (!Has(SSTableComponent.Digest))
            sink.Warning(SSTableComponent.Digest, -1, "the component is missing: that Data.db as a whole is what was written can't be told.");
        if (!Has(SSTableComponent.Toc))
        {
            sink.Warning(SSTableComponent.Toc, -1, "the component is missing: whether others are can't be told.");
            return;
        }

        HashSet<SSTableComponent> listed = [];
        try
        {
            foreach (string line in SSTable.ReadToc(_files, _descriptor))
                listed.Add(new SSTableComponent(line));
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, SSTableComponent.Toc);
            return;
        }

        foreach (SSTableComponent component in listed.Where(c => !Has(c)))
            sink.Warning(component, -1, "TOC.txt lists the component, but there is no such file.");
        foreach (SSTableComponent component in _components.Where(c => !listed.Contains(c)))
            sink.Warning(SSTableComponent.Toc, -1, $"does not list {component}, which is there.");
    }

    private SSTableStatistics? CheckStatistics(FindingSink sink)
    {
        if (!Has(SSTableComponent.Statistics))
            return null;
        string path = _descriptor.PathOf(SSTableComponent.Statistics);
        try
        {
            SSTableStatistics statistics = SSTableStatistics.Read(_files, path, _descriptor.Version);
            _ = Partitioner.FromClassName(statistics.Validation.Partitioner, statistics.Header.KeyType, path);
            StatisticsCheck.CheckItself(statistics, sink);
            return statistics;
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, SSTableComponent.Statistics);
            return null;
        }
    }

    /// <summary>Opens Data.db with its checksums; null where that can't be, which has then been told.</summary>
    private DataFile? OpenData(FindingSink sink, SSTableStatistics? statistics)
    {
        if (!Has(SSTableComponent.Data))
            return null;
        try
        {
            CompressionInfo? compression = null;
            if (Has(SSTableComponent.CompressionInfo))
            {
                compression = CompressionInfo.Read(_files, _descriptor.PathOf(SSTableComponent.CompressionInfo), _descriptor.Version);
            }
            else if (statistics is not null && statistics.Stats.CompressionRatio != StatsMetadata.NoCompressionRatio)
            {
                sink.Error(SSTableComponent.CompressionInfo, -1, "the component is missing; Statistics.db says that the data is compressed.");
                return null;
            }

            return Open(compression, sink);
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, SSTableComponent.Data);
            return null;
        }
    }

    private DataFile Open(CompressionInfo? compression, FindingSink sink)
    {
        IReadableFile file = _files.OpenRead(_descriptor.PathOf(SSTableComponent.Data));
        bool opened = false;
        try
        {
            if (file.Length == 0)
                throw new CorruptDataException(file.Path, -1, "is empty.");
            DataFile? data = null;
            if (compression is not null)
            {
                data = new CompressedDataFile(file, compression, crcCheckChance: 1);
            }
            else if (Has(SSTableComponent.Crc))
            {
                try
                {
                    data = PlainDataFile.Open(_files, file, _descriptor.PathOf(SSTableComponent.Crc), crcCheckChance: 1);
                }
                catch (CorruptDataException exception)
                {
                    sink.Error(exception, SSTableComponent.Crc);
                }
            }
            else
            {
                sink.Warning(SSTableComponent.Crc, -1, "the component is missing: the parts of uncompressed data have no checksums.");
            }

            data ??= PlainDataFile.Open(_files, file, null, crcCheckChance: 0);
            opened = true;
            return data;
        }
        finally
        {
            if (!opened)
                file.Dispose();
        }
    }

    /// <summary>Opens the SSTable to be walked; where CRC.db does not decode, without the checksums it has.</summary>
    private SSTable? Open(FindingSink sink)
    {
        SSTableOptions options = new() { UseFilter = false };
        try
        {
            try
            {
                return SSTable.Open(_files, _descriptor, options);
            }
            catch (CorruptDataException exception) when (exception.File == _descriptor.PathOf(SSTableComponent.Crc))
            {
                return SSTable.Open(_files, _descriptor, options with { CrcCheckChance = 0 });
            }
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, SSTableComponent.Data);
            return null;
        }
    }

    private BloomFilter? ReadFilter(FindingSink sink, SSTableStatistics? statistics, out CqliteException? problem)
    {
        problem = null;
        if (!Has(SSTableComponent.Filter))
        {
            if (statistics is null || statistics.Validation.BloomFilterFpChance < 1)
            {
                sink.Step = VerificationStep.Filter;
                sink.Warning(SSTableComponent.Filter, -1, "the component is missing; every read of a partition has to ask the index.");
            }

            return null;
        }

        try
        {
            return BloomFilter.Read(_files, _descriptor.PathOf(SSTableComponent.Filter), _descriptor.Version);
        }
        catch (CqliteException exception)
        {
            problem = exception;
            return null;
        }
    }

    private bool CheckDigest(FindingSink sink, IProgress<VerificationProgress>? progress, CancellationToken cancellation)
    {
        if (!Has(SSTableComponent.Digest) || !Has(SSTableComponent.Data))
            return false;
        try
        {
            string text = System.Text.Encoding.UTF8.GetString(_files.ReadAll(_descriptor.PathOf(SSTableComponent.Digest), 1 << 10)).Trim();
            if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint expected))
            {
                sink.Error(SSTableComponent.Digest, 0, $"'{text}' is not the checksum that is expected here, a number of 32 bits.");
                return false;
            }

            using IReadableFile file = _files.OpenRead(_descriptor.PathOf(SSTableComponent.Data));
            byte[] block = new byte[Math.Min(DigestBlockBytes, file.Length)];
            uint actual = 0;
            for (long offset = 0; offset < file.Length; offset += block.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> part = block.AsSpan(0, (int)Math.Min(block.Length, file.Length - offset));
                file.ReadExactly(offset, part);
                actual = Crc32.Update(actual, part);
                progress?.Report(new VerificationProgress(VerificationStep.Digest, offset + part.Length, file.Length));
            }

            if (actual != expected)
                sink.Error(SSTableComponent.Data, -1, $"the {file.Length:N0} bytes of the file make the checksum {actual}, but Digest.crc32 says {expected}.");
        }
        catch (CqliteException exception)
        {
            sink.Error(exception, SSTableComponent.Digest);
        }

        return true;
    }

    /// <summary>Looks at every chunk by itself, for what a walk that had to end, or pass over something, did not come to.</summary>
    private static void CheckChunks(DataFile data, FindingSink sink, IProgress<VerificationProgress>? progress, CancellationToken cancellation)
    {
        const int readAheadBytes = 256 << 10;
        ChunkInput input = new() { ReadAheadBytes = readAheadBytes };
        byte[] chunkBytes = new byte[Math.Min(data.ChunkLength, data.Length)];
        for (int chunk = 0; chunk < data.ChunkCount; chunk++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                data.ReadChunk(chunk, chunkBytes.AsSpan(0, data.LengthOf(chunk)), input);
            }
            catch (CorruptDataException exception)
            {
                sink.Error(exception, SSTableComponent.Data);
            }

            progress?.Report(new VerificationProgress(VerificationStep.Data, Math.Min(data.Length, (chunk + 1L) * data.ChunkLength), data.Length));
        }
    }
}
