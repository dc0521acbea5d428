using System.Diagnostics;
using System.Numerics;

namespace Cqlite.Core.Engine.Metrics;

/// <summary>How long something took, in classes of which each is an eighth of a power of two wide: no quantile is off by more than 12.5 %. Any number of threads record.</summary>
internal sealed class LatencyHistogram
{
    private const int SubclassBits = 3;
    private const int Subclasses = 1 << SubclassBits;
    private const int Classes = (64 - SubclassBits) * Subclasses;
    private const int Stripes = 8;

    // Threads have stripes of their own, so that they seldom write to the same lines of the processors' caches.
    private readonly long[][] _counts = [.. Enumerable.Range(0, Stripes).Select(_ => new long[Classes])];

    /// <summary>How many were recorded.</summary>
    public long Count => _counts.Sum(stripe => stripe.Sum());

    /// <summary>Records one.</summary>
    /// <param name="ticks">Ticks of <see cref="Stopwatch"/>.</param>
    public void Record(long ticks) => Interlocked.Increment(ref _counts[Environment.CurrentManagedThreadId % Stripes][ClassOf(Math.Max(ticks, 0))]);

    /// <summary>What a share of those recorded took at most, in seconds; null where there are none.</summary>
    /// <param name="share">Such as 0.99.</param>
    public double? Quantile(double share)
    {
        long[] counts = new long[Classes];
        foreach (long[] stripe in _counts)
        {
            for (int i = 0; i < Classes; i++)
                counts[i] += Volatile.Read(ref stripe[i]);
        }

        long left = (long)Math.Ceiling(counts.Sum() * share);
        if (left == 0)
            return null;
        for (int i = 0; i < Classes; i++)
        {
            left -= counts[i];
            if (left <= 0)
                return EndOf(i) / Stopwatch.Frequency;
        }

        return null;
    }

    private static int ClassOf(long ticks)
    {
        if (ticks < Subclasses)
            return (int)ticks;
        int power = BitOperations.Log2((ulong)ticks);
        return ((power - SubclassBits + 1) << SubclassBits) + (int)((ticks >> (power - SubclassBits)) & (Subclasses - 1));
    }

    private static double EndOf(int index)
    {
        if (index < Subclasses)
            return index + 1;
        int power = (index >> SubclassBits) + SubclassBits - 1;
        return Math.ScaleB(Subclasses + (index & (Subclasses - 1)) + 1, power - SubclassBits);
    }
}

/// <summary>Measures one answer; the default measures nothing.</summary>
internal readonly struct LatencyTimer(LatencyHistogram histogram)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Whether anything is measured.</summary>
    public bool IsRunning => histogram is not null;

    /// <summary>Records the time since this was made.</summary>
    public void Stop() => histogram.Record(Stopwatch.GetTimestamp() - _started);
}
