using Cqlite.Core.SSTables;

namespace Cqlite.Core.Inspection;

/// <summary>Which release's sstabledump is followed where they differ.</summary>
public enum DumpStyle
{
    /// <summary>3.0.8 to 3.0.23 (SSTables <c>mc</c>): the first position of a partition is that after its first row.</summary>
    ReadsAhead,

    /// <summary>All others up to 4.1: a partition's position is where it begins.</summary>
    BeforeTableKind,

    /// <summary>5.0: the kind of the table is printed, and a partition's position is where its rows begin.</summary>
    WithTableKind,
}

/// <summary>How an SSTable is dumped. Immutable.</summary>
public sealed record SSTableDumpOptions
{
    /// <summary>The defaults: all partitions, JSON in one array.</summary>
    public static SSTableDumpOptions Default { get; } = new();

    /// <summary>Whose sstabledump to print like; null for that of the releases that write the SSTable's version (5.0's for nb).</summary>
    public DumpStyle? Style { get; init; }

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

    /// <summary>The style for an SSTable.</summary>
    internal DumpStyle StyleFor(SSTableVersion version) => Style ?? version.Name switch
    {
        "mc" => DumpStyle.ReadsAhead,
        "nb" or "oa" or "da" => DumpStyle.WithTableKind,
        _ => DumpStyle.BeforeTableKind,
    };
}
