namespace Cqlite.Core.Errors;

/// <summary>A server can't be reached, or what answers is none: nothing was executed. The remedy is in the address, the network, TLS or the server.</summary>
public sealed class ConnectionFailedException : CqliteException
{
    /// <summary>Creates the error.</summary>
    /// <param name="server">Address and port, or several of them.</param>
    /// <param name="problem">What was found, and what to do.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public ConnectionFailedException(string server, string problem, Exception? inner = null)
        : base($"{server}: {problem}", inner) => Server = server;

    /// <summary>Address and port, or several of them.</summary>
    public string Server { get; }
}
