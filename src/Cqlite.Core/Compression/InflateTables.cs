namespace Cqlite.Core.Compression;

/// <summary>The two tables of a DEFLATE block, by which codes are looked up.</summary>
/// <remarks>
/// <code>
/// entry     bits 0..4    the bits to consume: of the code, or of the first table
///           bits 8..12   extra bits, or the bits of the second table
///           bits 13..15  what it is: <see cref="Subtable"/>, <see cref="EndOfBlock"/>, <see cref="Literal"/>
///           bits 16..31  the literal, the base, or where the second table begins
/// </code>
/// </remarks>
internal sealed class InflateTables
{
    /// <summary>Bits of the first table of literals and lengths.</summary>
    public const int LiteralTableBits = 11;

    /// <summary>Bits of the first table of distances.</summary>
    public const int DistanceTableBits = 8;

    /// <summary>How many symbols of literals and lengths there are.</summary>
    public const int LiteralSymbols = 288;

    /// <summary>How many symbols of distances there are.</summary>
    public const int DistanceSymbols = 32;

    /// <summary>The entry is a byte.</summary>
    public const uint Literal = 1 << 15;

    /// <summary>The entry is the block's end.</summary>
    public const uint EndOfBlock = 1 << 14;

    /// <summary>The entry leads to a second table.</summary>
    public const uint Subtable = 1 << 13;

    /// <summary>The entry is neither byte nor base; both of them: a code that means nothing.</summary>
    public const uint Exceptional = EndOfBlock | Subtable;

    private static readonly uint[] s_literalBases = MakeLiteralBases();
    private static readonly uint[] s_distanceBases = MakeDistanceBases();
    private bool _isFixed;

    /// <summary>The bases of a code whose symbols are only numbers.</summary>
    public static uint[] PlainBases { get; } = MakePlainBases();

    /// <summary>Of literals and lengths; like <see cref="Distances"/> as large as codes of up to 15 bits can need (2342 and 402 entries), and pinned when in use.</summary>
    public uint[] Literals { get; } = new uint[2400];

    /// <summary>Of distances.</summary>
    public uint[] Distances { get; } = new uint[512];

    /// <summary>Builds both of the lengths of codes; false where these are no codes.</summary>
    public bool Build(ReadOnlySpan<byte> literalLengths, ReadOnlySpan<byte> distanceLengths)
    {
        _isFixed = false;
        return BuildTable(literalLengths, s_literalBases, Literals, LiteralTableBits, allowIncomplete: true)
            && BuildTable(distanceLengths, s_distanceBases, Distances, DistanceTableBits, allowIncomplete: true);
    }

    /// <summary>Builds the fixed codes, unless it has them.</summary>
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

    /// <summary>
    /// Fills the table of a canonical code: entries for all values of its first bits, and second tables behind it for longer codes.
    /// Without <paramref name="allowIncomplete"/> every bit sequence must mean something; with it (RFC 1951 3.2.7), one code of one
    /// bit, or none at all, is allowed too.
    /// </summary>
    public static bool BuildTable(ReadOnlySpan<byte> lengths, uint[] bases, Span<uint> table, int tableBits, bool allowIncomplete)
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
}
