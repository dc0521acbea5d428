namespace Cqlite.Migration.Reports;

/// <summary>What a report was made of, and the writes that were refused.</summary>
internal static class MadeSection
{
    /// <summary>Writes the files that it was made of.</summary>
    public static void Write(HtmlWriter html, MigrationReport report)
    {
        PageParts.Table(html, "Files that this report was made of", [new("File"), new("Kind"), new("Bytes", IsNumber: true), new("SHA-256")], () =>
        {
            foreach (ReportInput input in report.Inputs)
            {
                using (PageParts.Row(html))
                {
                    using (PageParts.RowHeading(html))
                        html.Element("span", input.Path, ("class", "value"));
                    PageParts.Cell(html, Word(input.Kind), "");
                    PageParts.Number(html, Figures.Count(input.Bytes));
                    PageParts.Cell(html, input.Sha256, "digest");
                }
            }
        });
        if (report.LeftOut.Count > 0)
        {
            html.Element("p", "Left out, for they are none of these kinds:");
            PageParts.Sentences(html, report.LeftOut);
        }

        string[] absent = [.. Absent(report)];
        if (absent.Length > 0)
            html.Element("p", $"Given none of: {string.Join(", ", absent)}.", ("class", "quiet"));
    }

    /// <summary>Writes the writes that were refused.</summary>
    public static void WriteRejects(HtmlWriter html, MigrationReport report)
    {
        foreach (Kept<RejectSummary> kept in report.Rejects)
        {
            RejectSummary rejects = kept.Content;
            html.Element("p", $"{kept.Path}: {Figures.Count(rejects.Count)} writes, {Figures.Count(rejects.GroupCount)} reasons. The values are in the file, not here.");
            if (rejects.Groups.Count == 0)
                continue;
            PageParts.Table(
                html,
                "Refused writes by reason",
                [new("Table"), new("Writes", IsNumber: true), new("Reason"), new("Statement")],
                () =>
                {
                    foreach (RejectGroup group in rejects.Groups)
                    {
                        using (PageParts.Row(html))
                        {
                            PageParts.RowHeading(html, group.Table);
                            PageParts.Number(html, Figures.Count(group.Count));
                            using (PageParts.Cell(html, "Reason"))
                                ValuePair.Write(html, group.Reason, other: null);
                            using (PageParts.Cell(html, "Statement"))
                                ValuePair.Write(html, group.Statement, other: null);
                        }
                    }
                },
                "values");
            if (rejects.GroupCount > rejects.Groups.Count)
                html.Element("p", $"The {Figures.Count(rejects.Groups.Count)} most frequent reasons are listed.", ("class", "quiet"));
        }
    }

    private static string Word(ReportInputKind kind) => kind switch
    {
        ReportInputKind.ExportManifest => "manifest of an export",
        ReportInputKind.TransferResult => "result of a transfer",
        ReportInputKind.ValidationReport => "report of a validation",
        ReportInputKind.SyncReport => "report of a sync",
        ReportInputKind.ContinuousValidation => "continuous validation",
        ReportInputKind.ProgressEvents => "events of progress",
        ReportInputKind.Rejects => "refused writes",
        _ => "unknown",
    };

    private static IEnumerable<string> Absent(MigrationReport report)
    {
        if (report.Exports.Count + report.Transfers.Count == 0)
            yield return "results of transfers";
        if (report.Validations.Count == 0)
            yield return "validations";
        if (report.Syncs.Count == 0)
            yield return "syncs";
        if (report.Watches.Count == 0)
            yield return "continuous validations";
        if (report.Rejects.Count == 0)
            yield return "reject files";
    }
}
