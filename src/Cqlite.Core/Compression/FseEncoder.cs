using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>An FSE table for writing: what <see cref="FseDistribution"/> is for reading.</summary>
internal sealed unsafe class FseEncoder(int maxLog, int maxSymbols)
{
    private readonly ushort[] _states = new ushort[1 << maxLog];
    private readonly Symbol[] _symbols = new Symbol[maxSymbols];

    /// <summary>Binary logarithm of the number of states.</summary>
    public int Log { get; private set; }

    /// <summary>The accuracy that suits so many symbols of so large an alphabet.</summary>
    public static int SuitableLog(int maxLog, int total, int symbols)
    {
        int log = Math.Min(maxLog, BitOperations.Log2((uint)Math.Max(1, total - 1)) - 2);
        int least = Math.Min(BitOperations.Log2((uint)total) + 1, BitOperations.Log2((uint)Math.Max(1, symbols - 1)) + 2);
        return Math.Min(Math.Max(Math.Max(log, least), 5), maxLog);
    }

    /// <summary>Shares of 2^log that follow the counts; each symbol that occurs gets one at least. False when there is no room.</summary>
    public static bool Normalize(ReadOnlySpan<int> counts, int total, int log, Span<short> shares)
    {
        int size = 1 << log;
        int left = size;
        int largest = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            int count = counts[symbol];
            if (count == 0)
            {
                shares[symbol] = 0;
                continue;
            }

            long scaled = ((long)count << (log + 1)) / total;
            int share = (int)((scaled + 1) >> 1);
            bool isRare = share < 1 || ((long)count << log) <= total;
            shares[symbol] = isRare ? (short)-1 : (short)share;
            left -= isRare ? 1 : share;
            if (shares[symbol] > shares[largest])
            {
                largest = symbol;
            }
        }

        if (left >= 0)
        {
            shares[largest] += (short)left;
            return shares[largest] > 0;
        }

        // Rounding gave too much: take back from the largest, one after the other.
        while (left < 0)
        {
            for (int symbol = 0; symbol < counts.Length; symbol++)
            {
                largest = shares[symbol] > shares[largest] ? symbol : largest;
            }

            if (shares[largest] < 2)
            {
                return false;
            }

            shares[largest]--;
            left++;
        }

        return true;
    }

    /// <summary>Writes a distribution; answers where it ends.</summary>
    public static byte* WriteDistribution(ReadOnlySpan<short> shares, int log, byte* to)
    {
        ForwardBits bits = new(to);
        bits.Add((ulong)(log - 5), 4);
        int remaining = (1 << log) + 1;
        int threshold = 1 << log;
        int width = log + 1;
        bool wasZero = false;
        for (int symbol = 0; remaining > 1;)
        {
            if (wasZero)
            {
                int start = symbol;
                while (shares[symbol] == 0)
                {
                    symbol++;
                }

                int zeros = symbol - start;
                for (; zeros >= 3; zeros -= 3)
                {
                    bits.Add(3, 2);
                    bits.Flush();
                }

                bits.Add((ulong)zeros, 2);
            }

            int value = shares[symbol++];
            int small = (2 * threshold) - 1 - remaining;
            remaining -= Math.Abs(value);
            value++;
            wasZero = value == 1;
            value += value >= threshold ? small : 0;
            bits.Add((ulong)value, width - (value < small ? 1 : 0));
            bits.Flush();
            while (remaining < threshold && threshold > 1)
            {
                width--;
                threshold >>= 1;
            }
        }

        return bits.Close();
    }

    /// <summary>Builds the table.</summary>
    public void Build(ReadOnlySpan<short> shares, int log)
    {
        Log = log;
        int size = 1 << log;
        Span<byte> symbolOfState = stackalloc byte[size];
        FseDistribution.Spread(shares, log, symbolOfState);
        Span<int> next = stackalloc int[64];
        int total = 0;
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            next[symbol] = total;
            int share = Math.Abs((int)shares[symbol]);
            if (share == 0)
            {
                continue;
            }

            int bits = share == 1 ? log : log - BitOperations.Log2((uint)share - 1);
            _symbols[symbol] = new Symbol { BitsAndBound = (uint)((bits << 16) - (share << bits)), Start = total - share };
            total += share;
        }

        for (int state = 0; state < size; state++)
        {
            _states[next[symbolOfState[state]]++] = (ushort)(size + state);
        }
    }

    /// <summary>The state that stands for the last symbol, with which writing begins.</summary>
    public uint FirstState(int symbol)
    {
        Symbol entry = _symbols[symbol];
        uint bits = (entry.BitsAndBound + (1 << 15)) >> 16;
        uint value = (bits << 16) - entry.BitsAndBound;
        return _states[(int)(value >> (int)bits) + entry.Start];
    }

    /// <summary>Writes a symbol: bits of the state, and the state from which a reader finds the symbol.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ref ForwardBits bits, ref uint state, int symbol)
    {
        Symbol entry = _symbols[symbol];
        int count = (int)((state + entry.BitsAndBound) >> 16);
        bits.Add(state, count);
        state = _states[(int)(state >> count) + entry.Start];
    }

    private struct Symbol
    {
        public uint BitsAndBound;
        public int Start;
    }
}
