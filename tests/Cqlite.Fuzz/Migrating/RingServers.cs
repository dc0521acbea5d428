using Cqlite.Cassandra.Server;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;

namespace Cqlite.Fuzz.Migrating;

/// <summary>The servers of a ring's nodes, in this process.</summary>
internal sealed class RingServers : IAsyncDisposable
{
    private const int MostAttempts = 20;
    private readonly List<DatabaseServer> _servers = [];

    private RingServers(RingLayout layout) => Layout = layout;

    /// <summary>Where they listen.</summary>
    public RingLayout Layout { get; }

    /// <summary>Serves the databases of a ring's nodes.</summary>
    public static async Task<RingServers> StartAsync(QueryEngine[] engines)
    {
        for (int attempt = 0; ; attempt++)
        {
            RingServers servers = new(RingLayout.OfFreePorts());
            try
            {
                for (int i = 0; i < engines.Length; i++)
                    servers._servers.Add(DatabaseServer.Start(engines[i], servers.Layout.ServerOptions(i)));
                return servers;
            }
            catch (StorageException) when (attempt < MostAttempts)
            {
                // Somebody else has taken a port meanwhile.
                await servers.DisposeAsync();
            }
        }
    }

    /// <summary>Ends a node's server.</summary>
    public async Task StopNodeAsync(int node)
    {
        await _servers[node].DisposeAsync();
        _servers.RemoveAt(node);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (DatabaseServer server in _servers)
            await server.DisposeAsync();
        _servers.Clear();
    }
}
