using Cqlite.Core.Engine;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Query.Execution;

/// <summary>The rows that a SELECT reads, before grouping and limits on results: partition after partition, filtered, each shown through a view.</summary>
internal sealed class SelectRows : IDisposable
{
    private readonly SelectPlan _plan;
    private readonly TableStore _store;
    private readonly PartitionAccess _access;
    private readonly IReadOnlyList<ClusteringSlice> _slices;
    private readonly RowFilter? _filter;
    private readonly int _perPartitionLimit;
    private LiveRowCursor? _cursor;
    private int _nextKey;
    private int _left;
    private bool _inPartition;
    private bool _anyRow;

    /// <summary>Prepares to read, with markers bound.</summary>
    public SelectRows(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, int perPartitionLimit)
    {
        _plan = plan;
        _store = store;
        View = new RowView(plan.Table, nowSeconds);
        _access = PartitionAccess.Resolve(plan.Where, values);
        _slices = plan.IsDistinct ? [ClusteringSlice.All] : ClusteringSlices.Resolve(plan.Where, values);
        _filter = RowFilter.Bind(plan.Where, values);
        _perPartitionLimit = plan.IsDistinct ? 1 : perPartitionLimit;
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

    /// <inheritdoc/>
    public void Dispose() => _cursor?.Dispose();

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
                if ((++PartitionsRead & 0xFF) == 0)
                    Cancellation.ThrowIfCancellationRequested();
                View.BeginPartition(_cursor);
                _anyRow = false;
                _left = _perPartitionLimit;
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
        ReadRequest request;
        if (_access.Keys is { } keys)
        {
            if (_nextKey == keys.Count)
                return false;
            request = new ReadRequest { Key = keys[_nextKey], Slices = _slices, Reversed = _plan.IsReversed };
        }
        else
        {
            if (_nextKey > 0)
                return false;
            request = new ReadRequest { From = _access.From, To = _access.To, Slices = _slices, Reversed = _plan.IsReversed };
        }

        _nextKey++;
        _cursor?.Dispose();
        _cursor = null;
        _cursor = new LiveRowCursor(_store.Read(request), View.NowSeconds, _plan.HasStrictLiveness);
        return true;
    }
}
