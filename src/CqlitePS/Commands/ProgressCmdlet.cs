using System.Globalization;
using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace CqlitePS.Commands;

/// <summary>What the cmdlets share whose work takes long: it is done on other threads, while this one shows how far it is, and a log says the same.</summary>
public abstract class ProgressCmdlet : CqliteCmdlet
{
    private const int LookEveryMillis = 50;

    /// <summary>A file that gets lines of progress, one every ten seconds, and what came of it; it grows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Does work on other threads, and shows meanwhile how far it is. Work that was stopped has ended when this returns or throws.</summary>
    /// <param name="activity">What is done, as progress shows it.</param>
    /// <param name="log">Gets lines of progress; null for none.</param>
    /// <param name="work">Does it.</param>
    private protected T Await<T>(string activity, ProgressLog? log, Func<IProgress<TransferProgress>, CancellationToken, Task<T>> work)
    {
        Listener listener = new(log);
        Task<T> task = Task.Run(() => work(listener, StopToken), CancellationToken.None);
        while (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(LookEveryMillis))
        {
            if (!StopToken.IsCancellationRequested && listener.Last is { } progress)
                Show(activity, progress);
        }

        T result = Wait(task);
        if (!StopToken.IsCancellationRequested)
            CompleteProgress(activity);
        return result;
    }

    /// <summary>Does work that writes to the log, if the user wants one.</summary>
    private protected void WithLog(Action<ProgressLog?> work)
    {
        using StreamWriter? writer = LogPath is null ? null : GrowingFile.OpenText(ResolveLiteral(LogPath), "-LogPath");
        work(writer is null ? null : new ProgressLog(writer));
    }

    /// <summary>Finds out before the work whether a report can be written after it, once the user wants both.</summary>
    /// <exception cref="StorageException">It can't.</exception>
    private protected static void RequireReport(string? path, string parameter)
    {
        if (path is not null)
            DocumentFile.RequireWritable(path, $"-{parameter}");
    }

    /// <summary>Finds out before the work whether the rows that a cluster refuses can be put aside.</summary>
    /// <exception cref="StorageException">They can't.</exception>
    private protected void RequireRejects(string? path)
    {
        if (path is not null)
            GrowingFile.RequireWritable(ResolveLiteral(path), "-RejectPath");
    }

    private void Show(string activity, TransferProgress progress) => ReportProgress(
        activity,
        progress.Bytes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{progress.Rows:N0} rows, {progress.Bytes / 1e6:N1} MB, {progress.RowsPerSecond:N0} rows/s")
            : string.Create(CultureInfo.InvariantCulture, $"{progress.Rows:N0} rows, {progress.RowsPerSecond:N0} rows/s"),
        progress.Percent,
        progress.Remaining);

    /// <summary>Keeps how far all is, for the thread that may show it.</summary>
    private sealed class Listener(ProgressLog? log) : IProgress<TransferProgress>
    {
        private volatile TransferProgress? _last;

        public TransferProgress? Last => _last;

        public void Report(TransferProgress value)
        {
            log?.Report(value);
            if (value.Table is null)
                _last = value;
        }
    }
}
