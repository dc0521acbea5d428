using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>A sketch of the set of partition keys (HyperLogLog++), by which compaction foresees how many keys a merge will have.</summary>
/// <remarks>
/// <code>
/// int                length of what follows
/// int                -2, the version of the sketch's form
/// vint (7 bits a byte, low first)      precision p, precision of the sparse form, form: 0 registers, 1 sparse
/// registers          vint count in bytes, then ints (big-endian) of six registers of 5 bits each
/// sparse             vint count of numbers, then their differences as vints
/// </code>
/// Keys enter by MurmurHash2 (64 bits). Source: org/apache/cassandra/io/sstable/metadata/CompactionMetadata.java and
/// com.clearspring.analytics.stream.cardinality.HyperLogLogPlus.
/// </remarks>
public sealed class CompactionMetadata
{
    private const int Version = 2;
    private const int RegistersPerInt = 6;
    private const int RegisterBits = 5;

    internal CompactionMetadata(byte[] sketch, long estimate)
    {
        Sketch = sketch;
        EstimatedKeys = estimate;
    }

    /// <summary>The sketch as it is stored.</summary>
    public ReadOnlyMemory<byte> Sketch { get; }

    /// <summary>Estimated number of distinct partition keys. Where the sketch is not sparse it is Ertl's estimate, whose bias needs no table.</summary>
    public long EstimatedKeys { get; }

    internal void Write(BufferWriter output) => output.WriteIntBytes(Sketch.Span);

    internal static CompactionMetadata Read(ref SpanReader reader)
    {
        ReadOnlySpan<byte> sketch = reader.ReadIntBytes();
        SpanReader inner = new(sketch, reader.File, reader.Offset - sketch.Length);
        int version = inner.ReadInt32();
        if (version != -Version)
            inner.Throw($"the cardinality sketch has form {version}; {-Version} is expected.");
        int precision = ReadSmall(ref inner);
        int sparsePrecision = ReadSmall(ref inner);
        int form = ReadSmall(ref inner);
        if (precision is < 4 or > 25 || sparsePrecision is < 0 or > 32)
            inner.Throw($"the cardinality sketch has the precisions {precision} and {sparsePrecision}.");
        int count = inner.CheckCount(ReadSmall(ref inner), 1);
        long estimate = form == 0
            ? EstimateRegisters(inner.ReadBytes(count), precision)
            : EstimateSparse(count, sparsePrecision);
        return new CompactionMetadata(sketch.ToArray(), estimate);
    }

    /// <summary>Linear counting over 2^precision cells of which so many are taken.</summary>
    private static long EstimateSparse(int taken, int precision)
    {
        double cells = Math.Pow(2, precision);
        return (long)Math.Round(cells * Math.Log(cells / (cells - taken)));
    }

    /// <summary>Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6.</summary>
    private static long EstimateRegisters(ReadOnlySpan<byte> registers, int precision)
    {
        int registerCount = 1 << precision;
        Span<int> histogram = stackalloc int[1 << RegisterBits];
        histogram.Clear();
        SpanReader reader = new(registers, "", 0);
        int seen = 0;
        while (seen < registerCount && reader.Remaining >= sizeof(int))
        {
            uint packed = reader.ReadUInt32();
            for (int i = 0; i < RegistersPerInt && seen < registerCount; i++, seen++)
                histogram[(int)(packed >> (i * RegisterBits)) & ((1 << RegisterBits) - 1)]++;
        }

        int q = (1 << RegisterBits) - 2;
        double m = registerCount;
        double z = m * Tau(1 - (histogram[q + 1] / m));
        for (int k = q; k >= 1; k--)
            z = 0.5 * (z + histogram[k]);
        z += m * Sigma(histogram[0] / m);
        double estimate = m / (2 * Math.Log(2)) * m / z;
        return double.IsFinite(estimate) ? (long)Math.Round(estimate) : 0;
    }

    private static double Sigma(double x)
    {
        if (x >= 1)
            return double.PositiveInfinity;
        double y = 1;
        double z = x;
        double before;
        do
        {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        }
        while (z > before);
        return z;
    }

    private static double Tau(double x)
    {
        if (x is <= 0 or >= 1)
            return 0;
        double y = 1;
        double z = 1 - x;
        double before;
        do
        {
            x = Math.Sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        }
        while (z < before);
        return z / 3;
    }

    private static int ReadSmall(ref SpanReader reader)
    {
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = reader.ReadByte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return (int)Math.Min(value, int.MaxValue);
        }

        reader.Throw("a number of the cardinality sketch does not end within five bytes.");
        return 0;
    }
}
