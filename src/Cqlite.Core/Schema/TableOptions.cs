namespace Cqlite.Core.Schema;

/// <summary>A table's options as <c>WITH</c> sets them and <c>system_schema.tables</c> keeps them, with Cassandra 5.0's defaults.</summary>
/// <remarks>Source: org/apache/cassandra/schema/TableParams.java.</remarks>
public sealed record TableOptions
{
    /// <summary>What a table gets that says nothing.</summary>
    public static TableOptions Default { get; } = new();

    /// <summary>Free text.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Age in seconds at which a tombstone may be purged.</summary>
    public int GcGraceSeconds { get; init; } = 864000;

    /// <summary>TTL in seconds for writes that name none; 0 for none.</summary>
    public int DefaultTimeToLiveSeconds { get; init; }

    /// <summary>Wanted rate of false positives of the filter; null for the default of the compaction strategy (0.01, Leveled 0.1).</summary>
    public double? BloomFilterFpChance { get; init; }

    /// <summary>Probability with which a chunk's checksum is looked at when it is read.</summary>
    public double CrcCheckChance { get; init; } = 1.0;

    /// <summary>Keys between two summary entries at full sampling.</summary>
    public int MinIndexInterval { get; init; } = 128;

    /// <summary>Keys between two summary entries at the least sampling.</summary>
    public int MaxIndexInterval { get; init; } = 2048;

    /// <summary>Period in milliseconds of forced flushes; 0 for none.</summary>
    public int MemtableFlushPeriodMillis { get; init; }

    /// <summary>Name of the memtable configuration.</summary>
    public string Memtable { get; init; } = "default";

    /// <summary>Speculative retry policy, as text.</summary>
    public string SpeculativeRetry { get; init; } = "99p";

    /// <summary>Additional write policy, as text.</summary>
    public string AdditionalWritePolicy { get; init; } = "99p";

    /// <summary>Read repair strategy: <c>BLOCKING</c> or <c>NONE</c>.</summary>
    public string ReadRepair { get; init; } = "BLOCKING";

    /// <summary>Whether writes go to the change-data-capture log.</summary>
    public bool Cdc { get; init; }

    /// <summary>Whether snapshots are taken before dropping or truncating.</summary>
    public bool AllowAutoSnapshot { get; init; } = true;

    /// <summary>Whether incremental backups are made.</summary>
    public bool IncrementalBackups { get; init; } = true;

    /// <summary>Caching: <c>keys</c> and <c>rows_per_partition</c>.</summary>
    public IReadOnlyDictionary<string, string> Caching { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["keys"] = "ALL",
        ["rows_per_partition"] = "NONE",
    };

    /// <summary>Compaction strategy and its options, <c>class</c> included (full class name).</summary>
    public IReadOnlyDictionary<string, string> Compaction { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["class"] = "org.apache.cassandra.db.compaction.SizeTieredCompactionStrategy",
        ["max_threshold"] = "32",
        ["min_threshold"] = "4",
    };

    /// <summary>Compression: <c>class</c> (full class name), <c>chunk_length_in_kb</c>, ...; <c>enabled=false</c> for none.</summary>
    public IReadOnlyDictionary<string, string> Compression { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["chunk_length_in_kb"] = "16",
        ["class"] = "org.apache.cassandra.io.compress.LZ4Compressor",
    };

    /// <summary>Extensions: opaque bytes by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Extensions { get; init; } = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>Options of older releases that 5.0 no longer has, such as <c>read_repair_chance</c>, by name; kept so that nothing is lost.</summary>
    public IReadOnlyDictionary<string, string> Retired { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Equals(TableOptions? other) => other is not null
        && string.Equals(Comment, other.Comment, StringComparison.Ordinal)
        && GcGraceSeconds == other.GcGraceSeconds
        && DefaultTimeToLiveSeconds == other.DefaultTimeToLiveSeconds
        && Nullable.Equals(BloomFilterFpChance, other.BloomFilterFpChance)
        && CrcCheckChance.Equals(other.CrcCheckChance)
        && MinIndexInterval == other.MinIndexInterval
        && MaxIndexInterval == other.MaxIndexInterval
        && MemtableFlushPeriodMillis == other.MemtableFlushPeriodMillis
        && string.Equals(Memtable, other.Memtable, StringComparison.Ordinal)
        && string.Equals(SpeculativeRetry, other.SpeculativeRetry, StringComparison.Ordinal)
        && string.Equals(AdditionalWritePolicy, other.AdditionalWritePolicy, StringComparison.Ordinal)
        && string.Equals(ReadRepair, other.ReadRepair, StringComparison.Ordinal)
        && Cdc == other.Cdc
        && AllowAutoSnapshot == other.AllowAutoSnapshot
        && IncrementalBackups == other.IncrementalBackups
        && SameMap(Caching, other.Caching, StringEquals)
        && SameMap(Compaction, other.Compaction, StringEquals)
        && SameMap(Compression, other.Compression, StringEquals)
        && SameMap(Extensions, other.Extensions, (x, y) => x.AsSpan().SequenceEqual(y))
        && SameMap(Retired, other.Retired, StringEquals);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Comment, GcGraceSeconds, DefaultTimeToLiveSeconds, Memtable, SpeculativeRetry);

    private static bool StringEquals(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);

    private static bool SameMap<T>(IReadOnlyDictionary<string, T> left, IReadOnlyDictionary<string, T> right, Func<T, T, bool> same) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out T? value) && same(pair.Value, value));
}
