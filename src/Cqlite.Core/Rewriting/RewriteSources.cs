using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rewriting;

/// <summary>The SSTables that are read, all of one table, and what those to be written inherit from them.</summary>
internal sealed class RewriteSources : IDisposable
{
    private readonly List<SSTable> _sstables = [];
    private readonly List<UnfilteredCursor> _cursors = [];

    private RewriteSources()
    {
    }

    /// <summary>The SSTables.</summary>
    public IReadOnlyList<SSTable> SSTables => _sstables;

    /// <summary>The table that rows of all of them refer to.</summary>
    public TableMetadata Table { get; private set; } = null!;

    /// <summary>Uncompressed bytes of all.</summary>
    public long TotalBytes => _sstables.Sum(s => s.DataLength);

    /// <summary>Uncompressed bytes that cursors are past.</summary>
    public long DoneBytes => _cursors.Sum(c => Math.Max(0, c.PartitionFilePosition));

    /// <summary>Components that belong to a node's indexes.</summary>
    public IReadOnlyList<string> IndexComponents =>
        [.. _sstables.SelectMany(s => s.Components).Where(c => !SSTableComponent.Known.Contains(c)).Select(c => c.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Opens SSTables.</summary>
    /// <exception cref="UnsupportedFormatException">They are not of one table, as far as their headers tell.</exception>
    public static RewriteSources Open(IFileSystem files, IReadOnlyList<SSTableDescriptor> descriptors, TableMetadata? table)
    {
        if (descriptors.Count == 0)
            throw new ArgumentException("There is no SSTable to read.", nameof(descriptors));
        RewriteSources sources = new();
        bool opened = false;
        try
        {
            foreach (SSTableDescriptor descriptor in descriptors)
                sources._sstables.Add(SSTable.Open(files, descriptor, new SSTableOptions { Table = table }));
            foreach (SSTable other in sources._sstables)
            {
                if (other.Partitioner.ClassName != sources._sstables[0].Partitioner.ClassName)
                {
                    throw new UnsupportedFormatException(
                        other.Descriptor.ToString(),
                        $"its partitioner is {other.Partitioner.ClassName}, that of '{descriptors[0]}' is {sources._sstables[0].Partitioner.ClassName}.");
                }
            }

            sources.Table = table ?? HeaderTables.Unite(sources._sstables);
            if (table is null && descriptors.Count > 1)
                sources.Reopen(files);
            opened = true;
            return sources;
        }
        finally
        {
            if (!opened)
                sources.Dispose();
        }
    }

    /// <summary>Cursors on all partitions of each SSTable, in the order of today's releases.</summary>
    public IReadOnlyList<UnfilteredCursor> ReadAll()
    {
        foreach (SSTable sstable in _sstables)
            _cursors.Add(StoredOrderCursor.Read(sstable));
        return _cursors;
    }

    /// <summary>How to write: as the sources were, but for what options say.</summary>
    public SSTableWriterOptions WriterOptions(RewriteOptions options)
    {
        SSTable first = _sstables[0];
        return new SSTableWriterOptions
        {
            Version = options.Version,
            Header = Header(options.Table is not null),
            Compression = options.Compression is { } compression ? WriterCompression.FromTable(compression)
                : first.CompressionInfo is { } info ? WriterCompression.Like(info, options.ChunkLengthBytes)
                : null,
            BloomFilterFpChance = options.BloomFilterFpChance ?? first.Statistics.Validation.BloomFilterFpChance,
            MinIndexInterval = options.MinIndexInterval ?? 128,
            ColumnIndexBytes = options.ColumnIndexBytes,
            CommitLogIntervals = CommitLogIntervals(options.HostId),
            OriginatingHostId = options.HostId ?? Shared(s => s.OriginatingHostId),

            // SSTables of one level share no partition; what is made of several may share some with those between them.
            Level = _sstables.Count == 1 ? first.Statistics.Stats.Level : 0,
            RepairedAtMillis = _sstables.Min(s => s.Statistics.Stats.RepairedAtMillis),
            PendingRepair = Shared(s => s.PendingRepair),
            IsTransient = _sstables.TrueForAll(s => s.Statistics.Stats.IsTransient),
            TokenSpaceCoverage = _sstables.Count == 1 ? first.Statistics.Stats.TokenSpaceCoverage : double.NaN,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (UnfilteredCursor cursor in _cursors)
            cursor.Dispose();
        foreach (SSTable sstable in _sstables)
            sstable.Dispose();
    }

    /// <summary>Opens all again with the table that their headers make together, so that cells name its columns.</summary>
    private void Reopen(IFileSystem files)
    {
        for (int i = 0; i < _sstables.Count; i++)
        {
            SSTable sstable = SSTable.Open(files, _sstables[i].Descriptor, new SSTableOptions { Table = Table });
            _sstables[i].Dispose();
            _sstables[i] = sstable;
        }
    }

    /// <summary>The columns that any of the sources has, and the smallest times of all.</summary>
    private SerializationHeader Header(bool isDefined)
    {
        EncodingStats[] stats = [.. _sstables.Select(s => s.Statistics.Header.Stats)];
        EncodingStats smallest = new(stats.Min(s => s.MinTimestampMicros), stats.Min(s => s.MinLocalDeletionSeconds), stats.Min(s => s.MinTtlSeconds));
        CqlType keyType = HeaderTables.Frozen(_sstables[0].Statistics.Header.KeyType);
        return new SerializationHeader(smallest, keyType)
        {
            ClusteringTypes = [.. Table.Clustering.Select(c => HeaderTables.Frozen(c.Type))],
            Statics = Columns(Table.Statics, h => h.Statics),
            Regulars = Columns(Table.Regulars, h => h.Regulars),
        };

        HeaderColumn[] Columns(IReadOnlyList<ColumnMetadata> columns, Func<SerializationHeader, IReadOnlyList<HeaderColumn>> stored)
        {
            HashSet<string> names = [.. _sstables.SelectMany(s => stored(s.Statistics.Header)).Select(c => c.Name)];
            return [.. columns.Where(c => !isDefined || names.Contains(c.Name)).Select(c => new HeaderColumn(c.Name, c.Type))];
        }
    }

    /// <summary>What is the same for all, or the default.</summary>
    private T? Shared<T>(Func<StatsMetadata, T?> select)
        where T : struct
    {
        T? value = select(_sstables[0].Statistics.Stats);
        return _sstables.TrueForAll(s => EqualityComparer<T?>.Default.Equals(select(s.Statistics.Stats), value)) ? value : null;
    }

    private List<CommitLogInterval> CommitLogIntervals(Guid? hostId)
    {
        // Positions in one host's log mean nothing in another's.
        if (hostId is null && _sstables.Count > 1 && Shared(s => s.OriginatingHostId) is null)
            return [];
        IEnumerable<StatsMetadata> ofHost = _sstables.Select(s => s.Statistics.Stats).Where(s => hostId is null || s.OriginatingHostId == hostId);
        return CommitLogInterval.Union(ofHost.SelectMany(s => s.CommitLogIntervals));
    }
}
