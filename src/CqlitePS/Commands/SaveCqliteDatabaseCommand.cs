using System.Management.Automation;

namespace CqlitePS.Commands;

/// <summary>Flushes a database: what is in memory becomes SSTables.</summary>
[Cmdlet(VerbsData.Save, "CqliteDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class SaveCqliteDatabaseCommand : DatabaseCmdlet
{
    /// <inheritdoc/>
    protected override void Process()
    {
        var database = RequireDatabase();
        if (ShouldProcess(database.Path, "Flush to SSTables"))
            database.Engine.Database.Flush();
    }
}
