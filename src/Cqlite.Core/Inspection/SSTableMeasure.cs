using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>Where a measurement stands.</summary>
/// <param name="DoneBytes">Bytes of data, before compression, that were read.</param>
/// <param name="TotalBytes">Bytes of data that will be read.</param>
public readonly record struct MeasurementProgress(long DoneBytes, long TotalBytes);

/// <summary>
/// Counts what SSTables of one table hold. Their partitions are walked in the order of the ring, all SSTables side by side, so that each
/// is read once, from beginning to end, and a partition that lies in several is seen as one. Nothing is merged below partitions: a row
/// that is in two SSTables counts twice, as it does on disk.
/// </summary>
public sealed class SSTableMeasure
{
    private const long ReportEveryBytes = 1 << 20;

    private readonly IReadOnlyList<SSTable> _sstables;
    private readonly SSTableMeasurementOptions _options;
    private readonly Partitioner _partitioner;
    private readonly CqlType _keyType;
    private readonly SSTableMeasurement _result;
    private readonly Walker[] _walkers;
    private readonly long[] _bySSTableCount;
    private readonly TopPartitions _byBytes;
    private readonly TopPartitions _byRows;
    private readonly TopPartitions _byCells;
    private readonly TopPartitions _byTombstones;

    /// <summary>Prepares to measure.</summary>
    /// <param name="sstables">SSTables of one table, open without a schema; they stay open.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">There is none, or they are not of one table: partitioners or key types differ.</exception>
    public SSTableMeasure(IReadOnlyList<SSTable> sstables, SSTableMeasurementOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sstables);
        if (sstables.Count == 0)
            throw new ArgumentException("there is no SSTable to measure.", nameof(sstables));
        _sstables = sstables;
        _options = options ?? SSTableMeasurementOptions.Default;
        _partitioner = sstables[0].Partitioner;
        _keyType = sstables[0].Statistics.Header.KeyType;
        foreach (SSTable sstable in sstables)
        {
            if (sstable.Partitioner.ClassName != _partitioner.ClassName || !sstable.Statistics.Header.KeyType.Equals(_keyType))
                throw new ArgumentException($"{sstable.Descriptor} is not of the same table as {sstables[0].Descriptor}: partitioner or type of the partition key differ.", nameof(sstables));
        }

        long now = _options.NowSeconds ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        _result = new SSTableMeasurement
        {
            NowSeconds = now,
            GcBeforeSeconds = now - _options.GcGraceSeconds,
            SSTables = [.. sstables.Select(s => new SSTableShare { Path = s.Descriptor.PathOf(SSTableComponent.Data), DataBytes = s.DataLength })],
        };
        _walkers = [.. sstables.Select((s, i) => new Walker(s, _result.SSTables[i], _result))];
        _bySSTableCount = new long[sstables.Count];
        _byBytes = new TopPartitions(_options.TopCount);
        _byRows = new TopPartitions(_options.TopCount);
        _byCells = new TopPartitions(_options.TopCount);
        _byTombstones = new TopPartitions(_options.TopCount);
    }

    /// <summary>Measures; once.</summary>
    /// <exception cref="CorruptDataException">An SSTable does not decode.</exception>
    public SSTableMeasurement Run(IProgress<MeasurementProgress>? progress = null, CancellationToken cancellation = default)
    {
        long total = _sstables.Sum(s => s.DataLength);
        long reported = 0;
        try
        {
            PriorityQueue<Walker, Walker> queue = new(Comparer<Walker>.Create(Compare));
            foreach (Walker walker in _walkers)
            {
                if (walker.MoveNext())
                    queue.Enqueue(walker, walker);
            }

            List<Walker> together = [];
            while (queue.TryDequeue(out Walker? first, out _))
            {
                cancellation.ThrowIfCancellationRequested();
                together.Add(first);
                while (queue.TryPeek(out Walker? next, out _) && next.Key.SequenceEqual(first.Key))
                    together.Add(queue.Dequeue());
                Count(together, cancellation);
                foreach (Walker walker in together)
                {
                    if (walker.MoveNext())
                        queue.Enqueue(walker, walker);
                }

                together.Clear();
                long done = _walkers.Sum(w => w.DoneBytes);
                if (progress is not null && (done - reported >= ReportEveryBytes || queue.Count == 0))
                {
                    reported = done;
                    progress.Report(new MeasurementProgress(done, total));
                }
            }
        }
        finally
        {
            foreach (Walker walker in _walkers)
                walker.Dispose();
        }

        Finish();
        return _result;
    }

    private int Compare(Walker? left, Walker? right) => _partitioner.Compare(left!.Token, left.Key, right!.Token, right.Key);

    /// <summary>Counts one partition in all SSTables that have it.</summary>
    private void Count(List<Walker> together, CancellationToken cancellation)
    {
        long bytes = 0;
        long rows = 0;
        long cells = 0;
        long tombstones = 0;
        foreach (Walker walker in together)
        {
            walker.CountPartition(cancellation);
            bytes += walker.PartitionBytes;
            rows += walker.PartitionRows;
            cells += walker.PartitionCells;
            tombstones += walker.PartitionTombstones;
            if (together.Count > 1)
                walker.Share.SharedPartitions++;
        }

        _result.DistinctPartitions++;
        _bySSTableCount[together.Count - 1]++;
        _result.PartitionBytes.Add(bytes);
        _result.RowsPerPartition.Add(rows);
        _result.CellsPerPartition.Add(cells);
        _result.TombstonesPerPartition.Add(tombstones);
        Walker first = together[0];
        PartitionMeasurement? measured = null;
        Offer(_byBytes, bytes);
        Offer(_byRows, rows);
        Offer(_byCells, cells);
        if (tombstones > 0)
            Offer(_byTombstones, tombstones);

        void Offer(TopPartitions top, long value)
        {
            if (top.Takes(value))
                top.Add(value, measured ??= new PartitionMeasurement(KeyText(first.Key), bytes, rows, cells, tombstones, together.Count));
        }
    }

    private void Finish()
    {
        _result.PartitionsBySSTableCount = _bySSTableCount;
        _result.LargestByBytes = _byBytes.ToList();
        _result.LargestByRows = _byRows.ToList();
        _result.LargestByCells = _byCells.ToList();
        _result.LargestByTombstones = _byTombstones.ToList();
        foreach (Walker walker in _walkers)
        {
            walker.Finish();
            if (walker.FirstKey is null)
                continue;
            walker.Share.FirstKey = KeyText(walker.FirstKey);
            walker.Share.LastKey = KeyText(walker.LastKey);
            walker.Share.Overlapping = [.. _walkers.Where(other => other != walker && other.FirstKey is not null && Overlap(walker, other)).Select(other => other.Share.Path)];
            Add(_result.Counts, walker.Share.Counts);
        }
    }

    private bool Overlap(Walker left, Walker right) => !IsBefore(left.LastKey, right.FirstKey!) && !IsBefore(right.LastKey, left.FirstKey!);

    private bool IsBefore(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        _partitioner.Compare(_partitioner.TokenOf(left), left, _partitioner.TokenOf(right), right) < 0;

    private string KeyText(ReadOnlySpan<byte> key)
    {
        if (_keyType.IsMultiCell)
            return Convert.ToHexStringLower(key);
        BufferWriter text = new();
        _keyType.WriteText(key, text);
        return text.ToString();
    }

    private static void Add(ContentCounts sum, ContentCounts part)
    {
        sum.Partitions += part.Partitions;
        sum.Rows += part.Rows;
        sum.StaticRows += part.StaticRows;
        sum.Cells += part.Cells;
        sum.ExpiringCells += part.ExpiringCells;
        sum.ExpiredCells += part.ExpiredCells;
        sum.CellTombstones += part.CellTombstones;
        sum.CollectionTombstones += part.CollectionTombstones;
        sum.RowTombstones += part.RowTombstones;
        sum.RangeTombstones += part.RangeTombstones;
        sum.PartitionTombstones += part.PartitionTombstones;
        sum.DroppableTombstones += part.DroppableTombstones;
    }

    /// <summary>The few largest of many, by a value.</summary>
    private sealed class TopPartitions(int most)
    {
        private readonly PriorityQueue<PartitionMeasurement, long> _kept = new();

        public bool Takes(long value) => most > 0 && (_kept.Count < most || (_kept.TryPeek(out _, out long least) && value > least));

        public void Add(long value, PartitionMeasurement partition)
        {
            if (_kept.Count == most)
                _kept.Dequeue();
            _kept.Enqueue(partition, value);
        }

        public IReadOnlyList<PartitionMeasurement> ToList() =>
            [.. _kept.UnorderedItems.OrderByDescending(i => i.Priority).ThenBy(i => i.Element.Key, StringComparer.Ordinal).Select(i => i.Element)];
    }

    /// <summary>Walks one SSTable and counts.</summary>
    private sealed class Walker(SSTable sstable, SSTableShare share, SSTableMeasurement result) : IDisposable
    {
        private readonly UnfilteredCursor _cursor = sstable.Read(ReadRequest.All);
        private readonly BufferWriter _lastKey = new();
        private long _minTimestamp = long.MaxValue;
        private long _maxTimestamp = long.MinValue;

        public SSTableShare Share => share;

        public ReadOnlySpan<byte> Key => _cursor.PartitionKey;

        public Token Token => _cursor.Token;

        public byte[]? FirstKey { get; private set; }

        public ReadOnlySpan<byte> LastKey => _lastKey.WrittenSpan;

        public long PartitionBytes { get; private set; }

        public long PartitionRows { get; private set; }

        public long PartitionCells { get; private set; }

        public long PartitionTombstones { get; private set; }

        public long DoneBytes { get; private set; }

        public bool MoveNext() => _cursor.MoveToNextPartition();

        public void CountPartition(CancellationToken cancellation)
        {
            ContentCounts counts = share.Counts;
            long tombstonesBefore = counts.Tombstones;
            long cellsBefore = counts.Cells;
            long rowsBefore = counts.Rows + counts.StaticRows;
            FirstKey ??= Key.ToArray();
            _lastKey.Clear();
            _lastKey.Write(Key);
            counts.Partitions++;
            if (Add(_cursor.PartitionDeletion))
                counts.PartitionTombstones++;
            if (_cursor.StaticRow is { } staticRow)
            {
                counts.StaticRows++;
                Count(staticRow);
            }

            long rowStart = -1;
            int sinceAsked = 0;
            while (_cursor.MoveToNextUnfiltered())
            {
                if ((++sinceAsked & 0x3FF) == 0)
                    cancellation.ThrowIfCancellationRequested();
                bool isRow = _cursor.Kind == UnfilteredKind.Row;
                long position = isRow ? _cursor.Row.FilePosition : _cursor.Marker.FilePosition;
                if (rowStart >= 0)
                    result.RowBytes.Add(position - rowStart);
                rowStart = isRow ? position : -1;
                if (isRow)
                {
                    counts.Rows++;
                    Count(_cursor.Row);
                }
                else
                {
                    Count(_cursor.Marker);
                }
            }

            long end = _cursor.PartitionEndFilePosition;
            if (rowStart >= 0)
                result.RowBytes.Add(end - 1 - rowStart);
            DoneBytes = end;
            PartitionBytes = end - _cursor.PartitionFilePosition;
            PartitionRows = counts.Rows + counts.StaticRows - rowsBefore;
            PartitionCells = counts.Cells - cellsBefore;
            PartitionTombstones = counts.Tombstones - tombstonesBefore;
        }

        public void Finish()
        {
            if (_minTimestamp > _maxTimestamp)
                return;
            share.MinTimestampMicros = _minTimestamp;
            share.MaxTimestampMicros = _maxTimestamp;
        }

        public void Dispose() => _cursor.Dispose();

        private void Count(RangeTombstoneMarker marker)
        {
            if (!marker.Kind.IsStart())
                return;
            share.Counts.RangeTombstones++;
            _ = Add(marker.StartDeletion);
        }

        private void Count(Row row)
        {
            ContentCounts counts = share.Counts;
            Liveness liveness = row.Liveness;
            if (!liveness.IsEmpty)
                AddTimestamp(liveness.TimestampMicros);
            if (Add(row.Deletion))
                counts.RowTombstones++;
            foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
            {
                if (Add(deletion.Deletion))
                    counts.CollectionTombstones++;
            }

            counts.Cells += row.Cells.Length;
            result.CellsPerRow.Add(row.Cells.Length);
            foreach (ref readonly Cell cell in row.Cells)
            {
                AddTimestamp(cell.TimestampMicros);
                if (cell.LocalDeletionSeconds == Cell.NoDeletionTime)
                    continue;
                if (cell.IsTombstone)
                    counts.CellTombstones++;
                else if (cell.IsLive(result.NowSeconds))
                    counts.ExpiringCells++;
                else
                    counts.ExpiredCells++;
                if (cell.LocalDeletionSeconds < result.GcBeforeSeconds)
                    counts.DroppableTombstones++;
            }
        }

        /// <summary>Takes a deletion; false when it is none.</summary>
        private bool Add(in DeletionTime deletion)
        {
            if (deletion.IsLive)
                return false;
            AddTimestamp(deletion.MarkedAtMicros);
            if (deletion.LocalSeconds < result.GcBeforeSeconds)
                share.Counts.DroppableTombstones++;
            return true;
        }

        private void AddTimestamp(long micros)
        {
            _minTimestamp = Math.Min(_minTimestamp, micros);
            _maxTimestamp = Math.Max(_maxTimestamp, micros);
        }
    }
}
