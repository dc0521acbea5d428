using Cqlite.Core.Schema;

namespace Cqlite.Core.Rows;

/// <summary>
/// The rows of a cursor that exist at a moment: what has expired counts as deleted, and range tombstones are passed over. A
/// row may still hold tombstones and expired cells; whoever reads a cell asks <see cref="Cell.IsLive"/>.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/rows/{Row,AbstractRow}.java (hasLiveData), db/transform/FilteredRows.java.</remarks>
public sealed class LiveRowCursor : IDisposable
{
    private readonly UnfilteredCursor _cursor;
    private readonly bool _strictLiveness;

    /// <summary>Looks at a merged cursor, which this owns from now on.</summary>
    /// <param name="cursor">The cursor, in which deletions have been applied (<see cref="MergeCursor"/>).</param>
    /// <param name="nowSeconds">The moment, in seconds since 1970.</param>
    /// <param name="strictLiveness">Whether rows exist by their primary key's liveness alone, as in views whose key has a regular column of the base table.</param>
    public LiveRowCursor(UnfilteredCursor cursor, long nowSeconds, bool strictLiveness = false)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        _cursor = cursor;
        NowSeconds = nowSeconds;
        _strictLiveness = strictLiveness;
    }

    /// <summary>The moment, in seconds since 1970.</summary>
    public long NowSeconds { get; }

    /// <summary>The table's definition.</summary>
    public TableMetadata Table => _cursor.Table;

    /// <summary>The current partition's key, serialized.</summary>
    public ReadOnlySpan<byte> PartitionKey => _cursor.PartitionKey;

    /// <summary>The current partition's token.</summary>
    public Token Token => _cursor.Token;

    /// <summary>The partition's static row; null where nothing of it is live.</summary>
    public Row? StaticRow { get; private set; }

    /// <summary>The current row.</summary>
    public Row Row => _cursor.Row;

    /// <summary>Goes to the next partition, which need not have a live row; false at the end.</summary>
    public bool MoveToNextPartition()
    {
        StaticRow = null;
        if (!_cursor.MoveToNextPartition())
            return false;
        if (_cursor.StaticRow is { } row && row.HasLiveCell(NowSeconds))
            StaticRow = row;
        return true;
    }

    /// <summary>Goes to the next live row of the partition; false at its end.</summary>
    public bool MoveToNextRow()
    {
        while (_cursor.MoveToNextUnfiltered())
        {
            if (_cursor.Kind == UnfilteredKind.Row && IsLive(_cursor.Row))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor.Dispose();

    private bool IsLive(Row row) => row.Liveness.IsLive(NowSeconds) || (!_strictLiveness && row.HasLiveCell(NowSeconds));
}
