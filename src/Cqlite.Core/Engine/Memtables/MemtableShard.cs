using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>The partitions of a range of tokens: one writer at a time, any number of readers.</summary>
internal sealed class MemtableShard
{
    /// <summary>An array's head, and its place in a tree whose nodes are three quarters full.</summary>
    private const int RowOverhead = 24 + 12;

    /// <summary>A partition's objects, its key's head and its place in the shard's tree.</summary>
    private const int PartitionOverhead = 48 + 24 + 64 + 80 + 12;

    private const int RangeOverhead = 200;

    private readonly RowStore _store;
    private readonly PartitionOrder _order;
    private readonly Lock _gate = new();
    private readonly UnfilteredEncoder _encoder;
    private readonly RowDecoder _decoder;
    private readonly RowMerger _rowMerger;
    private readonly RowMerger _staticMerger;
    private readonly RangeTombstoneCollector _collector = new();
    private readonly BufferWriter _output = new(512);
    private readonly Row _existing = new();
    private readonly DataWindow _window = new();
    private readonly PartitionUpdateCursor _update;
    private readonly EncodingStatsCollector _stats = new();
    private PersistentTree<MemtablePartition, PartitionPlace, PartitionOrder> _partitions = PersistentTree<MemtablePartition, PartitionPlace, PartitionOrder>.Empty;
    private long _memory;

    /// <summary>An empty shard.</summary>
    public MemtableShard(RowStore store)
    {
        _store = store;
        _order = new PartitionOrder(store.Table.Partitioner);
        _encoder = store.CreateEncoder();
        _decoder = new RowDecoder(store);
        _rowMerger = new RowMerger(store.Table, 2, isStatic: false);
        _staticMerger = new RowMerger(store.Table, 2, isStatic: true);
        _update = new PartitionUpdateCursor(store.Table, MessagingVersion.V40, _window);
    }

    /// <summary>The partitions as they are now.</summary>
    public PersistentTree<MemtablePartition, PartitionPlace, PartitionOrder> Partitions => Volatile.Read(ref _partitions);

    /// <summary>The smallest times of all that was written.</summary>
    public EncodingStats Stats
    {
        get
        {
            lock (_gate)
                return _stats.Stats;
        }
    }

    /// <summary>Memory that the content takes, in bytes.</summary>
    public long MemoryBytes => Interlocked.Read(ref _memory);

    /// <summary>Whether there is a partition.</summary>
    public bool Has(Token token, ReadOnlySpan<byte> key) => Partitions.Find(new PartitionPlace(token, key), _order) is not null;

    /// <summary>Merges an update into what is there; readers see all of it or nothing.</summary>
    public void Apply(PartitionUpdate update)
    {
        lock (_gate)
        {
            _window.Fill(update.Content.Span, "a write");
            _window.Position = PartitionUpdate.TableIdLength;
            _update.Begin();
            if (_update.MoveToNextPartition())
                Apply(_update);
        }
    }

    /// <summary>Merges the partition that a cursor stands at into what is there; readers see all of it or nothing.</summary>
    public void Apply(UnfilteredCursor update)
    {
        lock (_gate)
        {
            PartitionPlace place = new(update.Token, update.PartitionKey);
            MemtablePartition? partition = _partitions.Find(place, _order);
            long added = 0;
            PartitionContent content = Merge(partition?.Content ?? PartitionContent.Empty, update, ref added);
            if (partition is not null)
            {
                partition.Content = content;
            }
            else if (!ReferenceEquals(content, PartitionContent.Empty))
            {
                partition = new MemtablePartition(update.Token, update.PartitionKey.ToArray(), content);
                Volatile.Write(ref _partitions, _partitions.With(place, partition, _order));
                added += PartitionOverhead + partition.Key.Length;
            }

            Interlocked.Add(ref _memory, added);
        }
    }

    private PartitionContent Merge(PartitionContent content, UnfilteredCursor update, ref long added)
    {
        DeletionTime deletion = content.Deletion;
        byte[]? staticRow = content.StaticRow;
        PersistentTree<byte[], ClusteringView, RowOrder> rows = content.Rows;
        RangeTombstones ranges = content.Ranges;
        RowOrder order = new(_store);
        _collector.Clear();

        _stats.Add(update.PartitionDeletion);
        if (update.PartitionDeletion.Supersedes(deletion))
            deletion = update.PartitionDeletion;
        if (update.StaticRow is { } updateStatic)
        {
            _stats.Add(updateStatic);
            staticRow = MergeRow(_staticMerger, staticRow, updateStatic, ref added);
        }

        while (update.MoveToNextUnfiltered())
        {
            if (update.Kind == UnfilteredKind.Marker)
            {
                _stats.Add(update.Marker);
                if (_collector.Add(update.Marker) is { } range)
                {
                    ranges = ranges.With(range, _store.Order);
                    added += RangeOverhead;
                }

                continue;
            }

            _stats.Add(update.Row);
            ClusteringView clustering = update.Row.Clustering;
            byte[]? before = rows.Find(clustering, order);
            byte[]? after = MergeRow(_rowMerger, before, update.Row, ref added);
            if (after is not null && !ReferenceEquals(before, after))
                rows = rows.With(clustering, after, order);
        }

        if (deletion == content.Deletion && ReferenceEquals(staticRow, content.StaticRow) && ReferenceEquals(rows, content.Rows) && ReferenceEquals(ranges, content.Ranges))
            return content;
        return new PartitionContent(deletion, staticRow, rows, ranges);
    }

    private byte[]? MergeRow(RowMerger merger, byte[]? stored, Row row, ref long added)
    {
        Row? merged = row.IsEmpty ? null : row;
        if (stored is not null)
        {
            _decoder.Decode(stored, _existing);
            merger.Clear();
            merger.Add(_existing);
            merger.Add(row);
            merged = merger.Merge(DeletionTime.Live);
        }

        if (merged is null)
            return stored;
        _output.Clear();
        _encoder.WriteRow(_output, merged, 0);
        added += stored is null ? RowOverhead + _output.Length : _output.Length - stored.Length;
        return _output.ToArray();
    }
}
