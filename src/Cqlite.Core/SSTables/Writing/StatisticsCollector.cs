using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>Gathers what Statistics.db says while partitions are written.</summary>
/// <remarks>
/// Source: org/apache/cassandra/io/sstable/metadata/MetadataCollector.java, db/rows/{Rows,Cells}.java (collectStats).
/// </remarks>
internal sealed class StatisticsCollector
{
    private readonly ClusteringComparator _comparator;
    private readonly HistogramBuilder _sizes = new(HistogramBuilder.PartitionSizeBuckets);
    private readonly HistogramBuilder _cells = new(HistogramBuilder.CellBuckets);
    private readonly TombstoneHistogramBuilder _dropTimes = new();
    private readonly CardinalityBuilder _cardinality = new();
    private readonly bool _isCounter;
    private ClusteringBound? _smallestClustering;
    private ClusteringBound? _largestClustering;
    private long _minTimestamp = long.MaxValue;
    private long _maxTimestamp = long.MinValue;
    private bool _hasTimestamp;
    private long _minDeletionTime = long.MaxValue;
    private long _maxDeletionTime = long.MinValue;
    private bool _hasDeletionTime;
    private int _minTtl = int.MaxValue;
    private int _maxTtl = int.MinValue;
    private long _partitionCells;
    private long _columnsSet;
    private long _rows;
    private bool _hasPartitionDeletions;
    private bool _hasLegacyCounterShards;

    /// <summary>Creates a collector.</summary>
    /// <param name="clusteringTypes">Types of the clustering columns.</param>
    /// <param name="isCounter">Whether cells are counters.</param>
    public StatisticsCollector(IReadOnlyList<CqlType> clusteringTypes, bool isCounter)
    {
        ClusteringTypes = clusteringTypes;
        _comparator = new ClusteringComparator([.. clusteringTypes]);
        _isCounter = isCounter;
    }

    private IReadOnlyList<CqlType> ClusteringTypes { get; }

    /// <summary>Takes a partition's deletion into account.</summary>
    public void AddPartitionDeletion(in DeletionTime deletion)
    {
        _hasPartitionDeletions |= !deletion.IsLive;
        Add(deletion);
    }

    /// <summary>Takes a deletion into account, unless it is none.</summary>
    public void Add(in DeletionTime deletion)
    {
        if (deletion.IsLive)
            return;
        AddTimestamp(deletion.MarkedAtMicros);
        AddDeletionTime(deletion.LocalSeconds);
    }

    /// <summary>Takes a row into account that is not empty.</summary>
    public void Add(Row row)
    {
        Liveness liveness = row.Liveness;
        if (!liveness.IsEmpty)
        {
            AddTimestamp(liveness.TimestampMicros);
            AddTtl(liveness.TtlSeconds);
            AddDeletionTime(liveness.ExpiresAtSeconds);
        }

        Add(row.Deletion);
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
            Add(deletion.Deletion);

        ReadOnlySpan<Cell> cells = row.Cells;
        int columns = 0;
        int previous = -1;

        // Of cells that neither expire nor delete, each mostly has the timestamp of the one before.
        long knownMicros = 0;
        bool isKnown = false;
        foreach (ref readonly Cell cell in cells)
        {
            if (cell.Column != previous)
            {
                previous = cell.Column;
                columns++;
            }

            bool isPlain = cell.TtlSeconds == Cell.NoTtl && cell.LocalDeletionSeconds == Cell.NoDeletionTime;
            if (isPlain && isKnown && cell.TimestampMicros == knownMicros)
                continue;
            AddTimestamp(cell.TimestampMicros);
            AddTtl(cell.TtlSeconds);
            AddDeletionTime(cell.LocalDeletionSeconds);
            knownMicros = cell.TimestampMicros;
            isKnown = isPlain;
        }

        _partitionCells += cells.Length;
        _columnsSet += columns;
        _rows++;
        if (_isCounter && !_hasLegacyCounterShards)
            _hasLegacyCounterShards = HasLegacyShards(row);
    }

    /// <summary>Takes a marker's deletions into account.</summary>
    public void Add(RangeTombstoneMarker marker)
    {
        Add(marker.EndDeletion);
        Add(marker.StartDeletion);
    }

    /// <summary>Takes the first row or marker of a partition into account, which may be the smallest of all.</summary>
    public void AddFirst(in ClusteringView clustering)
    {
        if (_smallestClustering is null || _comparator.Compare(clustering, _smallestClustering.View) < 0)
            _smallestClustering = Copy(clustering);
    }

    /// <summary>Takes the last row or marker of a partition into account, which may be the largest of all.</summary>
    public void AddLast(in ClusteringView clustering)
    {
        if (_largestClustering is null || _comparator.Compare(clustering, _largestClustering.View) > 0)
            _largestClustering = Copy(clustering);
    }

    /// <summary>Ends a partition.</summary>
    public void EndPartition(ReadOnlySpan<byte> key, long sizeBytes)
    {
        _sizes.Add(sizeBytes);
        _cells.Add(_partitionCells);
        _partitionCells = 0;
        _cardinality.Add(Murmur3.Hash2(key, 0));
    }

    /// <summary>All that the component holds, but for what the writer alone knows.</summary>
    /// <param name="options">The writer's options.</param>
    /// <param name="partitioner">The table's partitioner.</param>
    /// <param name="filterRate">Wanted rate of the filter's false positives.</param>
    /// <param name="compressionRatio">Compressed by uncompressed length.</param>
    /// <param name="firstKey">The first partition's key.</param>
    /// <param name="lastKey">The last partition's key.</param>
    public SSTableStatistics Build(SSTableWriterOptions options, Partitioner partitioner, double filterRate, double compressionRatio, byte[] firstKey, byte[] lastKey)
    {
        ClusteringBound smallest = Bound(_smallestClustering, ClusteringKind.InclusiveStart, ClusteringKind.ExclusiveStart);
        ClusteringBound largest = Bound(_largestClustering, ClusteringKind.InclusiveEnd, ClusteringKind.ExclusiveEnd);
        StatsMetadata stats = new()
        {
            PartitionSizes = _sizes.Build(),
            CellsPerPartition = _cells.Build(),
            CommitLogIntervals = options.CommitLogIntervals,
            MinTimestampMicros = _hasTimestamp ? _minTimestamp : long.MinValue,
            MaxTimestampMicros = _hasTimestamp ? _maxTimestamp : long.MaxValue,
            MinLocalDeletionSeconds = _hasDeletionTime ? _minDeletionTime : Cell.NoDeletionTime,
            MaxLocalDeletionSeconds = _hasDeletionTime ? _maxDeletionTime : Cell.NoDeletionTime,
            MinTtlSeconds = _maxTtl >= _minTtl ? _minTtl : Cell.NoTtl,
            MaxTtlSeconds = _maxTtl >= _minTtl ? _maxTtl : Cell.NoTtl,
            CompressionRatio = compressionRatio,
            EstimatedTombstoneDropTimes = _dropTimes.Build(),
            Level = options.Level,
            RepairedAtMillis = options.RepairedAtMillis,
            MinClusteringValues = ValuesOf(smallest),
            MaxClusteringValues = ValuesOf(largest),
            ClusteringTypes = ClusteringTypes,
            CoveredClustering = new ClusteringSlice(smallest, largest),
            HasLegacyCounterShards = _hasLegacyCounterShards,
            TotalColumnsSet = _columnsSet,
            TotalRows = _rows,
            PendingRepair = options.PendingRepair,
            IsTransient = options.IsTransient,
            OriginatingHostId = options.OriginatingHostId,
            HasPartitionLevelDeletions = _hasPartitionDeletions,
            FirstKey = firstKey,
            LastKey = lastKey,
            TokenSpaceCoverage = options.TokenSpaceCoverage,
        };
        return new SSTableStatistics(new ValidationMetadata(partitioner.ClassName, filterRate), _cardinality.Build(), stats, options.Header);
    }

    private static ClusteringBound Copy(in ClusteringView clustering)
    {
        byte[]?[] values = new byte[]?[clustering.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = clustering.IsNull(i) ? null : clustering[i].ToArray();
        return new ClusteringBound(clustering.Kind, values);
    }

    /// <summary>A row's clustering as a bound; a bound as it is; where there was neither, one that holds nothing.</summary>
    private static ClusteringBound Bound(ClusteringBound? clustering, ClusteringKind ofRow, ClusteringKind ofNothing)
    {
        if (clustering is null)
            return new ClusteringBound(ofNothing);
        if (clustering.Kind != ClusteringKind.Clustering)
            return clustering;
        ClusteringView view = clustering.View;
        byte[]?[] values = new byte[]?[view.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = view.IsNull(i) ? null : view[i].ToArray();
        return new ClusteringBound(ofRow, values);
    }

    /// <summary>Values up to the first null.</summary>
    private static byte[][] ValuesOf(ClusteringBound bound)
    {
        ClusteringView view = bound.View;
        List<byte[]> values = [];
        for (int i = 0; i < view.Count && !view.IsNull(i); i++)
            values.Add(view[i].ToArray());
        return [.. values];
    }

    /// <summary>Whether a counter of a row has shards of before 2.1: local ones, or remote ones that no element of the head names.</summary>
    private static bool HasLegacyShards(Row row)
    {
        const int elementBytes = 2;
        const int shardBytes = 32;
        foreach (ref readonly Cell cell in row.Cells)
        {
            ReadOnlySpan<byte> context = row.Value(cell);
            if (cell.IsTombstone || context.Length < elementBytes)
                continue;
            int elements = Math.Abs(BinaryPrimitives.ReadInt16BigEndian(context));
            ReadOnlySpan<byte> head = context[elementBytes..];
            if (elements * elementBytes > head.Length || elements < (head.Length - (elements * elementBytes)) / shardBytes)
                return true;
            for (int i = 0; i < elements; i++)
            {
                if (BinaryPrimitives.ReadInt16BigEndian(head[(i * elementBytes)..]) >= 0)
                    return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTimestamp(long micros)
    {
        _hasTimestamp = true;
        if (micros < _minTimestamp)
            _minTimestamp = micros;
        if (micros > _maxTimestamp)
            _maxTimestamp = micros;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddDeletionTime(long seconds)
    {
        _hasDeletionTime = true;
        if (seconds < _minDeletionTime)
            _minDeletionTime = seconds;
        if (seconds > _maxDeletionTime)
            _maxDeletionTime = seconds;
        if (seconds != Cell.NoDeletionTime)
            _dropTimes.Add(seconds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTtl(int seconds)
    {
        if (seconds < _minTtl)
            _minTtl = seconds;
        if (seconds > _maxTtl)
            _maxTtl = seconds;
    }
}
