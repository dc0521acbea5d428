namespace Cqlite.Core.Errors;

/// <summary>No answer came in time, or the connection was lost before it: a write may have happened or not. The remedy is to look, or to write again what may be written twice.</summary>
public sealed class OutcomeUnknownException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was waited for, and how long.</param>
    /// <param name="code">The native protocol's error code; -1 where no answer came at all.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public OutcomeUnknownException(string message, int code = -1, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The native protocol's error code; -1 where no answer came at all.</summary>
    public int Code { get; }
}
