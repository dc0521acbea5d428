using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Decodes LZ4 blocks.</summary>
/// <remarks>
/// <code>
/// block     sequence*                the last sequence ends after its literals
/// sequence  token, [length...], literals, offset (2 bytes, little-endian, 1..65535), [length...]
/// token     high 4 bits: literals; low 4 bits: length of the match - 4
/// length    where the 4 bits are 15: bytes to add, up to and including the first that is not 255
/// source    lz4's doc/lz4_Block_format.md
/// </code>
/// While both ends are far away, copies are made in whole vectors and may run past their end; the last bytes are copied exactly.
/// </remarks>
internal static unsafe class Lz4Decoder
{
    private const int MinMatch = 4;

    // From here to the end of the source a short sequence (token, 14 literals read as 16, offset, one more token) may be read unchecked.
    private const int SourceMargin = 32;

    // A short sequence writes at most 14 literals and a match of 18 by vectors of 16 and 4: 14 + 20, or 16 at once.
    private const int DestinationMargin = 64;

    /// <summary>Decodes one block, which must be the whole of the source.</summary>
    /// <returns>The bytes produced, or a <see cref="DecompressionFailure"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty)
        {
            return DecompressionFailure.Malformed;
        }

        fixed (byte* sourceStart = source)
        fixed (byte* start = destination)
        {
            byte* ip = sourceStart;
            byte* sourceEnd = sourceStart + source.Length;
            byte* op = start;
            byte* end = start + destination.Length;

            // Compared as lengths, so that a pointer before the start is never made.
            byte* sourceFast = source.Length > SourceMargin ? sourceEnd - SourceMargin : sourceStart;
            byte* fast = destination.Length > DestinationMargin ? end - DestinationMargin : start;

            while (true)
            {
                uint token;
                long length;
                long offset;
                while (ip < sourceFast && op < fast)
                {
                    token = *ip++;
                    length = token >> 4;
                    if (length != 15)
                    {
                        OverlappingCopy.Copy16(op, ip);
                    }
                    else
                    {
                        if (!ReadLength(ref ip, sourceEnd, ref length))
                        {
                            return DecompressionFailure.Malformed;
                        }

                        if (length + SourceMargin > sourceEnd - ip || length + DestinationMargin > end - op)
                        {
                            goto Literals;
                        }

                        OverlappingCopy.CopyWild(op, ip, length);
                    }

                    op += length;
                    ip += length;
                    offset = ReadUInt16(ip);
                    ip += 2;
                    if ((ulong)(offset - 1) >= (ulong)(op - start))
                    {
                        return DecompressionFailure.Malformed;
                    }

                    length = token & 15;
                    if (length != 15)
                    {
                        length += MinMatch;
                        if (offset >= 16)
                        {
                            byte* from = op - offset;
                            OverlappingCopy.Copy16(op, from);
                            Unsafe.WriteUnaligned(op + 16, Unsafe.ReadUnaligned<uint>(from + 16));
                        }
                        else
                        {
                            OverlappingCopy.CopyMatchWild(op, offset, length);
                        }

                        op += length;
                        continue;
                    }

                    if (!ReadLength(ref ip, sourceEnd, ref length))
                    {
                        return DecompressionFailure.Malformed;
                    }

                    length += MinMatch;
                    if (length + OverlappingCopy.Slack > end - op)
                    {
                        goto Match;
                    }

                    OverlappingCopy.CopyMatchWild(op, offset, length);
                    op += length;
                }

                if (ip >= sourceEnd)
                {
                    return DecompressionFailure.Malformed;
                }

                token = *ip++;
                length = token >> 4;
                if (length == 15 && !ReadLength(ref ip, sourceEnd, ref length))
                {
                    return DecompressionFailure.Malformed;
                }

            Literals:
                if (length > sourceEnd - ip)
                {
                    return DecompressionFailure.Malformed;
                }

                if (length > end - op)
                {
                    return DecompressionFailure.DestinationTooSmall;
                }

                Unsafe.CopyBlockUnaligned(op, ip, (uint)length);
                op += length;
                ip += length;
                if (ip == sourceEnd)
                {
                    return (int)(op - start);
                }

                if (sourceEnd - ip < 2)
                {
                    return DecompressionFailure.Malformed;
                }

                offset = ReadUInt16(ip);
                ip += 2;
                if ((ulong)(offset - 1) >= (ulong)(op - start))
                {
                    return DecompressionFailure.Malformed;
                }

                length = token & 15;
                if (length == 15 && !ReadLength(ref ip, sourceEnd, ref length))
                {
                    return DecompressionFailure.Malformed;
                }

                length += MinMatch;
            Match:
                if (length > end - op)
                {
                    return DecompressionFailure.DestinationTooSmall;
                }

                OverlappingCopy.CopyMatchExact(op, offset, length);
                op += length;
            }
        }
    }

    /// <summary>Adds the bytes that carry a length on; false when the source ends in them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ReadLength(ref byte* ip, byte* sourceEnd, ref long length)
    {
        uint more;
        do
        {
            if (ip >= sourceEnd)
            {
                return false;
            }

            more = *ip++;
            length += more;
        }
        while (more == 255);

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ReadUInt16(byte* at)
    {
        ushort value = Unsafe.ReadUnaligned<ushort>(at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
