namespace Cqlite.Core.Errors;

/// <summary>A server does not believe who we are, or asks and was not told. The remedy is another name or password; the text never has one.</summary>
public sealed class AuthenticationFailedException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="server">Address and port.</param>
    /// <param name="problem">What the server says.</param>
    public AuthenticationFailedException(string server, string problem)
        : base($"{server}: {problem}") => Server = server;

    /// <summary>Address and port.</summary>
    public string Server { get; }
}
