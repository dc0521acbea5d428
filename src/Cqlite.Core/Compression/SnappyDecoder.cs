using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Decodes raw Snappy blocks (no framing).</summary>
/// <remarks>
/// <code>
/// block     length of the data (varint, 32 bits), element*
/// element   tag, low 2 bits the kind:
///   0       literals: length - 1 in 6 bits, or 60..63 for 1..4 bytes of it to follow; then the bytes
///   1       copy: length - 4 in 3 bits, offset of 11 bits, its high 3 in the tag's, low 8 in the next byte
///   2       copy: length - 1 in 6 bits, offset in 2 bytes
///   3       copy: length - 1 in 6 bits, offset in 4 bytes
/// source    snappy's format_description.txt
/// </code>
/// </remarks>
internal static unsafe class SnappyDecoder
{
    // Between here and the end of the source, a tag with up to 4 bytes after it or 16 literals may be read unchecked.
    private const int SourceMargin = 24;

    // A copy is at most 64 bytes, written by vectors of 32.
    private const int DestinationMargin = 64 + OverlappingCopy.Slack;

    /// <summary>Decodes one block, which must be the whole of the source.</summary>
    /// <returns>The bytes produced, or a <see cref="DecompressionFailure"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int header = ReadLength(source, out uint dataLength);
        if (header < 0)
        {
            return DecompressionFailure.Malformed;
        }

        if (dataLength > (uint)destination.Length)
        {
            return DecompressionFailure.DestinationTooSmall;
        }

        fixed (byte* sourceStart = source)
        fixed (byte* start = destination)
        {
            byte* ip = sourceStart + header;
            byte* sourceEnd = sourceStart + source.Length;
            byte* op = start;
            byte* end = start + dataLength;
            byte* sourceFast = source.Length - header > SourceMargin ? sourceEnd - SourceMargin : ip;
            byte* fast = dataLength > DestinationMargin ? end - DestinationMargin : start;
            while (true)
            {
                uint tag;
                long length;
                long offset;
                while (ip < sourceFast && op < fast)
                {
                    tag = *ip++;
                    if ((tag & 3) == 0)
                    {
                        length = (tag >> 2) + 1;
                        if (length <= 16)
                        {
                            OverlappingCopy.Copy16(op, ip);
                            op += length;
                            ip += length;
                            continue;
                        }

                        if (length > 60)
                        {
                            int bytes = (int)(length - 60);
                            length = (ReadUInt32(ip) & LowBytes(bytes)) + 1L;
                            ip += bytes;
                        }

                        if (length + OverlappingCopy.Slack > sourceEnd - ip || length + OverlappingCopy.Slack > end - op)
                        {
                            goto Literals;
                        }

                        OverlappingCopy.CopyWild(op, ip, length);
                        op += length;
                        ip += length;
                        continue;
                    }

                    if ((tag & 3) == 1)
                    {
                        length = ((tag >> 2) & 7) + 4;
                        offset = ((tag >> 5) << 8) | *ip++;
                    }
                    else
                    {
                        length = (tag >> 2) + 1;
                        int bytes = (int)((tag & 2) << (int)(tag & 1));
                        offset = ReadUInt32(ip) & LowBytes(bytes);
                        ip += bytes;
                    }

                    if ((ulong)(offset - 1) >= (ulong)(op - start))
                    {
                        return DecompressionFailure.Malformed;
                    }

                    if (offset >= 16)
                    {
                        byte* from = op - offset;
                        OverlappingCopy.Copy16(op, from);
                        OverlappingCopy.Copy16(op + 16, from + 16);
                        if (length > 32)
                        {
                            OverlappingCopy.Copy16(op + 32, from + 32);
                            OverlappingCopy.Copy16(op + 48, from + 48);
                        }
                    }
                    else
                    {
                        OverlappingCopy.CopyMatchWild(op, offset, length);
                    }

                    op += length;
                }

                if (ip >= sourceEnd)
                {
                    return op == end ? (int)dataLength : DecompressionFailure.Malformed;
                }

                tag = *ip++;
                if ((tag & 3) != 0)
                {
                    int bytes = (tag & 3) == 1 ? 1 : (tag & 3) == 2 ? 2 : 4;
                    if (bytes > sourceEnd - ip)
                    {
                        return DecompressionFailure.Malformed;
                    }

                    offset = ReadUpTo4(ip, bytes) | ((tag & 3) == 1 ? (tag >> 5) << 8 : 0);
                    length = (tag & 3) == 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
                    ip += bytes;
                    if ((ulong)(offset - 1) >= (ulong)(op - start) || length > end - op)
                    {
                        return DecompressionFailure.Malformed;
                    }

                    OverlappingCopy.CopyMatchExact(op, offset, length);
                    op += length;
                    continue;
                }

                length = (tag >> 2) + 1;
                if (length > 60)
                {
                    int bytes = (int)(length - 60);
                    if (bytes > sourceEnd - ip)
                    {
                        return DecompressionFailure.Malformed;
                    }

                    length = ReadUpTo4(ip, bytes) + 1L;
                    ip += bytes;
                }

            Literals:
                if (length > sourceEnd - ip || length > end - op)
                {
                    return DecompressionFailure.Malformed;
                }

                Unsafe.CopyBlockUnaligned(op, ip, (uint)length);
                op += length;
                ip += length;
            }
        }
    }

    /// <summary>Reads the length of the data; answers the bytes it took, or -1.</summary>
    private static int ReadLength(ReadOnlySpan<byte> source, out uint length)
    {
        ulong value = 0;
        for (int index = 0; index < Math.Min(5, source.Length); index++)
        {
            value |= (ulong)(source[index] & 0x7F) << (index * 7);
            if (source[index] < 0x80)
            {
                length = (uint)value;
                return value <= uint.MaxValue ? index + 1 : -1;
            }
        }

        length = 0;
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LowBytes(int bytes) => (uint)((1UL << (bytes * 8)) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ReadUInt32(byte* at)
    {
        uint value = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    private static uint ReadUpTo4(byte* at, int bytes)
    {
        uint value = 0;
        for (int index = 0; index < bytes; index++)
        {
            value |= (uint)at[index] << (index * 8);
        }

        return value;
    }
}
