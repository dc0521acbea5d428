using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Ranges;

/// <summary>The partitions of several ranges of a table, each range read when the one before it has come to its end.</summary>
internal sealed class RangeSequence : UnfilteredCursor
{
    private readonly ITableSource _source;
    private readonly IReadOnlyList<TokenRange> _ranges;
    private readonly CancellationToken _cancellation;
    private UnfilteredCursor _current;
    private int _next = 1;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="source">The table.</param>
    /// <param name="ranges">The ranges in order, at least one.</param>
    /// <param name="cancellation">Ends it.</param>
    public RangeSequence(ITableSource source, IReadOnlyList<TokenRange> ranges, CancellationToken cancellation)
    {
        _source = source;
        _ranges = ranges;
        _cancellation = cancellation;
        _current = source.Read(ranges[0], cancellation);
    }

    /// <inheritdoc/>
    public override TableMetadata Table => _current.Table;

    /// <inheritdoc/>
    public override bool IsReversed => _current.IsReversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => _current.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => _current.Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => _current.PartitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _current.StaticRow;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => _current.Kind;

    /// <inheritdoc/>
    public override Row Row => _current.Row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => _current.Marker;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        while (!_current.MoveToNextPartition())
        {
            if (_next == _ranges.Count)
                return false;
            _current.Dispose();
            _current = _source.Read(_ranges[_next++], _cancellation);
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered() => _current.MoveToNextUnfiltered();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _current.Dispose();
        base.Dispose(disposing);
    }
}
