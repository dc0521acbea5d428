using System.Buffers.Binary;
using Cqlite.Core.Compression;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables;

/// <summary>How Data.db is compressed, and where its chunks begin.</summary>
/// <remarks>
/// <code>
/// short + text     compressor's class, without its package: LZ4Compressor
/// int              number of options, then for each: short + text key, short + text value
/// int              chunk length in bytes, before compression; a power of two
/// int              (na and later) compressed length from which a chunk is stored as it is
/// long             length of the data, before compression
/// int              number of chunks
/// long * number    offset of each chunk in Data.db; chunks follow each other, each ending in a CRC-32 of its stored bytes;
///                  the last may be a chunk of nothing
/// </code>
/// Source: org/apache/cassandra/io/compress/CompressionMetadata.java, schema/CompressionParams.java.
/// </remarks>
public sealed class CompressionInfo
{
    private readonly long[] _offsets;

    private CompressionInfo(string compressorName, IReadOnlyDictionary<string, string> options, long[] offsets)
    {
        CompressorName = compressorName;
        Options = options;
        _offsets = offsets;
    }

    /// <summary>The compressor's class without its package.</summary>
    public string CompressorName { get; }

    /// <summary>The compressor's options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>Length of every chunk but the last before compression, in bytes.</summary>
    public int ChunkLength { get; private init; }

    /// <summary>Chunks whose stored length is this or more are not compressed; <see cref="int.MaxValue"/> where all are.</summary>
    public int MaxCompressedLength { get; private init; }

    /// <summary>Length of the data before compression, in bytes.</summary>
    public long DataLength { get; private init; }

    /// <summary>Number of chunks.</summary>
    public int ChunkCount => _offsets.Length;

    /// <summary>The compressor.</summary>
    internal Compressor Compressor { get; private init; } = null!;

    /// <summary>Offset of a chunk in Data.db.</summary>
    internal long OffsetOf(int chunk) => _offsets[chunk];

    /// <summary>Offset of the byte after a chunk and its checksum.</summary>
    /// <param name="chunk">The chunk's number.</param>
    /// <param name="compressedFileLength">Length of Data.db.</param>
    internal long EndOf(int chunk, long compressedFileLength) => chunk + 1 < _offsets.Length ? _offsets[chunk + 1] : compressedFileLength;

    /// <summary>Reads the component and checks that it hangs together.</summary>
    internal static CompressionInfo Read(IFileSystem files, string path, SSTableVersion version)
    {
        byte[] content = files.ReadAll(path, int.MaxValue - 64);
        if (content.Length == 0)
            throw new CorruptDataException(path, -1, "is empty.");

        SpanReader reader = new(content, path);
        string name = reader.ReadShortText();
        int optionCount = reader.CheckCount(reader.ReadInt32(), 4);
        SortedDictionary<string, string> options = new(StringComparer.Ordinal);
        for (int i = 0; i < optionCount; i++)
            options[reader.ReadShortText()] = reader.ReadShortText();

        long chunkLengthOffset = reader.Offset;
        int chunkLength = reader.ReadInt32();
        if (chunkLength <= 0 || (chunkLength & (chunkLength - 1)) != 0)
            throw new CorruptDataException(path, chunkLengthOffset, $"a chunk length of {chunkLength:N0} bytes is not a power of two.");
        int maxCompressedLength = version.HasMaxCompressedLength ? reader.ReadInt32() : int.MaxValue;
        long dataLengthOffset = reader.Offset;
        long dataLength = reader.ReadInt64();
        int count = reader.ReadInt32();

        // Cassandra may end the file with a chunk of nothing.
        long expected = dataLength <= 0 ? 0 : ((dataLength - 1) / chunkLength) + 1;
        if (expected == 0 || (count != expected && count != expected + 1))
        {
            throw new CorruptDataException(
                path,
                dataLengthOffset,
                $"{count:N0} chunks of {chunkLength:N0} bytes do not hold {dataLength:N0} bytes of data.");
        }

        reader.CheckCount(count, sizeof(long));
        long[] offsets = ReadOffsets(ref reader, count);
        if (reader.Remaining != 0)
            reader.Throw($"{reader.Remaining:N0} bytes follow the last chunk's offset.");
        if (!CompressorFactory.TryCreate(name, options, out Compressor? compressor, out string? problem))
        {
            throw new UnsupportedFormatException(path, name.StartsWith("Encrypt", StringComparison.OrdinalIgnoreCase)
                ? $"the data is encrypted ({name}); encrypted SSTables can't be read."
                : problem + ".");
        }

        return new CompressionInfo(name, options, offsets)
        {
            ChunkLength = chunkLength,
            MaxCompressedLength = maxCompressedLength,
            DataLength = dataLength,
            Compressor = compressor,
        };
    }

    /// <summary>Writes the component of a version that has the length from which chunks are stored as they are.</summary>
    /// <param name="output">Receives the component.</param>
    /// <param name="compressorName">The compressor's class without its package.</param>
    /// <param name="options">The compressor's options, as the table has them.</param>
    /// <param name="chunkLength">Length of a chunk in bytes, before compression.</param>
    /// <param name="maxCompressedLength">Compressed length from which a chunk is stored as it is.</param>
    /// <param name="dataLength">Length of the data, before compression.</param>
    /// <param name="offsets">Offset of each chunk.</param>
    internal static void Write(
        BufferWriter output,
        string compressorName,
        IReadOnlyDictionary<string, string> options,
        int chunkLength,
        int maxCompressedLength,
        long dataLength,
        ReadOnlySpan<long> offsets)
    {
        output.WriteShortText(compressorName);
        output.WriteInt32(options.Count);
        foreach ((string key, string value) in options)
        {
            output.WriteShortText(key);
            output.WriteShortText(value);
        }

        output.WriteInt32(chunkLength);
        output.WriteInt32(maxCompressedLength);
        output.WriteInt64(dataLength);
        output.WriteInt32(offsets.Length);
        foreach (long offset in offsets)
            output.WriteInt64(offset);
    }

    private static long[] ReadOffsets(ref SpanReader reader, int count)
    {
        long[] offsets = new long[count];
        long first = reader.Offset;
        ReadOnlySpan<byte> bytes = reader.ReadBytes(count * sizeof(long));
        long previous = -1;
        for (int i = 0; i < count; i++)
        {
            long offset = BinaryPrimitives.ReadInt64BigEndian(bytes[(i * sizeof(long))..]);
            if (offset <= previous || (i == 0 && offset != 0))
            {
                throw new CorruptDataException(
                    reader.File,
                    first + (i * sizeof(long)),
                    $"chunk {i:N0} can't begin at {offset:N0}, its predecessor being at {previous:N0}.");
            }

            offsets[i] = offset;
            previous = offset;
        }

        return offsets;
    }
}
