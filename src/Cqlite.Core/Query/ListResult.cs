using System.Collections.Immutable;

namespace Cqlite.Core.Query;

/// <summary>Rows that were made beforehand: few ones, such as those of DESCRIBE or of a conditional write.</summary>
/// <param name="columns">The columns.</param>
/// <param name="rows">The rows' serialized values; null for null.</param>
/// <param name="warnings">Warnings for the client.</param>
internal sealed class ListResult(ImmutableArray<ResultColumn> columns, IReadOnlyList<byte[]?[]> rows, ImmutableArray<string> warnings) : QueryResult
{
    private int _next;

    /// <inheritdoc/>
    public override ImmutableArray<ResultColumn> Columns => columns;

    /// <inheritdoc/>
    public override ImmutableArray<string> Warnings => warnings;

    /// <inheritdoc/>
    public override long RowsRead => _next;

    /// <inheritdoc/>
    public override long PartitionsRead => 0;

    /// <inheritdoc/>
    public override byte[]? PagingState => NextPage;

    /// <summary>What continues after these rows, if they are but a page.</summary>
    public byte[]? NextPage { private get; init; }

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        if (_next == rows.Count)
            return false;
        _next++;
        return true;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetValue(int column, out bool isNull)
    {
        byte[]? value = rows[_next - 1][column];
        isNull = value is null;
        return value;
    }
}
