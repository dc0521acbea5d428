using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Mutations;

/// <summary>
/// Gathers what a statement or batch does to a partition, in any order, and serializes it as the commit log has it. Rows of one
/// clustering are merged. For one thread; can be used again after <see cref="Begin(DecoratedKey)"/>.
/// </summary>
internal sealed class PartitionUpdateBuilder
{
    /// <summary>So many sets of columns are remembered; statements have few.</summary>
    private const int KeptColumns = 16;

    private readonly TableMetadata _table;
    private readonly ClusteringComparator _order;
    private readonly List<Row> _rows = [];
    private readonly List<MarkerPlace> _markers = [];
    private readonly List<RangeTombstone> _ranges = [];
    private readonly RangeTombstoneMarker _marker = new();
    private readonly BufferWriter _output = new(512);
    private readonly EncodingStatsCollector _times = new();
    private readonly List<UpdateColumns> _columns = [];
    private int _rowCount;
    private bool _hasStaticRow;
    private Row? _staticRow;
    private DecoratedKey _key;

    /// <summary>Creates a builder of a table's updates.</summary>
    public PartitionUpdateBuilder(TableMetadata table)
    {
        _table = table;
        _order = new ClusteringComparator(table);
    }

    /// <summary>Deletes the partition.</summary>
    public DeletionTime Deletion { get; set; } = DeletionTime.Live;

    /// <summary>Begins an update of a partition.</summary>
    public void Begin(DecoratedKey key)
    {
        _key = key;
        _rowCount = 0;
        _hasStaticRow = false;
        _ranges.Clear();
        Deletion = DeletionTime.Live;
    }

    /// <summary>Begins an update of the partition of a key.</summary>
    public void Begin(ReadOnlyMemory<byte> key) => Begin(new DecoratedKey(_table.Partitioner.TokenOf(key.Span), key));

    /// <summary>A row to be filled in: emptied, with a buffer of its own.</summary>
    public Row AddRow()
    {
        if (_rowCount == _rows.Count)
            _rows.Add(new Row());
        Row row = _rows[_rowCount++];
        row.ResetToArena(isStatic: false);
        return row;
    }

    /// <summary>The static row to be filled in.</summary>
    public Row AddStaticRow()
    {
        _staticRow ??= new Row();
        if (!_hasStaticRow)
            _staticRow.ResetToArena(isStatic: true);
        _hasStaticRow = true;
        return _staticRow;
    }

    /// <summary>Adds a copy of a row, or of the static row.</summary>
    public void Add(Row row) => (row.IsStatic ? AddStaticRow() : AddRow()).CopyFrom(row);

    /// <summary>Deletes a range of rows.</summary>
    public void Add(RangeTombstone range) => _ranges.Add(range);

    /// <summary>Serializes what was gathered.</summary>
    /// <exception cref="ArgumentException">A value is not as long as its type says.</exception>
    public PartitionUpdate Build()
    {
        SortRows();
        PlaceMarkers();
        Row? staticRow = _hasStaticRow && !_staticRow!.IsEmpty ? _staticRow : null;

        _output.Clear();
        _ = _table.Id.TryWriteBytes(_output.GetSpan(16), bigEndian: true, out int idLength);
        _output.Advance(idLength);
        _output.WriteVIntBytes(_key.Key.Span);
        if (staticRow is null && _rowCount == 0 && _markers.Count == 0 && Deletion.IsLive)
        {
            _output.WriteByte(PartitionUpdate.IsEmptyFlag);
            return new PartitionUpdate(_table, _key, _output.ToArray());
        }

        int flags = PartitionUpdate.HasRowEstimateFlag;
        if (!Deletion.IsLive)
            flags |= PartitionUpdate.HasPartitionDeletionFlag;
        if (staticRow is not null)
            flags |= PartitionUpdate.HasStaticRowFlag;
        _output.WriteByte((byte)flags);

        UpdateColumns columns = TakeStock(staticRow);
        EncodingStats stats = _times.Stats;
        stats.Write(_output);
        _output.Write(columns.Names);
        UnfilteredEncoder encoder = columns.Encoder;
        encoder.Stats = stats;
        if (!Deletion.IsLive)
            encoder.WriteDeletion(_output, Deletion);
        if (staticRow is not null)
            encoder.WriteRow(_output, staticRow, 0);
        _output.WriteUnsignedVInt((ulong)_rowCount);
        PlainRows? rows = WriteRowsAndMarkers(columns, stats, isPlain: flags == PartitionUpdate.HasRowEstimateFlag);
        _output.WriteByte(SSTables.UnfilteredFlags.EndOfPartition);
        return new PartitionUpdate(_table, _key, _output.ToArray()) { Rows = rows };
    }

    private void PlaceMarkers()
    {
        _markers.Clear();
        if (_ranges.Count == 0)
            return;
        RangeTombstones ranges = RangeTombstones.Empty;
        foreach (RangeTombstone range in _ranges)
            ranges = ranges.With(range, _order);
        ranges.AddMarkers(ClusteringSlice.All, _order, _markers);
    }

    private void SortRows()
    {
        if (_rowCount < 2)
            return;
        Row[] rows = [.. _rows.Take(_rowCount)];
        int before = _rowCount;

        // Stable, so that of equal rows the later one is merged into the earlier one.
        _rowCount = 0;
        RowMerger? merger = null;
        foreach (Row row in rows.Order(Comparer<Row>.Create((a, b) => _order.Compare(a.Clustering, b.Clustering))))
        {
            if (_rowCount > 0 && _order.Compare(_rows[_rowCount - 1].Clustering, row.Clustering) == 0)
            {
                merger ??= new RowMerger(_table, 2, isStatic: false);
                merger.Clear();
                merger.Add(_rows[_rowCount - 1]);
                merger.Add(row);
                if (merger.Merge(DeletionTime.Live) is { } merged)
                {
                    Row copy = new();
                    copy.CopyFrom(merged);
                    _rows[_rowCount - 1] = copy;
                }

                continue;
            }

            _rows[_rowCount++] = row;
        }

        // What is behind the last row stands before it too.
        _rows.RemoveRange(_rowCount, before - _rowCount);
    }

    /// <summary>Finds the times that the update's are relative to, and the columns that it has.</summary>
    private UpdateColumns TakeStock(Row? staticRow)
    {
        _times.Clear();
        _times.Add(Deletion);
        ColumnSet statics = default;
        ColumnSet regulars = default;
        if (staticRow is not null)
        {
            _times.Add(staticRow);
            statics.Add(staticRow, _table.Statics.Count);
        }

        for (int i = 0; i < _rowCount; i++)
        {
            _times.Add(_rows[i]);
            regulars.Add(_rows[i], _table.Regulars.Count);
        }

        foreach (MarkerPlace place in _markers)
        {
            _times.Add(place.End);
            _times.Add(place.Start);
        }

        foreach (UpdateColumns known in _columns)
        {
            if (known.Has(statics, regulars, staticRow is not null))
                return known;
        }

        UpdateColumns made = new(_table, _order.Types, statics, regulars, staticRow is not null);
        if (_columns.Count == KeptColumns)
            _columns.RemoveAt(0);
        _columns.Add(made);
        return made;
    }

    /// <summary>Writes them; answers where the rows lie when they are nothing but rows.</summary>
    private PlainRows? WriteRowsAndMarkers(UpdateColumns columns, in EncodingStats stats, bool isPlain)
    {
        UnfilteredEncoder encoder = columns.Encoder;
        isPlain &= _markers.Count == 0 && columns.Regulars.IsSmall;
        int start = _output.Length;
        int[] ends = isPlain ? new int[_rowCount] : [];
        int next = 0;
        for (int i = 0; i < _rowCount; i++)
        {
            for (; next < _markers.Count && _order.Compare(PlaceOf(_markers[next]), _rows[i].Clustering) < 0; next++)
                WriteMarker(encoder, _markers[next]);
            encoder.WriteRow(_output, _rows[i], 0);
            isPlain &= !_rows[i].IsEmpty;
            if (isPlain)
                ends[i] = _output.Length;
        }

        for (; next < _markers.Count; next++)
            WriteMarker(encoder, _markers[next]);
        return isPlain ? new PlainRows(start, ends, columns.Regulars.Bits, stats, _times.LargestTimestampMicros) : null;
    }

    private static ClusteringView PlaceOf(in MarkerPlace place) => place.Bound.View;

    private void WriteMarker(UnfilteredEncoder encoder, in MarkerPlace place)
    {
        place.Show(_marker);
        encoder.WriteMarker(_output, _marker, 0);
    }
}
