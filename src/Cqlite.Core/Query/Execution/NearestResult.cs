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
    private const int GreatestLimit = 1000;
    private readonly SelectPlan _plan;
    private readonly SelectResult _source;
    private readonly int _limit;
    private readonly float[] _target;
    private readonly VectorSimilarity _similarity;
    private List<byte[]?[]>? _rows;
    private int _current = -1;

    private NearestResult(SelectPlan plan, SelectResult source, int limit, float[] target, VectorSimilarity similarity, ImmutableArray<string> warnings)
    {
        Warnings = warnings;
        _plan = plan;
        _source = source;
        _limit = limit;
        _target = target;
        _similarity = similarity;
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
        VectorSimilarity similarity = ColumnIndex.Of(plan.Table).First(i => i.FindsNearest && i.Column.Equals(nearest.First)).Similarity;
        if (!VectorMath.IsIndexable(target, similarity))
            throw new InvalidQueryException("Operation failed - received 0 responses and 1 failures: UNKNOWN from /127.0.0.1:7000", InvalidQueryException.ReadFailureCode);

        ImmutableArray<string> warnings = plan.Warnings;
        if (options.RowsOfPage is { } pageSize && pageSize < limit)
        {
            warnings = warnings.Add(
                $"Top-K queries do not support paging and the page size is set to {pageSize}, "
                + $"which is less than LIMIT {limit}. The page size has been set to {limit} to match the LIMIT.");
        }

        return new NearestResult(plan, new SelectResult(plan, store, values, nowSeconds, options), (int)limit, target, similarity, warnings);
    }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        _rows ??= Gather();
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

    private List<byte[]?[]> Gather()
    {
        // The worst that is kept comes out first: the least alike, of equals the last read.
        var kept = new PriorityQueue<byte[]?[], (float Score, long Order)>(
            Comparer<(float Score, long Order)>.Create((a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Order.CompareTo(a.Order)));
        var vector = new float[_target.Length];
        int width = _plan.Selections.Length;
        for (long order = 0; _source.MoveNext(); order++)
        {
            ReadOnlySpan<byte> serialized = _source.GetValue(width - 1, out bool isNull);
            if (isNull || serialized.Length != vector.Length * sizeof(float))
                continue;
            VectorMath.Read(serialized, vector);
            if (!VectorMath.IsIndexable(vector, _similarity))
                continue;
            float score = VectorMath.Compare(_similarity, _target, vector);
            if (kept.Count == _limit)
            {
                kept.TryPeek(out _, out (float Score, long Order) worst);
                if (score <= worst.Score)
                    continue;
                kept.Dequeue();
            }

            var row = new byte[]?[width - 1];
            for (int i = 0; i < row.Length; i++)
            {
                ReadOnlySpan<byte> value = _source.GetValue(i, out bool isValueNull);
                row[i] = isValueNull ? null : value.ToArray();
            }

            kept.Enqueue(row, (score, order));
        }

        var rows = new List<byte[]?[]>(kept.Count);
        while (kept.TryDequeue(out byte[]?[]? row, out _))
            rows.Add(row);
        rows.Reverse();
        return rows;
    }
}
