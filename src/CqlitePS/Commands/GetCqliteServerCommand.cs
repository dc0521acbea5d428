using System.Management.Automation;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Lists the servers of this process.</summary>
[Cmdlet(VerbsCommon.Get, "CqliteServer")]
[OutputType(typeof(CqliteServer))]
public sealed class GetCqliteServerCommand : CqliteCmdlet
{
    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (CqliteServer server in RunningServers.All)
            WriteObject(server);
    }
}
