using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Compaction;

/// <summary>What of an SSTable decides whether and with what it is compacted. Immutable; holds no file.</summary>
/// <remarks>Source: org/apache/cassandra/io/sstable/format/SSTableReader.java, io/sstable/metadata/StatsMetadata.java.</remarks>
internal sealed record CompactionCandidate
{
    /// <summary>Which SSTable.</summary>
    public required SSTableId Id { get; init; }

    /// <summary>Stored bytes of Data.db.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>The first partition.</summary>
    public required DecoratedKey First { get; init; }

    /// <summary>The last partition.</summary>
    public required DecoratedKey Last { get; init; }

    /// <summary>When Data.db was written, in milliseconds since 1970.</summary>
    public long CreatedMillis { get; init; }

    /// <summary>Smallest timestamp, in microseconds since 1970.</summary>
    public long MinTimestampMicros { get; init; }

    /// <summary>Largest timestamp, in microseconds since 1970.</summary>
    public long MaxTimestampMicros { get; init; }

    /// <summary>When the last of its content is deleted or expired, in seconds since 1970; <see cref="Rows.Cell.NoDeletionTime"/> where some of it lives on.</summary>
    public long MaxLocalDeletionSeconds { get; init; } = Rows.Cell.NoDeletionTime;

    /// <summary>Level of leveled compaction.</summary>
    public int Level { get; init; }

    /// <summary>Number of partitions, estimated.</summary>
    public long EstimatedKeys { get; init; }

    /// <summary>Number of cells, estimated.</summary>
    public long EstimatedCells { get; init; }

    /// <summary>When tombstones and expiring cells can be dropped.</summary>
    public TombstoneHistogram DropTimes { get; init; } = new([]);

    /// <summary>Share of the ring that Statistics.db tells; not a number where it tells none.</summary>
    public double TokenSpaceCoverage { get; init; } = double.NaN;

    /// <summary>What repairs left of it; SSTables of different states are never mixed.</summary>
    public RepairState Repair { get; init; }

    /// <summary>Describes an open SSTable.</summary>
    /// <param name="sstable">The SSTable.</param>
    /// <param name="createdMillis">When its data file was last written, in milliseconds since 1970.</param>
    /// <exception cref="Errors.StorageException">The index can't be read.</exception>
    /// <exception cref="Errors.CorruptDataException">The index does not decode.</exception>
    public static CompactionCandidate Of(SSTable sstable, long createdMillis)
    {
        StatsMetadata stats = sstable.Statistics.Stats;
        PartitionIndex index = sstable.PartitionIndex;
        EstimatedHistogram cells = stats.CellsPerPartition;
        return new CompactionCandidate
        {
            Id = sstable.Descriptor.Id,
            StoredBytes = sstable.StoredLength,
            First = Decorate(index.FirstKey),
            Last = Decorate(index.LastKey),
            CreatedMillis = createdMillis,
            MinTimestampMicros = stats.MinTimestampMicros,
            MaxTimestampMicros = stats.MaxTimestampMicros,
            MaxLocalDeletionSeconds = stats.MaxLocalDeletionSeconds,
            Level = stats.Level,
            EstimatedKeys = stats.PartitionSizes.Count,
            EstimatedCells = cells.IsOverflowed ? stats.TotalColumnsSet : cells.Mean * cells.Count,
            DropTimes = stats.EstimatedTombstoneDropTimes,
            TokenSpaceCoverage = stats.TokenSpaceCoverage,
            Repair = new RepairState(stats.RepairedAtMillis != 0, stats.PendingRepair, stats.IsTransient),
        };

        DecoratedKey Decorate(ReadOnlyMemory<byte> key) => new(sstable.Partitioner.TokenOf(key.Span), key);
    }

    /// <summary>An SSTable is told by its id.</summary>
    public bool Equals(CompactionCandidate? other) => other is not null && other.Id.Equals(Id);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <summary>Share of the cells that are tombstones, or expired, and older than the grace period.</summary>
    /// <param name="gcBeforeSeconds">Where the grace period begins, in seconds since 1970.</param>
    public double DroppableRatio(long gcBeforeSeconds) => EstimatedCells > 0 ? DropTimes.CountUpTo(gcBeforeSeconds) / EstimatedCells : 0;
}

/// <summary>What repairs left of an SSTable.</summary>
/// <param name="IsRepaired">Whether a repair has ended on it.</param>
/// <param name="Pending">The repair session that is not finished; null for none.</param>
/// <param name="IsTransient">Whether a transient replica holds it.</param>
/// <remarks>Source: org/apache/cassandra/db/compaction/CompactionStrategyManager.java (holders).</remarks>
internal readonly record struct RepairState(bool IsRepaired, Guid? Pending, bool IsTransient);
