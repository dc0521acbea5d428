using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Big;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>A component's file.</summary>
/// <param name="Name">Such as <c>Data.db</c>.</param>
/// <param name="Path">Full path.</param>
/// <param name="LengthBytes">Length in bytes.</param>
public sealed record ComponentReport(string Name, string Path, long LengthBytes);

/// <summary>How the data is compressed.</summary>
/// <param name="Compressor">The compressor's class without its package.</param>
/// <param name="Options">Its options.</param>
/// <param name="ChunkLengthBytes">Length of a chunk before compression.</param>
/// <param name="ChunkCount">Number of chunks.</param>
/// <param name="MaxCompressedLengthBytes">Chunks that would be stored in this length or more are not compressed; null where all are.</param>
/// <param name="Ratio">Compressed by uncompressed length.</param>
public sealed record CompressionReport(
    string Compressor,
    IReadOnlyDictionary<string, string> Options,
    int ChunkLengthBytes,
    int ChunkCount,
    int? MaxCompressedLengthBytes,
    double Ratio);

/// <summary>A column as the serialization header has it.</summary>
/// <param name="Name">The name; of key columns, whose names the header lacks, by the definition of the table, or made up.</param>
/// <param name="Kind">The part it plays.</param>
/// <param name="Type">Its type, as CQL spells it.</param>
/// <param name="ClassName">Its type, as Cassandra's class name.</param>
public sealed record ColumnReport(string Name, ColumnKind Kind, string Type, string ClassName);

/// <summary>What an SSTable says of itself: all that is known without reading its data.</summary>
public sealed record SSTableReport
{
    private SSTableReport(SSTableDescriptor descriptor, SSTableStatistics statistics)
    {
        Descriptor = descriptor;
        Statistics = statistics;
    }

    /// <summary>Which SSTable.</summary>
    public SSTableDescriptor Descriptor { get; }

    /// <summary>Statistics.db as it is, histograms included.</summary>
    public SSTableStatistics Statistics { get; }

    /// <summary>Full path of Data.db.</summary>
    public string Path => Descriptor.PathOf(SSTableComponent.Data);

    /// <summary>Keyspace's name; empty where the folders do not tell.</summary>
    public string Keyspace => Descriptor.Keyspace;

    /// <summary>Table's name; empty where the folders do not tell.</summary>
    public string Table => Descriptor.Table;

    /// <summary>Name of the legacy index whose hidden table this belongs to; null for others.</summary>
    public string? Index => Descriptor.Index;

    /// <summary>The id within the table.</summary>
    public string Id => Descriptor.Id.Text;

    /// <summary>The version's letters.</summary>
    public string Version => Descriptor.Version.Name;

    /// <summary><c>big</c> or <c>bti</c>.</summary>
    public string Format => Descriptor.Version.Format;

    /// <summary>Releases of Cassandra that write the version.</summary>
    public string Releases => Descriptor.Version.Releases;

    /// <summary>The files.</summary>
    public required IReadOnlyList<ComponentReport> Components { get; init; }

    /// <summary>Length of all files, in bytes.</summary>
    public long TotalBytes => Components.Sum(c => c.LengthBytes);

    /// <summary>Length of Data.db as it is stored, in bytes.</summary>
    public long StoredBytes => Components.FirstOrDefault(c => c.Name == SSTableComponent.Data.Name)?.LengthBytes ?? 0;

    /// <summary>Length of the data before compression, in bytes.</summary>
    public required long DataBytes { get; init; }

    /// <summary>How the data is compressed; null where it is not.</summary>
    public CompressionReport? Compression { get; init; }

    /// <summary>Number of partitions.</summary>
    public long PartitionCount => Statistics.Stats.PartitionSizes.Count;

    /// <summary>Number of rows.</summary>
    public long RowCount => Statistics.Stats.TotalRows;

    /// <summary>Number of columns of rows that have a value or a tombstone; a collection counts once.</summary>
    public long ColumnsSet => Statistics.Stats.TotalColumnsSet;

    /// <summary>Estimated number of tombstones and expiring cells.</summary>
    public long TombstoneCount => Statistics.Stats.EstimatedTombstoneDropTimes.Bins.Sum(b => (long)b.Value);

    /// <summary>Estimated number of distinct partition keys; null where the sketch is missing.</summary>
    public long? EstimatedKeys => Statistics.Compaction?.EstimatedKeys;

    /// <summary>Smallest timestamp, in microseconds since 1970.</summary>
    public long MinTimestampMicros => Statistics.Stats.MinTimestampMicros;

    /// <summary>Largest timestamp, in microseconds since 1970.</summary>
    public long MaxTimestampMicros => Statistics.Stats.MaxTimestampMicros;

    /// <summary>Smallest local deletion time, in seconds since 1970; null where nothing is deleted or expires.</summary>
    public long? MinLocalDeletionSeconds => OrNull(Statistics.Stats.MinLocalDeletionSeconds);

    /// <summary>Largest local deletion time, in seconds since 1970; null where something neither is deleted nor expires.</summary>
    public long? MaxLocalDeletionSeconds => OrNull(Statistics.Stats.MaxLocalDeletionSeconds);

    /// <summary>Smallest TTL in seconds; 0 for none.</summary>
    public int MinTtlSeconds => Statistics.Stats.MinTtlSeconds;

    /// <summary>Largest TTL in seconds; 0 for none.</summary>
    public int MaxTtlSeconds => Statistics.Stats.MaxTtlSeconds;

    /// <summary>The partitioner's class name.</summary>
    public string Partitioner => Statistics.Validation.Partitioner;

    /// <summary>The first partition's key as text.</summary>
    public string? FirstKey { get; init; }

    /// <summary>The last partition's key as text.</summary>
    public string? LastKey { get; init; }

    /// <summary>The first partition's token, as Cassandra prints it.</summary>
    public string? FirstToken { get; init; }

    /// <summary>The last partition's token, as Cassandra prints it.</summary>
    public string? LastToken { get; init; }

    /// <summary>Wanted rate of the bloom filter's false positives.</summary>
    public double BloomFilterFpChance => Statistics.Validation.BloomFilterFpChance;

    /// <summary>Level of leveled compaction.</summary>
    public int Level => Statistics.Stats.Level;

    /// <summary>When the data was repaired, in milliseconds since 1970; null when not.</summary>
    public long? RepairedAtMillis => Statistics.Stats.RepairedAtMillis == 0 ? null : Statistics.Stats.RepairedAtMillis;

    /// <summary>The repair session that is not finished; null for none.</summary>
    public Guid? PendingRepair => Statistics.Stats.PendingRepair;

    /// <summary>Whether a transient replica wrote it.</summary>
    public bool IsTransient => Statistics.Stats.IsTransient;

    /// <summary>Id of the host that wrote it; null where it is not told.</summary>
    public Guid? OriginatingHostId => Statistics.Stats.OriginatingHostId;

    /// <summary>The clusterings that all rows and markers are within, as Cassandra prints slices; <c>ALL</c> or <c>[, ]</c> for all.</summary>
    public required string CoveredClustering { get; init; }

    /// <summary>The parts of the commit log whose writes are in the SSTable.</summary>
    public IReadOnlyList<CommitLogInterval> CommitLogIntervals => Statistics.Stats.CommitLogIntervals;

    /// <summary>The smallest timestamp, deletion time and TTL, which rows store differences to.</summary>
    public EncodingStats EncodingStats => Statistics.Header.Stats;

    /// <summary>The columns, from the serialization header: partition key, clustering, static, regular.</summary>
    public required IReadOnlyList<ColumnReport> Columns { get; init; }

    /// <summary>Reads what there is to know; of the data nothing is read.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="descriptor">Which SSTable.</param>
    /// <param name="names">The table's definition, for the names of key columns; null where it is not known.</param>
    /// <exception cref="CqliteException">A component that is needed for it is missing, or can't be read.</exception>
    public static SSTableReport Read(IFileSystem files, SSTableDescriptor descriptor, TableMetadata? names = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(descriptor);
        IReadOnlyList<SSTableComponent> components = SSTable.ListComponents(files, descriptor);
        string statisticsPath = descriptor.PathOf(SSTableComponent.Statistics);
        SSTableStatistics statistics = SSTableStatistics.Read(files, statisticsPath, descriptor.Version);
        Partitioner partitioner = Schema.Partitioner.FromClassName(statistics.Validation.Partitioner, statistics.Header.KeyType, statisticsPath);
        CompressionInfo? compression = components.Contains(SSTableComponent.CompressionInfo)
            ? CompressionInfo.Read(files, descriptor.PathOf(SSTableComponent.CompressionInfo), descriptor.Version)
            : null;
        List<ComponentReport> sizes = [];
        foreach (SSTableComponent component in components)
            sizes.Add(new ComponentReport(component.Name, descriptor.PathOf(component), files.GetLength(descriptor.PathOf(component))));
        (ReadOnlyMemory<byte>? first, ReadOnlyMemory<byte>? last) = ReadKeyRange(files, descriptor, components, statistics);
        TableMetadata table = HeaderSchema.ToTable(statistics.Header, descriptor, partitioner, names);
        return new SSTableReport(descriptor, statistics)
        {
            Components = sizes,
            DataBytes = compression?.DataLength ?? sizes.FirstOrDefault(c => c.Name == SSTableComponent.Data.Name)?.LengthBytes ?? 0,
            Compression = compression is null ? null : new CompressionReport(
                compression.CompressorName,
                compression.Options,
                compression.ChunkLength,
                compression.ChunkCount,
                compression.MaxCompressedLength == int.MaxValue ? null : compression.MaxCompressedLength,
                statistics.Stats.CompressionRatio),
            FirstKey = first is { } firstKey ? KeyText(statistics.Header.KeyType, firstKey.Span) : null,
            LastKey = last is { } lastKey ? KeyText(statistics.Header.KeyType, lastKey.Span) : null,
            FirstToken = first is { } firstOfRing ? TokenText(partitioner, firstOfRing.Span) : null,
            LastToken = last is { } lastOfRing ? TokenText(partitioner, lastOfRing.Span) : null,
            CoveredClustering = SliceText(statistics.Stats.CoveredClustering, statistics.Header.ClusteringTypes, descriptor.Version),
            Columns = (ColumnReport[])
            [
                .. table.PartitionKey.Concat(table.Clustering).Concat(table.Statics).Concat(table.Regulars)
                    .Select(c => new ColumnReport(c.Name, c.Kind, c.Type.Name, c.Type.ClassName)),
            ],
        };
    }

    /// <summary>The share of estimated cells that are tombstones that can be dropped.</summary>
    /// <param name="beforeSeconds">Made or expired up to this moment, in seconds since 1970.</param>
    public double DroppableTombstoneRatio(long beforeSeconds)
    {
        EstimatedHistogram cells = Statistics.Stats.CellsPerPartition;
        double columns = (double)cells.Mean * cells.Count;
        return columns > 0 ? Statistics.Stats.EstimatedTombstoneDropTimes.CountUpTo(beforeSeconds) / columns : 0;
    }

    private static long? OrNull(long seconds) => seconds == Cell.NoDeletionTime ? null : seconds;

    /// <summary>First and last key from where the version has them.</summary>
    private static (ReadOnlyMemory<byte>? First, ReadOnlyMemory<byte>? Last) ReadKeyRange(
        IFileSystem files,
        SSTableDescriptor descriptor,
        IReadOnlyList<SSTableComponent> components,
        SSTableStatistics statistics)
    {
        if (descriptor.Version.HasKeyRange)
            return (statistics.Stats.FirstKey, statistics.Stats.LastKey);
        if (!components.Contains(SSTableComponent.Summary) || !components.Contains(SSTableComponent.Index))
            return default;
        IndexSummary summary = IndexSummary.Read(files, descriptor.PathOf(SSTableComponent.Summary), files.GetLength(descriptor.PathOf(SSTableComponent.Index)));
        return (summary.FirstKey, summary.LastKey);
    }

    private static string KeyText(CqlType type, ReadOnlySpan<byte> key)
    {
        if (type.IsMultiCell)
            return Convert.ToHexStringLower(key);
        BufferWriter text = new();
        type.WriteText(key, text);
        return text.ToString();
    }

    private static string TokenText(Partitioner partitioner, ReadOnlySpan<byte> key) => !partitioner.TokensAreKeys
        ? partitioner.TokenOf(key).Value.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : partitioner.KeyType is { } type ? KeyText(type, key) : Convert.ToHexStringLower(key);

    private static string SliceText(ClusteringSlice slice, IReadOnlyList<CqlType> types, SSTableVersion version)
    {
        // Where Cassandra reads the slice as such it prints its ends, even if there is nothing outside of them.
        bool isAll = !version.HasCoveredClustering && slice.Start.Count == 0 && slice.End.Count == 0 && slice.Start.Kind == ClusteringKind.InclusiveStart && slice.End.Kind == ClusteringKind.InclusiveEnd;
        if (isAll)
            return "ALL";
        BufferWriter text = new();
        text.WriteByte(slice.Start.Kind == ClusteringKind.InclusiveStart ? (byte)'[' : (byte)'(');
        WriteBound(slice.Start, types, text);
        text.Write(", "u8);
        WriteBound(slice.End, types, text);
        text.WriteByte(slice.End.Kind == ClusteringKind.InclusiveEnd ? (byte)']' : (byte)')');
        return text.ToString();
    }

    private static void WriteBound(ClusteringBound bound, IReadOnlyList<CqlType> types, BufferWriter text)
    {
        ClusteringView view = bound.View;
        for (int i = 0; i < view.Count && i < types.Count; i++)
        {
            if (i > 0)
                text.WriteByte((byte)':');
            if (!view.IsNull(i))
                types[i].WriteText(view[i], text);
        }
    }
}
