using System.Collections.Immutable;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Planning;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// A result sorted across partitions, as ORDER BY with IN on the partition key demands: the one place where rows are gathered,
/// within a limit of memory.
/// </summary>
internal sealed class SortedResult : QueryResult
{
    private readonly SelectPlan _plan;
    private readonly QueryResult _source;
    private readonly long _limit;
    private readonly long _memoryBytes;
    private List<byte[]?[]>? _rows;
    private int _current = -1;

    public SortedResult(SelectPlan plan, QueryResult source, long limit, long memoryBytes)
    {
        _plan = plan;
        _source = source;
        _limit = limit;
        _memoryBytes = memoryBytes;
    }

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => _plan.Columns;

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => _plan.Warnings;

    /// <inheritdoc/>
    public override long RowsRead => _source.RowsRead;

    /// <inheritdoc/>
    public override long PartitionsRead => _source.PartitionsRead;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        _rows ??= Gather();
        NoteAnswer();
        return ++_current < Math.Min(_rows.Count, _limit);
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
        var rows = new List<byte[]?[]>();
        long bytes = 0;
        int width = _plan.Selections.Length;
        while (_source.MoveNext())
        {
            var row = new byte[]?[width];
            for (int i = 0; i < width; i++)
            {
                ReadOnlySpan<byte> value = _source.GetValue(i, out bool isNull);
                row[i] = isNull ? null : value.ToArray();
                bytes += sizeof(long) * 4 + value.Length;
            }

            if (bytes > _memoryBytes)
            {
                throw new InvalidQueryException(
                    $"ORDER BY across partitions needs more than the {_memoryBytes:N0} bytes that it may use; read the partitions one by one, or raise the limit.");
            }

            rows.Add(row);
        }

        int first = _plan.Columns.Length;
        var order = Comparer<byte[]?[]>.Create((left, right) => _plan.IsReversed ? Compare(right, left, first) : Compare(left, right, first));
        return [.. rows.Order(order)];
    }

    private int Compare(byte[]?[] left, byte[]?[] right, int first)
    {
        for (int i = 0; i < _plan.SortKeys.Length; i++)
        {
            byte[]? a = left[first + i];
            byte[]? b = right[first + i];
            int order = a is null || b is null ? (a is null ? 0 : 1) - (b is null ? 0 : 1) : _plan.SortKeys[i].Compare(a, b);
            if (order != 0)
                return order;
        }

        return 0;
    }
}
