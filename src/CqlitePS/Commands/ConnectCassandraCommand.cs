using System.Management.Automation;
using Cqlite.Cassandra.Client;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Connects to a cluster: the connection is usable wherever a database is.</summary>
[Cmdlet(VerbsCommunications.Connect, "Cassandra", DefaultParameterSetName = ContactSet)]
[OutputType(typeof(CassandraConnection))]
public sealed class ConnectCassandraCommand : ContactCmdlet
{
    /// <inheritdoc/>
    protected override void Process()
    {
        CassandraConnection connection = Connect();
        OpenConnections.Current.Add(connection);
        WriteObject(connection);
    }
}
