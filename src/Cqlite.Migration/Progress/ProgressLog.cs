using System.Globalization;

namespace Cqlite.Migration.Progress;

/// <summary>Progress as lines of a log, of all tables together, one every some seconds.</summary>
/// <example><code>2026-01-15 10:30:16 [INFO] Progress: 10,000/1,234,567 rows (0.8%) - ETA: 2h 15m</code></example>
public sealed class ProgressLog : IProgress<TransferProgress>
{
    private readonly TextWriter _output;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private TimeSpan? _last;

    /// <summary>Writes to a writer, which stays its owner's.</summary>
    /// <param name="output">The writer.</param>
    /// <param name="interval">The time between two lines; null for 10 seconds.</param>
    /// <param name="clock">Tells the lines' time; null for the machine's clock.</param>
    public ProgressLog(TextWriter output, TimeSpan? interval = null, TimeProvider? clock = null)
    {
        _output = output;
        _interval = interval ?? TimeSpan.FromSeconds(10);
        _clock = clock ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Table is not null || (!value.IsDone && _last is { } last && value.Elapsed - last < _interval))
            return;
        _last = value.Elapsed;
        Write("INFO", Line(value));
    }

    /// <summary>Writes a line of the log.</summary>
    /// <param name="level"><c>INFO</c>, <c>WARN</c> or <c>ERROR</c>.</param>
    /// <param name="text">The text.</param>
    public void Write(string level, string text) =>
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.GetLocalNow():yyyy-MM-dd HH:mm:ss} [{level}] {text}"));

    /// <summary>What a line says of a progress.</summary>
    internal static string Line(TransferProgress progress)
    {
        string total = progress.EstimatedRows is { } rows ? rows.ToString("N0", CultureInfo.InvariantCulture) : "?";
        string eta = progress.Remaining is { } remaining ? Duration(remaining) : "unknown";
        return string.Create(CultureInfo.InvariantCulture, $"Progress: {progress.Rows:N0}/{total} rows ({progress.Percent:0.0}%) - ETA: {eta}");
    }

    /// <summary>A length of time for people, such as <c>2h 15m</c>.</summary>
    internal static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}h {time.Minutes}m"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds}s"),
    };
}
