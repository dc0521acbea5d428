using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Counters without the local shards of another node: where a context says that they are to be cleared, as in SSTables streamed before 2.1, local shards
/// become remote ones before anything is merged.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/DeserializationHelper.java (maybeClearCounterValue).</remarks>
internal sealed class LocalShardCursor(UnfilteredCursor source) : ForwardingCursor(source)
{
    private readonly BufferWriter _context = new();
    private readonly Row _row = new();
    private readonly Row _static = new();
    private Row? _staticShown;
    private Row? _shown;

    /// <inheritdoc/>
    public override Row? StaticRow => _staticShown;

    /// <inheritdoc/>
    public override Row Row => _shown!;

    /// <inheritdoc/>
    public override long PartitionFilePosition => Source.PartitionFilePosition;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _shown = null;
        bool moved = Source.MoveToNextPartition();
        _staticShown = moved && Source.StaticRow is { } row ? Clear(row, _static) : null;
        return moved;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        bool moved = Source.MoveToNextUnfiltered();
        _shown = moved && Source.Kind == UnfilteredKind.Row ? Clear(Source.Row, _row) : null;
        return moved;
    }

    private Row Clear(Row row, Row cleared)
    {
        bool copied = false;
        for (int i = 0; i < row.Cells.Length; i++)
        {
            ref readonly Cell cell = ref row.Cells[i];
            if (cell.IsTombstone || cell.Value.Length <= 0)
                continue;
            CounterContext context = new(row.Value(cell));
            if (!context.ShouldClearLocal)
                continue;
            if (!copied)
                cleared.CopyFrom(row);
            copied = true;
            _context.Clear();
            context.WriteWithoutLocal(_context);
            cleared.MutableCells[i].Value = cleared.Store(_context.WrittenSpan);
        }

        return copied ? cleared : row;
    }
}
