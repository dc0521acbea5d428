using System.Management.Automation;
using Cqlite.Cassandra.Client;

namespace CqlitePS.Commands;

/// <summary>Lists the nodes of a cluster, and asks each whether it answers, and how fast.</summary>
[Cmdlet(VerbsCommon.Get, "CassandraNode")]
[OutputType(typeof(CassandraNode))]
public sealed class GetCassandraNodeCommand : ConnectionCmdlet
{
    /// <summary>Datacenters; all when not given. Wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Datacenter { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        NamePatterns datacenters = new(Datacenter);
        foreach (CassandraNode node in Wait(RequireConnection().CheckAsync(StopToken)).Nodes)
        {
            if (datacenters.Match(node.Datacenter))
                WriteObject(node);
        }
    }
}
