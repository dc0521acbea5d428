using System.Management.Automation;
using Cqlite.Cassandra.Client;
using CqlitePS.Completion;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Ends connections to clusters: the last opened one, those that are given, or all.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Cassandra", DefaultParameterSetName = ConnectionSet)]
[OutputType(typeof(void))]
public sealed class DisconnectCassandraCommand : CqliteCmdlet
{
    private const string ConnectionSet = "Connection";

    /// <summary>The connections to end; the last opened one when none is given.</summary>
    [Parameter(Position = 0, ParameterSetName = ConnectionSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public CassandraConnection[]? Connection { get; set; }

    /// <summary>End all of this runspace.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (All)
        {
            OpenConnections.Current.CloseAll();
            return;
        }

        foreach (CassandraConnection connection in Connection ?? [OpenConnections.RequireDefault()])
            connection.Dispose();
    }
}
