using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>The whole of Statistics.db.</summary>
/// <remarks>
/// <code>
/// int                  number of parts
/// (int CRC-32)         na and later: of the four bytes before
/// (int, int) * parts   kind (0 validation, 1 compaction, 2 stats, 3 header) and offset in the file
/// (int CRC-32)         na and later: of all ints before (without the first CRC)
/// parts                each followed, na and later, by the CRC-32 of its bytes
/// </code>
/// Source: org/apache/cassandra/io/sstable/metadata/MetadataSerializer.java.
/// </remarks>
public sealed record SSTableStatistics
{
    private const int ChecksumLength = 4;

    internal SSTableStatistics(ValidationMetadata validation, CompactionMetadata? compaction, StatsMetadata stats, SerializationHeader header)
    {
        Validation = validation;
        Compaction = compaction;
        Stats = stats;
        Header = header;
    }

    private enum Part
    {
        Validation,
        Compaction,
        Stats,
        Header,
    }

    /// <summary>Partitioner and filter.</summary>
    public ValidationMetadata Validation { get; }

    /// <summary>The sketch of keys; null where the file has none.</summary>
    public CompactionMetadata? Compaction { get; }

    /// <summary>Statistics of the content.</summary>
    public StatsMetadata Stats { get; }

    /// <summary>Layout of rows.</summary>
    public SerializationHeader Header { get; }

    /// <summary>Reads the component.</summary>
    /// <exception cref="CorruptDataException">It does not decode, or a checksum is wrong.</exception>
    public static SSTableStatistics Read(IFileSystem files, string path, SSTableVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        byte[] content = files.ReadAll(path, 1 << 28);
        if (content.Length == 0)
            throw new CorruptDataException(path, -1, "is empty.");

        (int Kind, int Offset)[] parts = ReadDirectory(content, path, version);
        ValidationMetadata? validation = null;
        CompactionMetadata? compaction = null;
        StatsMetadata? stats = null;
        SerializationHeader? header = null;
        for (int i = 0; i < parts.Length; i++)
        {
            int end = i + 1 < parts.Length ? parts[i + 1].Offset : content.Length;
            ReadOnlySpan<byte> bytes = PartOf(content, parts[i].Offset, end, path, version);
            SpanReader reader = new(bytes, path, parts[i].Offset);
            switch ((Part)parts[i].Kind)
            {
                case Part.Validation:
                    validation = ValidationMetadata.Read(ref reader);
                    break;
                case Part.Compaction:
                    compaction = CompactionMetadata.Read(ref reader);
                    break;
                case Part.Stats:
                    stats = StatsMetadata.Read(ref reader, version);
                    break;
                case Part.Header:
                    header = SerializationHeader.Read(ref reader);
                    break;
                default:
                    throw new CorruptDataException(path, -1, $"{parts[i].Kind} is no kind of part.");
            }

            // From oa on Cassandra reserves 16 bytes a bin of the tombstone histogram and uses 12, and 9 bytes for a smallest deletion time from 2038 on that came
            // from another node or the commit log, and uses 5: the rest stays as padding.
            bool mayBePadded = version.HasUIntDeletionTime && (Part)parts[i].Kind is Part.Stats or Part.Header;
            if (reader.Remaining != 0 && !mayBePadded)
                reader.Throw($"{reader.Remaining:N0} bytes are left after the part of kind {(Part)parts[i].Kind}.");
        }

        return new SSTableStatistics(
            validation ?? throw Missing(Part.Validation),
            compaction,
            stats ?? throw Missing(Part.Stats),
            header ?? throw Missing(Part.Header));

        CorruptDataException Missing(Part part) => new(path, -1, $"the part of kind {part} is missing.");
    }

    /// <summary>The component as it is stored in a version that has checksums.</summary>
    internal void Write(BufferWriter output, SSTableVersion version)
    {
        BufferWriter parts = new(16 * 1024);
        Span<int> offsets = stackalloc int[4];
        int count = Compaction is null ? 3 : 4;
        int directoryLength = sizeof(int) + ChecksumLength + (count * 2 * sizeof(int)) + ChecksumLength;
        Span<int> kinds = stackalloc int[4];
        int part = 0;
        for (Part kind = Part.Validation; kind <= Part.Header; kind++)
        {
            if (kind == Part.Compaction && Compaction is null)
                continue;
            kinds[part] = (int)kind;
            int start = parts.Length;
            offsets[part++] = directoryLength + start;
            switch (kind)
            {
                case Part.Validation:
                    Validation.Write(parts);
                    break;
                case Part.Compaction:
                    Compaction!.Write(parts);
                    break;
                case Part.Stats:
                    Stats.Write(parts, version);
                    Stats.WritePadding(parts, version);
                    break;
                default:
                    Header.Write(parts);
                    break;
            }

            parts.WriteInt32((int)Crc32.Compute(parts.WrittenSpan[start..]));
        }

        int origin = output.Length;
        output.WriteInt32(count);
        uint crc = Crc32.Compute(output.WrittenSpan[origin..]);
        output.WriteInt32((int)crc);
        origin = output.Length;
        for (int i = 0; i < count; i++)
        {
            output.WriteInt32(kinds[i]);
            output.WriteInt32(offsets[i]);
        }

        output.WriteInt32((int)Crc32.Update(crc, output.WrittenSpan[origin..]));
        output.Write(parts.WrittenSpan);
    }

    private static (int Kind, int Offset)[] ReadDirectory(byte[] content, string path, SSTableVersion version)
    {
        SpanReader reader = new(content, path);
        int count = reader.ReadInt32();
        uint crc = Crc32.Update(0, content.AsSpan(0, sizeof(int)));
        if (version.HasMetadataChecksum)
            CheckCrc(ref reader, crc);
        reader.CheckCount(count, 2 * sizeof(int));
        crc = Crc32.Update(crc, reader.Rest[..(count * 2 * sizeof(int))]);
        (int Kind, int Offset)[] parts = new (int, int)[count];
        int previous = 0;
        for (int i = 0; i < count; i++)
        {
            int kind = reader.ReadInt32();
            int offset = reader.ReadInt32();
            if (offset <= previous || offset > content.Length)
                reader.Throw($"a part can't begin at {offset:N0} of {content.Length:N0} bytes, the one before being at {previous:N0}.");
            parts[i] = (kind, offset);
            previous = offset;
        }

        if (version.HasMetadataChecksum)
            CheckCrc(ref reader, crc);
        return parts;
    }

    private static ReadOnlySpan<byte> PartOf(byte[] content, int start, int end, string path, SSTableVersion version)
    {
        if (!version.HasMetadataChecksum)
            return content.AsSpan(start, end - start);
        if (end - start < ChecksumLength)
            throw new CorruptDataException(path, start, $"a part of {end - start} bytes has no room for its checksum.");
        ReadOnlySpan<byte> bytes = content.AsSpan(start, end - start - ChecksumLength);
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(end - ChecksumLength));
        uint actual = Crc32.Compute(bytes);
        if (expected != actual)
            throw new CorruptDataException(path, start, $"the part has the checksum {expected:x8}, but its {bytes.Length:N0} bytes make {actual:x8}.");
        return bytes;
    }

    private static void CheckCrc(ref SpanReader reader, uint actual)
    {
        uint expected = reader.ReadUInt32();
        if (expected != actual)
            reader.Throw($"the directory of parts has the checksum {expected:x8}, but its bytes make {actual:x8}.");
    }
}
