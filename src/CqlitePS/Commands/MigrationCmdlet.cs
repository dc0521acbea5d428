using System.Globalization;
using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using CqlitePS.Objects;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share that move tables: progress, the log, results and errors of each table, and how to go on after Ctrl-C.</summary>
public abstract class MigrationCmdlet : CqliteCmdlet
{
    private const int LookEveryMillis = 50;

    /// <summary>How many ranges are read at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = RangeRunOptions.Default.Throttle;

    /// <summary>Rows in a second at most, all together; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long RateLimit { get; set; }

    /// <summary>Bytes of keys and values in a second at most, all together; 0 for no limit.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long ByteRateLimit { get; set; }

    /// <summary>A file that gets lines of progress, one every ten seconds, and what became of each table; it grows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>A file that gets the result as a JSON document, for Export-CqliteReport; one that is there is replaced.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>Pass on what became of each table.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>How ranges are gone through, as the parameters say.</summary>
    private protected virtual RangeRunOptions Ranges => RangeRunOptions.Default with { Throttle = ThrottleLimit, RowsPerSecond = RateLimit, BytesPerSecond = ByteRateLimit };

    /// <summary>Waits for what a cluster answers, and no longer than until the user stops the pipeline.</summary>
    private protected static T Wait<T>(Task<T> answer) => answer.GetAwaiter().GetResult();

    /// <summary>Moves tables on other threads, shows progress meanwhile, and writes what became of each.</summary>
    /// <param name="activity">What is done, as progress shows it.</param>
    /// <param name="resume">How to go on, for a user who reads it.</param>
    /// <param name="work">Does it.</param>
    /// <returns>The result; null where the work was refused before anything was moved.</returns>
    private protected TransferResult Run(string activity, string resume, Func<IProgress<TransferProgress>, CancellationToken, Task<TransferResult>> work)
    {
        using StreamWriter? writer = LogPath is null ? null : OpenLog(ResolveLiteral(LogPath));
        Listener listener = new(writer is null ? null : new ProgressLog(writer));
        Task<TransferResult> task = Task.Run(() => work(listener, StopToken), CancellationToken.None);
        while (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(LookEveryMillis))
        {
            if (!StopToken.IsCancellationRequested && listener.Last is { } progress)
                Show(activity, progress);
        }

        TransferResult result = Wait(task);
        if (listener.Log is { } log)
            TransferReport.Write(log, result, resume);
        if (ReportPath is not null)
            result.Write(ResolveLiteral(ReportPath));
        if (StopToken.IsCancellationRequested)
        {
            // A pipeline that is being stopped takes no output any more; the host does.
            if (!result.Succeeded)
                Host.UI.WriteLine($"Stopped: {TransferReport.Summary(result)}. What is done stays: {resume}");
            throw new OperationCanceledException(StopToken);
        }

        CompleteProgress(activity);
        WriteResult(result);
        return result;
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

    private void Show(string activity, TransferProgress progress) => ReportProgress(
        activity,
        string.Create(CultureInfo.InvariantCulture, $"{progress.Rows:N0} rows, {progress.Bytes / 1e6:N1} MB, {progress.RowsPerSecond:N0} rows/s"),
        progress.Percent,
        progress.Remaining);

    private static StreamWriter OpenLog(string path)
    {
        try
        {
            return new StreamWriter(path, append: true) { NewLine = "\n", AutoFlush = true };
        }
        catch (IOException e)
        {
            throw new StorageException(path, $"the log can't be written: {e.Message}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StorageException(path, "the log can't be written: permission denied.", e) { Problem = StorageProblem.PermissionDenied };
        }
    }

    /// <summary>Keeps how far all is, for the thread that may show it.</summary>
    private sealed class Listener(ProgressLog? log) : IProgress<TransferProgress>
    {
        private volatile TransferProgress? _last;

        public ProgressLog? Log => log;

        public TransferProgress? Last => _last;

        public void Report(TransferProgress value)
        {
            log?.Report(value);
            if (value.Table is null)
                _last = value;
        }
    }
}
