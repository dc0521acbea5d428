using Cqlite.Migration.Results;

namespace CqlitePS;

/// <summary>A table was not moved, or not all of it.</summary>
public sealed class MigrationException : InvalidOperationException
{
    /// <summary>Creates the error.</summary>
    /// <param name="table">What became of the table.</param>
    public MigrationException(TableTransfer table)
        : base(TransferReport.Describe(table))
    {
        ArgumentNullException.ThrowIfNull(table);
        Outcome = table.Outcome;
    }

    /// <summary>How it ended.</summary>
    public TransferOutcome Outcome { get; }
}
