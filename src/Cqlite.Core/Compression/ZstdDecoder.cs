using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Compression;

/// <summary>Decodes Zstandard frames: all block and literal kinds, several frames, skippable frames; no dictionaries.</summary>
/// <remarks>
/// <code>
/// frame     magic FD2FB528 (little-endian), descriptor (1), [window (1)], [dictionary id (1, 2, 4)], [content size (1, 2, 4, 8)],
///           block*, [XXH64 of the content, low 4 bytes]
/// block     header of 3 bytes: last? (1 bit), kind (2 bits: raw, repeated byte, compressed), size (21 bits); content
/// skipped   magic 184D2A5x, length (4), bytes
/// source    RFC 8878
/// </code>
/// The window is the destination itself, so its size is only a bound on blocks.
/// </remarks>
internal static unsafe class ZstdDecoder
{
    [ThreadStatic]
    private static ZstdBlockDecoder? t_blocks;

    /// <summary>Decodes all frames of the source.</summary>
    /// <returns>The bytes produced, or a <see cref="DecompressionFailure"/>.</returns>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ZstdBlockDecoder blocks = t_blocks ??= new ZstdBlockDecoder();
        int produced = 0;
        if (source.IsEmpty)
        {
            return DecompressionFailure.Malformed;
        }

        while (!source.IsEmpty)
        {
            if (!BinaryPrimitives.TryReadUInt32LittleEndian(source, out uint magic))
            {
                return DecompressionFailure.Malformed;
            }

            if ((magic & ~15u) == ZstdCodes.SkippableMagic)
            {
                if (source.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) > (uint)(source.Length - 8))
                {
                    return DecompressionFailure.Malformed;
                }

                source = source[(8 + (int)BinaryPrimitives.ReadUInt32LittleEndian(source[4..]))..];
                continue;
            }

            int result = magic == ZstdCodes.FrameMagic
                ? DecodeFrame(blocks, source, destination[produced..], out int used)
                : Fail(out used);
            if (result < 0)
            {
                return result;
            }

            produced += result;
            source = source[used..];
        }

        return produced;
    }

    private static int Fail(out int used)
    {
        used = 0;
        return DecompressionFailure.Malformed;
    }

    private static int DecodeFrame(ZstdBlockDecoder blocks, ReadOnlySpan<byte> frame, Span<byte> destination, out int used)
    {
        used = 0;
        int at = ReadHeader(frame, out bool hasChecksum, out long contentSize, out long windowSize);
        if (at < 0)
        {
            return at;
        }

        if (contentSize > destination.Length)
        {
            return DecompressionFailure.DestinationTooSmall;
        }

        int maxBlockBytes = (int)Math.Min(windowSize, ZstdCodes.MaxBlockBytes);
        blocks.StartFrame();
        int produced = 0;
        bool last;
        do
        {
            if (frame.Length - at < 3)
            {
                return DecompressionFailure.Malformed;
            }

            uint header = frame[at] | ((uint)frame[at + 1] << 8) | ((uint)frame[at + 2] << 16);
            at += 3;
            last = (header & 1) != 0;
            uint kind = (header >> 1) & 3;
            int size = (int)(header >> 3);
            int stored = kind == 1 ? 1 : size;
            if (kind == 3 || size > maxBlockBytes || stored > frame.Length - at)
            {
                return DecompressionFailure.Malformed;
            }

            ReadOnlySpan<byte> content = frame.Slice(at, stored);
            at += stored;
            if (kind == 2)
            {
                int result = blocks.Decode(content, destination, produced, maxBlockBytes);
                if (result < 0)
                {
                    return result;
                }

                produced += result;
                continue;
            }

            if (size > destination.Length - produced)
            {
                return DecompressionFailure.DestinationTooSmall;
            }

            if (kind == 0)
            {
                content.CopyTo(destination[produced..]);
            }
            else
            {
                destination.Slice(produced, size).Fill(content[0]);
            }

            produced += size;
        }
        while (!last);

        if (contentSize >= 0 && contentSize != produced)
        {
            return DecompressionFailure.Malformed;
        }

        if (hasChecksum)
        {
            if (!BinaryPrimitives.TryReadUInt32LittleEndian(frame[at..], out uint checksum))
            {
                return DecompressionFailure.Malformed;
            }

            at += 4;
            if (checksum != (uint)XxHash64.Compute(destination[..produced]))
            {
                return DecompressionFailure.ChecksumMismatch;
            }
        }

        used = at;
        return produced;
    }

    /// <summary>Reads a frame's header; answers its length, or a failure. A content size that is not given is -1.</summary>
    private static int ReadHeader(ReadOnlySpan<byte> frame, out bool hasChecksum, out long contentSize, out long windowSize)
    {
        hasChecksum = false;
        contentSize = -1;
        windowSize = 0;
        if (frame.Length < 6)
        {
            return DecompressionFailure.Malformed;
        }

        byte descriptor = frame[4];
        int at = 5;
        bool isSingleSegment = (descriptor & 0x20) != 0;
        hasChecksum = (descriptor & 0x04) != 0;
        int dictionaryBytes = (descriptor & 3) == 3 ? 4 : descriptor & 3;
        int sizeFlag = descriptor >> 6;
        int sizeBytes = sizeFlag == 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
        int headerLength = at + (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
        if ((descriptor & 0x08) != 0 || frame.Length < headerLength)
        {
            return DecompressionFailure.Malformed;
        }

        if (!isSingleSegment)
        {
            int log = 10 + (frame[at] >> 3);
            windowSize = (1L << log) + (((1L << log) >> 3) * (frame[at] & 7));
            at++;
        }

        if (frame.Slice(at, dictionaryBytes).ContainsAnyExcept((byte)0))
        {
            return DecompressionFailure.DictionaryRequired;
        }

        at += dictionaryBytes;
        ReadOnlySpan<byte> size = frame[at..];
        contentSize = sizeBytes switch
        {
            0 => -1,
            1 => size[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(size) + 256,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(size),
            _ => BinaryPrimitives.ReadInt64LittleEndian(size),
        };
        if (sizeBytes != 0 && contentSize < 0)
        {
            return DecompressionFailure.Malformed;
        }

        windowSize = isSingleSegment ? contentSize : windowSize;
        return headerLength;
    }
}
