using System.Globalization;
using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;
using CqlitePS.Objects;
using CqlitePS.Sessions;

namespace CqlitePS.Commands;

/// <summary>Compares two sides, any two of cluster, database, export and files: counts, rows, definitions, times of queries; corrects the target if wanted.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CqliteMigration", SupportsShouldProcess = true)]
[OutputType(typeof(MigrationTestResult))]
public sealed class TestCqliteMigrationCommand : ComparisonCmdlet
{
    private const string Activity = "Comparing";
    private bool _keepsReport;

    /// <summary>About how many rows of each table are compared, at least; all when neither this nor -SamplePercent is given.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? SampleSize { get; set; }

    /// <summary>How much of each table is compared, in percent of the ring.</summary>
    [Parameter]
    [ValidateRange(double.Epsilon, 100)]
    public double? SamplePercent { get; set; }

    /// <summary>Draw the sample at random, every partition as likely as any other, and not at even distances.</summary>
    [Parameter]
    public SwitchParameter Random { get; set; }

    /// <summary>What the random sample is drawn by: the same seed gives the same tokens; another one each time when not given, which the result tells.</summary>
    [Parameter]
    public long? Seed { get; set; }

    /// <summary>A file with the SELECT statements that are timed; a page and a single row of each table when not given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? QueryPath { get; set; }

    /// <summary>How often each statement is timed on each side.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Iteration { get; set; } = 100;

    /// <summary>The moment at which both sides are looked at; now when not given.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>What is written into the target so that it is as the source: Missing rows, rows that differ (Mismatch), or both. Both sides are then compared again.</summary>
    [Parameter]
    public CorrectionKinds AutoCorrect { get; set; }

    /// <summary>A file that takes the report, as JSON.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>A file that takes the report signed off by its digest, which Test-CqliteReport verifies again later.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Certificate { get; set; }

    /// <summary>Replace files of -ReportPath and -Certificate that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Go on with what a comparison that was stopped or killed has left in -ReportPath; begin where there is nothing.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <inheritdoc/>
    private protected override ValidationSettings Settings => base.Settings with
    {
        SampleRows = SampleSize is not null && SamplePercent is not null ? throw new ArgumentException("-SampleSize and -SamplePercent contradict each other.") : SampleSize,
        SamplePercent = SamplePercent,
        Random = Random && SampleSize is null && SamplePercent is null ? throw new ArgumentException("-Random is of a sample: -SampleSize or -SamplePercent is needed.") : Random,
        Seed = Seed is null ? System.Random.Shared.NextInt64() : Random ? Seed.Value : throw new ArgumentException("-Seed is what -Random draws by."),
        NowSeconds = AsOf?.ToUnixTimeSeconds(),
    };

    /// <inheritdoc/>
    protected override void Process()
    {
        string? reportPath = RequireNew(ReportPath, Force || Resume);
        _ = RequireNew(Certificate, Force);
        ValidationSettings settings = Settings;
        if (AutoCorrect != CorrectionKinds.None && !settings.Checks.HasFlag(ValidationChecks.Data))
            throw new ArgumentException("-AutoCorrect needs -Check Data, which finds what is to be corrected.");
        _keepsReport = reportPath is not null && ShouldProcess(reportPath, "Write the report");
        RequireReport(_keepsReport ? reportPath : null, nameof(ReportPath));
        if (Resume)
            settings = settings.Resuming(reportPath ?? throw new ArgumentException("-Resume goes on with the report of a comparison that was stopped: -ReportPath is needed."), isSeedGiven: Seed is not null);
        settings = settings with { CheckpointPath = _keepsReport ? reportPath : null };
        using IMigrationSource source = FindSource().Read();
        OpenOperand found = FindTarget();
        if (AutoCorrect == CorrectionKinds.None)
        {
            using IMigrationSource read = found.Read();
            WithLog(log => Process(source, read, null, settings, log));
            return;
        }

        (IMigrationSource target, IMigrationTarget into, QueryEngine? opened) = found.Write(ClusterWriting.Default);
        using (opened)
            WithLog(log => Process(source, target, into, settings, log));
    }

    private void Process(IMigrationSource source, IMigrationSource target, IMigrationTarget? into, ValidationSettings settings, ProgressLog? log)
    {
        if (settings.Checks.HasFlag(ValidationChecks.Performance) && source.Queries is { } one && target.Queries is { } other)
            settings = settings with { Performance = new PerformanceSettings(Queries(), one, other) { Iterations = Iteration } };
        ValidationReport report = Compare(source, target, settings, log);
        ValidationReport? before = null;
        IReadOnlyList<TableCorrection> corrections = into is null ? [] : Correct(source, target, into, report, log);
        if (corrections.Count > 0)
        {
            // What was timed stands: rows that were written do not make it untrue.
            before = report;
            report = Compare(source, target, settings with { Earlier = null, NowSeconds = (AsOf ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds(), Performance = null }, log);
            report = report with { Performance = before.Performance, Timings = before.Timings };
            report = report with { Status = report.Judge() };
        }

        if (report.Tables.Any(t => t.Unfinished is not null))
            WriteWarning($"Not all tables were compared to their end; {How}");
        report = Certificate is null ? report : report.Seal();
        WriteObject(new MigrationTestResult(report)
        {
            Before = before,
            Corrections = [.. corrections],
            ReportPath = Written(report, ReportPath, _keepsReport),
            CertificatePath = Written(report, Certificate, Certificate is not null && ShouldProcess(ResolveLiteral(Certificate), "Write the certificate")),
        });
    }

    private string How => ReportPath is null ? "with -ReportPath a comparison that ends early can be gone on with." : "run the same command with -Resume to go on.";

    private static IEnumerable<string> Lines(ValidationReport report)
    {
        foreach (TableValidation table in report.Tables)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{table.Keyspace}.{table.Table}: count {table.Count}, data {table.Data}, {Number(table.SourceRows)} rows against {Number(table.TargetRows)}, {Number(table.MissingRows)} missing, {Number(table.ExtraRows)} extra, {Number(table.DifferentRows)} different{(table.Message is null ? "" : $": {table.Message}")}");
        }

        foreach (SchemaDifference difference in report.SchemaDifferences)
            yield return difference.ToString();

        static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "not counted";
    }

    private ValidationReport Compare(IMigrationSource source, IMigrationSource target, ValidationSettings settings, ProgressLog? log)
    {
        ValidationReport report;
        try
        {
            report = Await(Activity, log, (progress, stop) => new Validator(source, target, settings).RunAsync(progress, stop));
        }
        catch (ValidationStoppedException stopped)
        {
            if (ReportPath is not null && _keepsReport)
                stopped.Partial.Write(ResolveLiteral(ReportPath));
            log?.Write("ERROR", $"Stopped; {How}");

            // A pipeline that is being stopped takes no output any more; the host does.
            Host.UI.WriteLine($"Stopped after {stopped.Partial.Tables.Count(t => t is { Terms: not null, Unfinished: null }):N0} of {stopped.Partial.Tables.Count:N0} tables: {How}");
            throw;
        }

        if (log is null)
            return report;
        string level = report.Passed ? "INFO" : "ERROR";
        foreach (string line in Lines(report))
            log.Write(level, line);
        log.Write(level, $"Validation of {TransferReport.Describe(report.Target)} against {TransferReport.Describe(report.Source)}: {report.Status}");
        return report;
    }

    /// <summary>Plans what is to be written, asks for each table, and writes it. What was written; nothing where nothing was.</summary>
    private IReadOnlyList<TableCorrection> Correct(IMigrationSource source, IMigrationSource target, IMigrationTarget into, ValidationReport report, ProgressLog? log)
    {
        if (report.Tables.All(t => t.Data is CheckStatus.Passed or CheckStatus.NotChecked))
            return [];
        IReadOnlyList<TableCorrection> planned = Await(Activity, log, (_, stop) => new Corrector(source, target, report, AutoCorrect).PlanAsync(stop));
        List<TableValidation> wanted = [];
        foreach (TableCorrection table in planned)
        {
            if (table.UncorrectableCells > 0)
                WriteWarning(string.Create(CultureInfo.InvariantCulture, $"{table.Keyspace}.{table.Table}: {table.UncorrectableCells:N0} cells can't be corrected: counters, and cells of which only the time is newer in the target."));
            string action = string.Create(CultureInfo.InvariantCulture, $"Write {table.MissingRows:N0} missing and {table.MismatchedRows:N0} differing rows");
            if (!table.IsEmpty && ShouldProcess($"{table.Keyspace}.{table.Table} in {TransferReport.Describe(report.Target)}", action))
                wanted.Add(report.Tables.First(t => t.Keyspace == table.Keyspace && t.Table == table.Table));
        }

        if (wanted.Count == 0)
            return [];
        ValidationReport chosen = report with { Tables = wanted };
        IReadOnlyList<TableCorrection> written = Await("Correcting", log, (_, stop) => new Corrector(source, target, chosen, AutoCorrect).ApplyAsync(into, stop));
        foreach (TableCorrection table in written)
            log?.Write("WARN", string.Create(CultureInfo.InvariantCulture, $"{table.Keyspace}.{table.Table}: corrected, {table.MissingRows:N0} missing and {table.MismatchedRows:N0} differing rows were written"));
        return written;
    }

    private IReadOnlyList<string> Queries()
    {
        if (QueryPath is null)
            return [];
        string path = ResolveLiteral(QueryPath);
        IReadOnlyList<string> queries = PerformanceCheck.Queries(DocumentFile.Read(path));
        return queries.Count > 0 ? queries : throw new ArgumentException($"{path} has no statement.");
    }

    /// <summary>Looks where a file is to be written, before anything is compared.</summary>
    private string? RequireNew(string? path, bool mayExist)
    {
        string? resolved = ResolveLiteral(path);
        if (resolved is not null && mayExist && Directory.Exists(resolved))
            throw new StorageException(resolved, "is a folder; a file is needed.");
        if (resolved is not null && !mayExist && (File.Exists(resolved) || Directory.Exists(resolved)))
            throw new StorageException(resolved, "exists already; -Force replaces it.") { Problem = StorageProblem.Occupied };
        return resolved;
    }

    private string? Written(ValidationReport report, string? path, bool isWanted)
    {
        string? resolved = ResolveLiteral(path);
        if (resolved is null || !isWanted)
            return null;
        report.Write(resolved);
        return resolved;
    }
}
