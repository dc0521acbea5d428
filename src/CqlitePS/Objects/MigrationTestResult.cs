using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;

namespace CqlitePS.Objects;

/// <summary>What the comparison of two sides came to.</summary>
public sealed class MigrationTestResult
{
    internal MigrationTestResult(ValidationReport report)
    {
        Report = report;
        Tables = [.. report.Tables.Select(t => new MigrationTableTest(t))];
    }

    /// <summary>Whether all that was asked for was done, and nothing failed.</summary>
    public bool Passed => Report.Passed;

    /// <summary>The whole: Failed where any check has; NotChecked where one that was asked for was not done.</summary>
    public CheckStatus Status => Report.Status;

    /// <summary>What is right.</summary>
    public OperandDescription Source => Report.Source;

    /// <summary>What was compared with it.</summary>
    public OperandDescription Target => Report.Target;

    /// <summary>What was asked for.</summary>
    public ValidationChecks Checks => Report.Checks;

    /// <summary>Whether all tables have as many rows.</summary>
    public CheckStatus Count => Of(ValidationChecks.Count, Tables.Select(t => t.Count));

    /// <summary>Whether all tables have the same rows.</summary>
    public CheckStatus Data => Of(ValidationChecks.Data, Tables.Select(t => t.Data));

    /// <summary>Whether definitions are the same.</summary>
    public CheckStatus Schema => Report.Schema;

    /// <summary>Whether both sides answered all queries with as many rows.</summary>
    public CheckStatus Performance => Report.Performance;

    /// <summary>Rows of the source in what was read; null where a table was not counted.</summary>
    public long? SourceRows => Sum(t => t.SourceRows);

    /// <summary>Rows of the target in what was read; null where a table was not counted.</summary>
    public long? TargetRows => Sum(t => t.TargetRows);

    /// <summary>Rows that only the source has; null where a table was not compared.</summary>
    public long? MissingRows => Sum(t => t.MissingRows);

    /// <summary>Rows that only the target has; null where a table was not compared.</summary>
    public long? ExtraRows => Sum(t => t.ExtraRows);

    /// <summary>Rows that both have and that differ; null where a table was not compared.</summary>
    public long? DifferentRows => Sum(t => t.DifferentRows);

    /// <summary>The tables.</summary>
    public MigrationTableTest[] Tables { get; }

    /// <summary>The differences of all tables that are listed, with their keys.</summary>
    public MigrationDifference[] Differences => [.. Tables.SelectMany(t => t.Differences)];

    /// <summary>How definitions differ.</summary>
    public SchemaDifference[] SchemaDifferences => [.. Report.SchemaDifferences];

    /// <summary>The queries that were timed.</summary>
    public QueryTiming[] Timings => [.. Report.Timings];

    /// <summary>What was not checked, one sentence each, with its table.</summary>
    public string[] NotChecked => [.. Tables.SelectMany(t => t.NotChecked.Select(what => $"{t}: {what}"))];

    /// <summary>What was written into the target before this was found; empty where nothing was.</summary>
    public TableCorrection[] Corrections { get; internal init; } = [];

    /// <summary>What was found before the target was corrected; null where it was not.</summary>
    public ValidationReport? Before { get; internal init; }

    /// <summary>What random samples were drawn by; null where none were.</summary>
    public long? Seed => Report.Seed;

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt => Report.StartedAt;

    /// <summary>How long it took.</summary>
    public TimeSpan Duration => Report.EndedAt - Report.StartedAt;

    /// <summary>The file that has the report; null for none.</summary>
    public string? ReportPath { get; internal init; }

    /// <summary>The file that has the signed report; null for none.</summary>
    public string? CertificatePath { get; internal init; }

    /// <summary>The whole report, as it is written to files.</summary>
    public ValidationReport Report { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {Tables.Length} tables of {Target.Address} against {Source.Address}";

    private CheckStatus Of(ValidationChecks check, IEnumerable<CheckStatus> tables) =>
        Checks.HasFlag(check) ? ValidationReport.Worst(tables) : CheckStatus.NotChecked;

    private long? Sum(Func<MigrationTableTest, long?> rows) =>
        Tables.Length == 0 || Tables.Any(t => rows(t) is null) ? null : Tables.Sum(rows);
}
