using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Migration.Tests;

/// <summary>A database or a node's folder behind the native protocol, and a client of it: a cluster of one node.</summary>
internal sealed class ServedFolder : IAsyncDisposable
{
    private ServedFolder(QueryEngine engine, DatabaseServer server, CassandraConnection connection)
    {
        Engine = engine;
        Server = server;
        Connection = connection;
    }

    public QueryEngine Engine { get; }

    public DatabaseServer Server { get; }

    public CassandraConnection Connection { get; }

    public static async Task<ServedFolder> StartAsync(string path, long? nowSeconds = null, CassandraOptions? client = null, string? schemaPath = null)
    {
        QueryEngine engine = QueryEngine.Open(path, new DatabaseOptions { NowSeconds = nowSeconds, SchemaPath = schemaPath, AnswersSystemTables = true, CacheSizeBytes = 16 << 20 });
        DatabaseServer server = DatabaseServer.Start(engine, new DatabaseServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        return new ServedFolder(engine, server, await ConnectAsync(server, client));
    }

    /// <summary>An empty database, served.</summary>
    public static Task<ServedFolder> CreateAsync(string path, long? nowSeconds = null)
    {
        Database.Create(path);
        return StartAsync(path, nowSeconds);
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await Server.DisposeAsync();
        Engine.Dispose();
    }

    private static Task<CassandraConnection> ConnectAsync(DatabaseServer server, CassandraOptions? client) => CassandraConnection.ConnectAsync(
        (client ?? new CassandraOptions()) with { ContactPoints = [$"127.0.0.1:{server.EndPoint.Port}"], Consistency = ConsistencyLevel.One, ConnectTimeout = TimeSpan.FromSeconds(60) });
}
