using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Decodes the Huffman-coded literals of a Zstandard block.</summary>
/// <remarks>
/// <code>
/// tree      head below 128: so many bytes of FSE-coded weights (two states in turn); else head - 127 weights of 4 bits, high half first
/// weight    0 = no code, else a code of (longest + 1 - weight) bits; the last symbol's weight is what makes the tree full
/// streams   1, or 4 after a table of 3 lengths of 2 bytes; each read from its end, each but the last of (length + 3) / 4 literals
/// source    RFC 8878 4.2
/// </code>
/// The table is indexed by 11 bits whatever the longest code, so that the loop needs no variable.
/// </remarks>
internal static unsafe class ZstdHuffman
{
    public const int TableSize = 1 << ZstdCodes.MaxHuffmanBits;

    /// <summary>Reads a tree into the table; answers the bytes it took, or -1.</summary>
    public static int ReadTree(byte* source, long length, Span<ushort> table)
    {
        if (length < 1)
        {
            return -1;
        }

        Span<byte> weights = stackalloc byte[256];
        int head = source[0];
        int used;
        int count;
        if (head >= 128)
        {
            count = head - 127;
            used = 1 + ((count + 1) / 2);
            if (used > length)
            {
                return -1;
            }

            for (int index = 0; index < count; index++)
            {
                int pair = source[1 + (index / 2)];
                weights[index] = (byte)((index & 1) == 0 ? pair >> 4 : pair & 15);
            }
        }
        else
        {
            used = 1 + head;
            count = used > length ? -1 : ReadWeights(source + 1, head, weights);
            if (count < 0)
            {
                return -1;
            }
        }

        return FillTable(weights, count, table) ? used : -1;
    }

    private static int ReadWeights(byte* source, long length, Span<byte> weights)
    {
        const int MaxWeightLog = 6;
        Span<short> shares = stackalloc short[ZstdCodes.MaxHuffmanBits + 2];
        int header = FseDistribution.Read(source, length, MaxWeightLog, shares, out int log, out int symbols);
        if (header < 0)
        {
            return -1;
        }

        Span<uint> bases = stackalloc uint[ZstdCodes.MaxHuffmanBits + 2];
        for (int symbol = 0; symbol < bases.Length; symbol++)
        {
            bases[symbol] = (uint)symbol;
        }

        Span<byte> noBits = stackalloc byte[ZstdCodes.MaxHuffmanBits + 2];
        noBits.Clear();
        Span<FseEntry> table = stackalloc FseEntry[1 << MaxWeightLog];
        FseDistribution.Build(shares[..symbols], log, bases, noBits, table);

        BackwardBits bits = default;
        if (!bits.TryStart(source + header, length - header))
        {
            return -1;
        }

        int first = (int)bits.Take(log);
        int second = (int)bits.Take(log);
        bits.Refill();
        int count = 0;
        while (!bits.IsOverrun)
        {
            // 255 weights at most are written; the last symbol's follows from them.
            if (count > 253)
            {
                return -1;
            }

            FseEntry entry = table[first];
            weights[count++] = (byte)entry.Base;
            first = entry.Next + (int)bits.Take(entry.Bits);
            bits.Refill();
            if (bits.IsOverrun)
            {
                weights[count++] = (byte)table[second].Base;
                return count;
            }

            (first, second) = (second, first);
        }

        return -1;
    }

    private static bool FillTable(Span<byte> weights, int count, Span<ushort> table)
    {
        int total = 0;
        foreach (byte weight in weights[..count])
        {
            if (weight > ZstdCodes.MaxHuffmanBits)
            {
                return false;
            }

            total += (1 << weight) >> 1;
        }

        if (total == 0)
        {
            return false;
        }

        int longest = BitOperations.Log2((uint)total) + 1;
        int left = (1 << longest) - total;
        if (longest > ZstdCodes.MaxHuffmanBits || !BitOperations.IsPow2(left))
        {
            return false;
        }

        weights[count++] = (byte)(BitOperations.Log2((uint)left) + 1);
        Span<int> starts = stackalloc int[ZstdCodes.MaxHuffmanBits + 2];
        starts.Clear();
        foreach (byte weight in weights[..count])
        {
            starts[weight]++;
        }

        if (starts[1] < 2 || (starts[1] & 1) != 0)
        {
            return false;
        }

        // From the longest codes, which are the lowest, upwards; each entry as wide as 11 bits make it.
        int spread = ZstdCodes.MaxHuffmanBits - longest;
        int next = 0;
        for (int weight = 1; weight <= longest; weight++)
        {
            int symbols = starts[weight];
            starts[weight] = next;
            next += (symbols << (weight - 1)) << spread;
        }

        for (int symbol = 0; symbol < count; symbol++)
        {
            int weight = weights[symbol];
            if (weight != 0)
            {
                int width = (1 << (weight - 1)) << spread;
                table.Slice(starts[weight], width).Fill((ushort)((longest + 1 - weight) | (symbol << 8)));
                starts[weight] += width;
            }
        }

        return true;
    }

    /// <summary>Decodes one stream of exactly so many literals.</summary>
    public static bool DecodeOne(byte* source, long length, ushort* table, byte* to, long count)
    {
        BackwardBits bits = default;
        return bits.TryStart(source, length) && DecodeRest(ref bits, table, to, to + count);
    }

    /// <summary>Decodes four streams, which begin with the table of their lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool DecodeFour(byte* source, long length, ushort* table, byte* to, long count)
    {
        const int JumpBytes = 6;
        long segment = (count + 3) / 4;
        if (length < JumpBytes + 4 || segment * 3 > count)
        {
            return false;
        }

        byte* start0 = source + JumpBytes;
        byte* start1 = start0 + (source[0] | (source[1] << 8));
        byte* start2 = start1 + (source[2] | (source[3] << 8));
        byte* start3 = start2 + (source[4] | (source[5] << 8));
        byte* end = source + length;
        if (start3 >= end)
        {
            return false;
        }

        BackwardBits bits0 = default;
        BackwardBits bits1 = default;
        BackwardBits bits2 = default;
        BackwardBits bits3 = default;
        if (!bits0.TryStart(start0, start1 - start0) || !bits1.TryStart(start1, start2 - start1)
            || !bits2.TryStart(start2, start3 - start2) || !bits3.TryStart(start3, end - start3))
        {
            return false;
        }

        byte* to0 = to;
        byte* to1 = to0 + segment;
        byte* to2 = to1 + segment;
        byte* to3 = to2 + segment;
        byte* toEnd = to + count;
        if (start1 - start0 >= 8 && start2 - start1 >= 8 && start3 - start2 >= 8 && end - start3 >= 8)
        {
            HuffmanCursor c0 = bits0.ToCursor();
            HuffmanCursor c1 = bits1.ToCursor();
            HuffmanCursor c2 = bits2.ToCursor();
            HuffmanCursor c3 = bits3.ToCursor();

            // A round takes at most 55 bits, so 7 bytes, of each stream and makes 5 literals of each; the fourth is the shortest.
            while (toEnd - to3 >= 5)
            {
                long rounds = Math.Min((toEnd - to3) / 5, Math.Min(
                    Math.Min(c0.At - start0, c1.At - start1), Math.Min(c2.At - start2, c3.At - start3)) / 7);
                if (rounds <= 0)
                {
                    break;
                }

                ulong b0 = c0.Bits;
                ulong b1 = c1.Bits;
                ulong b2 = c2.Bits;
                ulong b3 = c3.Bits;
                byte* a0 = c0.At;
                byte* a1 = c1.At;
                byte* a2 = c2.At;
                byte* a3 = c3.At;
                do
                {
                    for (int index = 0; index < 5; index++)
                    {
                        uint e0 = table[b0 >> 53];
                        uint e1 = table[b1 >> 53];
                        uint e2 = table[b2 >> 53];
                        uint e3 = table[b3 >> 53];
                        b0 <<= (int)e0;
                        b1 <<= (int)e1;
                        b2 <<= (int)e2;
                        b3 <<= (int)e3;
                        to0[index] = (byte)(e0 >> 8);
                        to1[index] = (byte)(e1 >> 8);
                        to2[index] = (byte)(e2 >> 8);
                        to3[index] = (byte)(e3 >> 8);
                    }

                    to0 += 5;
                    to1 += 5;
                    to2 += 5;
                    to3 += 5;
                    HuffmanCursor.Refill(ref b0, ref a0);
                    HuffmanCursor.Refill(ref b1, ref a1);
                    HuffmanCursor.Refill(ref b2, ref a2);
                    HuffmanCursor.Refill(ref b3, ref a3);
                }
                while (--rounds > 0);

                c0 = new HuffmanCursor(b0, a0);
                c1 = new HuffmanCursor(b1, a1);
                c2 = new HuffmanCursor(b2, a2);
                c3 = new HuffmanCursor(b3, a3);
            }

            bits0.Resume(c0);
            bits1.Resume(c1);
            bits2.Resume(c2);
            bits3.Resume(c3);
        }

        return DecodeRest(ref bits0, table, to0, to + segment) && DecodeRest(ref bits1, table, to1, to + (2 * segment))
            && DecodeRest(ref bits2, table, to2, to + (3 * segment)) && DecodeRest(ref bits3, table, to3, toEnd);
    }

    private static bool DecodeRest(ref BackwardBits source, ushort* table, byte* to, byte* end)
    {
        BackwardBits bits = source;
        while (to < end)
        {
            bits.Refill();
            if (bits.IsOverrun)
            {
                return false;
            }

            for (int index = 0; index < 5 && to < end; index++)
            {
                uint entry = table[bits.Peek(ZstdCodes.MaxHuffmanBits)];
                bits.Skip((int)(entry & 63));
                *to++ = (byte)(entry >> 8);
            }
        }

        bits.Refill();
        return bits.IsFinished;
    }
}

/// <summary>
/// A stream inside the fast loop: the next bits at the top, and below the last of them a one, so that the zeros under it tell how many
/// were taken since <see cref="At"/> was read.
/// </summary>
internal readonly unsafe struct HuffmanCursor(ulong bits, byte* at)
{
    public ulong Bits { get; } = bits;

    public byte* At { get; } = at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Refill(ref ulong bits, ref byte* at)
    {
        int taken = BitOperations.TrailingZeroCount(bits);
        at -= taken >> 3;
        bits = (BackwardBits.ReadUInt64(at) | 1) << (taken & 7);
    }
}
