using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>An SSTable of Cassandra's, read and written again in memory with the settings that it was written with.</summary>
internal sealed class Rewriting : IDisposable
{
    private const string Target = "/data/ks/table";
    private const int SmallBlockBytes = 1024;
    private readonly SimulatedDisk _disk = new();
    private readonly SSTable _source;

    private Rewriting(SSTableDescriptor source)
    {
        _source = SSTable.Open(PhysicalFileSystem.Instance, source);
        _disk.CreateDirectory(Target);
    }

    /// <summary>Components of the source.</summary>
    public IReadOnlyList<SSTableComponent> Components => _source.Components;

    /// <summary>Whether the compressor is one whose encoder is not Cassandra's.</summary>
    public bool IsByOtherEncoder => _source.CompressionInfo?.CompressorName is "SnappyCompressor" or "DeflateCompressor";

    /// <summary>Whether the data ends with a chunk of no bytes.</summary>
    public bool HasEmptyLastChunk => _source.CompressionInfo is { } info && info.ChunkCount > ((info.DataLength - 1) / info.ChunkLength) + 1;

    /// <summary>What was written.</summary>
    public SSTableDescriptor Written { get; private set; } = null!;

    /// <summary>The disk that it was written to.</summary>
    public SimulatedDisk Disk => _disk;

    /// <summary>The settings of an SSTable as far as its own files tell them; the rest is the node's configuration.</summary>
    public static SSTableWriterOptions SettingsOf(SSTable source)
    {
        StatsMetadata stats = source.Statistics.Stats;
        SSTableDescriptor descriptor = source.Descriptor;
        double rate = source.Statistics.Validation.BloomFilterFpChance;
        long? keys = null;
        if (source.Has(SSTableComponent.Filter))
        {
            // The number of keys that the filter was made for was foretold (of compactions by an estimate).
            long words = (PhysicalFileSystem.Instance.GetLength(descriptor.PathOf(SSTableComponent.Filter)) - 8) / 8;
            keys = ((words * 64) - 20) / BloomFilterShape.For(rate).BitsPerKey;
        }

        return new SSTableWriterOptions
        {
            Version = descriptor.Version,
            Header = source.Statistics.Header,
            Compression = source.CompressionInfo is { } info ? WriterCompression.Like(info) : null,
            BloomFilterFpChance = rate,
            ExpectedKeyCount = keys,
            MinIndexInterval = source.Has(SSTableComponent.Summary) ? ReadInt32(descriptor, SSTableComponent.Summary) : 128,
            ColumnIndexBytes = HasSmallBlocks(descriptor) ? SmallBlockBytes : null,
            CommitLogIntervals = stats.CommitLogIntervals,
            OriginatingHostId = stats.OriginatingHostId,
            Level = stats.Level,
            RepairedAtMillis = stats.RepairedAtMillis,
            PendingRepair = stats.PendingRepair,
            IsTransient = stats.IsTransient,
            TokenSpaceCoverage = stats.TokenSpaceCoverage,
        };
    }

    public static Rewriting Of(SSTableDescriptor source)
    {
        Rewriting rewriting = new(source);
        SSTable sstable = rewriting._source;
        using SSTableTransaction transaction = new(rewriting._disk, Target, source.Version, "write");
        using (SSTableWriter writer = new(rewriting._disk, transaction, source.Id, sstable.Table, SettingsOf(sstable)))
        {
            using (UnfilteredCursor cursor = sstable.Read(ReadRequest.All))
                writer.Append(cursor, CancellationToken.None);
            writer.Finish();
            rewriting.Written = writer.Descriptor;
        }

        transaction.Commit();
        return rewriting;
    }

    public byte[] Expected(SSTableComponent component) => File.ReadAllBytes(_source.Descriptor.PathOf(component));

    public byte[] Actual(SSTableComponent component) => _disk.ReadAll(Written.PathOf(component));

    public byte[] ExpectedData() => Uncompressed(_source);

    public byte[] ActualData()
    {
        using SSTable written = SSTable.Open(_disk, Written);
        return Uncompressed(written);
    }

    public void Dispose() => _source.Dispose();

    private static byte[] Uncompressed(SSTable sstable)
    {
        byte[] data = new byte[sstable.DataLength];
        ChunkInput input = new();
        DataFile file = sstable.DataFile;
        for (int chunk = 0; chunk < file.ChunkCount; chunk++)
            file.ReadChunk(chunk, data.AsSpan(chunk * file.ChunkLength, file.LengthOf(chunk)), input);
        return data;
    }

    private static int ReadInt32(SSTableDescriptor descriptor, SSTableComponent component) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(File.ReadAllBytes(descriptor.PathOf(component)));

    /// <summary>column_index_size is the node's setting: 1 KiB where these were written (see the fixtures' README), else the default.</summary>
    private static bool HasSmallBlocks(SSTableDescriptor descriptor) => descriptor.Keyspace is "wide_small" or "bigindex" or "damage";
}
