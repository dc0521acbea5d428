using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;

namespace Cqlite.Migration.Validation;

/// <summary>One side of a comparison: the partitions and rows of a range that can be seen at the moment of the terms.</summary>
internal sealed class LiveSide : IDisposable
{
    private readonly UnfilteredCursor _cursor;
    private readonly long _nowSeconds;
    private bool _hasPartitionAhead;
    private bool _hasRowAhead;
    private Row? _deadStatic;
    private bool _hasDeadStatic;

    /// <summary>Begins before the first partition.</summary>
    /// <param name="cursor">The range, merged, which this owns from now on.</param>
    /// <param name="plan">What is compared.</param>
    public LiveSide(UnfilteredCursor cursor, ComparisonPlan plan)
    {
        _cursor = cursor;
        _nowSeconds = plan.Terms.NowSeconds;
        Statics = ComparisonPlan.Map(cursor.Table.Statics, plan.Statics);
        Regulars = ComparisonPlan.Map(cursor.Table.Regulars, plan.Regulars);
    }

    /// <summary>The compared column of each static column.</summary>
    public int[] Statics { get; }

    /// <summary>The compared column of each regular column.</summary>
    public int[] Regulars { get; }

    /// <summary>The rows and partitions as they are stored.</summary>
    public UnfilteredCursor Cursor => _cursor;

    /// <summary>The last token that is shown; partitions behind it come once it is set further.</summary>
    public Token UpTo { get; set; } = TokenRange.End;

    /// <summary>Whether there is a current partition.</summary>
    public bool HasPartition { get; private set; }

    /// <summary>Whether there is a current row.</summary>
    public bool HasRow { get; private set; }

    /// <summary>The static row; null where nothing of it is live.</summary>
    public Row? Static { get; private set; }

    /// <summary>The static row as it is stored, where nothing of it is live; null where there is none, or <see cref="Static"/> has it.</summary>
    public Row? DeadStatic => HasPartition && _hasDeadStatic ? _deadStatic : null;

    /// <summary>The current row.</summary>
    public Row Row => _cursor.Row;

    /// <summary>The deletion of a range that the current row is in.</summary>
    public DeletionTime Covering { get; private set; } = DeletionTime.Live;

    /// <summary>The latest time of a deletion that has been seen, in microseconds since 1970; the least one where there was none.</summary>
    public long NewestDeletionMicros { get; private set; } = long.MinValue;

    /// <summary>Goes to the next partition of which anything is live, before its first row.</summary>
    public bool MoveToNextPartition()
    {
        HasRow = false;
        HasPartition = FindPartition() && _cursor.Token.Value <= UpTo.Value;
        if (HasPartition)
            _hasPartitionAhead = false;
        return HasPartition;
    }

    /// <summary>Finds the partition that comes next, behind <see cref="UpTo"/> too; the cursor stands on it then.</summary>
    public bool FindPartition()
    {
        while (!_hasPartitionAhead && _cursor.MoveToNextPartition())
        {
            Covering = DeletionTime.Live;
            Note(_cursor.PartitionDeletion);
            Static = _cursor.StaticRow is { } row && row.HasLiveCell(_nowSeconds) ? row : null;
            _hasDeadStatic = Static is null && _cursor.StaticRow is not null;

            // What the cursor has of it may go when it looks for a row.
            if (_hasDeadStatic)
                KeepDead(_cursor.StaticRow!);
            _hasRowAhead = Static is null && FindRow();
            _hasPartitionAhead = Static is not null || _hasRowAhead;
        }

        if (!_hasPartitionAhead)
            Static = null;
        return _hasPartitionAhead;
    }

    /// <summary>Goes to the next live row of the partition.</summary>
    public bool MoveToNextRow()
    {
        if (_hasRowAhead)
        {
            _hasRowAhead = false;
            return HasRow = true;
        }

        return HasRow = FindRow();
    }

    /// <inheritdoc/>
    public void Dispose() => _cursor.Dispose();

    private bool FindRow()
    {
        while (_cursor.MoveToNextUnfiltered())
        {
            if (_cursor.Kind == UnfilteredKind.Marker)
            {
                Covering = _cursor.Marker.OpenDeletion(reversed: false);
                Note(Covering);
            }
            else if (_cursor.Row.IsLive(_nowSeconds))
            {
                return true;
            }
            else
            {
                Note(_cursor.Row);
            }
        }

        return false;
    }

    private void KeepDead(Row row)
    {
        _deadStatic ??= new Row();
        _deadStatic.CopyFrom(row);
        Note(row);
    }

    private void Note(in DeletionTime deletion) => NewestDeletionMicros = Math.Max(NewestDeletionMicros, deletion.MarkedAtMicros);

    private void Note(Row row)
    {
        Note(row.Deletion);
        foreach (ComplexDeletion deletion in row.ComplexDeletions)
            Note(deletion.Deletion);
        foreach (ref readonly Cell cell in row.Cells)
            NewestDeletionMicros = Math.Max(NewestDeletionMicros, cell.TimestampMicros);
    }
}
