using System.Management.Automation;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Lists the databases that are open in this runspace; the first is the one that cmdlets take when none is named.</summary>
[Cmdlet(VerbsCommon.Get, "CqliteDatabase")]
[OutputType(typeof(CqliteDatabase))]
public sealed class GetCqliteDatabaseCommand : CqliteCmdlet
{
    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (CqliteDatabase database in OpenDatabases.Current.LastFirst)
            WriteObject(database);
    }
}
