using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Bits and hash functions that keep a bloom filter's false positives below a rate.</summary>
/// <param name="HashCount">Number of hash functions.</param>
/// <param name="BitsPerKey">Bits for each key.</param>
/// <remarks>
/// The rates are those that Cassandra took from the web page of "Summary Cache" (Fan, Cao, Almeida, Broder), and must be, because
/// they decide sizes. Source: org/apache/cassandra/utils/BloomCalculations.java.
/// </remarks>
internal readonly record struct BloomFilterShape(int HashCount, int BitsPerKey)
{
    /// <summary>Rate by bits for each key (from 2), and by number of hash functions (from 1), up to the best number and a little beyond.</summary>
    private static readonly double[][] s_rates =
    [
        [0.393, 0.400],
        [0.283, 0.237, 0.253],
        [0.221, 0.155, 0.147, 0.160],
        [0.181, 0.109, 0.092, 0.092, 0.101],
        [0.154, 0.0804, 0.0609, 0.0561, 0.0578, 0.0638],
        [0.133, 0.0618, 0.0423, 0.0359, 0.0347, 0.0364],
        [0.118, 0.0489, 0.0306, 0.024, 0.0217, 0.0216, 0.0229],
        [0.105, 0.0397, 0.0228, 0.0166, 0.0141, 0.0133, 0.0135, 0.0145],
        [0.0952, 0.0329, 0.0174, 0.0118, 0.00943, 0.00844, 0.00819, 0.00846],
        [0.0869, 0.0276, 0.0136, 0.00864, 0.0065, 0.00552, 0.00513, 0.00509],
        [0.08, 0.0236, 0.0108, 0.00646, 0.00459, 0.00371, 0.00329, 0.00314],
        [0.074, 0.0203, 0.00875, 0.00492, 0.00332, 0.00255, 0.00217, 0.00199, 0.00194],
        [0.0689, 0.0177, 0.00718, 0.00381, 0.00244, 0.00179, 0.00146, 0.00129, 0.00121, 0.0012],
        [0.0645, 0.0156, 0.00596, 0.003, 0.00183, 0.00128, 0.001, 0.000852, 0.000775, 0.000744],
        [0.0606, 0.0138, 0.005, 0.00239, 0.00139, 0.000935, 0.000702, 0.000574, 0.000505, 0.00047, 0.000459],
        [0.0571, 0.0123, 0.00423, 0.00193, 0.00107, 0.000692, 0.000499, 0.000394, 0.000335, 0.000302, 0.000287, 0.000284],
        [0.054, 0.0111, 0.00362, 0.00158, 0.000839, 0.000519, 0.00036, 0.000275, 0.000226, 0.000198, 0.000183, 0.000176],
        [0.0513, 0.00998, 0.00312, 0.0013, 0.000663, 0.000394, 0.000264, 0.000194, 0.000155, 0.000132, 0.000118, 0.000111, 0.000109],
        [0.0488, 0.00906, 0.0027, 0.00108, 0.00053, 0.000303, 0.000196, 0.00014, 0.000108, 8.89e-05, 7.77e-05, 7.12e-05, 6.79e-05, 6.71e-05],
    ];

    private const int FewestBits = 2;

    /// <summary>The smallest rate that can be had.</summary>
    public static double SmallestRate => s_rates[^1][^1];

    /// <summary>Whether a filter of that rate would tell anything: a rate of 1 means no filter.</summary>
    public static bool IsUseful(double rate) => Math.Abs(1 - rate) > 0.001;

    /// <summary>The smallest shape for a rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No shape is that good.</exception>
    public static BloomFilterShape For(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, SmallestRate);
        if (rate >= s_rates[0][0])
            return new BloomFilterShape(2, BestHashCount(FewestBits));

        int bits = FewestBits;
        while (RateOf(bits, BestHashCount(bits)) > rate)
            bits++;
        int hashes = BestHashCount(bits);
        while (hashes > 1 && RateOf(bits, hashes - 1) <= rate)
            hashes--;
        return new BloomFilterShape(hashes, bits);
    }

    private static double RateOf(int bits, int hashes) => s_rates[bits - FewestBits][hashes - 1];

    private static int BestHashCount(int bits)
    {
        double[] rates = s_rates[bits - FewestBits];
        int best = 0;
        for (int i = 1; i < rates.Length; i++)
        {
            if (rates[i] < rates[best])
                best = i;
        }

        return best + 1;
    }
}

/// <summary>Fills a bloom filter with partition keys and writes Filter.db.</summary>
/// <remarks>
/// <code>
/// int         number of hash functions
/// int         number of 64-bit words
/// bytes       the bits, lowest bit of the first byte first
/// </code>
/// Bit i of a key is |(h2 + i * h1) mod bits|, h1 and h2 being the halves of its murmur3 hash. Source: org/apache/cassandra/utils/
/// {BloomFilter,BloomFilterSerializer,FilterFactory}.java, utils/obs/OffHeapBitSet.java.
/// </remarks>
internal sealed class BloomFilterBuilder
{
    private const int ExcessBits = 20;
    private readonly BloomFilterShape _shape;
    private readonly byte[] _bits;

    /// <summary>Creates an empty filter.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="keyCount">The number of keys that it is made for.</param>
    public BloomFilterBuilder(BloomFilterShape shape, long keyCount)
    {
        _shape = shape;
        long words = ((((keyCount * shape.BitsPerKey) + ExcessBits) - 1) >> 6) + 1;
        if (words * sizeof(long) > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(keyCount), keyCount, "A bloom filter for so many keys is larger than an array can be.");
        _bits = new byte[words * sizeof(long)];
    }

    /// <summary>Adds a key by the halves of its hash.</summary>
    public void Add(ulong first, ulong second)
    {
        long capacity = _bits.LongLength * 8;
        long step = unchecked((long)first);
        long at = unchecked((long)second);
        for (int i = 0; i < _shape.HashCount; i++)
        {
            long bit = Math.Abs(at % capacity);
            _bits[bit >> 3] |= (byte)(1 << (int)(bit & 7));
            at = unchecked(at + step);
        }
    }

    /// <summary>Writes what stands before the bits.</summary>
    public void WriteHead(BufferWriter output)
    {
        output.WriteInt32(_shape.HashCount);
        output.WriteInt32(_bits.Length / sizeof(long));
    }

    /// <summary>The bits as they are stored.</summary>
    public ReadOnlySpan<byte> Bits => _bits;
}
