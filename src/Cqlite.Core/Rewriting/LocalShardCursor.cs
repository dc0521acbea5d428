using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Rewriting;

/// <summary>
/// Counters without the local shards of another node: where a context says that they are to be cleared, as in SSTables streamed before 2.1, local shards
/// become remote ones before anything is merged.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/DeserializationHelper.java (maybeClearCounterValue).</remarks>
internal sealed class LocalShardCursor(UnfilteredCursor source) : UnfilteredCursor
{
    private readonly BufferWriter _context = new();
    private readonly Row _row = new();
    private readonly Row _static = new();
    private Row? _staticShown;
    private Row? _shown;

    /// <inheritdoc/>
    public override TableMetadata Table => source.Table;

    /// <inheritdoc/>
    public override bool IsReversed => source.IsReversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => source.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => source.Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => source.PartitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => _staticShown;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => source.Kind;

    /// <inheritdoc/>
    public override Row Row => _shown!;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => source.Marker;

    /// <inheritdoc/>
    public override long PartitionFilePosition => source.PartitionFilePosition;

    /// <inheritdoc/>
    public override bool MoveToNextPartition()
    {
        _shown = null;
        bool moved = source.MoveToNextPartition();
        _staticShown = moved && source.StaticRow is { } row ? Clear(row, _static) : null;
        return moved;
    }

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered()
    {
        bool moved = source.MoveToNextUnfiltered();
        _shown = moved && source.Kind == UnfilteredKind.Row ? Clear(source.Row, _row) : null;
        return moved;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        source.Dispose();
        base.Dispose(disposing);
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
