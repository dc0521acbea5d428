using System.Net;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>An empty database in a folder of its own, served on a port of its own; both are gone at the end.</summary>
internal sealed class ServedDatabase : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cqlite-{Guid.NewGuid():N}");

    public ServedDatabase(DatabaseServerOptions? options = null, Action<QueryEngine>? prepare = null, IReadOnlyDictionary<string, string>? settings = null, DatabaseOptions? storage = null)
    {
        Database.Create(_folder, settings: settings);
        Engine = QueryEngine.Open(_folder, storage);
        prepare?.Invoke(Engine);
        options ??= new DatabaseServerOptions();
        Server = DatabaseServer.Start(Engine, options.EndPoint.Port == DatabaseServerOptions.DefaultPort ? options with { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) } : options);
    }

    public QueryEngine Engine { get; }

    public DatabaseServer Server { get; }

    /// <summary>A client of it.</summary>
    public Task<WireClient> ConnectAsync(int version = 5, string compression = "", params KeyValuePair<string, string>[] options) =>
        WireClient.ConnectAsync(Server.EndPoint, version, compression, options);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
