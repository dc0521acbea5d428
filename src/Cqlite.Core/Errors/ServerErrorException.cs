namespace Cqlite.Core.Errors;

/// <summary>A server failed at a request that is good: the remedy is in the server's log.</summary>
public sealed class ServerErrorException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The server's text.</param>
    /// <param name="code">The native protocol's error code.</param>
    public ServerErrorException(string message, int code)
        : base(message) => Code = code;

    /// <summary>The native protocol's error code.</summary>
    public int Code { get; }
}
