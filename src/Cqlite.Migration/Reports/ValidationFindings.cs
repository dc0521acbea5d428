using System.Globalization;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What validations have found, what they have not looked at, and what to do about it.</summary>
internal static class ValidationFindings
{
    private const string Correct = "Read the differences first. Test-CqliteMigration -AutoCorrect Missing,Mismatch writes what is missing or different; it deletes nothing.";

    /// <summary>The findings.</summary>
    public static IEnumerable<Finding> Of(MigrationReport report, IReadOnlyList<TableStanding> tables) =>
        Rows(tables).Concat(Unchecked(report, tables)).Concat(Definitions(report)).Concat(Certified(report));

    private static IEnumerable<Finding> Rows(IReadOnlyList<TableStanding> tables)
    {
        var data = tables.SelectMany(t => t.Checks.Where(c => c.Data is not null).Select(c => (t.Name, Found: c.Data!))).ToArray();
        var differing = data.Where(d => d.Found.Data == CheckStatus.Failed).ToArray();
        foreach (var group in differing.GroupBy(d => d.Found.Message))
        {
            bool isCounted = group.Any(d => d.Found.MissingRows is not null);
            long extra = group.Sum(d => d.Found.ExtraRows ?? 0);
            string counts = string.Create(
                CultureInfo.InvariantCulture,
                $"Rows missing in the target: {group.Sum(d => d.Found.MissingRows ?? 0):N0}; only there: {extra:N0}; different: {group.Sum(d => d.Found.DifferentRows ?? 0):N0}.");
            yield return new Finding(
                CheckStatus.Failed,
                $"Data differ in {TransferFindings.Tables(group.Count())}",
                string.Join(" ", new[] { group.Key, isCounted ? counts : null }.OfType<string>()),
                !isCounted ? "Make the definitions fit, then validate again."
                    : extra > 0 ? $"{Correct} Rows that only the target has stay: find out who wrote them."
                    : Correct,
                PageSections.Differences)
            { Tables = [.. group.Select(d => d.Name)] };
        }

        var counted = tables.SelectMany(t => t.Checks.Where(c => c.Count is not null).Select(c => (t.Name, Found: c.Count!, c.Data))).ToArray();
        var uneven = counted.Where(c => c.Found.Count == CheckStatus.Failed && c.Data?.Data != CheckStatus.Failed).ToArray();
        if (uneven.Length > 0)
        {
            yield return new Finding(
                CheckStatus.Failed,
                $"Counts differ in {TransferFindings.Tables(uneven.Length)}",
                string.Join(" ", uneven.Select(c => c.Found.Message ?? string.Create(CultureInfo.InvariantCulture, $"{c.Name}: {c.Found.SourceRows:N0} against {c.Found.TargetRows:N0} rows.")).Distinct(StringComparer.Ordinal).Take(5)),
                "Compare the data (-Check Data), which names the rows.",
                PageSections.Validated)
            { Tables = [.. uneven.Select(c => c.Name)] };
        }

        string[] tolerated = [.. data.Where(d => d.Found.Data == CheckStatus.Warning).Select(d => d.Name).Concat(counted.Where(c => c.Found.Count == CheckStatus.Warning).Select(c => c.Name)).Distinct(StringComparer.Ordinal)];
        if (tolerated.Length > 0)
        {
            yield return new Finding(
                CheckStatus.Warning,
                $"Differences within the tolerance in {TransferFindings.Tables(tolerated.Length)}",
                "There are not more than were allowed, but there are some.",
                "Look whether these are the ones that were expected.",
                PageSections.Validated)
            { Tables = tolerated };
        }
    }

    private static IEnumerable<Finding> Unchecked(MigrationReport report, IReadOnlyList<TableStanding> tables)
    {
        string[] moved = [.. tables.Where(t => t.Steps.Count > 0 && t.CountStatus is null && t.DataStatus is null).Select(t => t.Name)];
        if (moved.Length > 0)
        {
            bool isAll = report.Validations.Count == 0;
            yield return new Finding(
                CheckStatus.NotChecked,
                isAll ? "Nothing was validated" : $"{TransferFindings.Tables(moved.Length)} moved, and not validated",
                isAll ? "The report was given no validation: whether the target has what the source has is not known." : "No validation has looked at what was moved.",
                "Compare both sides with Test-CqliteMigration (cqlite migrate validate), and make this report again with its report.",
                PageSections.Validated)
            { Tables = isAll ? [] : moved };
        }

        var unread = tables.SelectMany(t => t.Checks.SelectMany(c => (TableValidation?[])[
                c.Data is { Data: CheckStatus.NotChecked } ? c.Data : null,
                c.Count is { Count: CheckStatus.NotChecked } ? c.Count : null]).OfType<TableValidation>().Select(f => (t.Name, f.Message)))
            .Distinct().GroupBy(u => u.Message);
        foreach (var group in unread)
        {
            yield return new Finding(
                CheckStatus.NotChecked,
                $"{TransferFindings.Tables(group.Count())} could not be compared",
                group.Key ?? "The check was asked for, and not done.",
                "Mend what the message names, then validate again.",
                PageSections.NotChecked)
            { Tables = [.. group.Select(u => u.Name)] };
        }

        var sampled = tables.Where(t => t.Checks.Any(c => c.Data is { Coverage: < 1, Data: CheckStatus.Passed or CheckStatus.Warning })).ToArray();
        if (sampled.Length > 0)
        {
            double least = sampled.SelectMany(t => t.Checks).Where(c => c.Data is not null).Min(c => c.Data!.Coverage);
            yield return new Finding(
                CheckStatus.Warning,
                $"Only a sample of {TransferFindings.Tables(sampled.Length)} was compared",
                $"What was read is the same; of one table it was {Figures.Percent(least)} of the ring. The rest is not checked.",
                "Validate without a sample before the source is given up.",
                PageSections.NotChecked)
            { Tables = [.. sampled.Select(t => t.Name)] };
        }
    }

    private static IEnumerable<Finding> Definitions(MigrationReport report)
    {
        foreach (ValidationReport last in Last(report, ValidationChecks.Schema).Where(v => v.Schema == CheckStatus.Failed))
        {
            yield return new Finding(
                CheckStatus.Failed,
                "Definitions differ",
                string.Create(CultureInfo.InvariantCulture, $"{last.SchemaDifferences.Count:N0} properties are not the same: {string.Join(", ", last.SchemaDifferences.Take(3).Select(d => $"{d.Element} {d.Property}"))}{(last.SchemaDifferences.Count > 3 ? ", ..." : ".")}"),
                "Alter the target, or accept what was meant: a converted schema has other options by design.",
                PageSections.Schema);
        }

        foreach (ValidationReport last in Last(report, ValidationChecks.Performance).Where(v => v.Performance != CheckStatus.Passed))
        {
            yield return new Finding(
                last.Performance,
                last.Performance == CheckStatus.NotChecked ? "Performance was not measured" : "Queries did not answer alike",
                last.Timings.Select(t => t.Message).FirstOrDefault(m => m is not null) ?? "See the queries whose rows differ.",
                "Run the queries by hand on both sides.",
                PageSections.Performance);
        }
    }

    /// <summary>The last validation of each pair of sides that was asked for a check of the whole.</summary>
    private static IEnumerable<ValidationReport> Last(MigrationReport report, ValidationChecks check) => report.Validations.Select(v => v.Content)
        .Where(v => v.Checks.HasFlag(check)).GroupBy(v => (v.Source.Identity, v.Target.Identity)).Select(g => g.MaxBy(v => v.EndedAt)!);

    private static IEnumerable<Finding> Certified(MigrationReport report)
    {
        foreach (Kept<ValidationReport> kept in report.Validations.Where(v => Certificates.VerifyText(v.Content) == CheckStatus.Failed))
        {
            yield return new Finding(
                CheckStatus.Failed,
                "A certificate was changed after it was signed off",
                $"The digest in {kept.Path} is not that of its text.",
                "Believe nothing of it: take the original, or validate again.",
                PageSections.Validated);
        }
    }
}
