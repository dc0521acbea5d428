using Cqlite.Core.Types;

namespace Cqlite.Core.Engine;

/// <summary>Timestamps for writes: each greater than all before, whatever the clock does. For any number of threads.</summary>
/// <param name="clock">What tells the time.</param>
internal sealed class WriteClock(TimeProvider clock)
{
    private long _last;

    /// <summary>The next timestamp, in microseconds since 1970.</summary>
    public long NextMicros()
    {
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(last + 1, UnixMicros.Of(clock.GetUtcNow()));
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }

    /// <summary>Goes on behind a timestamp that was given by another.</summary>
    public void Continue(long micros) => Volatile.Write(ref _last, micros);
}
