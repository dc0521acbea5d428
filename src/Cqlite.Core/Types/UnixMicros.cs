namespace Cqlite.Core.Types;

/// <summary>Times as Cassandra's timestamps count them: microseconds since 1970, UTC.</summary>
internal static class UnixMicros
{
    /// <summary>This moment by the machine's clock.</summary>
    public static long Now => Of(DateTimeOffset.UtcNow);

    /// <summary>A time; what is less than a microsecond is cut off.</summary>
    public static long Of(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time of a timestamp.</summary>
    /// <exception cref="ArgumentOutOfRangeException">.NET has no such time.</exception>
    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
