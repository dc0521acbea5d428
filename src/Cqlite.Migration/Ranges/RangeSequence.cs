using Cqlite.Core.Rows;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Ranges;

/// <summary>The partitions of several ranges of a table, each range read when the one before it has come to its end.</summary>
internal sealed class RangeSequence : ForwardingCursor
{
    private readonly ITableSource _table;
    private readonly IReadOnlyList<TokenRange> _ranges;
    private readonly CancellationToken _cancellation;
    private int _next = 1;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="source">The table.</param>
    /// <param name="ranges">The ranges in order, at least one.</param>
    /// <param name="cancellation">Ends it.</param>
    public RangeSequence(ITableSource source, IReadOnlyList<TokenRange> ranges, CancellationToken cancellation)
        : base(source.Read(ranges[0], cancellation))
    {
        _table = source;
        _ranges = ranges;
        _cancellation = cancellation;
    }

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        while (!Source.MoveToNextPartition())
        {
            if (_next == _ranges.Count)
                return false;
            Source.Dispose();
            Source = _table.Read(_ranges[_next++], _cancellation);
        }

        return true;
    }
}
