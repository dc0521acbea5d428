using Cqlite.Cassandra.Client;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Migrating;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>A ring of three databases, served in this process, and a client of it.</summary>
internal sealed class ServedRing : IAsyncDisposable
{
    private readonly RingFolders _folders;
    private RingServers? _servers;
    private CassandraConnection? _connection;

    private ServedRing(RingFolders folders, QueryEngine[] engines)
    {
        _folders = folders;
        Engines = engines;
    }

    /// <summary>The nodes' databases.</summary>
    public QueryEngine[] Engines { get; }

    /// <summary>The client.</summary>
    public CassandraConnection Connection => _connection ?? throw new InvalidOperationException("The ring has not begun.");

    /// <summary>Makes the databases, has them filled, and serves them.</summary>
    /// <param name="nowSeconds">Their "now"; null for the clock's.</param>
    /// <param name="fill">Fills a node's database.</param>
    public static async Task<ServedRing> StartAsync(long? nowSeconds, Func<QueryEngine, int, Task> fill)
    {
        RingFolders folders = new();
        ServedRing ring = new(folders, [.. Enumerable.Range(0, RingLayout.NodeCount).Select(i => folders.Open(i, nowSeconds))]);
        foreach ((int node, QueryEngine engine) in ring.Engines.Index())
            await fill(engine, node);
        ring._servers = await RingServers.StartAsync(ring.Engines);
        ring._connection = await CassandraConnection.ConnectAsync(new CassandraOptions { ContactPoints = [ring._servers.Layout.ContactPoint], ConnectTimeout = TimeSpan.FromSeconds(60) }, TestContext.Current.CancellationToken);
        return ring;
    }

    /// <summary>What all nodes have of a table, each read by itself.</summary>
    public Task<string[]> LiveAsync(string keyspace, string table, long nowSeconds) => RingFolders.LiveAsync(Engines, keyspace, table, nowSeconds);

    /// <summary>Ends a node's server.</summary>
    public Task StopNodeAsync(int node) => _servers!.StopNodeAsync(node);

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_servers is not null)
            await _servers.DisposeAsync();
        foreach (QueryEngine engine in Engines)
            engine.Dispose();
        _folders.Dispose();
    }
}
