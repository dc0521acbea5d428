using Cqlite.Core.Engine;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Query.Execution;

/// <summary>The result of a SELECT with aggregates or GROUP BY. What is selected beside aggregates is taken from a group's first row.</summary>
internal sealed class AggregateResult : SelectResult
{
    private readonly ClusteringComparator _comparator;
    private readonly List<byte[]?> _groupClustering = [];
    private readonly Evaluator? _groupingFunction;
    private readonly int _groupingColumns;
    private long _groupPartition = -1;
    private long _countedPartition = -1;
    private long _groupsInPartition;
    private bool _hasPending;
    private bool _lastIsStatic;
    private bool _isResumed;
    private bool _ended;

    public AggregateResult(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, QueryOptions options)
        : base(plan, store, values, nowSeconds, options)
    {
        _comparator = new ClusteringComparator(plan.Table);
        _groupingFunction = plan.GroupingFunction?.Start(values);
        _groupingColumns = plan.GroupingColumns - (_groupingFunction is null ? 0 : 1);
        for (int i = 0; i < Evaluators.Length; i++)
        {
            if (!plan.Selections[i].IsAggregate)
                Evaluators[i] = new FirstValueEvaluator(Evaluators[i]);
        }
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (IsAtEnd())
            return false;
        if (Plan.Grouping != Grouping.Everything)
            return Count(MoveToNextCountedGroup());
        if (_ended)
            return false;
        Accumulate();
        return Count(hasRow: true);
    }

    /// <inheritdoc/>
    protected override PagingState? NextPage()
    {
        long left = PerPartitionLimit - _groupsInPartition;
        if (!_hasPending)
        {
            bool isDone = left <= 0 || _lastIsStatic || Plan.Table.Clustering.Count == 0;
            return Rows.IsLastKey && isDone ? null : new PagingState { Key = Rows.View.Key.ToArray(), IsPartitionDone = true };
        }

        // The group after the page has begun already, so the next page begins with the row that it stands on.
        PagingState next = Rows.At();
        if (Rows.PartitionsRead != _countedPartition || PerPartitionLimit == long.MaxValue)
            return next;
        return left > 0 ? next with { RemainingInPartition = left } : next with { Clustering = null, IsInclusive = false, IsPartitionDone = true };
    }

    private bool MoveToNextCountedGroup()
    {
        while (MoveToNextGroup())
        {
            if (_countedPartition != _groupPartition)
            {
                _countedPartition = _groupPartition;
                _groupsInPartition = _isResumed && Resumed!.RemainingInPartition != long.MaxValue ? PerPartitionLimit - Resumed.RemainingInPartition : 0;
            }

            if (_groupsInPartition++ < PerPartitionLimit)
                return true;
        }

        return false;
    }

    private void Accumulate()
    {
        Reset();
        while (Rows.MoveNext())
            Take();
        _ended = true;
    }

    private bool MoveToNextGroup()
    {
        if (!_hasPending && (_ended || !Rows.MoveNext()))
        {
            _ended = true;
            return false;
        }

        Reset();
        BeginGroup();
        Take();
        _hasPending = false;
        while (Rows.MoveNext())
        {
            if (!IsInGroup())
            {
                _hasPending = true;
                return true;
            }

            Take();
        }

        _ended = true;
        return true;
    }

    private void BeginGroup()
    {
        _groupPartition = Rows.PartitionsRead;
        _isResumed = Rows.IsResumed;
        _groupClustering.Clear();
        Row? row = Rows.View.Row;
        for (int i = 0; row is not null && i < _groupingColumns; i++)
        {
            Slice slice = i < row.ClusteringSlices.Length ? row.ClusteringSlices[i] : Slice.Null;
            _groupClustering.Add(slice.IsNull ? null : row.Bytes(slice).ToArray());
        }

        if (_groupingFunction is not null)
        {
            ReadOnlySpan<byte> value = _groupingFunction.Value(Rows.View, out bool isNull);
            _groupClustering.Add(isNull ? null : value.ToArray());
        }
    }

    private bool IsInGroup()
    {
        if (_groupPartition != Rows.PartitionsRead)
            return false;
        Row? row = Rows.View.Row;
        for (int i = 0; row is not null && i < _groupingColumns; i++)
        {
            Slice slice = i < row.ClusteringSlices.Length ? row.ClusteringSlices[i] : Slice.Null;
            byte[]? group = _groupClustering[i];
            if (slice.IsNull != (group is null) || (group is not null && _comparator.Types[i].Compare(row.Bytes(slice), group) != 0))
                return false;
        }

        return _groupingFunction is null || IsFunctionInGroup(_groupingFunction);
    }

    private bool IsFunctionInGroup(Evaluator function)
    {
        ReadOnlySpan<byte> value = function.Value(Rows.View, out bool isNull);
        byte[]? group = _groupClustering[^1];
        return isNull == (group is null) && value.SequenceEqual(group);
    }

    private void Reset()
    {
        foreach (Evaluator evaluator in Evaluators)
            evaluator.Reset();
    }

    private void Take()
    {
        _lastIsStatic = Rows.View.Row is null;
        foreach (Evaluator evaluator in Evaluators)
            evaluator.Accumulate(Rows.View);
    }
}
