using System.Diagnostics;

namespace Cqlite.Migration.Progress;

/// <summary>
/// Gathers how far tables are, and tells it at most ten times a second: of the table that has moved, then of all. For any number of threads; whoever reports
/// waits for the listener, so that reports come in order.
/// </summary>
public sealed class ProgressMeter
{
    private static readonly long s_interval = Stopwatch.Frequency / 10;
    private readonly Lock _lock = new();
    private readonly string _operation;
    private readonly IProgress<TransferProgress>? _listener;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, TransferProgress> _tables = new(StringComparer.Ordinal);
    private readonly int _tableCount;
    private long _lastReport;

    /// <summary>Begins.</summary>
    /// <param name="operation">What is done.</param>
    /// <param name="tableCount">How many tables there are.</param>
    /// <param name="listener">Who is told; null for nobody.</param>
    public ProgressMeter(string operation, int tableCount, IProgress<TransferProgress>? listener)
    {
        _operation = operation;
        _tableCount = Math.Max(1, tableCount);
        _listener = listener;
    }

    /// <summary>Whether anybody listens.</summary>
    public bool IsHeard => _listener is not null;

    /// <summary>Tells how far a table is.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Its rows so far.</param>
    /// <param name="bytes">Its bytes so far.</param>
    /// <param name="share">The share that is done.</param>
    /// <param name="started">When it began, as <see cref="Stopwatch.GetTimestamp"/> tells it.</param>
    /// <param name="isDone">Whether it has come to its end, which is always told.</param>
    public void Report(string table, long rows, long bytes, double share, long started, bool isDone = false)
    {
        if (_listener is null)
            return;
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            TransferProgress progress = Make(table, rows, bytes, share, Stopwatch.GetElapsedTime(started, now), isDone);
            _tables[table] = progress;
            if (!isDone && now - _lastReport < s_interval)
                return;
            _lastReport = now;
            _listener.Report(progress);
            _listener.Report(Make(
                null,
                _tables.Values.Sum(t => t.Rows),
                _tables.Values.Sum(t => t.Bytes),
                _tables.Values.Sum(t => t.IsDone ? 1 : t.Share) / _tableCount,
                Stopwatch.GetElapsedTime(_started, now),
                _tables.Count >= _tableCount && _tables.Values.All(t => t.IsDone)));
        }
    }

    private TransferProgress Make(string? table, long rows, long bytes, double share, TimeSpan elapsed, bool isDone) => new(_operation, table)
    {
        Rows = rows,
        Bytes = bytes,
        Share = Math.Clamp(share, 0, 1),
        RowsPerSecond = elapsed > TimeSpan.Zero ? rows / elapsed.TotalSeconds : 0,
        Elapsed = elapsed,
        IsDone = isDone,
    };
}
