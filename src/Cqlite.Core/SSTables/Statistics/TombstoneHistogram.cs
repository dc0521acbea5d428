using Cqlite.Core.Encoding;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>How many tombstones and expiring cells can be dropped from which moment on.</summary>
/// <remarks>
/// <code>
/// int                         most bins allowed
/// int                         number of bins
/// (double, long) *            moment in seconds since 1970, count; up to nb
/// (long, int) *               the same; oa and later
/// </code>
/// Source: org/apache/cassandra/utils/streamhist/TombstoneHistogram.java.
/// </remarks>
public sealed class TombstoneHistogram
{
    private const long LastLegacyMoment = int.MaxValue - 1;
    private const long LastMoment = uint.MaxValue - 2L;

    internal TombstoneHistogram(IReadOnlyList<KeyValuePair<long, int>> bins) => Bins = bins;

    /// <summary>Moments, in seconds since 1970, and counts, in ascending order.</summary>
    public IReadOnlyList<KeyValuePair<long, int>> Bins { get; }

    /// <summary>Estimated number of those that can be dropped up to a moment, in seconds since 1970.</summary>
    public double CountUpTo(long seconds)
    {
        double sum = 0;
        for (int i = 0; i < Bins.Count; i++)
        {
            (long moment, int count) = Bins[i];
            if (moment > seconds)
            {
                if (i == 0)
                    break;

                // The trapezoid between the two bins around the moment.
                (long before, int countBefore) = Bins[i - 1];
                double weight = (seconds - before) / (double)(moment - before);
                double atMoment = countBefore + ((count - countBefore) * weight);
                return sum - countBefore + (countBefore / 2.0) + ((countBefore + atMoment) * weight / 2);
            }

            sum += count;
        }

        return sum;
    }

    internal static TombstoneHistogram Read(ref SpanReader reader, SSTableVersion version)
    {
        reader.Skip(sizeof(int));
        bool isLegacy = !version.HasUIntDeletionTime;
        int size = reader.CheckCount(reader.ReadInt32(), isLegacy ? 16 : 12);
        SortedDictionary<long, int> bins = [];
        for (int i = 0; i < size; i++)
        {
            long moment = isLegacy ? ToInt64(reader.ReadDouble()) : reader.ReadInt64();
            long count = isLegacy ? reader.ReadInt64() : reader.ReadInt32();
            long last = isLegacy ? LastLegacyMoment : LastMoment;
            if (moment < 0 || moment > last)
                moment = last;
            bins[moment] = (int)Math.Clamp(bins.GetValueOrDefault(moment) + count, 0, int.MaxValue);
        }

        return new TombstoneHistogram([.. bins]);
    }

    internal void Write(BufferWriter output, SSTableVersion version)
    {
        output.WriteInt32(Bins.Count);
        output.WriteInt32(Bins.Count);
        foreach ((long moment, int count) in Bins)
        {
            if (version.HasUIntDeletionTime)
            {
                output.WriteInt64(moment);
                output.WriteInt32(count);
            }
            else
            {
                output.WriteDouble(moment);
                output.WriteInt64(count);
            }
        }
    }

    /// <summary>Java's conversion: towards zero, not a number being zero.</summary>
    private static long ToInt64(double value) => double.IsNaN(value) ? 0
        : value >= long.MaxValue ? long.MaxValue
        : value <= long.MinValue ? long.MinValue
        : (long)value;
}
