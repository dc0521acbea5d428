using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Migration.Results;

namespace CqlitePS;

/// <summary>Turns the core's exceptions into error records with stable ids and fitting categories: the one place that does.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of an exception.</summary>
    /// <param name="exception">What the core threw.</param>
    /// <param name="target">What was being worked on.</param>
    public static ErrorRecord Create(Exception exception, object? target)
    {
        (string id, ErrorCategory category) = exception switch
        {
            CorruptDataException => ("CorruptData", ErrorCategory.InvalidData),
            ImportException => ("ImportRow", ErrorCategory.InvalidData),
            UnsupportedFormatException => ("UnsupportedFormat", ErrorCategory.NotImplemented),
            CqlSyntaxException => ("CqlSyntax", ErrorCategory.ParserError),
            InvalidQueryException { IsReadOnlyDatabase: true } => ("DatabaseReadOnly", ErrorCategory.PermissionDenied),
            InvalidQueryException { Code: 0x2100 } => ("Unauthorized", ErrorCategory.PermissionDenied),
            InvalidQueryException { Code: InvalidQueryException.AlreadyExistsCode } => ("AlreadyExists", ErrorCategory.ResourceExists),
            InvalidQueryException => ("InvalidQuery", ErrorCategory.InvalidArgument),
            StorageException { Problem: StorageProblem.PermissionDenied } => ("StoragePermission", ErrorCategory.PermissionDenied),
            StorageException { Problem: StorageProblem.NotFound } => ("PathNotFound", ErrorCategory.ObjectNotFound),
            StorageException { Problem: StorageProblem.DiskFull } => ("DiskFull", ErrorCategory.LimitsExceeded),
            StorageException { Problem: StorageProblem.Locked } => ("DatabaseLocked", ErrorCategory.ResourceBusy),
            StorageException { Problem: StorageProblem.Occupied } => ("DestinationNotEmpty", ErrorCategory.ResourceExists),
            StorageException { Problem: StorageProblem.ReadOnly } => ("DatabaseReadOnly", ErrorCategory.PermissionDenied),
            ConnectionFailedException => ("ConnectionFailed", ErrorCategory.ConnectionError),
            AuthenticationFailedException => ("AuthenticationFailed", ErrorCategory.AuthenticationError),
            OverloadedException => ("Overloaded", ErrorCategory.ResourceBusy),
            OutcomeUnknownException => ("OutcomeUnknown", ErrorCategory.OperationTimeout),
            ServerErrorException => ("ServerError", ErrorCategory.ResourceUnavailable),
            InvalidSettingException => ("InvalidSetting", ErrorCategory.InvalidArgument),
            StorageException => ("Storage", ErrorCategory.ResourceUnavailable),
            MigrationException table => ($"Table{table.Outcome}", Category(table.Outcome)),
            NoConnectionException => ("NoConnection", ErrorCategory.ObjectNotFound),
            NoDatabaseException => ("NoDatabase", ErrorCategory.ObjectNotFound),
            TimeoutException => ("Timeout", ErrorCategory.OperationTimeout),
            OperationCanceledException => ("Cancelled", ErrorCategory.OperationStopped),
            ItemNotFoundException => ("PathNotFound", ErrorCategory.ObjectNotFound),
            ArgumentException => ("InvalidArgument", ErrorCategory.InvalidArgument),
            _ => ("Unexpected", ErrorCategory.NotSpecified),
        };
        ErrorRecord record = new(exception, id, category, target);
        if (Remedy(exception) is { } remedy)
            record.ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = remedy };
        return record;
    }

    /// <summary>Whether an exception tells about input or surroundings, so that it becomes an error record; others are bugs and pass.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is CqliteException or ArgumentException or OperationCanceledException or TimeoutException or ItemNotFoundException or NoDatabaseException or NoConnectionException or MigrationException;

    private static ErrorCategory Category(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Canceled or TransferOutcome.NotStarted => ErrorCategory.OperationStopped,
        TransferOutcome.DiskFull => ErrorCategory.LimitsExceeded,
        TransferOutcome.NodeLost => ErrorCategory.ConnectionError,
        TransferOutcome.Unavailable or TransferOutcome.Failed => ErrorCategory.ResourceUnavailable,
        TransferOutcome.Overloaded => ErrorCategory.ResourceBusy,
        TransferOutcome.TimedOut => ErrorCategory.OperationTimeout,
        TransferOutcome.SchemaChanged => ErrorCategory.InvalidOperation,
        TransferOutcome.TableDropped => ErrorCategory.ObjectNotFound,
        TransferOutcome.SourceDamaged => ErrorCategory.InvalidData,
        _ => ErrorCategory.InvalidArgument,
    };

    /// <summary>What to do about an error, where its text does not say all; whether trying again may help is part of it.</summary>
    private static string? Remedy(Exception exception) => exception switch
    {
        CqlSyntaxException syntax => $"Look at line {syntax.Line}, column {syntax.Column + 1} of the query.",
        ConnectionFailedException => "Nothing was executed, so that it can be tried again. Look at address, port, TLS and whether the server runs; Test-CassandraConnection tells.",
        AuthenticationFailedException => "Give another -Credential; trying again does not help.",
        OverloadedException => "It was not begun: try again later, or with a lower consistency.",
        OutcomeUnknownException => "It may have been executed: look, or try again what may be executed twice. A longer -Timeout may help.",
        MigrationException { Outcome: var outcome } when outcome.CanBeResumed() => "What is done stays. Run the command again, with -Resume where it takes that, to go on with the rest.",
        ServerErrorException => "The server's log tells more; trying again may help.",
        _ => null,
    };
}
