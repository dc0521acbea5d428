using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Counts values in the buckets of an <see cref="EstimatedHistogram"/>.</summary>
/// <remarks>Source: org/apache/cassandra/utils/EstimatedHistogram.java.</remarks>
internal sealed class HistogramBuilder
{
    /// <summary>Buckets for partition sizes: up to 3.5 TB.</summary>
    public const int PartitionSizeBuckets = 155;

    /// <summary>Buckets for cells a partition: up to 4 billion.</summary>
    public const int CellBuckets = 118;

    private readonly long[] _ends;
    private readonly long[] _counts;

    /// <summary>Creates an empty histogram.</summary>
    public HistogramBuilder(int buckets)
    {
        _ends = new long[buckets];
        _counts = new long[buckets + 1];
        long last = 0;
        for (int i = 0; i < buckets; i++)
        {
            // Java's Math.round: half up.
            last = Math.Max(last + 1, (long)Math.Floor((last * 1.2) + 0.5));
            _ends[i] = last;
        }
    }

    /// <summary>Counts a value.</summary>
    public void Add(long value)
    {
        int bucket = Array.BinarySearch(_ends, value);
        _counts[bucket < 0 ? ~bucket : bucket]++;
    }

    /// <summary>The histogram so far.</summary>
    public EstimatedHistogram Build() => new([.. _ends], [.. _counts]);
}
