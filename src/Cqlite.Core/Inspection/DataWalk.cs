using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Types;

namespace Cqlite.Core.Inspection;

/// <summary>
/// Reads the data from beginning to end beside the partition index. Behind a partition that does not decode it goes on at the next
/// one that the index names; without an index that can be relied on it ends there.
/// </summary>
internal sealed class DataWalk
{
    private const int ReportEveryBytes = 1 << 20;

    private readonly SSTable _sstable;
    private readonly FindingSink _sink;
    private readonly FilterCheck? _filter;
    private readonly ValueCheck? _values;
    private readonly ClusteringSlice? _covered;
    private readonly BufferWriter _firstKey = new();
    private readonly BufferWriter _previousKey = new();
    private readonly RangeTombstoneMarker _previous = new();
    private readonly SSTableComponent _indexComponent;
    private readonly PartitionIndexCursor? _index;
    private bool _hasEntry;
    private Token _previousToken;
    private long _reported;
    private long _rowIndexPosition;

    /// <summary>Prepares a walk.</summary>
    /// <param name="sstable">The SSTable, opened without a schema.</param>
    /// <param name="sink">Takes findings.</param>
    /// <param name="checksValues">Whether every value is held against its type.</param>
    /// <param name="isIndexWhole">Whether the index can be relied on.</param>
    /// <param name="filter">The filter's check, where the index could not feed it.</param>
    public DataWalk(SSTable sstable, FindingSink sink, bool checksValues, bool isIndexWhole, FilterCheck? filter)
    {
        _sstable = sstable;
        _sink = sink;
        _filter = filter;
        _values = checksValues ? new ValueCheck(sstable, sink) : null;
        _indexComponent = sstable.Descriptor.Version.IsBti ? SSTableComponent.Partitions : SSTableComponent.Index;
        _index = isIndexWhole ? sstable.PartitionIndex.Walk() : null;
        ClusteringSlice covered = sstable.Statistics.Stats.CoveredClustering;
        _covered = covered.Start.Count + covered.End.Count > 0 ? covered : null;
    }

    /// <summary>What was read.</summary>
    public ContentTotals Content { get; } = new();

    /// <summary>Whether all of the data was read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Walks.</summary>
    public void Run(IProgress<VerificationProgress>? progress, CancellationToken cancellation)
    {
        using PartitionIndexCursor? index = _index;
        MoveIndex();
        bool isWhole = true;
        RingPosition from = RingPosition.Minimum;
        while (true)
        {
            if (Read(from, progress, cancellation))
                break;
            isWhole = false;
            if (!_hasEntry)
                return;
            from = new RingPosition(_sstable.Partitioner.TokenOf(_index!.Key), _index.Key.ToArray(), -1);
        }

        while (_hasEntry)
        {
            _sink.Error(_indexComponent, _index!.IndexFilePosition, $"says that a partition begins at byte {_index.Entry.DataPosition:N0} of the data, where none does.", _index.Key);
            MoveIndex();
        }

        IsWhole = isWhole;
        if (!isWhole)
            return;
        if (Content.PartitionCount == 0)
            _sink.Error(SSTableComponent.Data, 0, "there is no partition.");
        else
            StatisticsCheck.CheckContent(_sstable, Content, _firstKey.WrittenSpan, _previousKey.WrittenSpan, _sink);
        _filter?.Finish(_sink);
    }

    /// <summary>Reads from a partition on; false when it came upon something that does not decode, the index then standing at the partition to go on with.</summary>
    private bool Read(in RingPosition from, IProgress<VerificationProgress>? progress, CancellationToken cancellation)
    {
        long position = -1;
        using UnfilteredCursor cursor = _sstable.Read(ReadRequest.All with { From = from });
        try
        {
            while (cursor.MoveToNextPartition())
            {
                position = cursor.PartitionFilePosition;
                if (position - _reported >= ReportEveryBytes)
                {
                    _reported = position;
                    progress?.Report(new VerificationProgress(VerificationStep.Data, position, _sstable.DataLength));
                }

                RowIndexCheck? rows = BeginPartition(cursor);
                using (rows)
                    ReadRows(cursor, rows, cancellation);
            }

            progress?.Report(new VerificationProgress(VerificationStep.Data, _sstable.DataLength, _sstable.DataLength));
            return true;
        }
        catch (CqliteException exception)
        {
            long failed = Math.Max(position, cursor.PartitionFilePosition);
            ReadOnlySpan<byte> key = cursor.PartitionFilePosition == position ? cursor.PartitionKey : default;
            _sink.Error(exception, SSTableComponent.Data, key);

            // What the index names behind the place is certain to be the beginning of a partition.
            long wanted = Math.Max(failed, exception is CorruptDataException { Offset: var offset } corrupt && corrupt.File == _sstable.Descriptor.PathOf(SSTableComponent.Data) ? offset : -1);
            while (_hasEntry && _index!.Entry.DataPosition <= wanted)
                MoveIndex();
            return false;
        }
    }

    private RowIndexCheck? BeginPartition(UnfilteredCursor cursor)
    {
        ReadOnlySpan<byte> key = cursor.PartitionKey;
        long position = cursor.PartitionFilePosition;
        Content.PartitionCount++;
        Content.Add(cursor.PartitionDeletion);
        Content.HasPartitionDeletion |= !cursor.PartitionDeletion.IsLive;
        _filter?.Add(key);
        if (Content.PartitionCount > 1 && _sstable.Partitioner.Compare(_previousToken, _previousKey.WrittenSpan, cursor.Token, key) >= 0)
            _sink.Error(SSTableComponent.Data, position, $"the partition is out of order: before it is {Convert.ToHexStringLower(_previousKey.WrittenSpan)}.", key);
        if (Content.PartitionCount == 1)
            _firstKey.Write(key);
        _previousToken = cursor.Token;
        _previousKey.Clear();
        _previousKey.Write(key);
        _values?.CheckKey(key, position);
        return MatchIndex(key, position, cursor.PartitionDeletion);
    }

    /// <summary>Brings the index to the partition and compares; returns the check of its row index, where it has one.</summary>
    private RowIndexCheck? MatchIndex(ReadOnlySpan<byte> key, long position, in DeletionTime deletion)
    {
        if (_index is null)
            return null;
        while (_hasEntry && _index.Entry.DataPosition < position)
        {
            _sink.Error(_indexComponent, _index.IndexFilePosition, $"says that a partition begins at byte {_index.Entry.DataPosition:N0} of the data, where none does.", _index.Key);
            MoveIndex();
        }

        if (!_hasEntry || _index.Entry.DataPosition != position)
        {
            _sink.Error(_indexComponent, -1, $"the partition at byte {position:N0} of the data is not in the index.", key);
            return null;
        }

        PartitionEntry entry = _index.Entry;
        if (!_index.Key.SequenceEqual(key))
        {
            _sink.Error(
                _indexComponent,
                _index.IndexFilePosition,
                $"says that the partition at byte {position:N0} of the data has the key {Convert.ToHexStringLower(_index.Key)}; it has {Convert.ToHexStringLower(key)}.",
                key);
        }

        MoveIndex();
        if (!entry.HasRowIndex)
            return null;
        RowIndexCursor? blocks = null;
        try
        {
            blocks = _sstable.PartitionIndex.OpenRows(entry, reversed: false);
            if (blocks.PartitionDeletion != deletion)
            {
                _sink.Error(
                    _sstable.Descriptor.Version.IsBti ? SSTableComponent.Rows : SSTableComponent.Index,
                    entry.RowIndexPosition,
                    $"the row index says that the partition's deletion is {blocks.PartitionDeletion}; it is {deletion}.",
                    key);
            }

            RowIndexCheck check = new(_sstable.Comparator, blocks, _sstable.PartitionIndex.OpenRows(entry, reversed: false), _sstable.PartitionIndex.OpenRows(entry, reversed: true));
            blocks = null;
            _rowIndexPosition = entry.RowIndexPosition;
            return check;
        }
        catch (CqliteException exception)
        {
            _sink.Error(exception, _indexComponent, key);
            return null;
        }
        finally
        {
            blocks?.Dispose();
        }
    }

    private void ReadRows(UnfilteredCursor cursor, RowIndexCheck? rows, CancellationToken cancellation)
    {
        long start = cursor.PartitionFilePosition;
        if (cursor.StaticRow is { } staticRow)
            CheckRow(cursor, staticRow);
        bool isFirst = true;
        DeletionTime open = DeletionTime.Live;
        int sinceAsked = 0;
        while (cursor.MoveToNextUnfiltered())
        {
            if ((++sinceAsked & 0x3FF) == 0)
                cancellation.ThrowIfCancellationRequested();
            bool isRow = cursor.Kind == UnfilteredKind.Row;
            ClusteringView clustering = isRow ? cursor.Row.Clustering : cursor.Marker.Clustering;
            long position = isRow ? cursor.Row.FilePosition : cursor.Marker.FilePosition;
            if (!isFirst)
                CheckOrder(cursor, clustering, position);
            CheckCovered(cursor, clustering, position);
            if (rows is not null && Ask(cursor, rows.Visit, position - start, clustering, open))
                rows = null;
            if (isRow)
                CheckRow(cursor, cursor.Row);
            else
                CheckMarker(cursor, cursor.Marker, ref open);
            _previous.Set(clustering.Kind, clustering, DeletionTime.Live, DeletionTime.Live);
            isFirst = false;
        }

        if (!open.IsLive)
            _sink.Error(SSTableComponent.Data, cursor.PartitionEndFilePosition - 1, $"the partition ends while the range deletion {open} is open.", cursor.PartitionKey);
        if (rows is not null)
            Tell(cursor, () => rows.Finish(cursor.PartitionEndFilePosition - 1 - start, _previous.Clustering));
    }

    private delegate string? Visit(long offset, in ClusteringView item, in ClusteringView previous, in DeletionTime open);

    /// <summary>Asks the row index's check about an item; true when something is wrong.</summary>
    private bool Ask(UnfilteredCursor cursor, Visit visit, long offset, in ClusteringView item, in DeletionTime open)
    {
        string? problem;
        try
        {
            problem = visit(offset, item, _previous.Clustering, open);
        }
        catch (CqliteException exception)
        {
            _sink.Error(exception, _indexComponent, cursor.PartitionKey);
            return true;
        }

        return TellRowIndex(cursor, problem);
    }

    private void Tell(UnfilteredCursor cursor, Func<string?> ask)
    {
        try
        {
            TellRowIndex(cursor, ask());
        }
        catch (CqliteException exception)
        {
            _sink.Error(exception, _indexComponent, cursor.PartitionKey);
        }
    }

    private bool TellRowIndex(UnfilteredCursor cursor, string? problem)
    {
        if (problem is null)
            return false;
        _sink.Error(_sstable.Descriptor.Version.IsBti ? SSTableComponent.Rows : SSTableComponent.Index, _rowIndexPosition, "the partition's row index " + problem, cursor.PartitionKey);
        return true;
    }

    private void CheckOrder(UnfilteredCursor cursor, in ClusteringView clustering, long position)
    {
        int order = _sstable.Comparator.Compare(_previous.Clustering, clustering);

        // Two markers at one place are an empty range, which 3.0.6 wrote; whether they pair is looked at elsewhere.
        if (order == 0 && cursor.Kind == UnfilteredKind.Marker)
            return;
        if (order == 0)
            _sink.Error(SSTableComponent.Data, position, "the row or marker is at the same clustering as the one before it: a duplicate.", cursor.PartitionKey);
        else if (order > 0)
            _sink.Error(SSTableComponent.Data, position, "the row or marker is out of clustering order: it must be before the one before it.", cursor.PartitionKey);
    }

    private void CheckCovered(UnfilteredCursor cursor, in ClusteringView clustering, long position)
    {
        if (_covered is null)
            return;
        if (_sstable.Comparator.Compare(_covered.Start.View, clustering) > 0 || _sstable.Comparator.Compare(clustering, _covered.End.View) > 0)
            _sink.Error(SSTableComponent.Statistics, -1, $"the row or marker at byte {position:N0} of the data is outside of the clusterings that are said to be covered.", cursor.PartitionKey);
    }

    private void CheckRow(UnfilteredCursor cursor, Row row)
    {
        Content.Add(row);
        _values?.CheckRow(row, cursor.PartitionKey);
        IReadOnlyList<ColumnMetadata> columns = row.IsStatic ? _sstable.Table.Statics : _sstable.Table.Regulars;
        ReadOnlySpan<Cell> cells = row.Cells;
        for (int i = 1; i < cells.Length; i++)
        {
            if (cells[i].Column != cells[i - 1].Column || cells[i].Path.IsNull)
                continue;
            ColumnMetadata column = columns[cells[i].Column];
            if (column.Type.PathType is { } type && type.Compare(row.Path(cells[i - 1]), row.Path(cells[i])) >= 0)
                _sink.Error(SSTableComponent.Data, row.FilePosition, $"cells of column {CqlIdentifier.Quote(column.Name)} are out of the order of their paths, or twice there.", cursor.PartitionKey);
        }
    }

    private void CheckMarker(UnfilteredCursor cursor, RangeTombstoneMarker marker, ref DeletionTime open)
    {
        Content.Add(marker.EndDeletion);
        Content.Add(marker.StartDeletion);
        _values?.CheckClustering(marker.Clustering, marker.FilePosition, cursor.PartitionKey);
        if (marker.Kind.IsEnd())
        {
            if (open.IsLive)
                _sink.Error(SSTableComponent.Data, marker.FilePosition, "a range deletion ends that did not begin.", cursor.PartitionKey);
            else if (open != marker.EndDeletion)
                _sink.Error(SSTableComponent.Data, marker.FilePosition, $"the range deletion that ends is {marker.EndDeletion}, but {open} is open.", cursor.PartitionKey);
        }
        else if (!open.IsLive)
        {
            _sink.Error(SSTableComponent.Data, marker.FilePosition, $"a range deletion begins while {open} is open.", cursor.PartitionKey);
        }

        open = marker.Kind.IsStart() ? marker.StartDeletion : DeletionTime.Live;
    }

    private void MoveIndex()
    {
        _hasEntry = false;
        if (_index is null)
            return;
        try
        {
            _hasEntry = _index.MoveNext();
        }
        catch (CqliteException exception)
        {
            _sink.Error(exception, _indexComponent);
        }
    }
}
