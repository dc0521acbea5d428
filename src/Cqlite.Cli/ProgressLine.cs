using System.Diagnostics;
using System.Globalization;

namespace Cqlite.Cli;

/// <summary>
/// A line on standard error that tells how far work has come: only on a terminal, only after half a second, ten times a second,
/// and wiped before anything else is printed.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int FirstAfterMillis = 500;
    private const int Usual = 80;
    private const int EveryMillis = 100;
    private static readonly Lock s_lock = new();
    private static int s_shownLength;

    private readonly Func<string> _text;
    private readonly Timer? _timer;
    private bool _ended;

    /// <summary>Begins to tell.</summary>
    /// <param name="text">What to tell now; called on another thread.</param>
    public ProgressLine(Func<string> text)
    {
        _text = text;
        if (!Console.IsErrorRedirected)
            _timer = new Timer(_ => Show(), null, FirstAfterMillis, EveryMillis);
    }

    /// <summary>Tells of bytes done of a total, and how long the rest will take at the speed so far.</summary>
    public static ProgressLine OfBytes(string what, Func<(long Done, long Total)> state)
    {
        long started = Stopwatch.GetTimestamp();
        return new ProgressLine(() =>
        {
            (long done, long total) = state();
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            string share = total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * done / total:F0} % of {Megabytes(total)}") : "";
            string left = done > 0 && total > done ? string.Create(CultureInfo.InvariantCulture, $", {Math.Ceiling(seconds * (total - done) / done):N0} s left") : "";
            return $"{what}: {share}{left}";
        });
    }

    /// <summary>Takes the line away, until it is shown again.</summary>
    public static void Wipe()
    {
        lock (s_lock)
        {
            if (s_shownLength == 0)
                return;
            Console.Error.Write($"\r{new string(' ', s_shownLength)}\r");
            s_shownLength = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (s_lock)
            _ended = true;
        _timer?.Dispose();
        Wipe();
    }

    /// <summary>Where a line is cut that is too long: between two of its parts, if it has any.</summary>
    internal static int Fitting(string text, int width) => Math.Max(text.LastIndexOf(", ", width, StringComparison.Ordinal), text.LastIndexOf("; ", width, StringComparison.Ordinal)) is > 0 and var end ? end : width;

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");

    /// <summary>The columns of the terminal; 80 where it does not tell.</summary>
    public static int TerminalWidth()
    {
        try
        {
            // A terminal that does not know says 0.
            return Console.WindowWidth is > 0 and var width ? width : Usual;
        }
        catch (IOException)
        {
            // Windows asks standard output for it, which may be a file.
            return Usual;
        }
    }

    private void Show()
    {
        string text = _text();
        lock (s_lock)
        {
            if (_ended || text.Length == 0)
                return;
            int width = Math.Max(10, TerminalWidth() - 1);
            if (text.Length > width)
                text = text[..Fitting(text, width)];
            Console.Error.Write($"\r{text.PadRight(Math.Min(s_shownLength, width))}");
            s_shownLength = text.Length;
        }
    }
}
