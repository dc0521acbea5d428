using System.Net;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Query;

namespace CqlitePS.Objects;

/// <summary>A database that is served to Cassandra's clients, until it is stopped.</summary>
public sealed class CqliteServer
{
    private readonly DatabaseServer _server;
    private readonly ServerCertificate? _certificate;
    private readonly IPEndPoint _endPoint;
    private readonly QueryEngine? _view;

    /// <summary>Holds a server.</summary>
    /// <param name="database">What is served.</param>
    /// <param name="server">The server.</param>
    /// <param name="certificate">Its certificate, which it owns; null for none.</param>
    /// <param name="view">The database as clients see it, which it owns; null where that is the database itself.</param>
    internal CqliteServer(CqliteDatabase database, DatabaseServer server, ServerCertificate? certificate, QueryEngine? view)
    {
        _view = view;
        Database = database;
        _server = server;
        _certificate = certificate;
        _endPoint = server.EndPoint;
    }

    /// <summary>The database.</summary>
    public CqliteDatabase Database { get; }

    /// <summary>The address that is listened on.</summary>
    public string Address => _endPoint.Address.ToString();

    /// <summary>The port that is listened on.</summary>
    public int Port => _endPoint.Port;

    /// <summary>Whether connections are TLS.</summary>
    public bool IsTls => _certificate is not null;

    /// <summary>Whether clients must log in.</summary>
    public bool RequiresAuthentication => _server.Options.RequiresAuthentication;

    /// <summary>Whether writes are refused.</summary>
    public bool IsReadOnly => _server.Options.IsReadOnly || Database.IsReadOnly;

    /// <summary>Clients that are connected.</summary>
    public int ConnectionCount => IsRunning ? _server.ConnectionCount : 0;

    /// <summary>Whether it has not been stopped.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <inheritdoc/>
    public override string ToString() => _endPoint.ToString();

    /// <summary>Finishes what clients have asked for, and closes their connections.</summary>
    internal void Stop()
    {
        if (!IsRunning)
            return;
        IsRunning = false;
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _view?.Dispose();
        _certificate?.Dispose();
    }
}
