using System.CommandLine;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;

namespace Cqlite.Cli;

/// <summary>One moving of tables as a command: progress, the result on standard output, and how to go on where it ended early.</summary>
internal static class TransferRun
{
    private static readonly Option<string?> s_report = new("--report-file") { Description = "Write the result as a JSON document, for cqlite migrate report; a file that is there is replaced.", HelpName = "FILE" };

    /// <summary>The options that say where the result is told.</summary>
    public static IReadOnlyList<Option> Options { get; } = [s_report];

    /// <summary>Gives a command the options on progress and on the result.</summary>
    public static void AddTo(Command command)
    {
        ProgressOutput.AddTo(command);
        command.Options.Add(s_report);
    }

    /// <summary>Runs one; the exit code.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="resume">How to go on, for a user who reads it.</param>
    /// <param name="work">Does it.</param>
    /// <param name="stop">Ends it: what is done stays, and can be gone on with.</param>
    public static async Task<int> RunAsync(ParseResult parsed, string resume, Func<IProgress<TransferProgress>, Task<TransferResult>> work, CancellationToken stop)
    {
        string? report = parsed.GetValue(s_report);
        if (report is not null)
            DocumentFile.RequireWritable(report, s_report.Name);

        // What was begun ends by itself, so that manifest and result tell the truth.
        Program.TakeTimeToStop();
        TransferResult result;
        using (ProgressOutput progress = new(parsed))
        {
            result = await work(progress).ConfigureAwait(false);
            if (progress.Log is not null)
                TransferReport.Write(progress.Log, result, resume);
        }

        Tell(result, parsed.GetValue(GlobalOptions.Json));
        if (report is not null)
            result.Write(report);
        if (result.CanBeResumed)
            ErrorOutput.Hint("resume", resume, parsed.GetValue(GlobalOptions.Json));
        return stop.IsCancellationRequested && !result.Succeeded ? Program.Stopped
            : !result.Succeeded ? Program.CouldNotRun
            : result.Tables.Any(t => t.RejectedRows > 0) ? Program.FoundWrong : 0;
    }

    private static void Tell(TransferResult result, bool asJson)
    {
        using StreamWriter output = StandardOutput.OpenText();
        if (asJson)
        {
            output.WriteLine(result.ToJson());
            return;
        }

        // What went wrong stands last, above the sum: there it is seen.
        foreach (TableTransfer table in result.Tables.Where(t => t.Outcome.IsDone()))
            output.WriteLine(TransferReport.Describe(table));
        output.Flush();
        foreach (string note in TransferReport.Notes(result))
            Console.Error.WriteLine($"cqlite: note: {note}");
        foreach (TableTransfer table in result.Tables.Where(t => !t.Outcome.IsDone()))
            Console.Error.WriteLine($"cqlite: {TransferReport.Describe(table)}");
        output.WriteLine(TransferReport.Summary(result));
    }
}
