using Cqlite.Core.Schema;

namespace Cqlite.Core.Rows;

/// <summary>Shows what another cursor shows, which it owns; what is to be another way is overridden.</summary>
/// <param name="source">The other cursor.</param>
internal abstract class ForwardingCursor(UnfilteredCursor source) : UnfilteredCursor
{
    /// <summary>The other cursor.</summary>
    protected UnfilteredCursor Source { get; set; } = source;

    /// <inheritdoc/>
    public override TableMetadata Table => Source.Table;

    /// <inheritdoc/>
    public override bool IsReversed => Source.IsReversed;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> PartitionKey => Source.PartitionKey;

    /// <inheritdoc/>
    public override Token Token => Source.Token;

    /// <inheritdoc/>
    public override DeletionTime PartitionDeletion => Source.PartitionDeletion;

    /// <inheritdoc/>
    public override Row? StaticRow => Source.StaticRow;

    /// <inheritdoc/>
    public override UnfilteredKind Kind => Source.Kind;

    /// <inheritdoc/>
    public override Row Row => Source.Row;

    /// <inheritdoc/>
    public override RangeTombstoneMarker Marker => Source.Marker;

    /// <inheritdoc/>
    public override bool MoveToNextPartition() => Source.MoveToNextPartition();

    /// <inheritdoc/>
    public override bool MoveToNextUnfiltered() => Source.MoveToNextUnfiltered();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Source.Dispose();
        base.Dispose(disposing);
    }
}
