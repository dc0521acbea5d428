using System.Management.Automation;
using Cqlite.Core.Errors;

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
            InvalidSettingException => ("InvalidSetting", ErrorCategory.InvalidArgument),
            StorageException => ("Storage", ErrorCategory.ResourceUnavailable),
            NoDatabaseException => ("NoDatabase", ErrorCategory.ObjectNotFound),
            TimeoutException => ("Timeout", ErrorCategory.OperationTimeout),
            OperationCanceledException => ("Cancelled", ErrorCategory.OperationStopped),
            ItemNotFoundException => ("PathNotFound", ErrorCategory.ObjectNotFound),
            ArgumentException => ("InvalidArgument", ErrorCategory.InvalidArgument),
            _ => ("Unexpected", ErrorCategory.NotSpecified),
        };
        ErrorRecord record = new(exception, id, category, target);
        if (exception is CqlSyntaxException syntax)
            record.ErrorDetails = new ErrorDetails(syntax.Message) { RecommendedAction = $"Look at line {syntax.Line}, column {syntax.Column + 1} of the query." };
        return record;
    }

    /// <summary>Whether an exception tells about input or surroundings, so that it becomes an error record; others are bugs and pass.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is CqliteException or ArgumentException or OperationCanceledException or TimeoutException or ItemNotFoundException or NoDatabaseException;
}
