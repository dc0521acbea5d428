using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>The few figures that say how large it was, and how much of it is known.</summary>
internal static class KeyFigures
{
    /// <summary>Name, figure, and whether it is good; null where that can't be said of it.</summary>
    public static IEnumerable<(string Name, string Value, CheckStatus? Status)> Of(MigrationReport report, Judgement judgement)
    {
        TableStanding[] moved = [.. judgement.Tables.Where(t => t.Steps.Count > 0)];
        if (moved.Length > 0)
        {
            int whole = moved.Count(t => t.Steps.All(s => s.Outcome.IsDone()));
            yield return ("Tables moved", Of(whole, moved.Length), whole == moved.Length ? CheckStatus.Passed : CheckStatus.Failed);
            (long rows, long bytes) = Moved(report);
            yield return ("Rows", Figures.Count(rows), null);
            yield return ("Keys and values", Figures.Bytes(bytes), null);
        }

        double seconds = report.Transfers.Sum(t => (t.Content.EndedAt - t.Content.StartedAt).TotalSeconds);
        if (report.Transfers.Count > 0)
            yield return ("Time to move", Figures.Duration(seconds), null);
        TableStanding[] compared = [.. judgement.Tables.Where(t => t.DataStatus is not null)];
        if (compared.Length > 0)
        {
            int same = compared.Count(t => t.DataStatus == CheckStatus.Passed);
            CheckStatus worst = compared.Select(t => t.DataStatus!.Value).MaxBy(Judgement.Severity);
            yield return ("Tables the same", Of(same, judgement.Tables.Count), same == judgement.Tables.Count ? CheckStatus.Passed : worst == CheckStatus.Passed ? CheckStatus.NotChecked : worst);
            long differing = compared.SelectMany(t => t.Checks).Select(c => c.Data).OfType<TableValidation>().Sum(d => (d.MissingRows ?? 0) + (d.ExtraRows ?? 0) + (d.DifferentRows ?? 0));
            yield return ("Rows that differ", Figures.Count(differing), differing == 0 ? CheckStatus.Passed : worst);
        }

        int open = judgement.Findings.Count(f => f.Level == CheckStatus.NotChecked);
        if (open > 0)
            yield return ("Not checked", Figures.Count(open), CheckStatus.NotChecked);
    }

    /// <summary>
    /// Rows and bytes of all tables. Runs that went on with one another are added up; an export and the import of it are the same rows; what an export has is what its
    /// manifest says, for rows of ranges that were not ended do not stay.
    /// </summary>
    private static (long Rows, long Bytes) Moved(MigrationReport report)
    {
        HashSet<string?> exports = [.. report.Exports.Select(e => Path.GetDirectoryName(e.Path))];
        var ways = report.Transfers.Select(t => t.Content).Where(t => t.Operation != "export" || !exports.Contains(t.Target.Address))
            .SelectMany(t => t.Tables.Select(x => (Table: (x.Keyspace, x.Table), Way: (t.Operation, t.Target.Identity), x.Rows, x.Bytes)))
            .GroupBy(x => (x.Table, x.Way)).Select(g => (g.Key.Table, Rows: g.Sum(x => x.Rows), Bytes: g.Sum(x => x.Bytes)))
            .Concat(report.Exports.SelectMany(e => e.Content.Tables.Select(x => (Table: (x.Keyspace, Table: x.Name), x.Rows, x.Bytes))))
            .GroupBy(x => x.Table).ToArray();
        return (ways.Sum(g => g.Max(x => x.Rows)), ways.Sum(g => g.Max(x => x.Bytes)));
    }

    private static string Of(int some, int all) => some == all ? Figures.Count(all) : $"{Figures.Count(some)} of {Figures.Count(all)}";
}
