using System.CommandLine;
using System.Text.Json;
using Cqlite.Cli.Validation;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Commands;

/// <summary>
/// <c>cqlite migrate check-validation</c>: what a report or certificate says, whether it is as it was signed off and, where an operand is named, whether that still holds
/// what was certified. Exit code 0 passed, 1 failed, 2 unreadable.
/// </summary>
internal static class CheckValidationCommand
{
    private static readonly Argument<string> s_file = new("FILE") { Description = "The report or certificate." };

    public static Command Create()
    {
        Command command = new(
            "check-validation",
            "Tells whether a report says that a validation has passed, and whether a certificate is as it was signed off; with a source or target named, also whether that still holds the same. Exit code 0 passed, 1 failed, 2 unreadable.")
        {
            s_file,
        };
        OperandOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        string path = Path.GetFullPath(parsed.GetRequiredValue(s_file));
        ValidationReport report = ValidationReport.Read(path);
        CheckStatus text = Certificates.VerifyText(report);
        IReadOnlyList<CertifiedTable>? source = null;
        IReadOnlyList<CertifiedTable>? target = null;
        if (OperandOptions.IsSourceGiven(parsed))
        {
            using Operand operand = await OperandOptions.OpenSourceAsync(parsed, stop).ConfigureAwait(false);
            source = await Certificates.VerifyOperandAsync(report, operand.Source, isSource: true, stop).ConfigureAwait(false);
        }

        if (OperandOptions.IsTargetGiven(parsed))
        {
            using Operand operand = await OperandOptions.OpenTargetAsync(parsed, path: null, forWriting: false, stop).ConfigureAwait(false);
            target = await Certificates.VerifyOperandAsync(report, operand.Source, isSource: false, stop).ConfigureAwait(false);
        }

        bool isGood = report.Passed && text != CheckStatus.Failed && Holds(source) && Holds(target);
        using StreamWriter output = StandardOutput.OpenText();
        if (parsed.GetValue(GlobalOptions.Json))
            output.WriteLine(JsonLine.Of(json => WriteJson(json, path, report, text, isGood, source, target)));
        else
            WriteText(output, path, report, text, source, target);
        return isGood ? 0 : Program.FoundWrong;
    }

    private static bool Holds(IReadOnlyList<CertifiedTable>? tables) => tables is null || (tables.Count > 0 && tables.All(t => t.Status == CheckStatus.Passed));

    private static void WriteText(TextWriter output, string path, ValidationReport report, CheckStatus text, IReadOnlyList<CertifiedTable>? source, IReadOnlyList<CertifiedTable>? target)
    {
        output.WriteLine($"{path}: {ValidationOutput.Summary(report)}");
        output.WriteLine(text switch
        {
            CheckStatus.Passed => "certificate: it is as it was signed off",
            CheckStatus.Failed => "certificate: it was changed after it was signed off",
            _ => "certificate: none, the report is not signed off",
        });
        Write("source", source);
        Write("target", target);

        void Write(string side, IReadOnlyList<CertifiedTable>? tables)
        {
            output.WriteLine($"{side}: {(tables is null ? $"{CheckStatus.NotChecked}, none was named" : tables.Count == 0 ? $"{CheckStatus.NotChecked}, the report has no tables" : Holds(tables) ? "it holds what the report says" : "it does not hold what the report says")}");
            foreach (CertifiedTable table in tables ?? [])
                output.WriteLine($"  {table.Keyspace}.{table.Table}: {table.Status}{(table.Message is { } why ? $": {why}" : table.Status == CheckStatus.Failed ? $": digest {table.Actual} instead of {table.Expected}" : "")}");
        }
    }

    private static void WriteJson(
        Utf8JsonWriter json, string path, ValidationReport report, CheckStatus text, bool isGood, IReadOnlyList<CertifiedTable>? source, IReadOnlyList<CertifiedTable>? target)
    {
        json.WriteString("file", path);
        json.WriteBoolean("passed", isGood);
        json.WriteString("status", $"{report.Status}");
        json.WriteString("certificate", $"{text}");
        Write("source", source);
        Write("target", target);

        void Write(string side, IReadOnlyList<CertifiedTable>? tables)
        {
            if (tables is null)
            {
                json.WriteNull(side);
                return;
            }

            json.WriteStartArray(side);
            foreach (CertifiedTable table in tables)
            {
                json.WriteStartObject();
                json.WriteString("table", $"{table.Keyspace}.{table.Table}");
                json.WriteString("status", $"{table.Status}");
                json.WriteString("expected", table.Expected);
                json.WriteString("actual", table.Actual);
                json.WriteString("message", table.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }
}
