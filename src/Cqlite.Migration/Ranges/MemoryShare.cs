namespace Cqlite.Migration.Ranges;

/// <summary>How much may be under way at once within a limit of memory.</summary>
internal static class MemoryShare
{
    /// <summary>The least limit that is taken: what the process itself needs, and one range.</summary>
    public const long LeastBytes = 128L << 20;

    /// <summary>What the process needs beside ranges.</summary>
    private const long BaseBytes = 64L << 20;

    /// <summary>What a range needs that is read and written: two pages, a chunk and its index, and what the collector has not taken back yet.</summary>
    private const long RangeBytes = 48L << 20;

    /// <summary>The same options with no more ranges at once than a limit leaves room for, and those no longer than it allows.</summary>
    /// <exception cref="ArgumentException">The limit is below <see cref="LeastBytes"/>.</exception>
    public static RangeRunOptions Within(RangeRunOptions options, long limitBytes)
    {
        if (limitBytes < LeastBytes)
            throw new ArgumentException($"A limit of {limitBytes:N0} bytes is too little: at least {LeastBytes >> 20} MB are needed.");
        int throttle = (int)Math.Clamp((limitBytes - BaseBytes) / RangeBytes, 1, options.Throttle);
        return options with { Throttle = throttle, MaxRangeBytes = Math.Min(options.MaxRangeBytes, limitBytes) };
    }
}
