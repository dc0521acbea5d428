using System.CommandLine;
using Cqlite.Core.Files;
using Cqlite.Migration.Reports;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Commands;

/// <summary><c>cqlite migrate report</c>: one page of what the steps of a migration have left.</summary>
internal static class MigrateReportCommand
{
    private static readonly Argument<string[]> s_inputs = new("inputs")
    {
        Description = "What to report on: export directories, results (--report-file), reports of validations and syncs, files of progress, rounds and rejects, or folders of such files.",
        HelpName = "PATH",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> s_output = new("--output", "-o") { Description = "The file that is written; its folder is made where it is missing.", HelpName = "FILE", Required = true };

    private static readonly Option<string?> s_format = Choice.OptionalOption("--format", "NAME", "What is written; as the file's name ends by default.", ["html", "json"]);

    private static readonly Option<string?> s_title = new("--title") { Description = "What the page is called.", HelpName = "TEXT" };

    private static readonly Option<int> s_differences = new("--max-differences") { Description = "Differences of each table that are listed; counts are exact beyond that.", HelpName = "COUNT", DefaultValueFactory = _ => new PageSettings().MostDifferences };

    private static readonly Option<bool> s_force = new("--force") { Description = "Replace a file that is there." };

    public static Command Create()
    {
        Command command = new("report", "Writes one page that says whether a migration is good, what is not, and what to do.") { s_inputs, s_output, s_format, s_title, s_differences, s_force };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        int most = parsed.GetValue(s_differences);
        if (most < 0)
            throw new UsageException($"--max-differences can't be {most}.");
        string output = Path.GetFullPath(parsed.GetRequiredValue(s_output));
        ReportFormat format = parsed.GetValue(s_format) switch
        {
            "json" => ReportFormat.Json,
            "html" => ReportFormat.Html,
            _ => ReportFile.FormatOf(output),
        };
        ReportReader reader = new(PhysicalFileSystem.Instance);
        foreach (string input in parsed.GetRequiredValue(s_inputs))
            reader.Add(input);
        MigrationReport report = reader.ToReport(parsed.GetValue(s_title), DateTimeOffset.UtcNow);
        Judgement judgement = ReportFile.Write(PhysicalFileSystem.Instance, output, report, format, new PageSettings(most), parsed.GetValue(s_force));
        Tell(output, report, judgement, parsed.GetValue(GlobalOptions.Json));
        return judgement.Status == CheckStatus.Failed ? Program.FoundWrong : 0;
    }

    private static void Tell(string output, MigrationReport report, Judgement judgement, bool asJson)
    {
        if (asJson)
        {
            Console.Out.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("path", output);
                json.WriteString("status", judgement.Status.ToString());
                json.WriteString("headline", judgement.Headline);
                json.WriteNumber("findings", judgement.Findings.Count);
                json.WriteNumber("inputs", report.Inputs.Count);
            }));
            return;
        }

        foreach (string left in report.LeftOut)
            Console.Error.WriteLine($"cqlite: note: {left} is left out: it is nothing that a report is made of.");
        Console.Out.WriteLine(judgement.Headline);
        foreach (Finding finding in judgement.Findings)
            Console.Out.WriteLine($"  {finding.Level}: {finding.Subject}. {finding.Text}");
        Console.Out.WriteLine(output);
    }
}
