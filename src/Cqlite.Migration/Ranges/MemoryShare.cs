using Cqlite.Core.Engine;
using Cqlite.Migration.Clusters;

namespace Cqlite.Migration.Ranges;

/// <summary>
/// How much may be under way at once within a limit of memory: so many ranges, and pages of a cluster that together have no more than an eighth of what ranges have; the
/// rest is for what is made of them, and for what the collector has not taken back yet.
/// </summary>
internal static class MemoryShare
{
    /// <summary>The least limit that is taken: what the process itself needs, and one range.</summary>
    public const long LeastBytes = 128L << 20;

    /// <summary>What the process needs beside ranges: code, stacks, what the collector knows nothing of.</summary>
    private const long BaseBytes = 88L << 20;

    /// <summary>How often a long value may be in memory: as it came, in the page, as it is written, each in a buffer that grew for it, and what that left behind.</summary>
    private const int CopiesOfPage = 8;

    /// <summary>What a database may keep of chunks that were read.</summary>
    private const int CachesWithin = 16;

    /// <summary>What a range needs that is read and written: two pages, a chunk and its index, and what the collector has not taken back yet.</summary>
    private const long RangeBytes = 80L << 20;

    /// <summary>Memory in bytes that the collector has for objects.</summary>
    public static long Heap(long limitBytes) => limitBytes - BaseBytes;

    /// <summary>How a cluster is read within a limit.</summary>
    public static ClusterReading Within(ClusterReading reading, long limitBytes) =>
        reading with { PageMemoryBytes = Math.Min(reading.PageMemoryBytes, Heap(limitBytes) / CopiesOfPage) };

    /// <summary>How a database is opened whose memory counts too; nothing is compacted meanwhile, for that takes as much as is compacted at once.</summary>
    public static DatabaseOptions Within(DatabaseOptions options, long limitBytes) => options with
    {
        CacheSizeBytes = Math.Min(options.CacheSizeBytes, limitBytes / CachesWithin),
        MemtableSizeBytes = Math.Min(options.MemtableSizeBytes, limitBytes / CachesWithin),
        CompactionThreads = 0,
    };

    /// <summary>The same options with no more ranges at once than a limit leaves room for, and those no longer than it allows.</summary>
    /// <exception cref="ArgumentException">The limit is below <see cref="LeastBytes"/>.</exception>
    public static RangeRunOptions Within(RangeRunOptions options, long limitBytes)
    {
        if (limitBytes < LeastBytes)
            throw new ArgumentException($"MemoryLimit can't be {limitBytes:N0} bytes: at least {LeastBytes >> 20} MB are needed.");
        int throttle = (int)Math.Clamp((limitBytes - BaseBytes) / RangeBytes, 1, options.Throttle);
        return options with { Throttle = throttle, MaxRangeBytes = Math.Min(options.MaxRangeBytes, limitBytes) };
    }
}
