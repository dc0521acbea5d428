using System.Diagnostics;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Validation;

/// <summary>
/// Keeps a report in its file while it comes about, so that a process that is killed leaves one that tells the truth: it is replaced as a whole, now and then. For any
/// number of threads.
/// </summary>
/// <param name="path">The file; null for none.</param>
/// <param name="interval">The least time from one writing to the next; those that take long are done less often. Zero for no rest at all.</param>
/// <param name="files">Through what it is written; null for the machine's own.</param>
internal sealed class ReportCheckpoint(string? path, TimeSpan interval, IFileSystem? files)
{
    /// <summary>How many times as long as a writing nothing is written behind it.</summary>
    private const int RestFactor = 20;
    private readonly Lock _lock = new();
    private long _lastWritten = Stopwatch.GetTimestamp();
    private TimeSpan _lastTook;

    /// <summary>Writes the report if it is time; where another thread does, it is left to that.</summary>
    public void Offer(Func<ValidationReport> report)
    {
        if (path is null || !_lock.TryEnter())
            return;
        try
        {
            TimeSpan rest = _lastTook * RestFactor;
            if (interval == TimeSpan.Zero || Stopwatch.GetElapsedTime(_lastWritten) >= (rest > interval ? rest : interval))
                Write(report());
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Writes the report in any case.</summary>
    public void Keep(Func<ValidationReport> report)
    {
        if (path is null)
            return;
        lock (_lock)
            Write(report());
    }

    private void Write(ValidationReport report)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            DocumentFile.Write(path!, report.ToJson(), files);
        }
        catch (StorageException)
        {
            // A place that was full for a moment spoils no comparison. Whoever writes the report in the end is told if it still is.
        }

        _lastWritten = Stopwatch.GetTimestamp();
        _lastTook = Stopwatch.GetElapsedTime(started, _lastWritten);
    }
}
