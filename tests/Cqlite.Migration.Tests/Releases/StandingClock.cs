namespace Cqlite.Migration.Tests.Releases;

/// <summary>A clock that stands until a test moves it.</summary>
internal sealed class StandingClock(long nowSeconds) : TimeProvider
{
    private long _nowSeconds = nowSeconds;
    private int _asked;

    /// <summary>How often it was looked at.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Moves it.</summary>
    public void Advance(long seconds) => Interlocked.Add(ref _nowSeconds, seconds);

    public override DateTimeOffset GetUtcNow()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(Interlocked.Read(ref _nowSeconds));
        Interlocked.Increment(ref _asked);
        return now;
    }
}
