using System.Management.Automation;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Stops serving: requests that are being executed are finished, then connections are closed. The database stays open.</summary>
[Cmdlet(VerbsLifecycle.Stop, "CqliteServer", SupportsShouldProcess = true, DefaultParameterSetName = "Server")]
[OutputType(typeof(void))]
public sealed class StopCqliteServerCommand : CqliteCmdlet
{
    /// <summary>The servers to stop.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Server", ValueFromPipeline = true)]
    [ValidateNotNull]
    public CqliteServer[] Server { get; set; } = [];

    /// <summary>Stop all of this process.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "All")]
    public SwitchParameter All { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (CqliteServer server in All ? [.. RunningServers.All] : Server)
        {
            if (ShouldProcess(server.ToString(), "Stop serving"))
                RunningServers.Stop(server);
        }
    }
}
