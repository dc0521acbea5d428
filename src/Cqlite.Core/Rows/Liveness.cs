namespace Cqlite.Core.Rows;

/// <summary>The primary key's own liveness: what an INSERT leaves, so that a row exists without any cell.</summary>
/// <param name="TimestampMicros">Timestamp of the write; <see cref="long.MinValue"/> for none.</param>
/// <param name="TtlSeconds">TTL of the write; 0 for none, <see cref="ExpiredTtl"/> for one that ended in a view.</param>
/// <param name="ExpiresAtSeconds">When it expires, in seconds since 1970; <see cref="long.MaxValue"/> for never.</param>
/// <remarks>Source: org/apache/cassandra/db/LivenessInfo.java.</remarks>
public readonly record struct Liveness(long TimestampMicros, int TtlSeconds, long ExpiresAtSeconds)
{
    /// <summary>The TTL by which a view marks liveness that has ended (LivenessInfo.EXPIRED_LIVENESS_TTL).</summary>
    public const int ExpiredTtl = int.MaxValue;

    /// <summary>No liveness.</summary>
    public static Liveness None { get; } = new(long.MinValue, 0, long.MaxValue);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => TimestampMicros == long.MinValue;

    /// <summary>Whether it has a TTL.</summary>
    public bool IsExpiring => TtlSeconds != 0;

    /// <summary>Whether it counts at a moment, in seconds since 1970.</summary>
    public bool IsLive(long nowSeconds) => !IsEmpty && TtlSeconds != ExpiredTtl && (TtlSeconds == 0 || nowSeconds < ExpiresAtSeconds);

    /// <summary>Whether this one wins over the other in a merge.</summary>
    public bool Supersedes(in Liveness other)
    {
        if (TimestampMicros != other.TimestampMicros)
            return TimestampMicros > other.TimestampMicros;
        bool expired = TtlSeconds == ExpiredTtl;
        if (expired != (other.TtlSeconds == ExpiredTtl))
            return expired;
        if (IsExpiring == other.IsExpiring)
            return ExpiresAtSeconds > other.ExpiresAtSeconds;
        return IsExpiring;
    }
}
