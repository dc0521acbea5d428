using System.Collections.Concurrent;
using CqlitePS.Objects;

namespace CqlitePS.Sessions;

/// <summary>The servers of this process: ports are the machine's, so that every runspace sees the same.</summary>
internal static class RunningServers
{
    private static readonly ConcurrentDictionary<CqliteServer, byte> Running = new();

    /// <summary>The servers, by port.</summary>
    public static IEnumerable<CqliteServer> All => Running.Keys.OrderBy(s => s.Port);

    /// <summary>Adds one.</summary>
    public static void Add(CqliteServer server) => Running[server] = 0;

    /// <summary>Stops one.</summary>
    public static void Stop(CqliteServer server)
    {
        _ = Running.TryRemove(server, out _);
        server.Stop();
    }

    /// <summary>Stops those of a database that is being closed.</summary>
    public static void StopOf(CqliteDatabase database)
    {
        foreach (CqliteServer server in All.Where(s => s.Database == database))
            Stop(server);
    }
}
