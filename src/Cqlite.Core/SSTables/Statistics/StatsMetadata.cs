using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Statistics;

/// <summary>What is known of an SSTable's content without reading it.</summary>
/// <remarks>
/// <code>
/// EstimatedHistogram   partition sizes
/// EstimatedHistogram   cells a partition
/// CommitLogPosition    end of the commit log covered
/// long, long           smallest and largest timestamp
/// int, int             smallest and largest local deletion time; 2^31-1 for none, unsigned with 2^32-1 for none from oa on
/// int, int             smallest and largest TTL
/// double               compressed by uncompressed length; -1 where not compressed
/// TombstoneHistogram
/// int                  level (Leveled compaction)
/// long                 repaired at (milliseconds); 0 when not
/// ma..nb               int n, n * (short + bytes): smallest value of each clustering column; the same for the largest
/// oa, da               vint + types of the clustering columns, then start and end of the covering slice
/// boolean              legacy counter shards
/// long, long           cells, rows
/// mb on                CommitLogPosition: start of the commit log covered
/// mc on                int n, n * (start, end)
/// na on                boolean, then 16 bytes: pending repair;  boolean: transient
/// me, nb on            boolean, then 16 bytes: host that wrote it
/// oa, da               boolean: any partition deletion;  vint + first key, vint + last key;  double: share of the ring
/// </code>
/// Source: org/apache/cassandra/io/sstable/metadata/StatsMetadata.java.
/// </remarks>
public sealed record StatsMetadata
{
    internal StatsMetadata()
    {
    }

    /// <summary>What <see cref="CompressionRatio"/> is where Data.db is not compressed.</summary>
    public const double NoCompressionRatio = -1;

    /// <summary>Sizes of partitions in bytes.</summary>
    public required EstimatedHistogram PartitionSizes { get; init; }

    /// <summary>Cells of partitions.</summary>
    public required EstimatedHistogram CellsPerPartition { get; init; }

    /// <summary>The parts of the commit log whose writes are in the SSTable.</summary>
    public required IReadOnlyList<CommitLogInterval> CommitLogIntervals { get; init; }

    /// <summary>Smallest timestamp, in microseconds since 1970.</summary>
    public required long MinTimestampMicros { get; init; }

    /// <summary>Largest timestamp, in microseconds since 1970.</summary>
    public required long MaxTimestampMicros { get; init; }

    /// <summary>Smallest local deletion time in seconds since 1970; <see cref="Cell.NoDeletionTime"/> for none.</summary>
    public required long MinLocalDeletionSeconds { get; init; }

    /// <summary>Largest local deletion time in seconds since 1970; <see cref="Cell.NoDeletionTime"/> for none, which a live cell has.</summary>
    public required long MaxLocalDeletionSeconds { get; init; }

    /// <summary>Smallest TTL in seconds; 0 for none.</summary>
    public required int MinTtlSeconds { get; init; }

    /// <summary>Largest TTL in seconds.</summary>
    public required int MaxTtlSeconds { get; init; }

    /// <summary>Compressed by uncompressed length, or <see cref="NoCompressionRatio"/>.</summary>
    public required double CompressionRatio { get; init; }

    /// <summary>When tombstones and expiring cells can be dropped.</summary>
    public required TombstoneHistogram EstimatedTombstoneDropTimes { get; init; }

    /// <summary>Level of leveled compaction.</summary>
    public required int Level { get; init; }

    /// <summary>When the data was repaired, in milliseconds since 1970; 0 when not.</summary>
    public required long RepairedAtMillis { get; init; }

    /// <summary>Smallest value of each clustering column, up to nb, as far as there are such.</summary>
    public IReadOnlyList<byte[]> MinClusteringValues { get; internal init; } = [];

    /// <summary>Largest value of each clustering column, up to nb, as far as there are such.</summary>
    public IReadOnlyList<byte[]> MaxClusteringValues { get; internal init; } = [];

    /// <summary>Types of the clustering columns, from oa on.</summary>
    public IReadOnlyList<CqlType> ClusteringTypes { get; internal init; } = [];

    /// <summary>A slice that holds every row and marker; all where the version can't say.</summary>
    public ClusteringSlice CoveredClustering { get; internal init; } = ClusteringSlice.All;

    /// <summary>Whether there are counter shards of before 2.1.</summary>
    public bool HasLegacyCounterShards { get; internal init; }

    /// <summary>Number of cells.</summary>
    public long TotalColumnsSet { get; internal init; }

    /// <summary>Number of rows.</summary>
    public long TotalRows { get; internal init; }

    /// <summary>The repair session that is not finished; null for none.</summary>
    public Guid? PendingRepair { get; internal init; }

    /// <summary>Whether a transient replica wrote it.</summary>
    public bool IsTransient { get; internal init; }

    /// <summary>Id of the host that wrote it; null where it is not told.</summary>
    public Guid? OriginatingHostId { get; internal init; }

    /// <summary>Whether any partition may be deleted as a whole.</summary>
    public bool HasPartitionLevelDeletions { get; internal init; }

    /// <summary>The first partition's key, from oa on.</summary>
    public ReadOnlyMemory<byte>? FirstKey { get; internal init; }

    /// <summary>The last partition's key, from oa on.</summary>
    public ReadOnlyMemory<byte>? LastKey { get; internal init; }

    /// <summary>Share of the ring that the tokens cover; not a number where it is not told.</summary>
    public double TokenSpaceCoverage { get; internal init; } = double.NaN;

    internal static StatsMetadata Read(ref SpanReader reader, SSTableVersion version)
    {
        StatsMetadata stats = ReadCommon(ref reader, version, out CommitLogPosition upper);
        if (version.HasLegacyMinMax)
        {
            byte[][] min = ReadClusteringValues(ref reader);
            byte[][] max = ReadClusteringValues(ref reader);
            stats = stats with
            {
                MinClusteringValues = min,
                MaxClusteringValues = max,
                CoveredClustering = version.HasAccurateMinMax && min.Length + max.Length > 0
                    ? new ClusteringSlice(new ClusteringBound(ClusteringKind.InclusiveStart, min), new ClusteringBound(ClusteringKind.InclusiveEnd, max))
                    : ClusteringSlice.All,
            };
        }
        else
        {
            CqlType[] types = SerializationHeader.ReadTypes(ref reader);
            ClusteringLayout layout = new(types);
            stats = stats with
            {
                ClusteringTypes = types,
                CoveredClustering = new ClusteringSlice(layout.ReadBound(ref reader), layout.ReadBound(ref reader)),
            };
        }

        stats = stats with
        {
            HasLegacyCounterShards = reader.ReadBoolean(),
            TotalColumnsSet = reader.ReadInt64(),
            TotalRows = reader.ReadInt64(),
        };
        CommitLogPosition lower = version.HasCommitLogLowerBound ? CommitLogPosition.Read(ref reader) : CommitLogPosition.None;
        stats = stats with
        {
            CommitLogIntervals = version.HasCommitLogIntervals ? ReadIntervals(ref reader) : [new CommitLogInterval(lower, upper)],
            PendingRepair = version.HasPendingRepair ? ReadGuid(ref reader) : null,
            IsTransient = version.HasIsTransient && reader.ReadBoolean(),
            OriginatingHostId = version.HasOriginatingHostId ? ReadGuid(ref reader) : null,
            HasPartitionLevelDeletions = version.HasPartitionDeletionMark
                ? reader.ReadBoolean()
                : stats.MinLocalDeletionSeconds != Cell.NoDeletionTime,
        };
        return stats with
        {
            FirstKey = version.HasKeyRange ? reader.ReadVIntBytes().ToArray() : default(ReadOnlyMemory<byte>?),
            LastKey = version.HasKeyRange ? reader.ReadVIntBytes().ToArray() : default(ReadOnlyMemory<byte>?),
            TokenSpaceCoverage = version.HasTokenSpaceCoverage ? reader.ReadDouble() : double.NaN,
        };
    }

    internal void Write(BufferWriter output, SSTableVersion version)
    {
        PartitionSizes.Write(output);
        CellsPerPartition.Write(output);
        CommitLogPosition upper = CommitLogIntervals.Count == 0 ? CommitLogPosition.None : CommitLogIntervals[^1].End;
        upper.Write(output);
        output.WriteInt64(MinTimestampMicros);
        output.WriteInt64(MaxTimestampMicros);
        WriteDeletionTime(output, MinLocalDeletionSeconds, version);
        WriteDeletionTime(output, MaxLocalDeletionSeconds, version);
        output.WriteInt32(MinTtlSeconds);
        output.WriteInt32(MaxTtlSeconds);
        output.WriteDouble(CompressionRatio);
        EstimatedTombstoneDropTimes.Write(output, version);
        output.WriteInt32(Level);
        output.WriteInt64(RepairedAtMillis);
        if (version.HasLegacyMinMax)
        {
            WriteClusteringValues(output, MinClusteringValues);
            WriteClusteringValues(output, MaxClusteringValues);
        }
        else
        {
            SerializationHeader.WriteTypes(output, ClusteringTypes);
            ClusteringLayout layout = new(ClusteringTypes);
            layout.WritePrefix(output, CoveredClustering.Start.View);
            layout.WritePrefix(output, CoveredClustering.End.View);
        }

        output.WriteBoolean(HasLegacyCounterShards);
        output.WriteInt64(TotalColumnsSet);
        output.WriteInt64(TotalRows);
        CommitLogPosition lower = CommitLogIntervals.Count == 0 ? CommitLogPosition.None : CommitLogIntervals[0].Start;
        if (version.HasCommitLogLowerBound)
            lower.Write(output);
        if (version.HasCommitLogIntervals)
            WriteIntervals(output, CommitLogIntervals);
        if (version.HasPendingRepair)
            WriteGuid(output, PendingRepair);
        if (version.HasIsTransient)
            output.WriteBoolean(IsTransient);
        if (version.HasOriginatingHostId)
            WriteGuid(output, OriginatingHostId);
        if (version.HasPartitionDeletionMark)
            output.WriteBoolean(HasPartitionLevelDeletions);
        if (version.HasKeyRange)
        {
            output.WriteVIntBytes(FirstKey.GetValueOrDefault().Span);
            output.WriteVIntBytes(LastKey.GetValueOrDefault().Span);
        }

        if (version.HasTokenSpaceCoverage)
            output.WriteDouble(TokenSpaceCoverage);
    }

    /// <summary>
    /// Cassandra takes a bin of the tombstone histogram for 16 bytes when it asks for memory, writes 12 from oa on, and stores the
    /// memory as a whole.
    /// </summary>
    internal void WritePadding(BufferWriter output, SSTableVersion version)
    {
        if (!version.HasUIntDeletionTime)
            return;
        int length = EstimatedTombstoneDropTimes.Bins.Count * sizeof(int);
        output.GetSpan(length)[..length].Clear();
        output.Advance(length);
    }

    private static StatsMetadata ReadCommon(ref SpanReader reader, SSTableVersion version, out CommitLogPosition upper)
    {
        EstimatedHistogram sizes = EstimatedHistogram.Read(ref reader);
        EstimatedHistogram cells = EstimatedHistogram.Read(ref reader);
        upper = CommitLogPosition.Read(ref reader);
        return new StatsMetadata
        {
            PartitionSizes = sizes,
            CellsPerPartition = cells,
            CommitLogIntervals = [],
            MinTimestampMicros = reader.ReadInt64(),
            MaxTimestampMicros = reader.ReadInt64(),
            MinLocalDeletionSeconds = ReadDeletionTime(ref reader, version),
            MaxLocalDeletionSeconds = ReadDeletionTime(ref reader, version),
            MinTtlSeconds = reader.ReadInt32(),
            MaxTtlSeconds = reader.ReadInt32(),
            CompressionRatio = reader.ReadDouble(),
            EstimatedTombstoneDropTimes = TombstoneHistogram.Read(ref reader, version),
            Level = reader.ReadInt32(),
            RepairedAtMillis = reader.ReadInt64(),
        };
    }

    private static long ReadDeletionTime(ref SpanReader reader, SSTableVersion version)
    {
        uint stored = reader.ReadUInt32();
        if (version.HasUIntDeletionTime)
            return stored == uint.MaxValue ? Cell.NoDeletionTime : stored;
        return stored == int.MaxValue ? Cell.NoDeletionTime : (int)stored;
    }

    private static byte[][] ReadClusteringValues(ref SpanReader reader)
    {
        byte[][] values = new byte[reader.CheckCount(reader.ReadInt32(), sizeof(ushort))][];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadShortBytes().ToArray();
        return values;
    }

    private static CommitLogInterval[] ReadIntervals(ref SpanReader reader)
    {
        CommitLogInterval[] intervals = new CommitLogInterval[reader.CheckCount(reader.ReadInt32(), 24)];
        for (int i = 0; i < intervals.Length; i++)
            intervals[i] = new CommitLogInterval(CommitLogPosition.Read(ref reader), CommitLogPosition.Read(ref reader));
        return intervals;
    }

    /// <summary>Up to nb a time past 2038 becomes the last that fits.</summary>
    private static void WriteDeletionTime(BufferWriter output, long seconds, SSTableVersion version)
    {
        if (version.HasUIntDeletionTime)
            output.WriteInt32(seconds == Cell.NoDeletionTime ? -1 : unchecked((int)(uint)seconds));
        else
            output.WriteInt32(seconds == Cell.NoDeletionTime ? int.MaxValue : (int)Math.Min(seconds, int.MaxValue - 1));
    }

    private static void WriteClusteringValues(BufferWriter output, IReadOnlyList<byte[]> values)
    {
        output.WriteInt32(values.Count);
        foreach (byte[] value in values)
            output.WriteShortBytes(value);
    }

    private static void WriteIntervals(BufferWriter output, IReadOnlyList<CommitLogInterval> intervals)
    {
        output.WriteInt32(intervals.Count);
        foreach (CommitLogInterval interval in intervals)
        {
            interval.Start.Write(output);
            interval.End.Write(output);
        }
    }

    private static void WriteGuid(BufferWriter output, Guid? id)
    {
        output.WriteBoolean(id is not null);
        if (id is not { } value)
            return;
        _ = value.TryWriteBytes(output.GetSpan(16), bigEndian: true, out int written);
        output.Advance(written);
    }

    private static Guid? ReadGuid(ref SpanReader reader) => reader.ReadBoolean() ? new Guid(reader.ReadBytes(16), bigEndian: true) : null;
}
