using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>Counts of values in buckets that grow by a fifth each: partition sizes, cells a partition.</summary>
/// <remarks>
/// <code>
/// int              number of buckets
/// (long, long) *   upper end (inclusive) of the bucket before, then the count; the first two pairs have the same end,
///                  and the last bucket counts what is above every end
/// </code>
/// Source: org/apache/cassandra/utils/EstimatedHistogram.java.
/// </remarks>
public sealed class EstimatedHistogram
{
    private readonly long[] _ends;
    private readonly long[] _counts;

    internal EstimatedHistogram(long[] ends, long[] counts)
    {
        _ends = ends;
        _counts = counts;
    }

    /// <summary>Upper ends of the buckets, inclusive; one less than there are counts.</summary>
    public IReadOnlyList<long> BucketEnds => _ends;

    /// <summary>Values in each bucket; the last counts values above all ends.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Number of values.</summary>
    public long Count => _counts.Sum();

    /// <summary>Whether values are above every end, so that mean and percentiles are not known.</summary>
    public bool IsOverflowed => _counts[^1] > 0;

    /// <summary>The mean, rounded up, taking every value for its bucket's end; 0 without values.</summary>
    public long Mean
    {
        get
        {
            long elements = 0;
            Int128 sum = 0;
            for (int i = 0; i < _ends.Length; i++)
            {
                elements += _counts[i];
                sum += (Int128)_counts[i] * _ends[i];
            }

            return elements == 0 ? 0 : (long)((sum + elements - 1) / elements);
        }
    }

    /// <summary>Lower end of the first bucket that holds something.</summary>
    public long Min
    {
        get
        {
            int first = Array.FindIndex(_counts, c => c > 0);
            return first <= 0 ? 0 : 1 + _ends[first - 1];
        }
    }

    /// <summary>Upper end of the last bucket that holds something; <see cref="long.MaxValue"/> where values are above every end.</summary>
    public long Max
    {
        get
        {
            if (IsOverflowed)
                return long.MaxValue;
            int last = Array.FindLastIndex(_counts, c => c > 0);
            return last < 0 ? 0 : _ends[last];
        }
    }

    /// <summary>The end of the bucket that a share of all values does not exceed.</summary>
    /// <param name="percentile">From 0 to 1.</param>
    public long Percentile(double percentile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percentile, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentile, 1);
        long wanted = (long)Math.Ceiling(Count * percentile);
        if (wanted == 0)
            return 0;
        long elements = 0;
        for (int i = 0; i < _ends.Length; i++)
        {
            elements += _counts[i];
            if (elements >= wanted)
                return _ends[i];
        }

        return 0;
    }

    internal static EstimatedHistogram Read(ref SpanReader reader)
    {
        int size = reader.CheckCount(reader.ReadInt32(), 2 * sizeof(long));
        if (size < 2)
            reader.Throw($"a histogram has {size} buckets; at least 2 are expected.");
        long[] ends = new long[size - 1];
        long[] counts = new long[size];
        for (int i = 0; i < size; i++)
        {
            ends[Math.Max(0, i - 1)] = reader.ReadInt64();
            counts[i] = reader.ReadInt64();
        }

        return new EstimatedHistogram(ends, counts);
    }

    internal void Write(BufferWriter output)
    {
        output.WriteInt32(_counts.Length);
        for (int i = 0; i < _counts.Length; i++)
        {
            output.WriteInt64(_ends[Math.Max(0, i - 1)]);
            output.WriteInt64(_counts[i]);
        }
    }
}
