using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// The partitions of a range of tokens: one writer at a time, any number of readers, who take no lock. A write puts all that it changes behind what
/// is there, links it, and then moves <see cref="Limit"/> over it; who reads passes over all addresses from the limit on that it found, and so
/// sees whole writes only. What a row was before stays, until the memtable goes as a whole. A write that breaks off, for there is no memory, is behind the
/// limit for ever: the shard takes no others then, of which the first would show it.
/// </summary>
internal sealed class MemtableShard
{
    /// <summary>Levels of a partition's list of rows while it is short.</summary>
    private const int FirstLevels = 2;

    private const int LevelBits = 2;

    private readonly RowStore _store;
    private readonly Lock _gate = new();
    private readonly UnfilteredEncoder _encoder;
    private readonly RowDecoder _decoder;
    private readonly RowDecoder _existingDecoder;
    private readonly RowMerger _rowMerger;
    private readonly RowMerger _staticMerger;
    private readonly RangeTombstoneCollector _collector = new();
    private readonly EncodingStatsCollector _times = new();
    private readonly BufferWriter _rows = new(512);
    private readonly BufferWriter _merged = new(512);
    private readonly List<int> _ends = [];
    private readonly Row _existing = new();
    private readonly Row _added = new();
    private MutationDecoder? _updates;
    private RangeHistory[] _ranges = [];
    private int _rangeSlots;
    private long _rangeBytes;
    private ulong _random;
    private uint _head;
    private uint _limit;
    private int _partitionCount;
    private bool _isInWrite;

    /// <summary>An empty shard.</summary>
    /// <param name="store">How rows are kept.</param>
    /// <param name="firstToken">Its first token.</param>
    /// <param name="tokenBits">How many bits tokens differ in.</param>
    public MemtableShard(RowStore store, Int128 firstToken, int tokenBits)
    {
        _store = store;
        Order = new PartitionOrder(Arena, store.Table.Partitioner, firstToken, Math.Max(0, tokenBits - 32));
        _encoder = store.CreateEncoder();
        _decoder = new RowDecoder(store);
        _existingDecoder = new RowDecoder(store);
        _rowMerger = new RowMerger(store.Table, 2, isStatic: false);
        _staticMerger = new RowMerger(store.Table, 2, isStatic: true);
        _random = (ulong)(firstToken ^ unchecked((long)0x9E3779B97F4A7C15)) | 1;
    }

    /// <summary>Where all is.</summary>
    public Arena Arena { get; } = new();

    /// <summary>The order of partitions.</summary>
    public PartitionOrder Order { get; }

    /// <summary>What has smaller addresses is of whole writes.</summary>
    public uint Limit => Volatile.Read(ref _limit);

    /// <summary>Head of the list of partitions; 0 while there are none.</summary>
    public uint Head => Volatile.Read(ref _head);

    /// <summary>Memory that the content takes, in bytes.</summary>
    public long MemoryBytes => Arena.Bytes + Volatile.Read(ref _rangeBytes);

    /// <summary>Number of partitions.</summary>
    public int PartitionCount => Volatile.Read(ref _partitionCount);

    /// <summary>Adds the shard's times to those of others.</summary>
    public void AddTo(EncodingStatsCollector times)
    {
        lock (_gate)
            times.Add(_times);
    }

    /// <summary>Takes over rows as an update has them.</summary>
    public void Apply(PartitionUpdate update, PlainRows rows, int layout)
    {
        lock (_gate)
        {
            Begin();
            uint partition = FindOrAdd(new PartitionPlace(update.Key.Token, update.Key.Key.Span));
            AddRows(partition, update.Content.Span, rows.Start, rows.Ends, layout, rows.Stats);
            _times.Add(rows.Stats, rows.LargestTimestampMicros);
            Publish();
        }
    }

    /// <summary>Whether there is a partition, or is about to be.</summary>
    public bool Has(Token token, ReadOnlySpan<byte> key) => Find(new PartitionPlace(token, key)) != Arena.Null;

    /// <summary>Merges an update of any kind into what is there.</summary>
    public void Apply(PartitionUpdate update)
    {
        lock (_gate)
        {
            _updates ??= new MutationDecoder(MessagingVersions.Own, _ => _store.Table);
            PartitionUpdateCursor cursor = _updates.BeginUpdate(update.Content.Span, "a write");
            if (cursor.MoveToNextPartition())
                Apply(cursor);
        }
    }

    /// <summary>Merges the partition that a cursor stands at into what is there.</summary>
    public void Apply(UnfilteredCursor update)
    {
        lock (_gate)
        {
            // All is gathered before anything is linked, for the cursor may fail.
            PartitionPlace place = new(update.Token, update.PartitionKey);
            uint partition = Find(place);
            PartitionContent before = partition == Arena.Null ? PartitionContent.None : MemtablePartition.Content(Arena, partition, Arena.Top);
            DeletionTime deletion = before.Deletion;
            if (update.PartitionDeletion.Supersedes(deletion))
                deletion = update.PartitionDeletion;
            _times.Add(update.PartitionDeletion);
            bool hasStatic = update.StaticRow is { IsEmpty: false } staticRow && MergeStatic(before.StaticRow, staticRow);
            RangeTombstones known = RangesOf(before.Ranges);
            RangeTombstones ranges = GatherRowsAndRanges(update, known);

            bool hasContent = hasStatic || deletion != before.Deletion || !ReferenceEquals(ranges, known);
            if (!hasContent && _ends.Count == 0)
                return;

            Begin();
            if (partition == Arena.Null)
                partition = FindOrAdd(place);
            if (hasContent)
                AddContent(partition, before, deletion, hasStatic, ranges, known);
            AddRows(partition, _rows.WrittenSpan, 0, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ends), RowStore.AllColumns, _store.Stats);
            Publish();
        }
    }

    /// <summary>The partition at a place; 0 when there is none.</summary>
    public uint Find(in PartitionPlace place)
    {
        uint head = Head;
        if (head == Arena.Null)
            return Arena.Null;
        Span<uint> before = stackalloc uint[SkipList.MaxLevels];
        return SkipList.Find(Arena, head, place, Order, before);
    }

    /// <summary>The range deletions of a slot as they were at a limit; null when they have changed more than once since.</summary>
    public RangeTombstones? RangesAt(int slot, uint limit)
    {
        if (slot < 0)
            return RangeTombstones.Empty;
        RangeHistory? history = Volatile.Read(ref Volatile.Read(ref _ranges)[slot]);
        while (history is not null && history.Since >= limit)
            history = history.Before;
        return history?.Ranges;
    }

    /// <summary>To be called before anything is linked.</summary>
    private void Begin()
    {
        if (_isInWrite)
            throw new InvalidOperationException("a write into this memtable broke off; it takes no others.");
        _isInWrite = true;
    }

    private void Publish()
    {
        Volatile.Write(ref _limit, Arena.Top);
        _isInWrite = false;
    }

    private uint FindOrAdd(in PartitionPlace place)
    {
        if (_head == Arena.Null)
            Volatile.Write(ref _head, SkipList.NewHead(Arena, SkipList.MaxLevels));
        Span<uint> before = stackalloc uint[SkipList.MaxLevels];
        uint partition = SkipList.Find(Arena, _head, place, Order, before);
        if (partition != Arena.Null)
            return partition;
        partition = MemtablePartition.New(Arena, SkipList.RandomLevels(ref _random, SkipList.MaxLevels), place);
        SkipList.Insert(Arena, partition, Order.Prefix(place), before);
        Volatile.Write(ref _partitionCount, _partitionCount + 1);
        return partition;
    }

    private void AddRows(uint partition, ReadOnlySpan<byte> content, int start, ReadOnlySpan<int> ends, int layout, in EncodingStats stats)
    {
        Span<Slice> values = stackalloc Slice[_store.Clustering.Count];
        Span<uint> before = stackalloc uint[SkipList.MaxLevels];
        RowOrder order = new(Arena, _store);
        foreach (int end in ends)
        {
            ReadOnlySpan<byte> row = content[start..end];
            start = end;
            StoredRow.ReadClustering(row, _store, values);
            ClusteringView clustering = new(ClusteringKind.Clustering, row, values);
            uint head = HeadFor(partition, out int count);
            uint node = SkipList.Find(Arena, head, clustering, order, before);
            if (node != Arena.Null)
            {
                Merge(node, row, layout, stats);
                continue;
            }

            int levels = SkipList.RandomLevels(ref _random, SkipList.Levels(Arena, head));
            node = Arena.Allocate(SkipList.HeadBytes(levels) + StoredRow.Bytes(row.Length, layout));
            SkipList.Initialize(Arena, node, levels);
            uint version = SkipList.Content(Arena, node);
            StoredRow.Write(Arena, version, Arena.Null, row, layout, stats);
            SkipList.SetOwner(Arena, node, version);
            SkipList.Insert(Arena, node, order.Prefix(clustering), before);
            SkipList.SetOwner(Arena, head, (uint)count + 1);
        }
    }

    /// <summary>The head of a partition's rows, with as many levels as their number wants.</summary>
    private uint HeadFor(uint partition, out int count)
    {
        uint head = MemtablePartition.Rows(Arena, partition);
        if (head == Arena.Null)
        {
            count = 0;
            head = SkipList.NewHead(Arena, FirstLevels);
            MemtablePartition.SetRows(Arena, partition, head);
            return head;
        }

        count = (int)SkipList.Owner(Arena, head);
        int levels = SkipList.Levels(Arena, head);
        if (levels < SkipList.MaxLevels && count >> (LevelBits * levels) > 0)
        {
            head = SkipList.GrowHead(Arena, head, Math.Min(SkipList.MaxLevels, levels + FirstLevels));
            SkipList.SetOwner(Arena, head, (uint)count);
            MemtablePartition.SetRows(Arena, partition, head);
        }

        return head;
    }

    /// <summary>Puts what a row and its newest version make together before that version.</summary>
    private void Merge(uint node, ReadOnlySpan<byte> row, int layout, in EncodingStats stats)
    {
        uint newest = SkipList.Owner(Arena, node);
        _decoder.Decode(row, layout, stats, _added);
        StoredRow.Decode(Arena, newest, _store, _existingDecoder, _existing);
        if (!TryMerge(_rowMerger, _added))
            return;
        AddVersion(newest, out uint version);
        SkipList.SetOwner(Arena, node, version);
    }

    private bool MergeStatic(uint stored, Row row)
    {
        _times.Add(row);
        if (stored == Arena.Null)
        {
            _merged.Clear();
            _encoder.WriteRow(_merged, row, 0);
            return true;
        }

        StoredRow.Decode(Arena, stored, _store, _existingDecoder, _existing);
        return TryMerge(_staticMerger, row);
    }

    private bool TryMerge(RowMerger merger, Row row)
    {
        merger.Clear();
        merger.Add(_existing);
        merger.Add(row);
        if (merger.Merge(DeletionTime.Live) is not { } merged)
            return false;
        _merged.Clear();
        _encoder.WriteRow(_merged, merged, 0);
        return true;
    }

    private void AddVersion(uint older, out uint version)
    {
        version = Arena.Allocate(StoredRow.Bytes(_merged.Length, RowStore.AllColumns));
        StoredRow.Write(Arena, version, older, _merged.WrittenSpan, RowStore.AllColumns, _store.Stats);
    }

    private RangeTombstones GatherRowsAndRanges(UnfilteredCursor update, RangeTombstones ranges)
    {
        _rows.Clear();
        _ends.Clear();
        _collector.Clear();
        while (update.MoveToNextUnfiltered())
        {
            if (update.Kind == UnfilteredKind.Marker)
            {
                _times.Add(update.Marker);
                if (_collector.Add(update.Marker) is { } range)
                    ranges = ranges.With(range, _store.Order);
            }
            else if (!update.Row.IsEmpty)
            {
                _times.Add(update.Row);
                _encoder.WriteRow(_rows, update.Row, 0);
                _ends.Add(_rows.Length);
            }
        }

        return ranges;
    }

    private void AddContent(uint partition, in PartitionContent before, in DeletionTime deletion, bool hasStatic, RangeTombstones ranges, RangeTombstones known)
    {
        uint staticRow = before.StaticRow;
        if (hasStatic)
            AddVersion(staticRow, out staticRow);
        int slot = ReferenceEquals(ranges, known) ? before.Ranges : SetRanges(before.Ranges, ranges, known);
        MemtablePartition.AddContent(Arena, partition, new PartitionContent(deletion, staticRow, slot));
    }

    private RangeTombstones RangesOf(int slot) => slot < 0 ? RangeTombstones.Empty : _ranges[slot].Ranges;

    private int SetRanges(int slot, RangeTombstones ranges, RangeTombstones known)
    {
        if (slot < 0)
        {
            slot = _rangeSlots++;
            if (slot == _ranges.Length)
            {
                RangeHistory[] grown = new RangeHistory[Math.Max(4, slot * 2)];
                _ranges.CopyTo(grown, 0);
                grown[slot] = RangeHistory.Beginning;
                Volatile.Write(ref _ranges, grown);
            }
            else
            {
                Volatile.Write(ref _ranges[slot], RangeHistory.Beginning);
            }
        }

        RangeHistory before = _ranges[slot];
        RangeHistory changed = new(ranges, Arena.Top, before);

        // Who is two changes behind looks again where the limit is now, so that no more than two need to be kept.
        before.Forget();
        Volatile.Write(ref _ranges[slot], changed);
        Volatile.Write(ref _rangeBytes, _rangeBytes + ((ranges.Count - known.Count) * RangeHistory.BytesPerRange));
        return slot;
    }
}
