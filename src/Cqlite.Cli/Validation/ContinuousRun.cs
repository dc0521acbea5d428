using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Validation;

/// <summary>Two sides that are compared again and again: a line for each round, a log, alerts, until the duration is over or Ctrl-C ends it.</summary>
internal static class ContinuousRun
{
    private const ValidationChecks Checks = ValidationChecks.Count | ValidationChecks.Data | ValidationChecks.Schema;

    private static readonly Option<TimeSpan?> s_interval = new("--validation-interval", "--interval")
    {
        Description = "From the beginning of one round to that of the next, such as 30s or 5m: one minute by default.",
        HelpName = "TIME",
        CustomParser = TimeLength.Parse,
    };

    private static readonly Option<TimeSpan?> s_duration = new("--duration")
    {
        Description = "How long, such as 1h or 7d: no round begins after it. Until Ctrl-C by default.",
        HelpName = "TIME",
        CustomParser = TimeLength.Parse,
    };

    private static readonly Option<bool> s_alert = new("--alert-on-discrepancy") { Description = "Tell each round that finds a difference on standard error too, with the differences." };

    private static readonly Option<string?> s_log = new("--log-file") { Description = "Write a line of a log for each round to a file, which grows.", HelpName = "FILE" };

    /// <summary>Makes a command of it.</summary>
    public static Command Create(string name, string description)
    {
        Command command = new(name, description) { s_interval, s_duration, s_alert, s_log, ValidationRun.Report };
        ValidationOptions.AddTo(command, Checks, canChoose: true);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        bool asJson = parsed.GetValue(GlobalOptions.Json);
        ValidationSettings settings = ValidationOptions.Read(parsed, Checks);
        ContinuousSettings timing = new() { Interval = parsed.GetValue(s_interval) ?? new ContinuousSettings().Interval, Duration = parsed.GetValue(s_duration) };
        string? file = parsed.GetValue(ValidationRun.Report);
        if (file is not null)
            DocumentFile.RequireWritable(file, ValidationRun.Report.Name);
        using Operand source = await OperandOptions.OpenSourceAsync(parsed, stop).ConfigureAwait(false);
        using Operand target = await OperandOptions.OpenTargetAsync(parsed, path: null, forWriting: false, stop).ConfigureAwait(false);

        // What is wrong with the operands is told now, and not round after round.
        using (IMigrationSource one = source.Open())
        using (IMigrationSource other = target.Open())
            _ = new Validator(one, other, settings);
        using StreamWriter? growing = parsed.GetValue(s_log) is { } path ? GrowingFile.OpenText(path, s_log.Name) : null;
        ProgressLog? log = growing is null ? null : new ProgressLog(growing);
        using StreamWriter output = StandardOutput.OpenText();
        ProgressLog lines = new(output);
        Program.TakeTimeToStop();
        CheckStatus worst = CheckStatus.Passed;
        long rounds = 0;
        await foreach (ContinuousResult round in ContinuousValidation.RunAsync(source.Open, target.Open, settings, timing, stop).ConfigureAwait(false))
        {
            rounds++;
            worst = ValidationReport.Worst([worst, round.Status]);
            string[] text = [.. Lines(round)];
            if (asJson)
                output.WriteLine(JsonLine.Of(json => WriteJson(json, "round", round)));
            else
                Array.ForEach(text, line => lines.Write(Level(round), line));
            output.Flush();
            if (log is not null)
                Array.ForEach(text, line => log.Write(Level(round), line));
            if (round.Report is { } report && file is not null)
                report.Write(file);
            if (round.Status == CheckStatus.Failed && parsed.GetValue(s_alert))
                Alert(round, text, asJson);
        }

        if (stop.IsCancellationRequested)
        {
            ErrorOutput.Hint("stopped", $"stopped after {VerifyOutput.Count(rounds, "round")}.", asJson);
            return Program.Stopped;
        }

        return ValidationRun.ExitCode(worst);
    }

    private static string Level(ContinuousResult round) => round.Status switch
    {
        CheckStatus.Passed => "INFO",
        CheckStatus.Failed => "ERROR",
        _ => "WARN",
    };

    /// <summary>A round in sentences: what it came to, then each difference.</summary>
    private static IEnumerable<string> Lines(ContinuousResult round)
    {
        string skipped = round.Skipped > 0 ? $", {VerifyOutput.Count(round.Skipped, "round")} left out before it" : "";
        if (round.Report is not { } report)
        {
            yield return $"Round {round.Round}: {round.Status}: {round.Message}{skipped}";
            yield break;
        }

        string found = string.Create(
            CultureInfo.InvariantCulture,
            $"{Sum(report, t => t.MissingRows):N0} missing, {Sum(report, t => t.ExtraRows):N0} extra, {Sum(report, t => t.DifferentRows):N0} different");
        yield return $"Round {round.Round}: {ValidationOutput.Summary(report)}; {found}{skipped}";
        foreach (TableValidation table in report.Tables)
        {
            if (table.Message is { } message)
                yield return $"  {table.Keyspace}.{table.Table}: {message}";
            foreach (Difference difference in table.Differences)
                yield return $"  {table.Keyspace}.{table.Table}: {difference}";
        }

        foreach (SchemaDifference difference in report.SchemaDifferences)
            yield return $"  {difference}";
    }

    private static void Alert(ContinuousResult round, string[] text, bool asJson)
    {
        if (asJson)
            Console.Error.WriteLine(JsonLine.Of(json => WriteJson(json, "alert", round)));
        else
            Array.ForEach(text, line => Console.Error.WriteLine($"cqlite: alert: {line.TrimStart()}"));
    }

    private static void WriteJson(Utf8JsonWriter json, string name, ContinuousResult round)
    {
        json.WriteString("event", name);
        json.WriteNumber("round", round.Round);
        json.WriteString("dueAt", round.DueAt);
        json.WriteNumber("skipped", round.Skipped);
        json.WriteString("status", $"{round.Status}");
        json.WriteString("message", round.Message);
        if (round.Report is not { } report)
            return;
        json.WriteNumber("tables", report.Tables.Count);
        json.WriteNumber("sourceRows", Sum(report, t => t.SourceRows));
        json.WriteNumber("targetRows", Sum(report, t => t.TargetRows));
        json.WriteNumber("missingRows", Sum(report, t => t.MissingRows));
        json.WriteNumber("extraRows", Sum(report, t => t.ExtraRows));
        json.WriteNumber("differentRows", Sum(report, t => t.DifferentRows));
        json.WriteNumber("schemaDifferences", report.SchemaDifferences.Count);
        json.WriteNumber("seconds", Math.Round((report.EndedAt - report.StartedAt).TotalSeconds, 3));
        json.WriteStartArray("differences");
        foreach (TableValidation table in report.Tables)
        {
            foreach (Difference difference in table.Differences)
                json.WriteStringValue($"{table.Keyspace}.{table.Table} {difference}");
        }

        foreach (SchemaDifference difference in report.SchemaDifferences)
            json.WriteStringValue(difference.ToString());
        json.WriteEndArray();
    }

    private static long Sum(ValidationReport report, Func<TableValidation, long?> count) => report.Tables.Sum(t => count(t) ?? 0);
}
