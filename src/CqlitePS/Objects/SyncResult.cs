using Cqlite.Core.Types;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Syncing;

namespace CqlitePS.Objects;

/// <summary>What of one table was carried back to a cluster, or would be.</summary>
public sealed class SyncResult
{
    internal SyncResult(SyncReport report, TableSync table)
    {
        Keyspace = table.Keyspace;
        Table = table.Table;
        Succeeded = table.Message is null && table.RejectedRows == 0;
        IsDryRun = report.IsDryRun;
        ChangedRows = table.ChangedRows;
        WrittenCells = table.WrittenCells;
        DeletedCells = table.DeletedCells;
        DeletedRows = table.DeletedRows;
        Conflicts = table.Conflicts;
        Kept = table.Kept;
        Undecided = table.Undecided;
        RetimedCells = table.RetimedCells;
        FutureCells = table.FutureCells;
        RejectedRows = table.RejectedRows;
        Share = table.Share;
        Decisions = [.. table.Decisions];
        Since = UnixMicros.ToTime(report.SinceMicros);
        ConflictResolution = report.Resolution;
        Source = report.Source;
        Target = report.Target;
        Message = table.Message;
        IsLeftOut = table.IsLeftOut;
    }

    /// <summary>The table's keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>Whether all of the table's changes are in the cluster now, as far as they hold; of a dry run, whether they could be looked at.</summary>
    public bool Succeeded { get; }

    /// <summary>Whether nothing was written.</summary>
    public bool IsDryRun { get; }

    /// <summary>Rows, and static rows, that are written or deleted in whole or in part.</summary>
    public long ChangedRows { get; }

    /// <summary>Cells that are written; a list counts as one.</summary>
    public long WrittenCells { get; }

    /// <summary>Cells that are deleted.</summary>
    public long DeletedCells { get; }

    /// <summary>Rows that are deleted.</summary>
    public long DeletedRows { get; }

    /// <summary>Cells and rows that both sides have changed.</summary>
    public long Conflicts { get; }

    /// <summary>Cells and rows in which the cluster holds.</summary>
    public long Kept { get; }

    /// <summary>Cells whose time the cluster does not tell, and that stay as they are.</summary>
    public long Undecided { get; }

    /// <summary>Cells that get a later time than the database's, so that they hold.</summary>
    public long RetimedCells { get; }

    /// <summary>Cells of the database whose times lie more than a minute ahead of now: a clock is wrong.</summary>
    public long FutureCells { get; }

    /// <summary>Rows that the cluster refused, and that were put aside with the reason.</summary>
    public long RejectedRows { get; }

    /// <summary>The share of the table, between 0 and 1, that was gone through, and that the numbers are of.</summary>
    public double Share { get; }

    /// <summary>What was decided, cell by cell and row by row; not more than were asked for.</summary>
    public SyncDecision[] Decisions { get; }

    /// <summary>What was written later was carried over.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Who held where both had changed.</summary>
    public ConflictResolution ConflictResolution { get; }

    /// <summary>The database.</summary>
    public OperandDescription Source { get; }

    /// <summary>The cluster.</summary>
    public OperandDescription Target { get; }

    /// <summary>Why the table was not synced, or not to its end; null where it was.</summary>
    public string? Message { get; }

    /// <summary>Whether it was left out for what it is, as tables of counters are that were not named but chosen with their keyspace.</summary>
    public bool IsLeftOut { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Keyspace}.{Table}";
}
