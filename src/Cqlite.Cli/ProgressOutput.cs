using System.CommandLine;
using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;

namespace Cqlite.Cli;

/// <summary>
/// How far a migration command is: on standard error, as a line on a terminal and as events with <c>--json</c>, and in the files that the command line names.
/// </summary>
internal sealed class ProgressOutput : IProgress<TransferProgress>, IDisposable
{
    private static readonly Option<string?> s_log = new("--progress-log")
    {
        Description = "Write lines of a log, one every ten seconds: to a file, which grows, or without one to standard error.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> s_file = new("--progress-file") { Description = "Write progress as events, a line of JSON each, to a file, which grows.", HelpName = "FILE" };

    private readonly List<IProgress<TransferProgress>> _listeners = [];
    private readonly List<StreamWriter> _writers = [];
    private readonly ProgressLine? _line;
    private volatile TransferProgress? _all;
    private volatile TransferProgress? _table;

    /// <summary>Begins to tell.</summary>
    /// <exception cref="StorageException">A file can't be written.</exception>
    public ProgressOutput(ParseResult parsed)
    {
        if (parsed.GetResult(s_log) is { Implicit: false })
        {
            Log = new ProgressLog(parsed.GetValue(s_log) is { } log ? Append("--progress-log", log) : Console.Error);
            _listeners.Add(Log);
        }

        if (parsed.GetValue(s_file) is { } file)
            _listeners.Add(new ProgressEvents(Append("--progress-file", file)));
        if (parsed.GetValue(GlobalOptions.Json))
            _listeners.Add(new ProgressEvents(Console.Error));
        else
            _line = new ProgressLine(() => _all is { } all ? Line(all, _table) : "");
    }

    /// <summary>The log that was asked for; null for none.</summary>
    public ProgressLog? Log { get; }

    /// <summary>The options that say where progress is told.</summary>
    public static IReadOnlyList<Option> Options { get; } = [s_log, s_file];

    /// <summary>Gives a command the options.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in Options)
            command.Options.Add(option);
    }

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        foreach (IProgress<TransferProgress> listener in _listeners)
            listener.Report(value);
        if (value.Table is null)
            _all = value;
        else
            _table = value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _line?.Dispose();
        foreach (StreamWriter writer in _writers)
            writer.Dispose();
    }

    /// <summary>How far all tables are, then how far the one is that moved last; what a narrow terminal cuts off is what matters least.</summary>
    internal static string Line(TransferProgress all, TransferProgress? table)
    {
        string left = all.Remaining is { } remaining ? $", {ProgressLog.Duration(remaining)} left" : "";
        string bytes = all.Bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $", {all.Bytes / 1e6:N1} MB") : "";
        string one = table is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; {table.Table} {table.Percent:0.0} %");
        return string.Create(CultureInfo.InvariantCulture, $"{all.Operation}: {all.Percent:0.0} %{left}, {all.Rows:N0} rows, {all.RowsPerSecond:N0} rows/s{bytes}{one}");
    }

    private StreamWriter Append(string option, string path)
    {
        StreamWriter writer = GrowingFile.OpenText(path, option);
        _writers.Add(writer);
        return writer;
    }
}
