using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Engine.SystemTables;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Access;
using CoreChange = Cqlite.Core.Query.Definition.SchemaChange;

namespace Cqlite.Cassandra.Server;

/// <summary>A database behind the native protocol, until it is disposed of: then requests that are being executed are finished. The database stays open.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    private readonly QueryEngine _engine;
    private readonly DatabaseRequestHandler _handler;
    private readonly NativeServer _server;

    private DatabaseServer(QueryEngine engine, DatabaseServerOptions options, IAuthenticator? authenticator)
    {
        _engine = engine;
        Options = options;
        _handler = new DatabaseRequestHandler(engine, options.Limits, options.IsReadOnly);
        try
        {
            _server = NativeServer.Start(options.EndPoint, _handler, authenticator, options.Limits, options.Certificate?.Tls);
        }
        catch (SocketException refused)
        {
            throw new StorageException(options.EndPoint.ToString(), $"can't be listened on: {refused.Message}", refused);
        }

        engine.SchemaChanged += Tell;
        engine.Database.Node = Describe();
    }

    /// <summary>How it was started.</summary>
    public DatabaseServerOptions Options { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Clients that are connected.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>Statements that are prepared.</summary>
    public int PreparedCount => _handler.PreparedCount;

    /// <summary>Memory in bytes that requests and answers take now.</summary>
    public long UsedBytes => _server.Memory.UsedBytes;

    /// <summary>Begins to serve a database, which must stay open meanwhile.</summary>
    /// <exception cref="InvalidQueryException">Others can reach the address, and no authentication is asked for; or it is, and nobody could log in.</exception>
    /// <exception cref="StorageException">The address can't be listened on.</exception>
    public static DatabaseServer Start(QueryEngine engine, DatabaseServerOptions options)
    {
        // What the database asks for can't be left out; what is asked for here needs roles, which it then has.
        bool authenticates = options.RequiresAuthentication || engine.RequiresAuthentication;
        if (!authenticates && !IPAddress.IsLoopback(options.EndPoint.Address))
        {
            throw new InvalidQueryException(
                $"{options.EndPoint.Address} can be reached by others: a server there must require authentication. Without it only 127.0.0.1 and ::1 are served.");
        }

        if (authenticates)
            RequireRoles(engine, options.EndPoint.Address);
        CheckRing(engine, options);
        return new DatabaseServer(engine, options with { RequiresAuthentication = authenticates }, authenticates ? new RoleAuthenticator(engine) : null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _engine.SchemaChanged -= Tell;
        _engine.Database.Node = NodeDescription.Embedded;
        await _server.DisposeAsync();
    }

    private static void RequireRoles(QueryEngine engine, IPAddress address)
    {
        AccessControl access = engine.Access;
        if (engine.RequiresAuthentication)
            access.SetUp();
        else
            access.Require();
        if (!access.Tables.Names().Any(name => access.Tables.Find(name) is { CanLogin: true }))
            throw new InvalidQueryException("Authentication is asked for, and no role of the database can log in, which is opened for reading only. Serve it for writing once: then there is a first one.");

        // Everybody knows the first role's password, so that it protects nothing from others.
        if (!IPAddress.IsLoopback(address) && access.HasFirstPassword())
        {
            throw new InvalidQueryException(
                $"{address} can be reached by others, and the role {AccessControl.DefaultSuperuser} has the password that it always has at first: serve 127.0.0.1 first, and change it there with ALTER ROLE.");
        }
    }

    /// <summary>A ring makes sense where every token is somebody's alone, and others can tell by an address who this node is.</summary>
    private static void CheckRing(QueryEngine engine, DatabaseServerOptions options)
    {
        if (options.Tokens.IsEmpty && options.Peers.Count == 0)
            return;
        if (options.Tokens.IsEmpty)
            throw new InvalidQueryException("Peers are declared, and no token of this node: it would have no part of the ring.");
        if (engine.Database.Partitioner.TokensAreKeys)
            throw new InvalidQueryException($"The tokens of {engine.Database.Partitioner.ClassName} are keys: a ring can't be declared by numbers.");
        if (options.EndPoint.Port == 0 || options.EndPoint.Address.Equals(IPAddress.Any) || options.EndPoint.Address.Equals(IPAddress.IPv6Any))
            throw new InvalidQueryException($"A node of a ring needs an address and a port of its own, by which its peers know it; {options.EndPoint} is none.");
        if (options.Tokens.Concat(options.Peers.SelectMany(p => p.Tokens)).GroupBy(t => t).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InvalidQueryException($"The token {twice.Key.Value} is declared twice.");
    }

    private NodeDescription Describe()
    {
        IPAddress address = Options.EndPoint.Address;
        bool isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        return new NodeDescription
        {
            Address = isAny ? IPAddress.Loopback : address,
            Port = EndPoint.Port,
            Member = Options.Tokens.IsEmpty ? null : new RingMember(address, EndPoint.Port, Options.Tokens),
            Peers = Options.Peers,
        };
    }

    private void Tell(CoreChange change)
    {
        foreach (CoreChange member in change.Members)
            _server.Publish(new SchemaEvent(SchemaChanges.ToMessage(member)));
        _server.Publish(new SchemaEvent(SchemaChanges.ToMessage(change)));
    }
}
