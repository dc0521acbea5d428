using System.Management.Automation;
using Cqlite.Core.Engine.Backups;

namespace CqlitePS.Commands;

/// <summary>Makes a database of a backup, after every file and SSTable of it was verified.</summary>
[Cmdlet(VerbsData.Restore, "CqliteDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(RestoreResult))]
public sealed class RestoreCqliteDatabaseCommand : CqliteCmdlet
{
    private const string Activity = "Restoring";

    /// <summary>The backup's folder.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Backup { get; set; } = "";

    /// <summary>The database's folder, which must not exist or be empty unless -Force is given.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Replace the database that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Pass on what was restored.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string destination = ResolveLiteral(Destination);
        if (!ShouldProcess(destination, $"Restore '{Backup}'"))
            return;
        RestoreResult result = DatabaseRestorer.Restore(ResolveLiteral(Backup), destination, Force, new Report(this), cancellation: StopToken);
        CompleteProgress(Activity);
        if (PassThru)
            WriteObject(result);
    }

    /// <summary>Reports at once, on the pipeline's own thread, which is the one that works.</summary>
    private sealed class Report(RestoreCqliteDatabaseCommand cmdlet) : IProgress<BackupProgress>
    {
        void IProgress<BackupProgress>.Report(BackupProgress value) => cmdlet.ReportProgress(
            Activity,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value.Step}: {value.DoneBytes / 1e6:N1} of {value.TotalBytes / 1e6:N1} MB"),
            value.TotalBytes > 0 ? 100.0 * value.DoneBytes / value.TotalBytes : null);
    }
}
