using System.Buffers.Binary;
using System.Collections.Immutable;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes.Terms;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>The result of a SELECT whose rows are shown one by one as they are read.</summary>
internal class SelectResult : QueryResult
{
    private const string NoPagesSorted =
        "Cannot page queries with both ORDER BY and a IN restriction on the partition key; "
        + "you must either remove the ORDER BY or the IN and sort client side, or disable paging for this query";

    private readonly Evaluator[] _evaluators;
    private readonly bool _isLimited;
    private long _left;
    private long _leftOfPage = long.MaxValue;
    private bool _hasEnded;
    private PagingState? _next;

    /// <summary>Starts an execution.</summary>
    public SelectResult(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, QueryOptions options)
    {
        Plan = plan;
        long limit = LimitOf(plan.Limit, values);
        Resumed = options.PagingState is { } state && plan.HasPages ? Execution.PagingState.Parse(state, plan.Table) : null;
        _isLimited = limit != long.MaxValue;

        // What is sorted is limited afterwards.
        _left = plan.SortKeys.Length > 0 || plan.Where.Nearest is not null ? long.MaxValue : Math.Min(limit, Resumed?.Remaining ?? long.MaxValue);
        if (plan.HasPages && options.RowsOfPage is { } pageSize)
            _leftOfPage = pageSize;
        PerPartitionLimit = LimitOf(plan.PerPartitionLimit, values);
        Rows = new SelectRows(plan, store, values, nowSeconds, plan.Grouping == Grouping.None ? PerPartitionLimit : long.MaxValue, Resumed)
        {
            Cancellation = options.Cancellation,
        };
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

    /// <inheritdoc/>
    public override byte[]? PagingState => _next?.Serialize();

    protected SelectPlan Plan { get; }

    protected SelectRows Rows { get; }

    protected Evaluator[] Evaluators => _evaluators;

    protected long PerPartitionLimit { get; }

    /// <summary>Where the page before has ended; null for the first page.</summary>
    protected PagingState? Resumed { get; }

    /// <summary>Starts the execution that a plan needs.</summary>
    public static QueryResult Start(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, QueryOptions options)
    {
        if (values.Count != plan.Markers.Length)
            throw new InvalidQueryException("Invalid amount of bind variables");
        if (plan.Where.Nearest is not null)
            return NearestResult.Start(plan, store, values, nowSeconds, options);
        if (options.RowsOfPage is not null && plan.SortKeys.Length > 0)
            throw new InvalidQueryException(NoPagesSorted);
        SelectResult result = plan.Grouping == Grouping.None
            ? new SelectResult(plan, store, values, nowSeconds, options)
            : new AggregateResult(plan, store, values, nowSeconds, options);
        return plan.SortKeys.Length == 0 ? result : new SortedResult(plan, result, LimitOf(plan.Limit, values), options.SortMemoryBytes);
    }

    /// <inheritdoc/>
    public override bool MoveNext() => !IsAtEnd() && Count(Rows.MoveNext());

    /// <summary>Looks up what the conditions find in indexes; see <see cref="SelectRows.SearchIndexes"/>.</summary>
    internal IndexSearch? SearchIndexes() => Rows.SearchIndexes();

    /// <summary>Goes to one row, if it is there and passes; see <see cref="SelectRows.MoveTo"/>.</summary>
    internal bool MoveTo(DecoratedKey key, IReadOnlyList<ClusteringSlice> slices)
    {
        NoteAnswer();
        return Rows.MoveTo(key, slices);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull) => _evaluators[column].Value(Rows.View, out isNull);

    /// <inheritdoc/>
    internal override void WriteRow(BufferWriter output)
    {
        foreach (Evaluator evaluator in _evaluators)
            evaluator.Write(Rows.View, output);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Rows.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Whether the limit, the page or the rows have come to their end; a page's end is noted.</summary>
    protected bool IsAtEnd()
    {
        if (_hasEnded || (_left > 0 && _leftOfPage > 0))
            return _hasEnded;
        _hasEnded = true;
        if (_left > 0 && NextPage() is { } next)
            _next = next with { Remaining = _isLimited ? _left : long.MaxValue };
        return true;
    }

    /// <summary>Counts a result row, if there is one.</summary>
    protected bool Count(bool hasRow)
    {
        NoteAnswer();
        if (hasRow)
        {
            _left--;
            _leftOfPage--;
        }
        else
        {
            _hasEnded = true;
        }

        return hasRow;
    }

    /// <summary>Where the page after a full one begins; null when no more can come.</summary>
    /// <remarks>Source: org/apache/cassandra/service/pager/{AbstractQueryPager,MultiPartitionPager}.java: whether there is more is not looked up, only concluded.</remarks>
    protected virtual PagingState? NextPage() => Rows.IsLastKey && Rows.IsPartitionDone ? null : Rows.Behind();

    internal static long LimitOf(Term? term, BindValues values)
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
