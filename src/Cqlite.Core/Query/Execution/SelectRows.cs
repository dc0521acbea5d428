using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>The rows that a SELECT reads, before grouping and limits on results: partition after partition, filtered, each shown through a view.</summary>
internal sealed class SelectRows : IDisposable
{
    private readonly SelectPlan _plan;
    private readonly TableStore _store;
    private readonly PartitionAccess _access;
    private readonly IReadOnlyList<ClusteringSlice> _slices;
    private readonly RowFilter? _filter;
    private readonly long _perPartitionLimit;
    private readonly PagingState? _resumed;
    private LiveRowCursor? _cursor;
    private IndexSearch? _search;
    private IndexedReads? _candidates;
    private bool _hasBegun;
    private int _nextKey;
    private long _left;
    private bool _inPartition;
    private bool _anyRow;
    private bool _inResumed;

    /// <summary>Prepares to read, with markers bound.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="store">What is read.</param>
    /// <param name="values">The markers' values.</param>
    /// <param name="nowSeconds">What TTLs are counted from.</param>
    /// <param name="perPartitionLimit">How many rows of each partition are given at most.</param>
    /// <param name="resumed">Where the page before has ended; null to begin at the beginning.</param>
    /// <exception cref="Errors.InvalidQueryException">A value does not suit, or the page before was not of this statement.</exception>
    public SelectRows(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, long perPartitionLimit, PagingState? resumed)
    {
        _plan = plan;
        _store = store;
        View = new RowView(plan.Table, nowSeconds);
        _access = PartitionAccess.Resolve(plan.Where, values);
        _slices = plan.IsDistinct ? [ClusteringSlice.All] : ClusteringSlices.Resolve(plan.Where, values);
        _filter = RowFilter.Bind(plan.Where, values, store.Indexes?.Defined);
        _perPartitionLimit = plan.IsDistinct ? 1 : perPartitionLimit;
        _resumed = resumed;
        if (resumed is not null)
            _nextKey = FirstKey(resumed);
    }

    /// <summary>Ends the reading, also of rows that do not pass.</summary>
    public CancellationToken Cancellation { private get; set; }

    /// <summary>The current row.</summary>
    public RowView View { get; }

    public long RowsRead { get; private set; }

    /// <summary>Counts partitions; also tells one from the next.</summary>
    public long PartitionsRead { get; private set; }

    /// <summary>Goes to the next row that passes.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            if (!_inPartition && !MoveToNextPartition())
                return false;
            if (_left > 0 && MoveInPartition())
            {
                _left--;
                return true;
            }

            _inPartition = false;
        }
    }

    /// <summary>Looks up what the statement's conditions find in indexes; null where there is nothing, or too much to be of use.</summary>
    public IndexSearch? SearchIndexes() => Search(_plan, _store, _access, _filter);

    /// <summary>Goes to one row of a plan that reads a range of partitions, if it is there and passes.</summary>
    /// <param name="key">Its partition.</param>
    /// <param name="slices">The row's own slice.</param>
    public bool MoveTo(DecoratedKey key, IReadOnlyList<ClusteringSlice> slices)
    {
        _cursor?.Dispose();
        _cursor = null;
        _cursor = new LiveRowCursor(_store.Read(new ReadRequest { Key = key, Slices = slices }), View.NowSeconds, _plan.HasStrictLiveness);
        _anyRow = true;
        PartitionsRead++;
        if (!_cursor.MoveToNextPartition())
            return false;
        View.BeginPartition(_cursor);
        return (_filter is null || _filter.PassesPartition(View)) && MoveInPartition();
    }

    /// <summary>Whether the rows are read by key and the current one's partition is the last.</summary>
    public bool IsLastKey => _access.Keys is { } keys && _nextKey == keys.Count;

    /// <summary>Whether nothing more can come of the current row's partition: it gives one row only, or as many as it may.</summary>
    public bool IsPartitionDone => _left == 0 || View.Row is null || _plan.Table.Clustering.Count == 0;

    /// <summary>Whether the current partition is the one in which the page before has ended.</summary>
    public bool IsResumed => _resumed is not null && View.Key.SequenceEqual(_resumed.Key);

    /// <summary>The place behind the current row.</summary>
    public PagingState Behind() => IsPartitionDone
        ? new PagingState { Key = View.Key.ToArray(), IsPartitionDone = true }
        : new PagingState
        {
            Key = View.Key.ToArray(),
            Clustering = ClusteringOf(View.Row!),
            RemainingInPartition = _perPartitionLimit == long.MaxValue ? long.MaxValue : _left,
        };

    /// <summary>The place of the current row, with which the next page is to begin.</summary>
    public PagingState At() => new() { Key = View.Key.ToArray(), Clustering = View.Row is { } row ? ClusteringOf(row) : null, IsInclusive = View.Row is not null };

    /// <inheritdoc/>
    public void Dispose()
    {
        _cursor?.Dispose();
        _candidates?.Dispose();
        _search?.Dispose();
    }

    /// <summary>Looks up what a statement's conditions find in indexes; null where the rows that it reads are better read without.</summary>
    public static IndexSearch? Search(SelectPlan plan, TableStore store, PartitionAccess access, RowFilter? filter) =>
        filter is not null && access.Keys is null && !plan.IsReversed && store.Indexes is { All.Count: > 0 } indexes
            ? IndexSearch.TryStart(store, filter.Predicates(indexes.All))
            : null;

    private byte[]?[] ClusteringOf(Row row)
    {
        var values = new byte[]?[_plan.Table.Clustering.Count];
        ReadOnlySpan<Slice> slices = row.ClusteringSlices;
        for (int i = 0; i < values.Length && i < slices.Length; i++)
            values[i] = slices[i].IsNull ? null : row.Bytes(slices[i]).ToArray();
        return values;
    }

    // Which key to begin with, of those that are read by key; of a range 0 for the partition in which the page before has ended, 1 for what is behind it.
    private int FirstKey(PagingState resumed)
    {
        Partitioner partitioner = _plan.Table.Partitioner;
        if (_access.Keys is not { } keys)
        {
            Token token = partitioner.TokenOf(resumed.Key);
            if (partitioner.Compare(token, resumed.Key, _access.From) < 0 || partitioner.Compare(token, resumed.Key, _access.To) > 0)
                throw PagingState.Invalid();
            return resumed.IsPartitionDone ? 1 : 0;
        }

        for (int i = 0; i < keys.Count; i++)
        {
            if (keys[i].Key.Span.SequenceEqual(resumed.Key))
                return resumed.IsPartitionDone ? i + 1 : i;
        }

        throw PagingState.Invalid();
    }

    private bool MoveInPartition()
    {
        while (_cursor!.MoveToNextRow())
        {
            if ((++RowsRead & 0xFF) == 0)
                Cancellation.ThrowIfCancellationRequested();
            View.ShowRow(_cursor.Row);
            if (_filter is not null && !_filter.PassesRow(View))
                continue;
            _anyRow = true;
            return true;
        }

        if (_anyRow || _cursor.StaticRow is null || !_plan.Where.ReturnsStaticContent || _filter is { TestsRows: true })
            return false;

        // A partition of static columns alone gives one row, once.
        _anyRow = true;
        _left = 1;
        View.ShowRow(null);
        return true;
    }

    private bool MoveToNextPartition()
    {
        while (true)
        {
            if (_cursor is not null && _cursor.MoveToNextPartition())
            {
                if (_candidates is not null && PartitionsRead > 0 && View.Key.SequenceEqual(_cursor.PartitionKey))
                {
                    _inPartition = true;
                    View.BeginPartition(_cursor);
                    if (_filter!.PassesPartition(View))
                        return true;
                    continue;
                }

                if ((++PartitionsRead & 0xFF) == 0)
                    Cancellation.ThrowIfCancellationRequested();
                View.BeginPartition(_cursor);
                _anyRow = _inResumed && _resumed!.Clustering is not null;
                _left = _inResumed && _perPartitionLimit != long.MaxValue ? Math.Min(_perPartitionLimit, _resumed!.RemainingInPartition) : _perPartitionLimit;
                _inPartition = true;
                if (_filter is null || _filter.PassesPartition(View))
                    return true;
                continue;
            }

            if (!OpenNext())
                return false;
        }
    }

    private bool OpenNext()
    {
        if (NextRequest() is not { } request)
            return false;
        _nextKey++;
        _cursor?.Dispose();
        _cursor = null;
        _cursor = new LiveRowCursor(_store.Read(request), View.NowSeconds, _plan.HasStrictLiveness);
        return true;
    }

    private ReadRequest? NextRequest()
    {
        _inResumed = false;
        if (!_hasBegun)
        {
            _hasBegun = true;
            _search = Search(_plan, _store, _access, _filter);
            if (_search is not null)
                _candidates = new IndexedReads(_search, _plan.Table, From(), _access.To, Cancellation);
        }

        if (_candidates is not null)
            return NextCandidates();
        if (_access.Keys is { } keys)
        {
            if (_nextKey == keys.Count)
                return null;
            _inResumed = _cursor is null && _resumed is { IsPartitionDone: false };
            return new ReadRequest { Key = keys[_nextKey], Slices = _inResumed ? Rest() : _slices, Reversed = _plan.IsReversed };
        }

        if (_resumed is null)
            return _nextKey > 0 ? null : new ReadRequest { From = _access.From, To = _access.To, Slices = _slices, Reversed = _plan.IsReversed };

        Token token = _plan.Table.Partitioner.TokenOf(_resumed.Key);
        switch (_nextKey)
        {
            case 0:
                _inResumed = true;
                return new ReadRequest { Key = new DecoratedKey(token, _resumed.Key), Slices = Rest(), Reversed = _plan.IsReversed };
            case 1:
                return new ReadRequest { From = new RingPosition(token, _resumed.Key, 1), To = _access.To, Slices = _slices, Reversed = _plan.IsReversed };
            default:
                return null;
        }
    }

    private RingPosition From() => _resumed is null ? _access.From
        : RingPosition.OfKey(new DecoratedKey(_plan.Table.Partitioner.TokenOf(_resumed.Key), _resumed.Key), _resumed.IsPartitionDone ? 1 : -1);

    private ReadRequest? NextCandidates()
    {
        while (_candidates!.TryNext(out DecoratedKey key, out List<ClusteringSlice>? rows))
        {
            _inResumed = _resumed is { IsPartitionDone: false } && key.Key.Span.SequenceEqual(_resumed.Key);
            IReadOnlyList<ClusteringSlice> slices = _inResumed ? Rest() : _slices;
            if (rows is not null)
                slices = slices is [var all] && ReferenceEquals(all, ClusteringSlice.All) ? rows : ClusteringSlices.Intersect(new ClusteringComparator(_plan.Table), slices, rows);
            if (slices.Count > 0 || rows is null)
                return new ReadRequest { Key = key, Slices = slices };
        }

        return null;
    }

    private IReadOnlyList<ClusteringSlice> Rest() => _resumed!.Continue(_slices, _plan.Table, _plan.IsReversed);
}
