using Cqlite.Core.Engine;
using Cqlite.Core.Errors;

namespace Cqlite.Migration.Results;

/// <summary>How the moving of a table ended.</summary>
public enum TransferOutcome
{
    /// <summary>All of it is there.</summary>
    Completed,

    /// <summary>There was nothing to do: it was done before.</summary>
    AlreadyDone,

    /// <summary>It was not begun, for another table ended the whole.</summary>
    NotStarted,

    /// <summary>It was stopped by the user, and can be gone on with.</summary>
    Canceled,

    /// <summary>The disk is full; with room on it, it can be gone on with.</summary>
    DiskFull,

    /// <summary>A node could not be reached for too long; it can be gone on with.</summary>
    NodeLost,

    /// <summary>Too few replicas are alive for the consistency; it can be gone on with.</summary>
    Unavailable,

    /// <summary>The cluster was too busy for too long; it can be gone on with.</summary>
    Overloaded,

    /// <summary>Answers took too long; it can be gone on with.</summary>
    TimedOut,

    /// <summary>The table was changed meanwhile: what was read before and after does not fit together, and it must be begun anew.</summary>
    SchemaChanged,

    /// <summary>The table was dropped meanwhile.</summary>
    TableDropped,

    /// <summary>A file of the source is damaged.</summary>
    SourceDamaged,

    /// <summary>Source or target refuse, for a reason that the text tells.</summary>
    Refused,

    /// <summary>The surroundings refuse, for a reason that the text tells; it can be gone on with.</summary>
    Failed,
}

/// <summary>The outcome that an error means.</summary>
internal static class TransferOutcomes
{
    private const int UnavailableCode = InvalidQueryException.UnavailableCode;

    /// <summary>Whether it is an error that ends a table's moving with an outcome; others are defects.</summary>
    public static bool IsOutcome(Exception error) => error is CqliteException or OperationCanceledException;

    /// <summary>The outcome.</summary>
    public static TransferOutcome Of(Exception error) => error switch
    {
        OperationCanceledException => TransferOutcome.Canceled,
        StorageException { Problem: StorageProblem.DiskFull } => TransferOutcome.DiskFull,
        ConnectionFailedException => TransferOutcome.NodeLost,
        OverloadedException { Code: UnavailableCode } => TransferOutcome.Unavailable,
        OverloadedException => TransferOutcome.Overloaded,
        OutcomeUnknownException => TransferOutcome.TimedOut,
        CorruptDataException => TransferOutcome.SourceDamaged,
        SchemaChangedException => TransferOutcome.SchemaChanged,
        InvalidQueryException or UnsupportedFormatException => TransferOutcome.Refused,
        _ => TransferOutcome.Failed,
    };

    /// <summary>What happened and what to do, for operators.</summary>
    public static string Message(Exception error) => error is OperationCanceledException
        ? "It was stopped before its end. What is done stays: run the same again with --resume (in PowerShell -Resume) to go on with the rest."
        : error.Message;

    /// <summary>Whether it can be gone on with where it ended.</summary>
    public static bool CanBeResumed(this TransferOutcome outcome) => outcome is
        TransferOutcome.Canceled or TransferOutcome.DiskFull or TransferOutcome.NodeLost or TransferOutcome.Unavailable or TransferOutcome.Overloaded
        or TransferOutcome.TimedOut or TransferOutcome.NotStarted or TransferOutcome.Failed;

    /// <summary>Whether all is there.</summary>
    public static bool IsDone(this TransferOutcome outcome) => outcome is TransferOutcome.Completed or TransferOutcome.AlreadyDone;
}
