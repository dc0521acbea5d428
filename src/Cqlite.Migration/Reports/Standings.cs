using Cqlite.Migration.Exports;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>One table's last export, import or copy to one place.</summary>
/// <param name="Operation"><c>export</c>, <c>import</c> or <c>copy</c>.</param>
/// <param name="Target">What was written: <see cref="Operands.OperandDescription.Identity"/>.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record StepStanding(string Operation, string Target, TransferOutcome Outcome)
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Why it did not end well; null where it did.</summary>
    public string? Message { get; init; }

    /// <summary>Rows that the target refused.</summary>
    public long RejectedRows { get; init; }
}

/// <summary>One table's last comparison of two sides, check by check.</summary>
/// <param name="Source">The source.</param>
/// <param name="Target">The target.</param>
internal sealed record CheckStanding(string Source, string Target)
{
    /// <summary>The last count; null where none was asked for.</summary>
    public TableValidation? Count { get; set; }

    /// <summary>The last comparison of rows; null where none was asked for.</summary>
    public TableValidation? Data { get; set; }
}

/// <summary>How a table stands.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Table">Its name.</param>
internal sealed record TableStanding(string Keyspace, string Table)
{
    /// <summary>Its name with the keyspace.</summary>
    public string Name => $"{Keyspace}.{Table}";

    /// <summary>Its last steps, each operation and target once.</summary>
    public IReadOnlyList<StepStanding> Steps { get; set; } = [];

    /// <summary>Its last comparisons, each pair of sides once.</summary>
    public IReadOnlyList<CheckStanding> Checks { get; set; } = [];

    /// <summary>Whether counts are the same, by the worst of all pairs; null where nobody asked.</summary>
    public CheckStatus? CountStatus => Worst(Checks.Select(c => c.Count?.Count));

    /// <summary>Whether rows are the same, by the worst of all pairs; null where nobody asked.</summary>
    public CheckStatus? DataStatus => Worst(Checks.Select(c => c.Data?.Data));

    /// <summary>How bad it is.</summary>
    public int Severity => Math.Max(
        Steps.Any(s => !s.Outcome.IsDone() || s.RejectedRows > 0) ? Judgement.Severity(CheckStatus.Failed) : 0,
        Math.Max(SeverityOf(CountStatus), SeverityOf(IsUnchecked ? CheckStatus.NotChecked : DataStatus)));

    /// <summary>Whether no validation has looked at it.</summary>
    public bool IsUnchecked => CountStatus is null && DataStatus is null;

    private static int SeverityOf(CheckStatus? status) => status is { } known ? Judgement.Severity(known) : 0;

    private static CheckStatus? Worst(IEnumerable<CheckStatus?> all)
    {
        CheckStatus? worst = null;
        foreach (CheckStatus? each in all)
        {
            if (each is not null && (worst is null || SeverityOf(each) > SeverityOf(worst)))
                worst = each;
        }

        return worst;
    }
}

/// <summary>Finds for each table the last of its steps and checks.</summary>
internal static class Standings
{
    /// <summary>All tables that any document names, the worst first, then by name.</summary>
    public static IReadOnlyList<TableStanding> Of(MigrationReport report)
    {
        SortedDictionary<(string Keyspace, string Table), TableStanding> tables = [];
        foreach ((string keyspace, string table, StepStanding step) in Steps(report).OrderBy(s => s.Step.EndedAt))
        {
            TableStanding standing = Get(keyspace, table);
            standing.Steps = [.. standing.Steps.Where(s => s.Operation != step.Operation || s.Target != step.Target), step];
        }

        foreach (ValidationReport validation in report.Validations.Select(v => v.Content).OrderBy(v => v.EndedAt))
        {
            foreach (TableValidation table in validation.Tables)
                Note(Get(table.Keyspace, table.Table), validation, table);
        }

        return [.. tables.Values.OrderByDescending(t => t.Severity)];

        TableStanding Get(string keyspace, string table)
        {
            if (!tables.TryGetValue((keyspace, table), out TableStanding? standing))
                tables.Add((keyspace, table), standing = new TableStanding(keyspace, table));
            return standing;
        }
    }

    private static void Note(TableStanding standing, ValidationReport validation, TableValidation table)
    {
        (string source, string target) = (validation.Source.Identity, validation.Target.Identity);
        CheckStanding? pair = standing.Checks.FirstOrDefault(c => c.Source == source && c.Target == target);
        if (pair is null)
            standing.Checks = [.. standing.Checks, pair = new CheckStanding(source, target)];
        if (validation.Checks.HasFlag(ValidationChecks.Count))
            pair.Count = table;
        if (validation.Checks.HasFlag(ValidationChecks.Data))
            pair.Data = table;
    }

    private static IEnumerable<(string Keyspace, string Table, StepStanding Step)> Steps(MigrationReport report)
    {
        foreach (Kept<ExportManifest> export in report.Exports)
        {
            string target = $"folder {Path.GetDirectoryName(export.Path)}";
            foreach (ExportTable table in export.Content.Tables)
            {
                yield return (table.Keyspace, table.Name, new StepStanding("export", target, table.Outcome)
                {
                    EndedAt = export.Content.UpdatedAt,
                    Message = table.Message,
                });
            }
        }

        foreach (TransferResult transfer in report.Transfers.Select(t => t.Content))
        {
            foreach (TableTransfer table in transfer.Tables)
            {
                yield return (table.Keyspace, table.Table, new StepStanding(transfer.Operation, transfer.Target.Identity, table.Outcome)
                {
                    EndedAt = transfer.EndedAt,
                    Message = table.Message,
                    RejectedRows = table.RejectedRows,
                });
            }
        }
    }
}
