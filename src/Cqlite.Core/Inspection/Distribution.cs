namespace Cqlite.Core.Inspection;

/// <summary>One bucket of a distribution.</summary>
/// <param name="UpTo">The largest value that it counts.</param>
/// <param name="Count">How many values it counts.</param>
public readonly record struct DistributionBucket(long UpTo, long Count);

/// <summary>How often values occur, in buckets that grow by a fifth each, those of Cassandra's histograms.</summary>
/// <remarks>Source of the buckets: org/apache/cassandra/utils/EstimatedHistogram.java.</remarks>
public sealed class Distribution
{
    private const int BucketCount = 220;
    private static readonly long[] s_ends = MakeEnds();
    private readonly long[] _counts = new long[BucketCount];

    /// <summary>Number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the values.</summary>
    public long Sum { get; private set; }

    /// <summary>The smallest value; 0 without values.</summary>
    public long Min { get; private set; }

    /// <summary>The largest value; 0 without values.</summary>
    public long Max { get; private set; }

    /// <summary>The mean; 0 without values.</summary>
    public double Mean => Count == 0 ? 0 : (double)Sum / Count;

    /// <summary>The buckets that count something, in ascending order.</summary>
    public IReadOnlyList<DistributionBucket> Buckets =>
        (DistributionBucket[])[.. s_ends.Select((end, i) => new DistributionBucket(end, _counts[i])).Where(b => b.Count > 0)];

    /// <summary>The value that a share of all values does not exceed: the end of its bucket, but not more than the largest value.</summary>
    /// <param name="share">From 0 to 1.</param>
    public long Percentile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(share, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        long wanted = (long)Math.Ceiling(Count * share);
        long seen = 0;
        for (int i = 0; i < BucketCount && wanted > 0; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
                return Math.Min(s_ends[i], Max);
        }

        return Min;
    }

    /// <summary>Takes a value, which is not negative.</summary>
    internal void Add(long value)
    {
        int bucket = Array.BinarySearch(s_ends, value);
        _counts[Math.Min(bucket < 0 ? ~bucket : bucket, BucketCount - 1)]++;
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Count++;
        Sum += value;
    }

    /// <summary>0, then ends that grow by a fifth, at least by one.</summary>
    private static long[] MakeEnds()
    {
        long[] ends = new long[BucketCount];
        ends[1] = 1;
        for (int i = 2; i < ends.Length; i++)
            ends[i] = Math.Max((long)Math.Round(ends[i - 1] * 1.2, MidpointRounding.AwayFromZero), ends[i - 1] + 1);
        ends[^1] = long.MaxValue;
        return ends;
    }
}
