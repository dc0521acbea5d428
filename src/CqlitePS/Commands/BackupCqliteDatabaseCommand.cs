using System.Management.Automation;
using Cqlite.Core.Engine.Backups;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>Makes a backup of a database, while it is written: by hard links where possible, with checksums of all files.</summary>
[Cmdlet(VerbsData.Backup, "CqliteDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(BackupResult))]
public sealed class BackupCqliteDatabaseCommand : DatabaseCmdlet
{
    private const string Activity = "Backing up";

    /// <summary>The backup's folder, which must not exist or be empty.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Take over what the youngest backup of this database beside the destination has; the new one is whole all the same.</summary>
    [Parameter]
    public SwitchParameter Incremental { get; set; }

    /// <summary>Pass on what was made.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        CqliteDatabase database = RequireDatabase();
        string destination = ResolveLiteral(Destination);
        if (!ShouldProcess(database.Path, $"Back up to '{destination}'"))
            return;
        BackupResult result = database.Engine.Database.Backup(destination, Incremental, new Report(this), StopToken);
        CompleteProgress(Activity);
        if (PassThru)
            WriteObject(result);
    }

    /// <summary>Reports at once, on the pipeline's own thread, which is the one that works.</summary>
    private sealed class Report(BackupCqliteDatabaseCommand cmdlet) : IProgress<BackupProgress>
    {
        void IProgress<BackupProgress>.Report(BackupProgress value) => cmdlet.ReportProgress(
            Activity,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value.DoneBytes / 1e6:N1} of {value.TotalBytes / 1e6:N1} MB"),
            value.TotalBytes > 0 ? 100.0 * value.DoneBytes / value.TotalBytes : null);
    }
}
