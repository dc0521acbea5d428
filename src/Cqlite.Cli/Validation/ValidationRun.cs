using System.CommandLine;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Validation;

/// <summary>One comparison of two sides as a command: opening both, progress, the report, correction, certificate, and how to go on after Ctrl-C.</summary>
internal static class ValidationRun
{
    private static readonly Option<string?> s_report = new("--report-file", "--report")
    {
        Description = "Write the report to a file, as JSON, in the place of what is there; it is replaced as a whole.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_resume = new("--resume", "--resume-on-failure")
    {
        Description = "Go on with what the report file of a run has that was stopped or killed: tables and ranges that were compared are not compared again.",
    };

    /// <summary>Gives a command the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="checks">What it compares.</param>
    /// <param name="canChoose">Whether the user says which of these.</param>
    public static void AddTo(Command command, ValidationChecks checks, bool canChoose)
    {
        ValidationOptions.AddTo(command, checks, canChoose);
        command.Options.Add(s_report);
        if ((checks & (ValidationChecks.Count | ValidationChecks.Data)) != 0)
            command.Options.Add(s_resume);
        if (checks.HasFlag(ValidationChecks.Data))
            Correction.AddTo(command);
        ProgressOutput.AddTo(command);
    }

    /// <summary>The file of <c>--report-file</c>; null for none.</summary>
    public static Option<string?> Report => s_report;

    /// <summary>Compares; the exit code: 0 passed, 1 differences were found, 2 not all that was asked for was done, 130 stopped.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checks">What is compared where the user does not say.</param>
    /// <param name="targetPath">The target that stands for itself on the command line; null for that of the options.</param>
    /// <param name="certificate">Where the report goes, signed off, once it has passed; null for no certificate.</param>
    /// <param name="withTimes">Whether write times and TTLs are compared unasked.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<int> RunAsync(ParseResult parsed, ValidationChecks checks, string? targetPath, string? certificate, bool withTimes, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        ValidationSettings settings = ValidationOptions.Read(parsed, checks);
        if (withTimes)
            settings = settings with { WriteTimes = true, Ttls = true };
        Correction? correction = Correction.Read(parsed, settings.Checks);
        string? file = parsed.GetValue(s_report) is { } name ? Path.GetFullPath(name) : null;
        if (parsed.GetValue(s_resume))
            settings = settings.Resuming(file ?? throw new UsageException("--resume needs to know what to go on with: --report-file FILE."), ValidationOptions.HasSeed(parsed));
        settings = settings with { CheckpointPath = file };
        foreach ((string? path, string what) in ((string?, string)[])[(file, s_report.Name), (certificate, "the certificate")])
        {
            if (path is not null)
                DocumentFile.RequireWritable(path, what);
        }

        using Operand source = await OperandOptions.OpenSourceAsync(parsed, stop).ConfigureAwait(false);
        using Operand target = await OperandOptions.OpenTargetAsync(parsed, targetPath, forWriting: correction is { IsDryRun: false }, stop).ConfigureAwait(false);
        settings = settings with { Performance = ValidationOptions.Performance(parsed, source.Source, target.Source) };

        // What was compared by then is kept.
        Program.TakeTimeToStop();
        ValidationReport report;
        try
        {
            report = await CompareAsync(parsed, source, target, settings, stop).ConfigureAwait(false);
            if (correction is not null && await correction.RunAsync(source, target, report, stop).ConfigureAwait(false))
                report = await CompareAsync(parsed, source, target, settings with { Earlier = null }, stop).ConfigureAwait(false);
        }
        catch (ValidationStoppedException stopped)
        {
            if (file is not null)
                stopped.Partial.Write(file);
            ErrorOutput.Hint("resume", $"stopped. {HowToGoOn(file)}", asJson);
            return Program.Stopped;
        }

        if (certificate is not null && report.Passed)
        {
            report = report.Seal();
            report.Write(certificate);
        }

        if (file is not null)
            report.Write(file);
        using StreamWriter output = StandardOutput.OpenText();
        if (asJson)
            output.WriteLine(report.ToJson());
        else
            ValidationOutput.Write(output, report);
        if (report.Tables.Any(t => t.Unfinished is not null))
            ErrorOutput.Hint("resume", $"not all tables were compared to their end. {HowToGoOn(file)}", asJson);
        if (certificate is not null)
            ErrorOutput.Hint("certificate", report.Passed ? $"the certificate is {certificate}; 'cqlite migrate check-validation' verifies it." : "there is no certificate, for the validation did not pass.", asJson);
        return ExitCode(report.Status);
    }

    /// <summary>The exit code of what was found.</summary>
    public static int ExitCode(CheckStatus status) => status switch
    {
        CheckStatus.Passed or CheckStatus.Warning => 0,
        CheckStatus.Failed => Program.FoundWrong,
        _ => Program.CouldNotRun,
    };

    private static string HowToGoOn(string? file) => file is null
        ? "With --report-file FILE what was compared is kept, and --resume goes on with the rest."
        : $"What was compared is in {file}: run the same command again with --resume to go on.";

    private static async Task<ValidationReport> CompareAsync(ParseResult parsed, Operand source, Operand target, ValidationSettings settings, CancellationToken stop)
    {
        using ProgressOutput progress = new(parsed);
        ValidationReport report = await new Validator(source.Source, target.Source, settings).RunAsync(progress, stop).ConfigureAwait(false);
        progress.Log?.Write(report.Passed ? "INFO" : "ERROR", ValidationOutput.Summary(report));
        return report;
    }
}
