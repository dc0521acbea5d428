using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>How an SSTable is written.</summary>
public sealed record SSTableWriterOptions
{
    private const double DefaultFilterRate = 0.01;
    private const double LeveledFilterRate = 0.1;

    /// <summary>The version; nb, oa or da. nb by default, which every release from 4.0 on reads.</summary>
    public SSTableVersion Version { get; init; } = SSTableVersion.OfName("nb");

    /// <summary>How rows are laid out: columns that occur, and the numbers that times are relative to.</summary>
    public required SerializationHeader Header { get; init; }

    /// <summary>How data is compressed; null for not at all.</summary>
    public required WriterCompression? Compression { get; init; }

    /// <summary>Wanted rate of the bloom filter's false positives; 1 for no filter.</summary>
    public double BloomFilterFpChance { get; init; } = DefaultFilterRate;

    /// <summary>Keys between two entries of Summary.db; 128 by default.</summary>
    public int MinIndexInterval { get; init; } = 128;

    /// <summary>Bytes of rows in a block of a row index (column_index_size); null, the default, for 64 KiB (nb, oa) or 16 KiB (da).</summary>
    public int? ColumnIndexBytes { get; init; }

    /// <summary>Number of partitions that the filter is made for; null, the default, for as many as there will be.</summary>
    public long? ExpectedKeyCount { get; init; }

    /// <summary>The parts of the commit log whose writes are in the SSTable, in order.</summary>
    public IReadOnlyList<CommitLogInterval> CommitLogIntervals { get; init; } = [];

    /// <summary>Id of the host that writes it; null, the default, for none.</summary>
    public Guid? OriginatingHostId { get; init; }

    /// <summary>Level of leveled compaction; 0 by default.</summary>
    public int Level { get; init; }

    /// <summary>When the data was repaired, in milliseconds since 1970; 0, the default, when not.</summary>
    public long RepairedAtMillis { get; init; }

    /// <summary>The repair session that is not finished; null, the default, for none.</summary>
    public Guid? PendingRepair { get; init; }

    /// <summary>Whether a transient replica writes it.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Share of the ring that the tokens cover (Unified compaction's); not a number, the default, when not told.</summary>
    public double TokenSpaceCoverage { get; init; } = double.NaN;

    /// <summary>What a table's own options ask for.</summary>
    /// <param name="table">The table.</param>
    /// <param name="header">How rows are laid out.</param>
    public static SSTableWriterOptions For(TableMetadata table, SerializationHeader header)
    {
        ArgumentNullException.ThrowIfNull(table);
        bool isLeveled = table.Options.Compaction.GetValueOrDefault("class", "").EndsWith("LeveledCompactionStrategy", StringComparison.Ordinal);
        return new SSTableWriterOptions
        {
            Header = header,
            Compression = WriterCompression.FromTable(table.Options.Compression),
            BloomFilterFpChance = table.Options.BloomFilterFpChance ?? (isLeveled ? LeveledFilterRate : DefaultFilterRate),
            MinIndexInterval = table.Options.MinIndexInterval,
        };
    }
}
