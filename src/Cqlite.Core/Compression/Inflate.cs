using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;

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
    private const int LiteralTableBits = 11;
    private const int DistanceTableBits = 8;
    private const int LiteralSymbols = 288;
    private const int DistanceSymbols = 32;

    // Between here and the end, a literal and a whole match may be written by vectors.
    private const int DestinationMargin = 258 + OverlappingCopy.Slack + 8;

    // Entries: bits 0..4 the bits to consume (of the code, or of the first table); 8..12 extra bits, or the bits of the second table;
    // 16..31 literal, base, or start of the second table; 13..15 the kinds below.
    private const uint Literal = 1 << 15;
    private const uint EndOfBlock = 1 << 14;
    private const uint Subtable = 1 << 13;
    private const uint Exceptional = EndOfBlock | Subtable;

    [ThreadStatic]
    private static Tables? t_tables;

    private static readonly uint[] s_literalBases = MakeLiteralBases();
    private static readonly uint[] s_distanceBases = MakeDistanceBases();
    private static readonly uint[] s_plainBases = MakePlainBases();

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
        Tables tables = t_tables ??= new Tables();
        fixed (byte* sourceStart = source)
        fixed (byte* start = destination)
        fixed (uint* literalTable = tables.Literals)
        fixed (uint* distanceTable = tables.Distances)
        {
            BitSource input = new(sourceStart, sourceStart + source.Length);
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
        ref BitSource input, uint* literalTable, uint* distanceTable, byte* start, ref byte* output, byte* end, byte* fast)
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
        ref BitSource input, uint* literalTable, uint* distanceTable, byte* start, ref byte* op, byte* end)
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
    private static bool ReadTables(Tables tables, ref BitSource input)
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
        if (!BuildTable(codeLengths, s_plainBases, codeTable, CodeTableBits, allowIncomplete: false))
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

    /// <summary>
    /// Fills the table of a canonical code: entries for all values of its first bits, and second tables behind it for longer codes.
    /// Without <paramref name="allowIncomplete"/> every bit sequence must mean something; with it (RFC 1951 3.2.7), one code of one
    /// bit, or none at all, is allowed too.
    /// </summary>
    private static bool BuildTable(ReadOnlySpan<byte> lengths, uint[] bases, Span<uint> table, int tableBits, bool allowIncomplete)
    {
        const int MaxBits = 15;
        const uint Invalid = Exceptional;
        Span<int> counts = stackalloc int[MaxBits + 1];
        counts.Clear();
        foreach (byte length in lengths)
        {
            counts[length]++;
        }

        counts[0] = 0;
        Span<int> codes = stackalloc int[MaxBits + 2];
        codes[1] = 0;
        int left = 1;
        int used = 0;
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            left = (left << 1) - counts[bits];
            if (left < 0)
            {
                return false;
            }

            codes[bits + 1] = (codes[bits] + counts[bits]) << 1;
            used += counts[bits];
        }

        if (left != 0)
        {
            if (!allowIncomplete || used > 1 || (used == 1 && counts[1] != 1))
            {
                return false;
            }

            table[..(1 << tableBits)].Fill(Invalid);
        }

        int next = 1 << tableBits;
        int subtablePrefix = -1;
        int subtableStart = 0;
        int subtableBits = 0;

        // In the order of the codes: by length, then by symbol.
        Span<ushort> sorted = stackalloc ushort[LiteralSymbols];
        Span<int> places = stackalloc int[MaxBits + 2];
        places[1] = 0;
        for (int bits = 1; bits <= MaxBits; bits++)
        {
            places[bits + 1] = places[bits] + counts[bits];
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
            {
                sorted[places[lengths[symbol]]++] = (ushort)symbol;
            }
        }

        foreach (ushort symbol in sorted[..used])
        {
            int bits = lengths[symbol];
            int code = Reverse(codes[bits]++, bits);
            counts[bits]--;
            uint value = bases[symbol];
            if (bits <= tableBits)
            {
                for (int index = code; index < 1 << tableBits; index += 1 << bits)
                {
                    table[index] = value | (uint)bits;
                }

                continue;
            }

            int prefix = code & ((1 << tableBits) - 1);
            if (prefix != subtablePrefix)
            {
                // As wide as the codes with this prefix need: grown until the lengths to come fill it.
                subtablePrefix = prefix;
                subtableStart = next;
                subtableBits = bits - tableBits;
                int room = (1 << subtableBits) - (counts[bits] + 1);
                while (room > 0)
                {
                    subtableBits++;
                    room = (room << 1) - counts[tableBits + subtableBits];
                }

                next += 1 << subtableBits;
                if (next > table.Length)
                {
                    return false;
                }

                table[prefix] = Subtable | ((uint)subtableStart << 16) | ((uint)subtableBits << 8) | (uint)tableBits;
            }

            for (int index = code >> tableBits; index < 1 << subtableBits; index += 1 << (bits - tableBits))
            {
                table[subtableStart + index] = value | (uint)(bits - tableBits);
            }
        }

        return true;
    }

    private static int Reverse(int code, int bits)
    {
        int reversed = 0;
        for (; bits > 0; bits--, code >>= 1)
        {
            reversed = (reversed << 1) | (code & 1);
        }

        return reversed;
    }

    private static uint[] MakeLiteralBases()
    {
        uint[] bases = new uint[LiteralSymbols];
        for (uint symbol = 0; symbol < 256; symbol++)
        {
            bases[symbol] = Literal | (symbol << 16);
        }

        bases[256] = EndOfBlock;
        uint length = 3;
        for (int symbol = 257; symbol < 285; symbol++)
        {
            int extra = symbol < 265 ? 0 : (symbol - 261) / 4;
            bases[symbol] = (length << 16) | ((uint)extra << 8);
            length += 1u << extra;
        }

        bases[285] = 258 << 16;
        bases[286] = bases[287] = Exceptional;
        return bases;
    }

    private static uint[] MakeDistanceBases()
    {
        uint[] bases = new uint[DistanceSymbols];
        uint distance = 1;
        for (int symbol = 0; symbol < 30; symbol++)
        {
            int extra = symbol < 4 ? 0 : (symbol / 2) - 1;
            bases[symbol] = (distance << 16) | ((uint)extra << 8);
            distance += 1u << extra;
        }

        bases[30] = bases[31] = Exceptional;
        return bases;
    }

    private static uint[] MakePlainBases()
    {
        uint[] bases = new uint[19];
        for (uint symbol = 0; symbol < bases.Length; symbol++)
        {
            bases[symbol] = symbol << 16;
        }

        return bases;
    }

    /// <summary>The two tables of a block, kept by the thread.</summary>
    private sealed class Tables
    {
        private bool _isFixed;

        // The most entries that codes of up to 15 bits can need (zlib's `enough`: 2342 and 402), pinned when in use.
        public uint[] Literals { get; } = new uint[2400];

        public uint[] Distances { get; } = new uint[512];

        public bool Build(ReadOnlySpan<byte> literalLengths, ReadOnlySpan<byte> distanceLengths)
        {
            _isFixed = false;
            return BuildTable(literalLengths, s_literalBases, Literals, LiteralTableBits, allowIncomplete: true)
                && BuildTable(distanceLengths, s_distanceBases, Distances, DistanceTableBits, allowIncomplete: true);
        }

        public bool BuildFixed()
        {
            if (_isFixed)
            {
                return true;
            }

            Span<byte> lengths = stackalloc byte[LiteralSymbols + DistanceSymbols];
            lengths[..144].Fill(8);
            lengths[144..256].Fill(9);
            lengths[256..280].Fill(7);
            lengths[280..288].Fill(8);
            lengths[288..].Fill(5);
            bool built = Build(lengths[..LiteralSymbols], lengths[LiteralSymbols..]);
            _isFixed = true;
            return built;
        }
    }

    /// <summary>Bits from the least significant one on, 56 or more after a refill; zeros after the end, which are counted.</summary>
    private ref struct BitSource(byte* at, byte* end)
    {
        private readonly byte* _end = end;
        private int _count;
        private long _overrun;

        public ulong Bits;
        public byte* At = at;

        public readonly byte* End => _end;

        public readonly int Count => _count;

        public readonly long Remaining => _end - At;

        /// <summary>Whether bits from after the end were taken.</summary>
        public readonly bool IsOverrun => _overrun * 8 > _count;

        /// <summary>Whether all bytes were taken, and no bit more.</summary>
        public readonly bool IsAtEnd => !IsOverrun && At == _end && _count - (_overrun * 8) < 8;

        public void Set(byte* at, ulong bits, int count)
        {
            At = at;
            Bits = bits;
            _count = count;
        }

        public void Refill()
        {
            if (_end - At >= 8)
            {
                ulong next = Unsafe.ReadUnaligned<ulong>(At);
                Bits |= (BitConverter.IsLittleEndian ? next : BinaryPrimitives.ReverseEndianness(next)) << _count;
                At += (63 - _count) >> 3;
                _count |= 56;
            }
            else
            {
                RefillAtEnd();
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Drop(int bits)
        {
            Bits >>= bits;
            _count -= bits;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong TakeLong(int bits)
        {
            ulong value = Bits & ((1UL << bits) - 1);
            Drop(bits);
            return value;
        }

        public uint Take(int bits) => (uint)TakeLong(bits);

        /// <summary>Drops to the next byte, gives whole bytes back, and reads the length of a stored block; -1 when it is wrong.</summary>
        public long TakeStoredLength()
        {
            if (IsOverrun)
            {
                return -1;
            }

            At -= (_count >> 3) - _overrun;
            Bits = 0;
            _count = 0;
            _overrun = 0;
            if (_end - At < 4)
            {
                return -1;
            }

            int length = At[0] | (At[1] << 8);
            int complement = At[2] | (At[3] << 8);
            At += 4;
            return (length ^ complement) == 0xFFFF ? length : -1;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void RefillAtEnd()
        {
            while (_count < 56)
            {
                if (At < _end)
                {
                    Bits |= (ulong)*At++ << _count;
                }
                else
                {
                    _overrun++;
                }

                _count += 8;
            }
        }
    }
}
