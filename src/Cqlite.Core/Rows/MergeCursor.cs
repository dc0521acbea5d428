using Cqlite.Core.Schema;

namespace Cqlite.Core.Rows;

/// <summary>
/// Many cursors as one: partitions, rows, cells and deletions are merged as Cassandra merges them. What a deletion hides is
/// gone, the deletions themselves stay, so that the result is as good an input as its sources. A row that only one source
/// has, and that no deletion touches, is that source's own row.
/// </summary>
/// <remarks>
/// Source: org/apache/cassandra/db/rows/UnfilteredRowIterators.java and db/partitions/UnfilteredPartitionIterators.java.
/// Purging tombstones is left to a cursor on top of this one, which sees each of them exactly once, with all it hid gone.
/// </remarks>
public sealed class MergeCursor : UnfilteredCursor
{
    private readonly UnfilteredCursor[] _sources;
    private readonly Partitioner _partitioner;

    // Null with one source, which most reads of one partition have: there is nothing to put in order.
    private readonly ClusteringComparator? _comparator;
    private readonly MergeQueue<PartitionOrder>? _partitions;
    private readonly MergeQueue<UnfilteredOrder>? _unfiltereds;
    private readonly int[] _group;
    private readonly int[] _taken;
    private readonly RowMerger _rows;
    private readonly RowMerger? _statics;
    private readonly MarkerMerger _markers;
    private int _groupCount;
    private int _takenCount;
    private bool _started;
    private DeletionTime _partitionDeletion = DeletionTime.Live;
    private Row? _staticRow;
    private Row? _row;
    private RangeTombstoneMarker? _marker;

    /// <summary>Merges cursors of one table and one direction, which the merge owns from now on.</summary>
    public MergeCursor(TableMetadata table, IReadOnlyList<UnfilteredCursor> sources, bool reversed)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(sources);
        Table = table;
        IsReversed = reversed;
        _sources = [.. sources];
        _partitioner = table.Partitioner;
        _group = new int[_sources.Length];
        if (_sources.Length == 1)
        {
            _taken = [];
        }
        else
        {
            _comparator = new ClusteringComparator(table);
            _partitions = new MergeQueue<PartitionOrder>(_sources.Length, new PartitionOrder(this));
            _unfiltereds = new MergeQueue<UnfilteredOrder>(_sources.Length, new UnfilteredOrder(this));
            _taken = new int[_sources.Length];
        }

        _rows = new RowMerger(table, _sources.Length, isStatic: false);
        _statics = table.HasStatics ? new RowMerger(table, _sources.Length, isStatic: true) : null;
        _markers = new MarkerMerger(_sources.Length, reversed);
    }

    /// <inheritdoc/>
    public override TableMetadata Table { get; }

    /// <inheritdoc/>
    public override bool IsReversed { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _sources[_group[0]].PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _sources[_group[0]].Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _partitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _staticRow;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _row is not null ? UnfilteredKind.Row : _marker is not null ? UnfilteredKind.Marker : UnfilteredKind.None;

    /// <inheritdoc/>
    public override Row Row => _row!;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _marker!;

    /// <inheritdoc/>
    public override long PartitionFilePosition => _groupCount == 1 ? _sources[_group[0]].PartitionFilePosition : -1;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _row = null;
        _marker = null;
        _staticRow = null;
        if (_partitions is null)
        {
            // The only source is the group, whose number in it is 0.
            _groupCount = _sources[0].MoveToNextPartition() ? 1 : 0;
            if (_groupCount > 0)
                BeginPartition();
            return _groupCount > 0;
        }

        if (!_started)
        {
            _started = true;
            for (int i = 0; i < _sources.Length; i++)
                AddPartition(i);
        }
        else
        {
            for (int i = 0; i < _groupCount; i++)
                AddPartition(_group[i]);
        }

        _groupCount = 0;
        if (_partitions.IsEmpty)
            return false;

        int first = _partitions.Take();
        _group[_groupCount++] = first;
        while (_partitions.TryTakeEqual(first, out int equal))
            _group[_groupCount++] = equal;
        BeginPartition();
        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        if (_groupCount == 0)
            return false;
        if (_groupCount == 1)
            return MoveInSingle(_group[0]);

        while (true)
        {
            _row = null;
            _marker = null;
            for (int i = 0; i < _takenCount; i++)
            {
                if (_sources[_taken[i]].MoveToNextUnfiltered())
                    _unfiltereds!.Add(_taken[i]);
            }

            _takenCount = 0;
            if (_unfiltereds!.IsEmpty)
                return false;

            int first = _unfiltereds.Take();
            _taken[_takenCount++] = first;
            while (_unfiltereds.TryTakeEqual(first, out int equal))
                _taken[_takenCount++] = equal;

            if (_sources[first].Kind == UnfilteredKind.Row)
                _row = MergeRows();
            else
                _marker = MergeMarkers();
            if (_row is not null || _marker is not null)
                return true;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (UnfilteredCursor source in _sources)
            source.Dispose();
        base.Dispose(disposing);
    }

    private void AddPartition(int source)
    {
        if (_sources[source].MoveToNextPartition())
            _partitions!.Add(source);
    }

    private void BeginPartition()
    {
        _partitionDeletion = DeletionTime.Live;
        _statics?.Clear();
        for (int i = 0; i < _groupCount; i++)
        {
            UnfilteredCursor source = _sources[_group[i]];
            DeletionTime deletion = source.PartitionDeletion;
            if (deletion.Supersedes(_partitionDeletion))
                _partitionDeletion = deletion;
            if (source.StaticRow is { } row)
                _statics?.Add(row);
        }

        _staticRow = _statics?.Merge(_partitionDeletion);
        _markers.Begin(_partitionDeletion);
        _unfiltereds?.Clear();
        _takenCount = 0;
        if (_groupCount > 1)
        {
            // All sources of the partition count as taken, so that the first step advances them.
            _group.AsSpan(0, _groupCount).CopyTo(_taken);
            _takenCount = _groupCount;
        }
    }

    private bool MoveInSingle(int index)
    {
        UnfilteredCursor source = _sources[index];
        _row = null;
        _marker = null;
        while (source.MoveToNextUnfiltered())
        {
            if (source.Kind == UnfilteredKind.Row)
            {
                _row = _rows.Filter(source.Row, _markers.Active);
                if (_row is not null)
                    return true;
                continue;
            }

            _markers.Add(index, source.Marker);
            _marker = _markers.Merge(source.Marker);
            if (_marker is not null)
                return true;
        }

        return false;
    }

    private Row? MergeRows()
    {
        if (_takenCount == 1)
            return _rows.Filter(_sources[_taken[0]].Row, _markers.Active);
        _rows.Clear();
        for (int i = 0; i < _takenCount; i++)
            _rows.Add(_sources[_taken[i]].Row);
        return _rows.Merge(_markers.Active);
    }

    private RangeTombstoneMarker? MergeMarkers()
    {
        for (int i = 0; i < _takenCount; i++)
            _markers.Add(_taken[i], _sources[_taken[i]].Marker);
        return _markers.Merge(_sources[_taken[0]].Marker);
    }

    private readonly struct PartitionOrder(MergeCursor owner) : ISourceOrder
    {
        public int Compare(int left, int right)
        {
            UnfilteredCursor a = owner._sources[left];
            UnfilteredCursor b = owner._sources[right];
            return owner._partitioner.Compare(a.Token, a.PartitionKey, b.Token, b.PartitionKey);
        }
    }

    private readonly struct UnfilteredOrder(MergeCursor owner) : ISourceOrder
    {
        public int Compare(int left, int right)
        {
            int order = owner._comparator!.Compare(View(owner._sources[left]), View(owner._sources[right]));
            return owner.IsReversed ? -order : order;
        }

        private static ClusteringView View(UnfilteredCursor source) => source.Kind == UnfilteredKind.Row ? source.Row.Clustering : source.Marker.Clustering;
    }
}
