using System.CommandLine;
using System.Globalization;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Validation;

namespace Cqlite.Cli.Validation;

/// <summary><c>--auto-correct</c>: what a validation has found to be missing or different is written into the target.</summary>
internal sealed class Correction
{
    private static readonly Option<string?> s_kinds = new("--auto-correct")
    {
        Description = "Write into the target what it lacks (missing) or has otherwise (mismatch), with commas between, and compare again. Rows that only the target has stay.",
        HelpName = "missing,mismatch",
    };

    private static readonly Option<bool> s_yes = new("--yes", "-y") { Description = "Correct without asking." };

    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Only tell what --auto-correct would write." };

    private readonly CorrectionKinds _kinds;
    private readonly bool _isAsked;
    private readonly ClusterWriting _writing;
    private readonly bool _asJson;

    private Correction(CorrectionKinds kinds, bool isAsked, bool isDryRun, ClusterWriting writing, bool asJson)
    {
        _kinds = kinds;
        _isAsked = isAsked;
        _writing = writing;
        _asJson = asJson;
        IsDryRun = isDryRun;
    }

    /// <summary>Whether nothing is written.</summary>
    public bool IsDryRun { get; }

    /// <summary>Gives a command the options.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[s_kinds, s_yes, s_dryRun])
            command.Options.Add(option);
        MigrationTarget.AddWritingTo(command, withState: false);
    }

    /// <summary>What was asked for; null for no correction.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checks">What is compared.</param>
    /// <exception cref="UsageException">It makes no sense, or nobody is there to be asked.</exception>
    public static Correction? Read(ParseResult parsed, ValidationChecks checks)
    {
        bool isDryRun = parsed.GetValue(s_dryRun);
        bool isSure = parsed.GetValue(s_yes);
        if (parsed.GetValue(s_kinds) is not { } names)
            return isDryRun || isSure ? throw new UsageException($"{(isDryRun ? s_dryRun : s_yes).Name} is of --auto-correct: say what is to be corrected.") : null;
        if (!checks.HasFlag(ValidationChecks.Data))
            throw new UsageException("only data are corrected: compare these.");
        CorrectionKinds kinds = CorrectionKinds.None;
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            kinds |= name.ToLowerInvariant() switch
            {
                "missing" => CorrectionKinds.Missing,
                "mismatch" => CorrectionKinds.Mismatch,
                _ => throw new UsageException($"--auto-correct takes missing, mismatch or both with a comma, not '{name}'."),
            };
        }

        if (kinds == CorrectionKinds.None)
            throw new UsageException("--auto-correct takes missing, mismatch or both with a comma, and is empty.");
        if (!isSure && !isDryRun && Console.IsInputRedirected)
            throw new UsageException("--auto-correct writes into the target, and nobody is there to be asked: give --yes, or --dry-run to see what it would write.");
        return new Correction(kinds, !isSure && !isDryRun, isDryRun, MigrationTarget.Writing(parsed), parsed.GetValue(GlobalOptions.Json));
    }

    /// <summary>Corrects; false where nothing was written.</summary>
    /// <param name="source">What is right.</param>
    /// <param name="target">What is corrected.</param>
    /// <param name="report">What was found.</param>
    /// <param name="stop">Ends it; what was written by then stays.</param>
    public async Task<bool> RunAsync(Operand source, Operand target, ValidationReport report, CancellationToken stop)
    {
        long missing = _kinds.HasFlag(CorrectionKinds.Missing) ? report.Tables.Sum(t => t.MissingRows ?? 0) : 0;
        long different = _kinds.HasFlag(CorrectionKinds.Mismatch) ? report.Tables.Sum(t => t.DifferentRows ?? 0) : 0;
        if (missing + different == 0)
            return false;
        Corrector corrector = new(source.Source, target.Source, report, _kinds);
        if (IsDryRun)
        {
            Tell("would be written", await corrector.PlanAsync(stop).ConfigureAwait(false));
            return false;
        }

        if (_isAsked && !IsGranted($"Write {VerifyOutput.Count(missing, "missing row")} and {VerifyOutput.Count(different, "different row")} into {report.Target.Address}?"))
            return false;
        Tell("written", await corrector.ApplyAsync(target.OpenTarget(_writing), stop).ConfigureAwait(false));
        return true;
    }

    private static bool IsGranted(string question)
    {
        ProgressLine.Wipe();
        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private void Tell(string what, IReadOnlyList<TableCorrection> corrections)
    {
        foreach (TableCorrection table in corrections.Where(c => !c.IsEmpty))
        {
            if (_asJson)
            {
                Console.Error.WriteLine(JsonLine.Of(json =>
                {
                    json.WriteString("event", "correction");
                    json.WriteString("table", $"{table.Keyspace}.{table.Table}");
                    json.WriteBoolean("written", !IsDryRun);
                    json.WriteNumber("missingRows", table.MissingRows);
                    json.WriteNumber("mismatchedRows", table.MismatchedRows);
                    json.WriteNumber("retimedCells", table.RetimedCells);
                    json.WriteNumber("uncorrectableCells", table.UncorrectableCells);
                    json.WriteNumber("rejectedRows", table.RejectedRows);
                }));
                continue;
            }

            string rejected = table.RejectedRows > 0 ? $", {VerifyOutput.Count(table.RejectedRows, "row")} rejected" : "";
            string retimed = table.RetimedCells > 0 ? $", {VerifyOutput.Count(table.RetimedCells, "cell")} with a later time" : "";
            string left = table.UncorrectableCells > 0 ? $", {VerifyOutput.Count(table.UncorrectableCells, "cell")} can't be corrected" : "";
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"cqlite: {table.Keyspace}.{table.Table}: {VerifyOutput.Count(table.MissingRows, "missing row")} and {VerifyOutput.Count(table.MismatchedRows, "different row")} {what}{retimed}{left}{rejected}"));
        }
    }
}
