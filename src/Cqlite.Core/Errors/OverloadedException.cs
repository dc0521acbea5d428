namespace Cqlite.Core.Errors;

/// <summary>A cluster can't take the request now: it has too much to do, or too few replicas are alive. It was not begun; the remedy is to try again later.</summary>
public sealed class OverloadedException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The server's text.</param>
    /// <param name="code">The native protocol's error code; -1 where the request was not sent.</param>
    public OverloadedException(string message, int code)
        : base(message) => Code = code;

    /// <summary>The native protocol's error code; -1 where the request was not sent.</summary>
    public int Code { get; }
}
