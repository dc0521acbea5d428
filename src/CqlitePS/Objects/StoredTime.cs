using Cqlite.Core.Types;

namespace CqlitePS.Objects;

/// <summary>Moments as stored (microseconds or seconds since 1970, of any size) for people.</summary>
internal static class StoredTime
{
    private const long MinimumMicros = -62_135_596_800_000_000;
    private const long MaximumMicros = 253_402_300_799_999_999;

    /// <summary>The moment; null where .NET has none for it. Users may give timestamps that are no times.</summary>
    public static DateTimeOffset? FromMicros(long micros) => micros is >= MinimumMicros and <= MaximumMicros
        ? UnixMicros.ToTime(micros)
        : null;

    /// <summary>The moment; null where .NET has none for it, as for "never".</summary>
    public static DateTimeOffset? FromSeconds(long seconds) => seconds is >= MinimumMicros / 1_000_000 and <= MaximumMicros / 1_000_000
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : null;
}
