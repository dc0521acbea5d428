using Cqlite.Core.SSTables;

namespace Cqlite.Core.Inspection;

/// <summary>Which release's sstabledump is followed where they differ.</summary>
public enum DumpRelease
{
    /// <summary>3.0.6 and 3.0.7: every value is printed as text in quotes.</summary>
    Release306,

    /// <summary>Around 3.0.17: the first position of a partition is that after its first row.</summary>
    Release3017,

    /// <summary>From 3.0.24 to 3.11.</summary>
    Release3,

    /// <summary>4.0.</summary>
    Release40,

    /// <summary>4.1.</summary>
    Release41,

    /// <summary>5.0: the kind of the table is printed, and a partition's position is where its rows begin.</summary>
    Release50,
}

/// <summary>The names of <see cref="DumpRelease"/> on command lines.</summary>
public static class DumpReleases
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["3.0.6", "3.0.17", "3.11", "4.0", "4.1", "5.0"];

    /// <summary>The release of a name; null for none of them.</summary>
    public static DumpRelease? Parse(string? name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (string.Equals(Names[i], name, StringComparison.Ordinal))
                return (DumpRelease)i;
        }

        return null;
    }
}

/// <summary>How an SSTable is dumped. Immutable.</summary>
public sealed record SSTableDumpOptions
{
    /// <summary>The defaults: all partitions, JSON in one array.</summary>
    public static SSTableDumpOptions Default { get; } = new();

    /// <summary>
    /// Whose sstabledump to print like; null for that of the releases that write the SSTable's version. 4.x and 5.0 both write nb; only 5.0 sorts
    /// the names in TOC.txt.
    /// </summary>
    public DumpRelease? Release { get; init; }

    /// <summary>Print times as numbers (microseconds, or seconds for local deletion times).</summary>
    public bool RawTimestamps { get; init; }

    /// <summary>Print a line of JSON a partition in place of one array.</summary>
    public bool JsonLines { get; init; }

    /// <summary>Print nothing but the partition keys.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>Keys of partitions to print, as text; all when empty.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Keys of partitions to leave out, as text.</summary>
    public IReadOnlyList<string> ExcludedKeys { get; init; } = [];

    /// <summary>The moment, in seconds since 1970, at which <c>expired</c> is judged; null for the clock's.</summary>
    public long? NowSeconds { get; init; }

    /// <summary>The release for an SSTable.</summary>
    internal DumpRelease ReleaseFor(SSTable sstable) => Release ?? sstable.Descriptor.Version.Name switch
    {
        "ma" or "mb" => DumpRelease.Release306,
        "mc" => DumpRelease.Release3017,
        "md" or "me" => DumpRelease.Release3,
        "na" => DumpRelease.Release40,
        "nb" when !IsTocSorted(sstable) => DumpRelease.Release41,
        _ => DumpRelease.Release50,
    };

    private static bool IsTocSorted(SSTable sstable)
    {
        IReadOnlyList<string> names = sstable.ReadToc();
        for (int i = 1; i < names.Count; i++)
        {
            if (string.CompareOrdinal(names[i - 1], names[i]) > 0)
                return false;
        }

        return true;
    }
}
