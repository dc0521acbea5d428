namespace Cqlite.Cassandra.Client;

/// <summary>Timestamps for writes that may be sent twice: given here once, so that the second time does not undo what somebody wrote between. Never the same twice.</summary>
internal sealed class WriteClock
{
    private long _last;

    /// <summary>The next timestamp, in microseconds since 1970.</summary>
    public long NextMicros()
    {
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(last + 1, (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
