using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>
/// What the operations of one execution of a statement write with: its timestamp, TTL and bound values, the row that is being filled, and, for
/// operations that depend on it, what is stored. Used again for the next execution by the thread; never by two at once.
/// </summary>
/// <remarks>Source of the semantics: org/apache/cassandra/cql3/UpdateParameters.java.</remarks>
internal sealed class RowWriter
{
    private TableMetadata? _table;
    private Row? _row;
    private bool _hasPaths;

    /// <summary>The values of the statement's markers.</summary>
    public BindValues Values { get; private set; } = BindValues.None;

    /// <summary>The timestamp of cells, in microseconds since 1970.</summary>
    public long TimestampMicros { get; private set; }

    /// <summary>What the statement deletes is deleted so.</summary>
    public DeletionTime Deletion { get; private set; }

    /// <summary>What is stored of the partition; null unless an operation depends on it.</summary>
    public PartitionSnapshot? Stored { get; set; }

    private int TtlSeconds { get; set; }

    private long ExpiresAtSeconds { get; set; }

    private Row Row => _row ?? throw new InvalidOperationException("no row was begun.");

    /// <summary>Begins an execution.</summary>
    /// <exception cref="InvalidQueryException">The timestamp stands for none.</exception>
    public void Begin(TableMetadata table, BindValues values, long timestampMicros, int ttlSeconds, long nowSeconds, long lastExpirationSeconds)
    {
        if (timestampMicros == long.MinValue)
            throw new InvalidQueryException($"Out of bound timestamp, must be in [{long.MinValue + 1}, {long.MaxValue}]");
        _table = table;
        Values = values;
        TimestampMicros = timestampMicros;
        Deletion = new DeletionTime(timestampMicros, nowSeconds);
        TtlSeconds = ttlSeconds;
        ExpiresAtSeconds = ttlSeconds == 0 ? Cell.NoDeletionTime : Math.Min(nowSeconds + ttlSeconds, lastExpirationSeconds);
        Stored = null;
    }

    /// <summary>Begins a row; the caller has set its clustering.</summary>
    public void BeginRow(Row row)
    {
        _row = row;
        _hasPaths = false;
    }

    /// <summary>Ends the row: cells of multi-cell columns are put in order.</summary>
    public void EndRow()
    {
        if (_hasPaths)
            CellOrder.Restore(Row, Row.IsStatic ? _table!.Statics : _table!.Regulars);
        _row = null;
    }

    /// <summary>Marks that the row exists, whatever its columns hold.</summary>
    public void AddLiveness() => Row.Liveness = new Liveness(TimestampMicros, TtlSeconds, TtlSeconds == 0 ? long.MaxValue : ExpiresAtSeconds);

    /// <summary>Deletes the row; in a COMPACT STORAGE table, whose rows have one value, that value.</summary>
    public void DeleteRow(int compactValue)
    {
        if (compactValue >= 0)
            AddTombstone(compactValue);
        else
            Row.Deletion = Deletion;
    }

    /// <summary>Sets a simple column.</summary>
    public void AddCell(int column, ReadOnlySpan<byte> value)
    {
        Slice stored = Row.Store(value);
        Add(column, stored, Slice.Null);
    }

    /// <summary>Adds to a counter: a difference, to which later ones of the same row are added.</summary>
    public void AddDifference(int column, long difference)
    {
        foreach (ref Cell cell in Row.MutableCells)
        {
            if (cell.Column == column)
            {
                cell.Value = Row.StoreDifference(unchecked(new CounterContext(Row.Value(cell)).Total + difference));
                return;
            }
        }

        Slice stored = Row.StoreDifference(difference);
        Add(column, stored, Slice.Null);
    }

    /// <summary>Sets an element or field.</summary>
    public void AddCell(int column, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value)
    {
        _hasPaths = true;
        Slice storedPath = Row.Store(path);
        Slice stored = Row.Store(value);
        Add(column, stored, storedPath);
    }

    /// <summary>Deletes a simple column.</summary>
    public void AddTombstone(int column) => AddTombstone(column, Slice.Null);

    /// <summary>Deletes an element or field.</summary>
    public void AddTombstone(int column, ReadOnlySpan<byte> path)
    {
        _hasPaths = true;
        AddTombstone(column, Row.Store(path));
    }

    /// <summary>Deletes all elements of a multi-cell column.</summary>
    public void DeleteAll(int column) => AddDeletion(column, Deletion);

    /// <summary>Deletes all elements that there were before those that this statement sets.</summary>
    public void DeleteForOverwrite(int column) => AddDeletion(column, Deletion with { MarkedAtMicros = Deletion.MarkedAtMicros - 1 });

    /// <summary>The row as it is stored, with what this execution did to it so far; null where there is none.</summary>
    public Row? Current()
    {
        Row? stored = Row.IsStatic ? Stored?.StaticRow : Stored?.Find(Row.Clustering);
        if (Row.IsEmpty)
            return stored;
        if (_hasPaths)
            CellOrder.Restore(Row, Row.IsStatic ? _table!.Statics : _table!.Regulars);
        if (stored is null)
            return Row;
        var merger = new RowMerger(_table!, 2, Row.IsStatic);
        merger.Add(stored);
        merger.Add(Row);
        if (merger.Merge(DeletionTime.Live) is not { } merged)
            return null;
        var copy = new Row();
        copy.CopyFrom(merged);
        return PartitionSnapshot.KeepLive(copy, Deletion.LocalSeconds) ? copy : null;
    }

    private void AddDeletion(int column, DeletionTime deletion)
    {
        ReadOnlySpan<ComplexDeletion> before = Row.ComplexDeletions;
        if (before.IsEmpty || before[^1].Column != column)
            Row.AddComplexDeletion(new ComplexDeletion(column, deletion));
        _hasPaths = true;
    }

    private void AddTombstone(int column, Slice path)
    {
        ref Cell cell = ref Row.AddCell();
        cell.Column = column;
        cell.TtlSeconds = Cell.NoTtl;
        cell.TimestampMicros = TimestampMicros;
        cell.LocalDeletionSeconds = Deletion.LocalSeconds;
        cell.Value = default;
        cell.Path = path;
    }

    private void Add(int column, Slice value, Slice path)
    {
        ref Cell cell = ref Row.AddCell();
        cell.Column = column;
        cell.TtlSeconds = TtlSeconds;
        cell.TimestampMicros = TimestampMicros;
        cell.LocalDeletionSeconds = ExpiresAtSeconds;
        cell.Value = value;
        cell.Path = path;
    }
}
