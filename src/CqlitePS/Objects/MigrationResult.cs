using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace CqlitePS.Objects;

/// <summary>What became of one table that was exported, imported, converted or copied.</summary>
public sealed class MigrationResult
{
    internal MigrationResult(TransferResult whole, TableTransfer table)
    {
        Operation = whole.Operation;
        Keyspace = table.Keyspace;
        Table = table.Table;
        Outcome = table.Outcome;
        Succeeded = table.Outcome.IsDone();
        CanBeResumed = table.Outcome.CanBeResumed();
        Rows = table.Rows;
        Partitions = table.Partitions;
        Bytes = table.Bytes;
        RejectedRows = table.RejectedRows;
        Percent = table.Outcome.IsDone() ? 100 : Math.Round(table.Share * 100, 2);
        Duration = TimeSpan.FromSeconds(table.Seconds);
        RowsPerSecond = Math.Round(table.RowsPerSecond);
        Source = whole.Source;
        Target = whole.Target;
        Message = table.Message;
        Notes = [.. table.Notes];
    }

    /// <summary><c>export</c>, <c>import</c> or <c>copy</c>.</summary>
    public string Operation { get; }

    /// <summary>The table's keyspace.</summary>
    public string Keyspace { get; }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>How it ended.</summary>
    public TransferOutcome Outcome { get; }

    /// <summary>Whether all of the table is there.</summary>
    public bool Succeeded { get; }

    /// <summary>Whether it can be gone on with where it ended.</summary>
    public bool CanBeResumed { get; }

    /// <summary>Rows that were moved this time; a partition that has nothing but static values counts as one.</summary>
    public long Rows { get; }

    /// <summary>Partitions that were moved this time.</summary>
    public long Partitions { get; }

    /// <summary>Bytes of keys and values that were moved this time.</summary>
    public long Bytes { get; }

    /// <summary>Rows that the target refused, and that were put aside with the reason.</summary>
    public long RejectedRows { get; }

    /// <summary>How much of the table is there now.</summary>
    public double Percent { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Rows in a second.</summary>
    public double RowsPerSecond { get; }

    /// <summary>What was read.</summary>
    public OperandDescription Source { get; }

    /// <summary>What was written.</summary>
    public OperandDescription Target { get; }

    /// <summary>Why it did not end well; null where it did.</summary>
    public string? Message { get; }

    /// <summary>What the source could not tell, and what stands in its place: one sentence each.</summary>
    public string[] Notes { get; }
}
