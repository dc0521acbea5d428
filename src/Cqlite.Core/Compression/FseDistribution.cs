using System.Numerics;

namespace Cqlite.Core.Compression;

/// <summary>Reads the distribution that an FSE table is built from, and lays its symbols out over the states.</summary>
/// <remarks>
/// <code>
/// distribution  accuracy log - 5 (4 bits), then for each symbol its share + 1, in as few bits as the rest allows;
///               after a share of 0: pairs of bits, 3 = three more zeros and another pair; share -1 = less than one
/// source        RFC 8878 4.1.1
/// </code>
/// </remarks>
internal static unsafe class FseDistribution
{
    /// <summary>Reads one distribution; answers the bytes it took, or -1.</summary>
    public static int Read(byte* source, long length, int maxLog, Span<short> shares, out int log, out int symbols)
    {
        symbols = 0;
        log = 0;
        if (length < 1)
        {
            return -1;
        }

        long bitCount = length * 8;
        long position = 4;
        log = (source[0] & 15) + 5;
        if (log > maxLog)
        {
            return -1;
        }

        int remaining = (1 << log) + 1;
        int threshold = 1 << log;
        int bits = log + 1;
        bool wasZero = false;
        while (remaining > 1 && symbols < shares.Length)
        {
            if (wasZero)
            {
                uint zeros;
                do
                {
                    zeros = Peek(source, length, position) & 3;
                    position += 2;
                    if (position > bitCount || symbols + zeros > shares.Length)
                    {
                        return -1;
                    }

                    shares.Slice(symbols, (int)zeros).Clear();
                    symbols += (int)zeros;
                }
                while (zeros == 3);

                if (symbols >= shares.Length)
                {
                    return -1;
                }
            }

            int small = (2 * threshold) - 1 - remaining;
            int value = (int)(Peek(source, length, position) & ((2 * (uint)threshold) - 1));
            if ((value & (threshold - 1)) < small)
            {
                value &= threshold - 1;
                position += bits - 1;
            }
            else
            {
                value -= value >= threshold ? small : 0;
                position += bits;
            }

            if (position > bitCount)
            {
                return -1;
            }

            int share = value - 1;
            remaining -= Math.Abs(share);
            shares[symbols++] = (short)share;
            wasZero = share == 0;
            while (remaining < threshold && threshold > 1)
            {
                bits--;
                threshold >>= 1;
            }
        }

        return remaining == 1 ? (int)((position + 7) >> 3) : -1;
    }

    /// <summary>Writes the symbol of each state of a table.</summary>
    public static void Spread(ReadOnlySpan<short> shares, int log, Span<byte> symbolOfState)
    {
        int size = 1 << log;
        int high = size - 1;
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            if (shares[symbol] == -1)
            {
                symbolOfState[high--] = (byte)symbol;
            }
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int state = 0;
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            for (int count = 0; count < shares[symbol]; count++)
            {
                symbolOfState[state] = (byte)symbol;
                do
                {
                    state = (state + step) & (size - 1);
                }
                while (state > high);
            }
        }
    }

    /// <summary>
    /// Builds the table by which sequences are decoded: from the state to the value's base and bits, and to the next state.
    /// </summary>
    public static void Build(
        ReadOnlySpan<short> shares, int log, ReadOnlySpan<uint> bases, ReadOnlySpan<byte> extraBits, Span<FseEntry> table)
    {
        int size = 1 << log;
        Span<byte> symbolOfState = stackalloc byte[512];
        Spread(shares, log, symbolOfState[..size]);
        Span<ushort> next = stackalloc ushort[64];
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            next[symbol] = (ushort)Math.Abs((int)shares[symbol]);
        }

        for (int state = 0; state < size; state++)
        {
            int symbol = symbolOfState[state];
            uint order = next[symbol]++;
            int bits = log - BitOperations.Log2(order);
            table[state] = new FseEntry
            {
                Next = (ushort)((order << bits) - (uint)size),
                Bits = (byte)bits,
                ExtraBits = extraBits[symbol],
                Base = bases[symbol],
            };
        }
    }

    /// <summary>The bits from a position on, 25 at least; zeros after the end.</summary>
    private static uint Peek(byte* source, long length, long position)
    {
        long at = position >> 3;
        uint value = 0;
        for (int index = 0; index < 4 && at + index < length; index++)
        {
            value |= (uint)source[at + index] << (index * 8);
        }

        return value >> (int)(position & 7);
    }
}

/// <summary>What one state of an FSE table means for a sequence.</summary>
internal struct FseEntry
{
    public ushort Next;
    public byte Bits;
    public byte ExtraBits;
    public uint Base;
}
