using System.Diagnostics;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>
/// Spreads work evenly over time: so many bytes a second, shared by all threads. Whoever takes more than is there waits until it would have
/// been.
/// </summary>
internal sealed class ThroughputLimit
{
    private readonly Lock _lock = new();
    private long _bytesPerSecond;
    private long _freeAt = Stopwatch.GetTimestamp();

    /// <summary>Creates a limit.</summary>
    /// <param name="bytesPerSecond">Bytes a second; 0 for no limit.</param>
    public ThroughputLimit(long bytesPerSecond) => BytesPerSecond = bytesPerSecond;

    /// <summary>Bytes a second; 0 for no limit. Can be changed at any time.</summary>
    public long BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Interlocked.Exchange(ref _bytesPerSecond, value);
        }
    }

    /// <summary>Takes bytes, waiting for those taken before.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public void Take(long bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long rate = BytesPerSecond;
        if (rate == 0)
            return;
        long wait;
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            wait = Math.Max(0, _freeAt - now);
            _freeAt = now + wait + (long)(bytes * (double)Stopwatch.Frequency / rate);
        }

        if (wait > 0 && cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(Math.Min(wait / (double)Stopwatch.Frequency, int.MaxValue / 1000))))
            cancellation.ThrowIfCancellationRequested();
    }
}
