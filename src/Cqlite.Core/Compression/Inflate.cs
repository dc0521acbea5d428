using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;
using static Cqlite.Core.Compression.InflateTables;

namespace Cqlite.Core.Compression;

/// <summary>Decodes zlib streams (RFC 1950) of DEFLATE blocks (RFC 1951) that are whole in memory.</summary>
/// <remarks>
/// <code>
/// stream    0x78 family byte, flags (together a multiple of 31), block*, Adler32 of the data (big-endian)
/// block     last? (1 bit), kind (2 bits)
///   0       to the next byte; length (2 bytes), its complement (2 bytes), bytes
///   1, 2    symbols of the fixed codes; or of the codes that the block begins with
/// symbol    0..255 a byte, 256 the end, 257..285 a length with its extra bits, then a distance symbol with its extra bits
/// bits      least significant first; codes most significant bit first
/// </code>
/// </remarks>
internal static unsafe class Inflate
{
    // Between here and the end, a literal and a whole match may be written by vectors.
    private const int DestinationMargin = 258 + OverlappingCopy.Slack + 8;

    [ThreadStatic]
    private static InflateTables? t_tables;

    private static ReadOnlySpan<byte> LengthCodeOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Decodes one stream, which must be the whole of the source.</summary>
    /// <returns>The bytes produced, or a <see cref="DecompressionFailure"/>.</returns>
    public static int DecodeZlib(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        const int HeaderBytes = 2;
        const int TrailerBytes = 4;
        if (source.Length < HeaderBytes + TrailerBytes || (source[0] & 0x0F) != 8 || source[0] >> 4 > 7
            || ((source[0] << 8) | source[1]) % 31 != 0)
        {
            return DecompressionFailure.Malformed;
        }

        if ((source[1] & 0x20) != 0)
        {
            return DecompressionFailure.DictionaryRequired;
        }

        int produced = Decode(source[HeaderBytes..^TrailerBytes], destination);
        if (produced >= 0 && Adler32.Compute(destination[..produced]) != BinaryPrimitives.ReadUInt32BigEndian(source[^TrailerBytes..]))
        {
            return DecompressionFailure.ChecksumMismatch;
        }

        return produced;
    }

    /// <summary>Decodes DEFLATE blocks, which must be the whole of the source.</summary>
    /// <returns>The bytes produced, or a <see cref="DecompressionFailure"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        InflateTables tables = t_tables ??= new InflateTables();
        fixed (byte* sourceStart = source)
        fixed (byte* start = destination)
        fixed (uint* literalTable = tables.Literals)
        fixed (uint* distanceTable = tables.Distances)
        {
            InflateBits input = new(sourceStart, sourceStart + source.Length);
            byte* op = start;
            byte* end = start + destination.Length;
            byte* fast = destination.Length > DestinationMargin ? end - DestinationMargin : start;
            bool last;
            do
            {
                input.Refill();
                last = input.Take(1) != 0;
                uint kind = input.Take(2);
                if (kind == 0)
                {
                    long length = input.TakeStoredLength();
                    if (length < 0 || length > input.Remaining)
                    {
                        return DecompressionFailure.Malformed;
                    }

                    if (length > end - op)
                    {
                        return DecompressionFailure.DestinationTooSmall;
                    }

                    Unsafe.CopyBlockUnaligned(op, input.At, (uint)length);
                    input.At += length;
                    op += length;
                    continue;
                }

                if (kind == 3 || (kind == 1 ? !tables.BuildFixed() : !ReadTables(tables, ref input)))
                {
                    return DecompressionFailure.Malformed;
                }

                int failure = DecodeBlock(ref input, literalTable, distanceTable, start, ref op, end, fast);
                if (failure != 0)
                {
                    return failure;
                }
            }
            while (!last);

            return input.IsAtEnd ? (int)(op - start) : DecompressionFailure.Malformed;
        }
    }

    /// <summary>Decodes the symbols of a block up to its end; answers 0 or a failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int DecodeBlock(
        ref InflateBits input, uint* literalTable, uint* distanceTable, byte* start, ref byte* output, byte* end, byte* fast)
    {
        const ulong LiteralMask = (1 << LiteralTableBits) - 1;
        const ulong DistanceMask = (1 << DistanceTableBits) - 1;
        byte* op = output;
        uint entry;

        // Far from both ends: all that a round reads and writes is there, and the state stays in registers.
        input.Refill();
        ulong bits = input.Bits;
        int count = input.Count;
        byte* ip = input.At;
        byte* sourceFast = input.Remaining > 16 ? input.End - 16 : ip;
        while (op < fast && ip < sourceFast)
        {
            bits |= ReadUInt64(ip) << count;
            ip += (63 - count) >> 3;
            count |= 56;
            entry = literalTable[bits & LiteralMask];
            if ((entry & Literal) != 0)
            {
                // 56 bits at least: three literals of up to 11 bits each, or two and the entry of what comes next.
                bits >>= (int)(entry & 31);
                count -= (int)(entry & 31);
                *op++ = (byte)(entry >> 16);
                entry = literalTable[bits & LiteralMask];
                if ((entry & Literal) != 0)
                {
                    bits >>= (int)(entry & 31);
                    count -= (int)(entry & 31);
                    *op++ = (byte)(entry >> 16);
                    entry = literalTable[bits & LiteralMask];
                    if ((entry & Literal) != 0)
                    {
                        bits >>= (int)(entry & 31);
                        count -= (int)(entry & 31);
                        *op++ = (byte)(entry >> 16);
                        continue;
                    }
                }

                bits |= ReadUInt64(ip) << count;
                ip += (63 - count) >> 3;
                count |= 56;
            }

            if ((entry & Exceptional) != 0)
            {
                if ((entry & EndOfBlock) != 0)
                {
                    // Left to the loop below, which looks the same bits up again.
                    break;
                }

                bits >>= LiteralTableBits;
                count -= LiteralTableBits;
                entry = literalTable[(entry >> 16) + (bits & ((1UL << (int)((entry >> 8) & 31)) - 1))];
                if ((entry & (Literal | EndOfBlock)) != 0)
                {
                    if ((entry & Literal) != 0)
                    {
                        bits >>= (int)(entry & 31);
                        count -= (int)(entry & 31);
                        *op++ = (byte)(entry >> 16);
                        continue;
                    }

                    if ((entry & Subtable) != 0)
                    {
                        return DecompressionFailure.Malformed;
                    }

                    input.Set(ip, bits >> (int)(entry & 31), count - (int)(entry & 31));
                    output = op;
                    return 0;
                }
            }

            bits >>= (int)(entry & 31);
            count -= (int)(entry & 31);
            int extra = (int)((entry >> 8) & 31);
            long length = (entry >> 16) + (long)(bits & ((1UL << extra) - 1));
            bits >>= extra;
            count -= extra;
            entry = distanceTable[bits & DistanceMask];
            if ((entry & Exceptional) != 0)
            {
                if ((entry & EndOfBlock) != 0)
                {
                    return DecompressionFailure.Malformed;
                }

                bits >>= DistanceTableBits;
                count -= DistanceTableBits;
                entry = distanceTable[(entry >> 16) + (bits & ((1UL << (int)((entry >> 8) & 31)) - 1))];
                if ((entry & Exceptional) != 0)
                {
                    return DecompressionFailure.Malformed;
                }
            }

            bits >>= (int)(entry & 31);
            count -= (int)(entry & 31);
            extra = (int)((entry >> 8) & 31);
            long distance = (entry >> 16) + (long)(bits & ((1UL << extra) - 1));
            bits >>= extra;
            count -= extra;
            if (distance > op - start)
            {
                return DecompressionFailure.Malformed;
            }

            OverlappingCopy.CopyMatchWild(op, distance, length);
            op += length;
        }

        input.Set(ip, bits, count);
        int failure = DecodeBlockEnd(ref input, literalTable, distanceTable, start, ref op, end);
        output = op;
        return failure;
    }

    /// <summary>The same with a check at each step, for the last bytes of the source or of the destination.</summary>
    private static int DecodeBlockEnd(
        ref InflateBits input, uint* literalTable, uint* distanceTable, byte* start, ref byte* op, byte* end)
    {
        while (true)
        {
            input.Refill();
            uint entry = literalTable[input.Bits & ((1 << LiteralTableBits) - 1)];
            if ((entry & (Exceptional | Literal)) == Subtable)
            {
                input.Drop(LiteralTableBits);
                entry = literalTable[(entry >> 16) + (input.Bits & ((1UL << (int)((entry >> 8) & 31)) - 1))];
            }

            input.Drop((int)(entry & 31));
            if (input.IsOverrun)
            {
                return DecompressionFailure.Malformed;
            }

            if ((entry & Literal) != 0)
            {
                if (op >= end)
                {
                    return DecompressionFailure.DestinationTooSmall;
                }

                *op++ = (byte)(entry >> 16);
                continue;
            }

            if ((entry & EndOfBlock) != 0)
            {
                // A code that stands for nothing has this mark and the other one.
                return (entry & Subtable) != 0 ? DecompressionFailure.Malformed : 0;
            }

            long length = (entry >> 16) + (long)input.TakeLong((int)((entry >> 8) & 31));
            entry = distanceTable[input.Bits & ((1 << DistanceTableBits) - 1)];
            if ((entry & Exceptional) == Subtable)
            {
                input.Drop(DistanceTableBits);
                entry = distanceTable[(entry >> 16) + (input.Bits & ((1UL << (int)((entry >> 8) & 31)) - 1))];
            }

            if ((entry & Exceptional) != 0)
            {
                return DecompressionFailure.Malformed;
            }

            input.Drop((int)(entry & 31));
            long distance = (entry >> 16) + (long)input.TakeLong((int)((entry >> 8) & 31));
            if (distance > op - start || input.IsOverrun)
            {
                return DecompressionFailure.Malformed;
            }

            if (length > end - op)
            {
                return DecompressionFailure.DestinationTooSmall;
            }

            OverlappingCopy.CopyMatchExact(op, distance, length);
            op += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadUInt64(byte* at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>Reads the codes that a dynamic block begins with.</summary>
    private static bool ReadTables(InflateTables tables, ref InflateBits input)
    {
        input.Refill();
        int literals = (int)input.Take(5) + 257;
        int distances = (int)input.Take(5) + 1;
        int lengthCodes = (int)input.Take(4) + 4;
        if (literals > 286 || distances > 30)
        {
            return false;
        }

        Span<byte> lengths = stackalloc byte[LiteralSymbols + DistanceSymbols + 138];
        Span<byte> codeLengths = lengths[..19];
        codeLengths.Clear();
        for (int index = 0; index < lengthCodes; index++)
        {
            input.Refill();
            codeLengths[LengthCodeOrder[index]] = (byte)input.Take(3);
        }

        const int CodeTableBits = 7;
        Span<uint> codeTable = stackalloc uint[1 << CodeTableBits];
        if (!BuildTable(codeLengths, PlainBases, codeTable, CodeTableBits, allowIncomplete: false))
        {
            return false;
        }

        lengths.Clear();
        int filled = 0;
        while (filled < literals + distances)
        {
            input.Refill();
            if (input.IsOverrun)
            {
                return false;
            }

            uint entry = codeTable[(int)input.Bits & ((1 << CodeTableBits) - 1)];
            if ((entry & Exceptional) != 0)
            {
                return false;
            }

            input.Drop((int)(entry & 31));
            uint symbol = entry >> 16;
            if (symbol < 16)
            {
                lengths[filled++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && filled == 0)
            {
                return false;
            }

            byte repeated = symbol == 16 ? lengths[filled - 1] : (byte)0;
            int count = symbol switch
            {
                16 => 3 + (int)input.Take(2),
                17 => 3 + (int)input.Take(3),
                _ => 11 + (int)input.Take(7),
            };
            lengths.Slice(filled, count).Fill(repeated);
            filled += count;
        }

        return filled == literals + distances && lengths[256] != 0 && !input.IsOverrun
            && tables.Build(lengths[..literals], lengths.Slice(literals, distances));
    }
}
