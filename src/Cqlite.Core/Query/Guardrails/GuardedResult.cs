using System.Collections.Immutable;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query.Definition;

namespace Cqlite.Core.Query.Guardrails;

/// <summary>A result with warnings of guardrails before its own.</summary>
internal sealed class GuardedResult(QueryResult inner, IReadOnlyList<string> warnings) : QueryResult
{
    /// <inheritdoc/>
    public override ResultKind Kind => inner.Kind;

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => inner.Columns;

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => [.. warnings, .. inner.Warnings];

    /// <inheritdoc/>
    public override long RowsRead => inner.RowsRead;

    /// <inheritdoc/>
    public override long PartitionsRead => inner.PartitionsRead;

    /// <inheritdoc/>
    public override byte[]? PagingState => inner.PagingState;

    /// <inheritdoc/>
    public override string? Keyspace => inner.Keyspace;

    /// <inheritdoc/>
    internal override SchemaChange? Change => inner.Change;

    /// <inheritdoc/>
    public override bool MoveNext() => inner.MoveNext();

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull) => inner.GetValue(column, out isNull);

    /// <inheritdoc/>
    internal override void WriteRow(BufferWriter output) => inner.WriteRow(output);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
