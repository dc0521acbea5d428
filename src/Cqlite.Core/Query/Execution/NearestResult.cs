using System.Collections.Immutable;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Indexes;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Execution;

/// <summary>The rows whose vectors are most like another, the likest first; of equals the one that is read first. Not more rows than LIMIT are kept.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/SelectStatement.java, index/sai/StorageAttachedIndex.java (validate).</remarks>
internal sealed class NearestResult : QueryResult
{
    /// <summary>The most that LIMIT may be.</summary>
    public const int GreatestLimit = 1000;

    private readonly SelectPlan _plan;
    private readonly SelectResult _source;
    private readonly NearestRows _nearest;
    private IReadOnlyList<byte[]?[]>? _rows;
    private int _current = -1;

    private NearestResult(SelectPlan plan, SelectResult source, NearestRows nearest, ImmutableArray<string> warnings)
    {
        Warnings = warnings;
        _plan = plan;
        _source = source;
        _nearest = nearest;
    }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => _plan.Columns;

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings { get; }

    /// <inheritdoc/>
    public override long RowsRead => _source.RowsRead;

    /// <inheritdoc/>
    public override long PartitionsRead => _source.PartitionsRead;

    /// <summary>Starts the execution.</summary>
    /// <exception cref="InvalidQueryException">The statement asks what ANN does not do, or the vector can't be compared.</exception>
    public static NearestResult Start(SelectPlan plan, TableStore store, BindValues values, long nowSeconds, QueryOptions options)
    {
        if (plan.Grouping != Grouping.None)
            throw new InvalidQueryException("Top-K queries can not be run with aggregation");
        long limit = SelectResult.LimitOf(plan.Limit, values);
        if (limit == long.MaxValue)
            throw new InvalidQueryException("Top-K queries must have a limit specified and the limit must be less than the query page size");
        if (SelectResult.LimitOf(plan.PerPartitionLimit, values) != long.MaxValue)
            throw new InvalidQueryException("Top-K queries do not support per-partition limits");
        if (limit > GreatestLimit)
            throw new InvalidQueryException($"Use of ANN OF in an ORDER BY clause requires a LIMIT that is not greater than {GreatestLimit}. LIMIT was {limit}");

        NearestRestriction nearest = plan.Where.Nearest!;
        byte[]? serialized = nearest.Vector.Bind(values);
        if (BindValues.IsUnset(serialized))
            throw new InvalidQueryException($"Invalid unset value for column {nearest.First.Name}");
        if (serialized is null)
            throw new InvalidQueryException($"Unsupported null value for column {nearest.First.Name}");
        var type = (VectorType)nearest.First.Type.Unreversed;
        type.Validate(serialized);
        var target = new float[type.Dimension];
        VectorMath.Read(serialized, target);
        ColumnIndex index = IndexOf(plan);
        if (!VectorMath.IsIndexable(target, index.Similarity))
            throw new InvalidQueryException("Operation failed - received 0 responses and 1 failures: UNKNOWN from /127.0.0.1:7000", InvalidQueryException.ReadFailureCode);

        ImmutableArray<string> warnings = plan.Warnings;
        if (options.RowsOfPage is { } pageSize && pageSize < limit)
        {
            warnings = warnings.Add(
                $"Top-K queries do not support paging and the page size is set to {pageSize}, "
                + $"which is less than LIMIT {limit}. The page size has been set to {limit} to match the LIMIT.");
        }

        var source = new SelectResult(plan, store, values, nowSeconds, options);
        return new NearestResult(plan, source, new NearestRows(plan, store, source, index, target, (int)limit, options.Cancellation), warnings);
    }

    /// <summary>The index by whose similarity a plan sorts.</summary>
    public static ColumnIndex IndexOf(SelectPlan plan) => ColumnIndex.Of(plan.Table).First(i => i.FindsNearest && i.Column.Equals(plan.Where.Nearest!.First));

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        _rows ??= _nearest.Gather();
        return ++_current < _rows.Count;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull)
    {
        byte[]? value = _rows![_current][column];
        isNull = value is null;
        return value;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }
}
