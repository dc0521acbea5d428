using System.Buffers.Binary;
using System.Collections.Immutable;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query.Execution;

/// <summary>The result of a SELECT whose rows are shown one by one as they are read.</summary>
internal class SelectResult : QueryResult
{
    private readonly Evaluator[] _evaluators;
    private long _left;

    /// <summary>Starts an execution.</summary>
    public SelectResult(SelectPlan plan, TableStore store, BindValues values, long nowSeconds)
    {
        Plan = plan;
        _left = LimitOf(plan.Limit, values);
        int perPartition = (int)Math.Min(int.MaxValue, LimitOf(plan.PerPartitionLimit, values));
        PerPartitionLimit = perPartition;
        Rows = new SelectRows(plan, store, values, nowSeconds, plan.Grouping == Grouping.None ? perPartition : int.MaxValue);
        _evaluators = new Evaluator[plan.Selections.Length];
        for (int i = 0; i < _evaluators.Length; i++)
            _evaluators[i] = plan.Selections[i].Start(values);
    }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => Plan.Columns;

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => Plan.Warnings;

    /// <inheritdoc/>
    public override long RowsRead => Rows.RowsRead;

    /// <inheritdoc/>
    public override long PartitionsRead => Rows.PartitionsRead;

    protected SelectPlan Plan { get; }

    protected SelectRows Rows { get; }

    protected Evaluator[] Evaluators => _evaluators;

    protected int PerPartitionLimit { get; }

    /// <summary>Starts the execution that a plan needs.</summary>
    public static QueryResult Start(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, QueryOptions options)
    {
        if (values.Count != plan.Markers.Length)
            throw new InvalidQueryException("Invalid amount of bind variables");
        SelectResult result = plan.Grouping == Grouping.None
            ? new SelectResult(plan, store, values, nowSeconds)
            : new AggregateResult(plan, store, values, nowSeconds);
        result.Rows.Cancellation = options.Cancellation;
        return plan.SortKeys.Length == 0 ? result : new SortedResult(plan, result, LimitOf(plan.Limit, values), options.SortMemoryBytes);
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (!TakeFromLimit())
            return false;
        return Rows.MoveNext();
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull) => _evaluators[column].Value(Rows.View, out isNull);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Rows.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Counts a result row against the limit, which a sort applies later.</summary>
    protected bool TakeFromLimit()
    {
        if (Plan.SortKeys.Length > 0)
            return true;
        return _left-- > 0;
    }

    private static long LimitOf(Term? term, BindValues values)
    {
        if (term is null)
            return long.MaxValue;
        byte[] value = term.Bind(values) ?? throw new InvalidQueryException("Invalid null value of limit");
        if (BindValues.IsUnset(value))
            return long.MaxValue;
        if (value.Length != sizeof(int))
            throw new InvalidQueryException("Invalid limit value");
        int limit = BinaryPrimitives.ReadInt32BigEndian(value);
        return limit > 0 ? limit : throw new InvalidQueryException("LIMIT must be strictly positive");
    }
}
