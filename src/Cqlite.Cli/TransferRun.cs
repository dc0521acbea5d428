using System.CommandLine;
using System.Globalization;
using Cqlite.Core.Errors;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace Cqlite.Cli;

/// <summary>
/// One moving of tables as a command: progress on standard error, as a line on a terminal and as events with <c>--json</c>, and in the files that the command line
/// names; the result on standard output; how to go on where it ended early.
/// </summary>
internal sealed class TransferRun : IProgress<TransferProgress>, IDisposable
{
    private static readonly Option<string?> s_log = new("--progress-log")
    {
        Description = "Write lines of a log, one every ten seconds: to a file, which grows, or without one to standard error.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> s_file = new("--progress-file") { Description = "Write progress as events, a line of JSON each, to a file, which grows.", HelpName = "FILE" };

    private static readonly Option<string?> s_report = new("--report-file") { Description = "Write the result as a JSON document, for cqlite migrate report; a file that is there is replaced.", HelpName = "FILE" };

    private readonly List<IProgress<TransferProgress>> _listeners = [];
    private readonly List<StreamWriter> _writers = [];
    private readonly ProgressLog? _log;
    private readonly ProgressLine? _line;
    private readonly bool _asJson;
    private volatile TransferProgress? _last;

    private TransferRun(ParseResult parsed)
    {
        _asJson = parsed.GetValue(GlobalOptions.Json);
        if (parsed.GetResult(s_log) is { Implicit: false })
        {
            _log = new ProgressLog(parsed.GetValue(s_log) is { } log ? Append("--progress-log", log) : Console.Error);
            _listeners.Add(_log);
        }

        if (parsed.GetValue(s_file) is { } file)
            _listeners.Add(new ProgressEvents(Append("--progress-file", file)));
        if (_asJson)
            _listeners.Add(new ProgressEvents(Console.Error));
        else
            _line = new ProgressLine(() => _last is { } progress ? Line(progress) : "");
    }

    /// <summary>Gives a command the options on progress.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(s_log);
        command.Options.Add(s_file);
        command.Options.Add(s_report);
    }

    /// <summary>Runs one; the exit code.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="resume">How to go on, for a user who reads it.</param>
    /// <param name="work">Does it.</param>
    /// <param name="stop">Ends it: what is done stays, and can be gone on with.</param>
    public static async Task<int> RunAsync(ParseResult parsed, string resume, Func<IProgress<TransferProgress>, Task<TransferResult>> work, CancellationToken stop)
    {
        // What was begun ends by itself, so that manifest and result tell the truth.
        Program.TakeTimeToStop();
        TransferResult result;
        using (TransferRun run = new(parsed))
        {
            result = await work(run).ConfigureAwait(false);
            if (run._log is not null)
                TransferReport.Write(run._log, result, resume);
        }

        Tell(result, parsed.GetValue(GlobalOptions.Json));
        if (parsed.GetValue(s_report) is { } report)
            result.Write(report);
        if (result.CanBeResumed)
            Console.Error.WriteLine($"cqlite: {resume}");
        return stop.IsCancellationRequested && !result.Succeeded ? Program.Stopped
            : !result.Succeeded ? Program.CouldNotRun
            : result.Tables.Any(t => t.RejectedRows > 0) ? Program.FoundWrong : 0;
    }

    /// <inheritdoc/>
    public void Report(TransferProgress value)
    {
        foreach (IProgress<TransferProgress> listener in _listeners)
            listener.Report(value);
        if (value.Table is null)
            _last = value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _line?.Dispose();
        foreach (StreamWriter writer in _writers)
            writer.Dispose();
    }

    private static void Tell(TransferResult result, bool asJson)
    {
        using StreamWriter output = StandardOutput.OpenText();
        if (asJson)
        {
            output.WriteLine(result.ToJson());
            return;
        }

        foreach (TableTransfer table in result.Tables)
        {
            if (table.Outcome.IsDone())
                output.WriteLine(TransferReport.Describe(table));
            else
                Console.Error.WriteLine($"cqlite: {TransferReport.Describe(table)}");
        }

        foreach (string note in result.Tables.SelectMany(t => t.Notes).Concat(result.Notes).Distinct(StringComparer.Ordinal))
            Console.Error.WriteLine($"cqlite: note: {note}");
        output.WriteLine(TransferReport.Summary(result));
    }

    private static string Line(TransferProgress progress)
    {
        string left = progress.Remaining is { } remaining ? string.Create(CultureInfo.InvariantCulture, $", {Math.Ceiling(remaining.TotalSeconds):N0} s left") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{progress.Operation}: {progress.Percent:0.0} %, {progress.Rows:N0} rows, {progress.RowsPerSecond:N0} rows/s{left}");
    }

    private StreamWriter Append(string option, string path)
    {
        try
        {
            StreamWriter writer = new(path, append: true) { NewLine = "\n", AutoFlush = true };
            _writers.Add(writer);
            return writer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(path, $"{option} can't be written: {e.Message}", e);
        }
    }
}
