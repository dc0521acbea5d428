using System.Globalization;
using System.Management.Automation;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that move tables: results and errors of each table, and how to go on after Ctrl-C.</summary>
public abstract class MigrationCmdlet : RangedCmdlet
{
    /// <summary>A file that gets the result as a JSON document, for Export-CqliteReport; one that is there is replaced.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>Moves tables on other threads, shows progress meanwhile, and writes what became of each.</summary>
    /// <param name="activity">What is done, as progress shows it.</param>
    /// <param name="resume">How to go on, for a user who reads it.</param>
    /// <param name="work">Does it.</param>
    /// <returns>The result; null where the work was refused before anything was moved.</returns>
    private protected TransferResult Run(string activity, string resume, Func<IProgress<TransferProgress>, CancellationToken, Task<TransferResult>> work)
    {
        TransferResult? result = null;
        string? report = ResolveLiteral(ReportPath);
        RequireReport(report, nameof(ReportPath));
        WithLog(log =>
        {
            result = Await(activity, log, work);
            if (log is not null)
                TransferReport.Write(log, result, resume);
            if (report is not null)
                result.Write(report);
        });
        if (StopToken.IsCancellationRequested)
        {
            // A pipeline that is being stopped takes no output any more; the host does.
            if (!result!.Succeeded)
                Host.UI.WriteLine($"Stopped: {TransferReport.Summary(result)}. What is done stays: {resume}");
            throw new OperationCanceledException(StopToken);
        }

        WriteResult(result!);
        return result!;
    }

    private void WriteResult(TransferResult result)
    {
        foreach (TableTransfer table in result.Tables)
        {
            foreach (string note in table.Notes)
                WriteVerbose($"{table.Keyspace}.{table.Table}: {note}");
            if (!table.Outcome.IsDone())
                WriteError(ErrorRecords.Create(new MigrationException(table), $"{table.Keyspace}.{table.Table}"));
            else if (table.RejectedRows > 0)
                WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{table.Keyspace}.{table.Table}: {table.RejectedRows:N0} rows were rejected."));
            if (PassThru)
                WriteObject(new MigrationResult(result, table));
        }

        foreach (string note in result.Notes)
            WriteWarning(note);
    }
}
