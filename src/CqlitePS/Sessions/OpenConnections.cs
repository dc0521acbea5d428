using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Cqlite.Cassandra.Client;

namespace CqlitePS.Sessions;

/// <summary>The connections to clusters that a runspace has opened; the last one is what cmdlets on clusters take when none is named.</summary>
internal sealed class OpenConnections
{
    private static readonly ConditionalWeakTable<Runspace, OpenConnections> ByRunspace = [];
    private readonly List<CassandraConnection> _open = [];

    /// <summary>Those of the current runspace.</summary>
    public static OpenConnections Current => ByRunspace.GetValue(
        Runspace.DefaultRunspace ?? throw new PSInvalidOperationException("There is no runspace on this thread."),
        static _ => new OpenConnections());

    /// <summary>The last opened; null where none is open.</summary>
    public CassandraConnection? Default
    {
        get
        {
            lock (_open)
            {
                _open.RemoveAll(c => !c.IsOpen);
                return _open.Count > 0 ? _open[^1] : null;
            }
        }
    }

    /// <summary>The last opened one of the current runspace.</summary>
    /// <exception cref="NoConnectionException">None is open.</exception>
    public static CassandraConnection RequireDefault() => Current.Default ?? throw new NoConnectionException();

    /// <summary>The last opened to a cluster of a name; null where none is open.</summary>
    public CassandraConnection? Named(string? clusterName)
    {
        lock (_open)
            return _open.FindLast(c => c.IsOpen && c.ClusterName == clusterName);
    }

    /// <summary>Adds one, which becomes the default.</summary>
    public void Add(CassandraConnection connection)
    {
        lock (_open)
            _open.Add(connection);
    }

    /// <summary>Closes all.</summary>
    public void CloseAll()
    {
        while (Default is { } connection)
            connection.Dispose();
    }
}
