using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Writes the literals of a Zstandard block: raw, one repeated, or Huffman-coded in one or four streams.</summary>
/// <remarks>The bytes are drawn on <see cref="ZstdHuffman"/> and <see cref="ZstdBlockDecoder"/>.</remarks>
internal sealed unsafe class ZstdLiteralEncoder
{
    private const int MaxBits = ZstdCodes.MaxHuffmanBits;
    // A tree of up to 129 bytes, headers, and what a bit stream writes behind its end.
    private const int MarginBytes = 192;
    private const int MinHuffmanLiterals = 64;
    private const int MinFourStreamLiterals = 256;

    private readonly int[] _counts = new int[256 * 4];
    private readonly byte[] _lengths = new byte[256];
    private readonly uint[] _codes = new uint[256];
    private readonly FseEncoder _weightEncoder = new(6, MaxBits + 2);

    /// <summary>Writes the section; answers its end, or null where the room may not do.</summary>
    public byte* Write(byte* literals, int count, byte* to, byte* end)
    {
        if (end - to < count + MarginBytes)
        {
            return null;
        }

        if (count >= MinHuffmanLiterals)
        {
            int distinct = Count(literals, count, out int maxSymbol);
            if (distinct == 1)
            {
                to = WriteHeader(to, 1, count);
                *to++ = *literals;
                return to;
            }

            byte* written = WriteCompressed(literals, count, maxSymbol, distinct, to, end);
            if (written is not null)
            {
                return written;
            }
        }

        to = WriteHeader(to, 0, count);
        Unsafe.CopyBlockUnaligned(to, literals, (uint)count);
        return to + count;
    }

    private static byte* WriteHeader(byte* to, int kind, int count)
    {
        if (count < 32)
        {
            *to++ = (byte)(kind | (count << 3));
            return to;
        }

        int format = count < 4096 ? 1 : 3;
        int value = kind | (format << 2) | (count << 4);
        *to++ = (byte)value;
        *to++ = (byte)(value >> 8);
        if (format == 3)
        {
            *to++ = (byte)(value >> 16);
        }

        return to;
    }

    private int Count(byte* literals, int count, out int maxSymbol)
    {
        Span<int> counts = _counts;
        counts.Clear();
        fixed (int* four = _counts)
        {
            // Four histograms, so that equal neighbours do not wait for each other.
            int at = 0;
            for (; at + 4 <= count; at += 4)
            {
                four[literals[at]]++;
                four[256 + literals[at + 1]]++;
                four[512 + literals[at + 2]]++;
                four[768 + literals[at + 3]]++;
            }

            for (; at < count; at++)
            {
                four[literals[at]]++;
            }
        }

        int distinct = 0;
        maxSymbol = 0;
        for (int symbol = 0; symbol < 256; symbol++)
        {
            counts[symbol] += counts[symbol + 256] + counts[symbol + 512] + counts[symbol + 768];
            if (counts[symbol] != 0)
            {
                distinct++;
                maxSymbol = symbol;
            }
        }

        return distinct;
    }

    private byte* WriteCompressed(byte* literals, int count, int maxSymbol, int distinct, byte* to, byte* end)
    {
        int longest = MakeLengths(count, maxSymbol, distinct);
        long bitsNeeded = 0;
        for (int symbol = 0; symbol <= maxSymbol; symbol++)
        {
            bitsNeeded += (long)_counts[symbol] * _lengths[symbol];
        }

        // A tree and the streams' ends cost something; a gain below a sixty-fourth is not worth the reader's time.
        long limit = count - (count >> 6) - 2;
        if ((bitsNeeded >> 3) + 12 > limit)
        {
            return null;
        }

        bool isSingle = count < MinFourStreamLiterals;
        int headerBytes = count < 1024 ? 3 : count < 16384 ? 4 : 5;
        byte* at = WriteTree(to + headerBytes, maxSymbol, longest);
        if (at is null)
        {
            return null;
        }

        MakeCodes(maxSymbol, longest);
        if (isSingle)
        {
            at = WriteStream(literals, count, at);
        }
        else
        {
            byte* jump = at;
            at += 6;
            int segment = (count + 3) / 4;
            for (int stream = 0; stream < 4; stream++)
            {
                byte* start = at;
                at = WriteStream(literals + (stream * segment), stream < 3 ? segment : count - (3 * segment), at);
                long bytes = at - start;
                if (stream < 3)
                {
                    jump[stream * 2] = (byte)bytes;
                    jump[(stream * 2) + 1] = (byte)(bytes >> 8);
                    if (bytes > ushort.MaxValue)
                    {
                        return null;
                    }
                }
            }
        }

        long compressed = at - to - headerBytes;
        if (compressed + headerBytes > limit)
        {
            return null;
        }

        int sizeBits = headerBytes == 3 ? 10 : headerBytes == 4 ? 14 : 18;
        int format = headerBytes == 3 ? (isSingle ? 0 : 1) : headerBytes - 2;
        ulong header = 2UL | ((ulong)format << 2) | ((ulong)count << 4) | ((ulong)compressed << (4 + sizeBits));
        for (int index = 0; index < headerBytes; index++)
        {
            to[index] = (byte)(header >> (index * 8));
        }

        return at;
    }

    /// <summary>Chooses the length of each symbol's code, 11 bits at most; answers the longest.</summary>
    private int MakeLengths(int count, int maxSymbol, int distinct)
    {
        Span<int> counts = _counts;
        Span<byte> lengths = _lengths;
        lengths.Clear();

        // Symbols by count, rarest first; the count above the symbol so that numbers sort.
        Span<long> sorted = stackalloc long[256];
        int used = 0;
        for (int symbol = 0; symbol <= maxSymbol; symbol++)
        {
            if (counts[symbol] != 0)
            {
                sorted[used++] = ((long)counts[symbol] << 8) | (uint)symbol;
            }
        }

        sorted = sorted[..used];
        sorted.Sort();

        // The two smallest are joined again and again; joined ones come out in order, so two queues do.
        Span<long> weights = stackalloc long[512];
        Span<short> parents = stackalloc short[512];
        for (int leaf = 0; leaf < used; leaf++)
        {
            weights[leaf] = sorted[leaf] >> 8;
        }

        int nextLeaf = 0;
        int nextJoined = used;
        int joined = used;
        for (; joined < (2 * used) - 1; joined++)
        {
            weights[joined] = 0;
            for (int half = 0; half < 2; half++)
            {
                bool takeLeaf = nextLeaf < used && (nextJoined >= joined || weights[nextLeaf] <= weights[nextJoined]);
                int taken = takeLeaf ? nextLeaf++ : nextJoined++;
                weights[joined] += weights[taken];
                parents[taken] = (short)joined;
            }
        }

        Span<int> numberOfLength = stackalloc int[MaxBits + 2];
        numberOfLength.Clear();
        Span<byte> depths = stackalloc byte[512];
        depths[joined - 1] = 0;
        int tooDeep = 0;
        for (int node = joined - 2; node >= 0; node--)
        {
            depths[node] = (byte)(depths[parents[node]] + 1);
            if (node < used)
            {
                tooDeep += depths[node] > MaxBits ? 1 : 0;
                numberOfLength[Math.Min((int)depths[node], MaxBits)]++;
            }
        }

        if (tooDeep > 0)
        {
            // Cut to 11 bits the tree is overfull; shorter codes are made longer until it is not, then longer ones shorter.
            long kraft = 0;
            for (int bits = 1; bits <= MaxBits; bits++)
            {
                kraft += (long)numberOfLength[bits] << (MaxBits - bits);
            }

            const long Full = 1L << MaxBits;
            while (kraft > Full)
            {
                int bits = MaxBits - 1;
                while (numberOfLength[bits] == 0)
                {
                    bits--;
                }

                numberOfLength[bits]--;
                numberOfLength[bits + 1]++;
                kraft -= 1L << (MaxBits - bits - 1);
            }

            for (int bits = MaxBits; kraft < Full && bits > 1;)
            {
                if (numberOfLength[bits] != 0 && kraft + (1L << (MaxBits - bits)) <= Full)
                {
                    numberOfLength[bits]--;
                    numberOfLength[bits - 1]++;
                    kraft += 1L << (MaxBits - bits);
                }
                else
                {
                    bits--;
                }
            }
        }

        // Rarest symbols take the longest codes.
        int longest = 0;
        int place = 0;
        for (int bits = MaxBits; bits >= 1; bits--)
        {
            for (int left = numberOfLength[bits]; left > 0; left--)
            {
                lengths[(int)(sorted[place++] & 0xFF)] = (byte)bits;
                longest = Math.Max(longest, bits);
            }
        }

        return longest;
    }

    /// <summary>Weight after weight, from the longest codes on, which begin at 0: the order in which the reader fills its table.</summary>
    private void MakeCodes(int maxSymbol, int longest)
    {
        Span<int> starts = stackalloc int[MaxBits + 2];
        starts.Clear();
        for (int symbol = 0; symbol <= maxSymbol; symbol++)
        {
            starts[_lengths[symbol] == 0 ? 0 : longest + 1 - _lengths[symbol]]++;
        }

        int next = 0;
        for (int weight = 1; weight <= longest; weight++)
        {
            int symbols = starts[weight];
            starts[weight] = next;
            next += symbols << (weight - 1);
        }

        for (int symbol = 0; symbol <= maxSymbol; symbol++)
        {
            int bits = _lengths[symbol];
            if (bits != 0)
            {
                int weight = longest + 1 - bits;
                _codes[symbol] = ((uint)(starts[weight] >> (weight - 1)) << 8) | (uint)bits;
                starts[weight] += 1 << (weight - 1);
            }
        }
    }

    private byte* WriteTree(byte* to, int maxSymbol, int longest)
    {
        Span<byte> weights = stackalloc byte[256];
        Span<int> counts = stackalloc int[MaxBits + 2];
        counts.Clear();
        int alphabet = 0;
        for (int symbol = 0; symbol < maxSymbol; symbol++)
        {
            weights[symbol] = (byte)(_lengths[symbol] == 0 ? 0 : longest + 1 - _lengths[symbol]);
            counts[weights[symbol]]++;
            alphabet = Math.Max(alphabet, weights[symbol] + 1);
        }

        long packed = WriteWeights(weights[..maxSymbol], counts[..alphabet], to + 1);
        if (packed > 1 && packed < 128 && (packed < (maxSymbol + 1) / 2 || maxSymbol > 128))
        {
            *to = (byte)packed;
            return to + 1 + packed;
        }

        if (maxSymbol > 128)
        {
            return null;
        }

        *to++ = (byte)(127 + maxSymbol);
        for (int symbol = 0; symbol < maxSymbol; symbol += 2)
        {
            *to++ = (byte)((weights[symbol] << 4) | (symbol + 1 < maxSymbol ? weights[symbol + 1] : 0));
        }

        return to;
    }

    /// <summary>Writes the weights by FSE, two states in turn; answers the bytes, or 0 where that is not possible.</summary>
    private long WriteWeights(ReadOnlySpan<byte> weights, ReadOnlySpan<int> counts, byte* to)
    {
        // One repeated weight has no table that means it, and weights that all differ gain nothing.
        if (weights.Length < 3 || counts.IndexOf(weights.Length) >= 0 || !counts.ContainsAnyExceptInRange(0, 1))
        {
            return 0;
        }

        Span<short> shares = stackalloc short[MaxBits + 2];
        shares = shares[..counts.Length];
        int log = FseEncoder.SuitableLog(6, weights.Length, counts.Length);
        if (!FseEncoder.Normalize(counts, weights.Length, log, shares))
        {
            return 0;
        }

        byte* at = FseEncoder.WriteDistribution(shares, log, to);
        _weightEncoder.Build(shares, log);
        ForwardBits bits = new(at);

        // The last two are the first states, of which the one read later belongs to the last but one if their number is odd.
        int index = weights.Length;
        uint first;
        uint second;
        if ((index & 1) != 0)
        {
            first = _weightEncoder.FirstState(weights[--index]);
            second = _weightEncoder.FirstState(weights[--index]);
            _weightEncoder.Write(ref bits, ref first, weights[--index]);
            bits.Flush();
        }
        else
        {
            second = _weightEncoder.FirstState(weights[--index]);
            first = _weightEncoder.FirstState(weights[--index]);
        }

        while (index > 0)
        {
            _weightEncoder.Write(ref bits, ref second, weights[--index]);
            _weightEncoder.Write(ref bits, ref first, weights[--index]);
            bits.Flush();
        }

        bits.Add(second, log);
        bits.Add(first, log);
        return bits.CloseMarked() - to;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* WriteStream(byte* literals, int count, byte* to)
    {
        ForwardBits bits = new(to);
        fixed (uint* codes = _codes)
        {
            int at = count;
            for (; at >= 4; at -= 4)
            {
                uint a = codes[literals[at - 1]];
                uint b = codes[literals[at - 2]];
                uint c = codes[literals[at - 3]];
                uint d = codes[literals[at - 4]];
                bits.AddClean(a >> 8, (byte)a);
                bits.AddClean(b >> 8, (byte)b);
                bits.AddClean(c >> 8, (byte)c);
                bits.AddClean(d >> 8, (byte)d);
                bits.Flush();
            }

            for (; at > 0; at--)
            {
                uint code = codes[literals[at - 1]];
                bits.AddClean(code >> 8, (byte)code);
            }
        }

        return bits.CloseMarked();
    }
}
