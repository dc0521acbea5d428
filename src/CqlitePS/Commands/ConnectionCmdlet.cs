using System.Management.Automation;
using Cqlite.Cassandra.Client;
using CqlitePS.Completion;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets on a connected cluster share: which one.</summary>
public abstract class ConnectionCmdlet : CqliteCmdlet
{
    /// <summary>The connection; the last opened one when none is given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection? Connection { get; set; }

    /// <summary>The connection that is meant.</summary>
    /// <exception cref="NoConnectionException">None is given and none is open.</exception>
    private protected CassandraConnection RequireConnection() => Connection ?? OpenConnections.RequireDefault();
}
