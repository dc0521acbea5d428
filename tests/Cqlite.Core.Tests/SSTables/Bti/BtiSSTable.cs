using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Bti;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

/// <summary>The files of one da SSTable of the corpus, the data decompressed.</summary>
internal sealed class BtiSSTable
{
    private const string Suffix = "-Partitions.db";

    private readonly string _prefix;

    public BtiSSTable(string partitionsPath, Partitioner partitioner)
    {
        _prefix = partitionsPath[..^Suffix.Length];
        Partitioner = partitioner;
        Data = ReadData();
    }

    public Partitioner Partitioner { get; }

    public byte[] Data { get; }

    public byte[] Partitions => File.ReadAllBytes(_prefix + Suffix);

    public byte[] Rows => File.ReadAllBytes(_prefix + "-Rows.db");

    /// <summary>Nodes with da SSTables that are whole.</summary>
    public static TheoryData<string> Nodes => [.. Corpus.Tables.Where(table => table.Format == "da").Select(table => table.At).Distinct()];

    /// <summary>All SSTables of a node, those of the hidden tables of indexes included, whose partitioner is another.</summary>
    public static IEnumerable<BtiSSTable> Of(string node) => Corpus.Node(node).Tables.SelectMany(table => Of(table).Concat(OfIndexes(table)));

    public static IEnumerable<BtiSSTable> Of(CorpusTable table) => table.SSTables.Select(
        name => new BtiSSTable(Path.Combine(table.DataDirectory, name + Suffix), PartitionerOf(table.At)));

    public static IEnumerable<BtiSSTable> OfIndexes(CorpusTable table) =>
        from folder in Directory.EnumerateDirectories(table.DataDirectory, ".*")
        from partitions in Directory.EnumerateFiles(folder, "*" + Suffix)
        select new BtiSSTable(partitions, Partitioner.Local(HeaderOf(partitions[..^Suffix.Length]).KeyType));

    /// <summary>The serialization header of an SSTable.</summary>
    public static SerializationHeader HeaderOf(string prefix) =>
        SSTableStatistics.Read(PhysicalFileSystem.Instance, prefix + "-Statistics.db", SSTableVersion.Parse("Statistics.db", "da", "bti")).Header;

    public static Partitioner PartitionerOf(string node) => node.EndsWith("byteordered", StringComparison.Ordinal) ? Partitioner.ByteOrdered : Partitioner.Murmur3;

    public BtiPartitionIndex Open(params CqlType[] clustering) => Open(Partitions, Rows, clustering);

    public BtiPartitionIndex Open(byte[] partitions, byte[] rows, params CqlType[] clustering) => new(
        new MemoryFile("Partitions.db", partitions),
        new MemoryFile("Rows.db", rows),
        Partitioner,
        new ClusteringComparator(clustering),
        Data.Length,
        ReadKey,
        new PageCache(1 << 20));

    public void ReadKey(long dataPosition, BufferWriter key) =>
        key.Write(new SpanReader(Data.AsSpan((int)dataPosition), "Data.db", dataPosition).ReadShortBytes());

    public override string ToString() => _prefix;

    private byte[] ReadData()
    {
        byte[] stored = File.ReadAllBytes(_prefix + "-Data.db");
        if (!File.Exists(_prefix + "-CompressionInfo.db"))
            return stored;

        SpanReader reader = new(File.ReadAllBytes(_prefix + "-CompressionInfo.db"), "CompressionInfo.db");
        string name = reader.ReadShortText();
        Dictionary<string, string> options = [];
        for (int left = reader.ReadInt32(); left > 0; left--)
            options.Add(reader.ReadShortText(), reader.ReadShortText());
        int chunkLength = reader.ReadInt32();
        int maxCompressedLength = reader.ReadInt32();
        byte[] data = new byte[reader.ReadInt64()];
        long[] offsets = new long[reader.ReadInt32() + 1];
        for (int i = 0; i < offsets.Length - 1; i++)
            offsets[i] = reader.ReadInt64();
        offsets[^1] = stored.Length;

        Assert.True(CompressorFactory.TryCreate(name, options, out Compressor? compressor, out _));
        // A compaction leaves a chunk of nothing at the end.
        for (int i = 0; i < offsets.Length - 1 && i * chunkLength < data.Length; i++)
        {
            ReadOnlySpan<byte> chunk = stored.AsSpan((int)offsets[i], (int)(offsets[i + 1] - offsets[i]) - 4);
            Span<byte> destination = data.AsSpan(i * chunkLength);
            destination = destination[..Math.Min(chunkLength, destination.Length)];
            if (chunk.Length >= maxCompressedLength)
                chunk[..destination.Length].CopyTo(destination);
            else
                Assert.Equal(destination.Length, compressor!.Decompress(chunk, destination));
        }

        return data;
    }
}

/// <summary>A file in memory, which counts how often it is read.</summary>
internal sealed class MemoryFile(string path, byte[] content, long offset = 0) : IReadableFile
{
    public string Path => path;

    public long Length => offset + content.Length;

    public int Reads { get; private set; }

    /// <summary>Reads; what lies before the content's own offset is zeros.</summary>
    public int Read(long position, Span<byte> destination)
    {
        Reads++;
        int length = (int)Math.Min(destination.Length, Length - position);
        destination[..length].Clear();
        long from = Math.Max(position, offset);
        if (from < position + length)
            content.AsSpan((int)(from - offset), (int)(position + length - from)).CopyTo(destination[(int)(from - position)..]);
        return length;
    }

    public void Dispose()
    {
    }
}

/// <summary>A written file in memory, which may pretend that much was written before.</summary>
internal sealed class MemoryOutput(long offset = 0) : IWritableFile
{
    private readonly MemoryStream _content = new();

    public string Path => "memory";

    public long Position => offset + _content.Length;

    public byte[] Content => _content.ToArray();

    public void Write(ReadOnlySpan<byte> bytes) => _content.Write(bytes);

    public void Sync()
    {
    }

    public void Dispose() => _content.Dispose();
}
