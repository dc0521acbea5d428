using System.Globalization;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What is not good about syncs, continuous validations, refused writes and the documents themselves.</summary>
internal static class SideFindings
{
    /// <summary>The findings.</summary>
    public static IEnumerable<Finding> Of(MigrationReport report)
    {
        // Of each pair of sides the last sync counts.
        IEnumerable<SyncReport> syncs = report.Syncs.Select(s => s.Content).GroupBy(s => (s.Source.Identity, s.Target.Identity)).Select(g => g.MaxBy(s => s.EndedAt)!);
        return syncs.SelectMany(Sync).Concat(report.Watches.SelectMany(w => Watch(w.Content))).Concat(report.Rejects.SelectMany(Rejected)).Concat(LeftOut(report));
    }

    private static IEnumerable<Finding> Sync(SyncReport sync)
    {
        foreach (var group in sync.Tables.Where(t => t.IsLeftOut).GroupBy(t => t.Message))
            yield return Make(CheckStatus.Warning, $"{TransferFindings.Tables(group.Count())} left out of the sync", group.Key!, "Name the tables to be synced where this is as it should be.", group);
        foreach (var group in sync.Tables.Where(t => t.Message is not null && !t.IsLeftOut).GroupBy(t => t.Message))
            yield return Make(CheckStatus.Failed, $"{TransferFindings.Tables(group.Count())} not synced", group.Key!, "Mend what the message names, then sync again from the same time: what is there already stays.", group);
        if (Those(t => t.RejectedRows) is { Length: > 0 } rejected)
            yield return Make(CheckStatus.Failed, "Sync: rows rejected", $"The cluster refused {Sum(rejected, t => t.RejectedRows)} rows.", "Look at the reasons in the reject file, mend what they name, and sync again.", rejected);
        if (sync.IsDryRun)
            yield return Make(CheckStatus.Warning, "The sync was a dry run", $"{Sum(sync.Tables, t => t.ChangedRows)} rows would be changed; nothing was written.", "Read the decisions, then sync without a dry run.", []);
        if (Those(t => t.Undecided) is { Length: > 0 } undecided)
            yield return Make(CheckStatus.Warning, "Sync: cells left as they are", $"The cluster does not tell when {Sum(undecided, t => t.Undecided)} cells were written.", "Decide about these by hand, or sync with CqliteWins.", undecided);
        if (Those(t => t.FutureCells) is { Length: > 0 } future)
            yield return Make(CheckStatus.Warning, "A clock is wrong", $"{Sum(future, t => t.FutureCells)} cells of the database have times in the future.", "Set the clock right: what is written before that time does not hold against these cells.", future);

        TableSync[] Those(Func<TableSync, long> count) => [.. sync.Tables.Where(t => count(t) > 0)];

        static string Sum(IEnumerable<TableSync> tables, Func<TableSync, long> count) => Figures.Count(tables.Sum(count));

        static Finding Make(CheckStatus level, string subject, string text, string remedy, IEnumerable<TableSync> tables) =>
            new(level, subject, text, remedy, PageSections.Synced) { Tables = [.. tables.Select(t => $"{t.Keyspace}.{t.Table}")] };
    }

    private static IEnumerable<Finding> Watch(IReadOnlyList<WatchRound> rounds)
    {
        if (rounds.Count == 0)
            yield break;
        WatchRound last = rounds[^1];
        int failed = rounds.Count(r => r.Status == CheckStatus.Failed);
        if (last.Status is CheckStatus.Failed or CheckStatus.NotChecked)
        {
            yield return new Finding(
                last.Status,
                last.Status == CheckStatus.Failed ? "The last round of the continuous validation has failed" : "The last round of the continuous validation could not compare",
                last.Message ?? $"The round due at {Figures.Time(last.DueAt)} found differences.",
                "Validate in full, and look at the differences; while both sides are written, rows under way differ for a moment.",
                PageSections.Watched);
        }
        else if (failed > 0)
        {
            yield return new Finding(
                CheckStatus.Warning,
                string.Create(CultureInfo.InvariantCulture, $"{failed:N0} of {rounds.Count:N0} rounds of the continuous validation have failed"),
                "The last one has not: what differed is the same by now, or was not in its sample.",
                "Validate in full to know.",
                PageSections.Watched);
        }

        long skipped = rounds.Sum(r => r.Skipped);
        if (skipped > 0)
        {
            yield return new Finding(
                CheckStatus.Warning,
                string.Create(CultureInfo.InvariantCulture, $"{skipped:N0} rounds of the continuous validation were left out"),
                "A round takes longer than the interval.",
                "Compare a smaller sample, or less often.",
                PageSections.Watched);
        }
    }

    private static IEnumerable<Finding> Rejected(Kept<RejectSummary> rejects)
    {
        if (rejects.Content.Count == 0)
            yield break;
        yield return new Finding(
            CheckStatus.Failed,
            string.Create(CultureInfo.InvariantCulture, $"{rejects.Content.Count:N0} writes were refused"),
            rejects.Content.Groups[0].Reason,
            $"Mend what the reasons name, then run the step again; the rows are in {rejects.Path}.",
            PageSections.Rejected)
        { Tables = [.. rejects.Content.Groups.Select(g => g.Table).Distinct(StringComparer.Ordinal)] };
    }

    private static IEnumerable<Finding> LeftOut(MigrationReport report)
    {
        if (report.LeftOut.Count == 0)
            yield break;
        yield return new Finding(
            CheckStatus.Warning,
            string.Create(CultureInfo.InvariantCulture, $"{report.LeftOut.Count:N0} files are not in this report"),
            $"They are none of its kinds: {string.Join(", ", report.LeftOut.Take(5).Select(Path.GetFileName))}{(report.LeftOut.Count > 5 ? ", ..." : ".")}",
            "Name the files of the report one by one where this is not meant.",
            PageSections.Made);
    }
}
