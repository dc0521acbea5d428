using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Writes one SSTable from partitions in their order, as they come: memory depends neither on how large the SSTable is nor on how large a
/// partition is. Nothing counts before <see cref="Finish"/> and the transaction's commit.
/// </summary>
/// <example>
/// <code>
/// writer.BeginPartition(key, deletion);
/// writer.AddStatic(row);             // where there is one
/// writer.AddRow(row);                // rows and markers in clustering order
/// writer.EndPartition();
/// </code>
/// </example>
/// <remarks>
/// <code>
/// partition     short + key, deletion (PartitionDeletion), (static row), rows and markers, 0x01
/// </code>
/// Source: org/apache/cassandra/io/sstable/format/{SSTableWriter,SortedTableWriter,SortedTablePartitionWriter}.java.
/// </remarks>
internal sealed class SSTableWriter : IDisposable
{
    /// <summary>What ends the name of a file that holds something only while an SSTable is written.</summary>
    public const string TemporarySuffix = ".tmp";

    private readonly IFileSystem _files;
    private readonly SSTableWriterOptions _options;
    private readonly Partitioner _partitioner;
    private readonly UnfilteredEncoder _encoder;
    private readonly DataWriter _data;
    private readonly PartitionIndexWriter _index;
    private readonly FilterWriter? _filter;
    private readonly StatisticsCollector _statistics;
    private readonly BlockTracker _block;
    private readonly BufferWriter _buffer;
    private readonly List<SSTableComponent> _components = [];
    private readonly Row _emptyStatic = new();
    private readonly Slice[] _lastClustering;
    private readonly ClusteringComparator _comparator;
    private BufferWriter _key = new();
    private BufferWriter _previousKey = new();
    private byte[] _firstKey = [];
    private Token _token;
    private Token _previousToken;
    private DeletionTime _deletion;
    private State _state;
    private long _partitionStart;
    private long _headerLength;
    private long _previousItem;

    /// <summary>Begins an SSTable.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="transaction">Whose commit makes the SSTable count.</param>
    /// <param name="id">Id of the SSTable, which must be free.</param>
    /// <param name="table">The table that rows' cells refer to.</param>
    /// <param name="options">How to write.</param>
    public SSTableWriter(IFileSystem files, SSTableTransaction transaction, SSTableId id, TableMetadata table, SSTableWriterOptions options)
    {
        if (!options.Version.CanBeWritten)
            throw new ArgumentException($"SSTables of version {options.Version} are not written; nb, oa and da are.", nameof(options));
        _files = files;
        _options = options;
        _partitioner = table.Partitioner;
        Descriptor = SSTableDescriptor.Create(transaction.Directory, options.Version, id);
        _encoder = new UnfilteredEncoder(options.Header, table, forSSTable: true);
        _statistics = new StatisticsCollector(options.Header.ClusteringTypes, table.IsCounter);
        _block = new BlockTracker(options.ColumnIndexBytes ?? (options.Version.IsBti ? BtiIndexWriter.DefaultBlockBytes : BigIndexWriter.DefaultBlockBytes), options.Version);
        _lastClustering = new Slice[options.Header.ClusteringTypes.Count];
        _comparator = new ClusteringComparator([.. options.Header.ClusteringTypes]);
        _emptyStatic.Reset(isStatic: true);

        transaction.Add(Descriptor);
        if (BloomFilterShape.IsUseful(options.BloomFilterFpChance))
        {
            _filter = new FilterWriter(
                files,
                Descriptor.PathOf(SSTableComponent.Filter) + TemporarySuffix,
                options.BloomFilterFpChance,
                options.ExpectedKeyCount);
        }

        _data = options.Compression is { } compression
            ? new CompressedDataWriter(Create(SSTableComponent.Data), compression)
            : new PlainDataWriter(Create(SSTableComponent.Data), Create(SSTableComponent.Crc));
        _buffer = _data.Buffer;
        _index = options.Version.IsBti
            ? new BtiIndexWriter(Create(SSTableComponent.Partitions), Create(SSTableComponent.Rows), _partitioner, options.Header.ClusteringTypes)
            : new BigIndexWriter(
                files,
                Descriptor,
                Create(SSTableComponent.Index),
                Create(SSTableComponent.Summary),
                new SummaryBuilder(options.MinIndexInterval, options.ExpectedKeyCount ?? 0));
    }

    private enum State
    {
        BetweenPartitions,

        /// <summary>The key is known, but nothing is written: a partition without content is passed over.</summary>
        AtPartition,
        AmongRows,
        Finished,
    }

    /// <summary>Which SSTable it will be.</summary>
    public SSTableDescriptor Descriptor { get; }

    /// <summary>Partitions written so far.</summary>
    public long PartitionCount { get; private set; }

    /// <summary>Uncompressed bytes of data so far.</summary>
    public long DataBytes => _data.Position;

    /// <summary>Bytes of files so far, but for those that come at the end.</summary>
    public long StoredBytes => _data.StoredBytes + _index.StoredBytes;

    /// <summary>Writes all partitions of a cursor, which must read forward.</summary>
    public void Append(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        while (cursor.MoveToNextPartition())
        {
            cancellation.ThrowIfCancellationRequested();
            AppendPartition(cursor, cancellation);
        }
    }

    /// <summary>Writes the partition that a cursor has just come to.</summary>
    public void AppendPartition(UnfilteredCursor cursor, CancellationToken cancellation)
    {
        BeginPartition(cursor.Token, cursor.PartitionKey, cursor.PartitionDeletion);
        if (cursor.StaticRow is { } row)
            AddStatic(row);
        int items = 0;
        while (cursor.MoveToNextUnfiltered())
        {
            if ((++items & 0xFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            if (cursor.Kind == UnfilteredKind.Row)
                AddRow(cursor.Row);
            else
                AddMarker(cursor.Marker);
        }

        EndPartition();
    }

    /// <summary>Begins a partition, which must come after the one before.</summary>
    /// <param name="token">The key's token.</param>
    /// <param name="key">The serialized partition key.</param>
    /// <param name="deletion">The partition's deletion.</param>
    /// <exception cref="ArgumentException">The key is too long, or not after its predecessor.</exception>
    public void BeginPartition(Token token, ReadOnlySpan<byte> key, in DeletionTime deletion)
    {
        Expect(State.BetweenPartitions);
        if (key.Length > ushort.MaxValue)
            throw new ArgumentException($"a partition key has {key.Length:N0} bytes; {ushort.MaxValue:N0} are the most.", nameof(key));
        if (PartitionCount > 0 && _partitioner.Compare(_previousToken, _previousKey.WrittenSpan, token, key) >= 0)
            throw new ArgumentException($"partition {Convert.ToHexStringLower(key)} is not after its predecessor {Convert.ToHexStringLower(_previousKey.WrittenSpan)}.", nameof(key));
        _key.Clear();
        _key.Write(key);
        _token = token;
        _deletion = deletion;
        _state = State.AtPartition;
    }

    /// <summary>Writes the partition's static row, before any other row.</summary>
    public void AddStatic(Row row)
    {
        Expect(State.AtPartition);
        if (!row.IsEmpty)
            WriteHeader(row);
    }

    /// <summary>Writes a row; one without content is passed over.</summary>
    public void AddRow(Row row)
    {
        if (row.IsEmpty)
            return;
        if (_state != State.AmongRows)
            WriteHeader(_emptyStatic);

        long origin = _data.Position - _buffer.Length;
        long start = _data.Position - _partitionStart;
        CheckOrder(row.Clustering);
        _encoder.WriteRow(_buffer, row, start - _previousItem);
        _statistics.Add(row);
        Range clustering = _encoder.LastClustering;
        long end = origin + _buffer.Length - _partitionStart;
        if (_block.AddRow(_buffer.WrittenSpan[clustering], start, end))
            EndBlock(end);
        _previousItem = start;
        _data.Drain();
    }

    /// <summary>Writes a range tombstone marker.</summary>
    public void AddMarker(RangeTombstoneMarker marker)
    {
        if (_state != State.AmongRows)
            WriteHeader(_emptyStatic);

        long origin = _data.Position - _buffer.Length;
        long start = _data.Position - _partitionStart;
        CheckOrder(marker.Clustering);
        _encoder.WriteMarker(_buffer, marker, start - _previousItem);
        _statistics.Add(marker);
        Range prefix = _encoder.LastClustering;
        long end = origin + _buffer.Length - _partitionStart;
        if (_block.AddMarker(_buffer.WrittenSpan[prefix], start, end, marker.OpenDeletion(reversed: false)))
            EndBlock(end);
        _previousItem = start;
        _data.Drain();
    }

    /// <summary>Ends the partition. One with neither deletion nor rows leaves nothing.</summary>
    public void EndPartition()
    {
        if (_state == State.AtPartition)
        {
            if (_deletion.IsLive)
            {
                _state = State.BetweenPartitions;
                return;
            }

            WriteHeader(_emptyStatic);
        }

        Expect(State.AmongRows);
        long end = _data.Position - _partitionStart;
        _buffer.WriteByte(UnfilteredFlags.EndOfPartition);
        ReadOnlySpan<byte> key = _key.WrittenSpan;
        _index.EndPartition(key, new WrittenPartition(_token, _partitionStart, _headerLength, end, _deletion), _block);
        _filter?.Add(key);
        if (_block.ItemCount > 0)
            _statistics.AddLast(LastClustering());
        _statistics.EndPartition(key, end + 1);
        _data.Drain();

        if (PartitionCount++ == 0)
            _firstKey = key.ToArray();
        (_key, _previousKey) = (_previousKey, _key);
        _previousToken = _token;
        _state = State.BetweenPartitions;
    }

    /// <summary>Writes all that is left, the table of contents last, and makes it durable.</summary>
    /// <exception cref="InvalidOperationException">No partition was written: such an SSTable can't be, and is given up.</exception>
    public void Finish()
    {
        Expect(State.BetweenPartitions);
        if (PartitionCount == 0)
            throw new InvalidOperationException("an SSTable without partitions can't be.");
        _state = State.Finished;
        _data.Complete();
        _index.Complete(_firstKey, _previousKey.WrittenSpan);
        if (_filter is not null)
            WriteComponent(SSTableComponent.Filter, _filter.Write);

        BufferWriter content = new(64 * 1024);
        double ratio = Statistics.StatsMetadata.NoCompressionRatio;
        if (_data is CompressedDataWriter compressed)
        {
            ratio = compressed.CompressionRatio;
            compressed.WriteInfo(content);
            WriteComponent(SSTableComponent.CompressionInfo, content);
        }

        _statistics.Build(_options, _partitioner, _options.BloomFilterFpChance, ratio, _firstKey, _previousKey.ToArray()).Write(content, Descriptor.Version);
        WriteComponent(SSTableComponent.Statistics, content);
        content.WriteText(_data.Digest.ToString(CultureInfo.InvariantCulture));
        WriteComponent(SSTableComponent.Digest, content);

        _components.Add(SSTableComponent.Toc);
        _components.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        foreach (SSTableComponent component in _components)
        {
            content.WriteText(component.Name);
            content.WriteByte((byte)'\n');
        }

        _components.Remove(SSTableComponent.Toc);
        WriteComponent(SSTableComponent.Toc, content);
        _files.SyncDirectory(Descriptor.Directory);
    }

    /// <summary>Closes the files. Those of an SSTable that is not finished are deleted with its transaction.</summary>
    public void Dispose()
    {
        _data.Dispose();
        _index.Dispose();
        _filter?.Dispose();
    }

    private void Expect(State state)
    {
        if (_state != state)
            throw new InvalidOperationException($"this call is for {state}; the writer is {_state}.");
    }

    private void WriteHeader(Row staticRow)
    {
        Expect(State.AtPartition);
        _partitionStart = _data.Position;
        _previousItem = 0;
        _block.Reset();
        _index.BeginPartition();
        _buffer.WriteShortBytes(_key.WrittenSpan);
        PartitionDeletion.Write(_buffer, _deletion, Descriptor.Version);
        _statistics.AddPartitionDeletion(_deletion);
        if (_encoder.HasStatics)
        {
            _encoder.WriteRow(_buffer, staticRow, 0);
            if (!staticRow.IsEmpty)
                _statistics.Add(staticRow);
        }
        else if (!staticRow.IsEmpty)
        {
            throw new ArgumentException("there is a static row, but the header has no static columns.", nameof(staticRow));
        }

        _headerLength = _data.Position - _partitionStart;
        _state = State.AmongRows;
    }

    private void EndBlock(long end)
    {
        _index.AddBlock(_block, end);
        _block.Close();
    }

    /// <summary>Rows in a wrong order would be written without an error, and be lost to reads.</summary>
    private void CheckOrder(in ClusteringView clustering)
    {
        if (_block.ItemCount == 0)
        {
            _statistics.AddFirst(clustering);
            return;
        }

        ClusteringView last = LastClustering();
        int order = _comparator.Compare(last, clustering);
        if (order > 0 || (order == 0 && clustering.Kind == ClusteringKind.Clustering && last.Kind == ClusteringKind.Clustering))
            throw new ArgumentException($"in partition {Convert.ToHexStringLower(_key.WrittenSpan)} a row or range tombstone is not after its predecessor.", nameof(clustering));
    }

    private ClusteringView LastClustering()
    {
        ReadOnlySpan<byte> stored = _block.Last;
        SpanReader reader = new(stored, "");
        ClusteringKind kind = _encoder.Clustering.ReadPrefix(ref reader, _lastClustering, out int count);
        return new ClusteringView(kind, stored, _lastClustering.AsSpan(0, count));
    }

    private IWritableFile Create(SSTableComponent component)
    {
        _components.Add(component);
        return _files.Create(Descriptor.PathOf(component));
    }

    private void WriteComponent(SSTableComponent component, BufferWriter content)
    {
        WriteComponent(component, file => file.Write(content.WrittenSpan));
        content.Clear();
    }

    private void WriteComponent(SSTableComponent component, Action<IWritableFile> write)
    {
        using IWritableFile file = Create(component);
        write(file);
        file.Sync();
    }
}
