using System.Globalization;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What validations have compared: both sides' figures, table by table; what they have not; and how definitions differ.</summary>
internal static class ValidatedSection
{
    /// <summary>Writes what was compared.</summary>
    public static void Write(HtmlWriter html, MigrationReport report)
    {
        foreach (Kept<ValidationReport> kept in report.Validations.OrderBy(v => v.Content.StartedAt))
        {
            ValidationReport validation = kept.Content;
            using (html.In("h3"))
            {
                html.Text($"Validation of {Figures.Time(validation.StartedAt)} ");
                PageParts.Badge(html, validation.Status, PageParts.Word(validation.Status));
            }

            PageParts.Route(html, validation.Source, validation.Target, validation.StartedAt, validation.EndedAt);
            html.Element("p", Asked(validation));
            WriteCertificate(html, validation);
            if (validation.Tables.Count > 0)
                WriteTables(html, validation);
        }
    }

    /// <summary>Writes what no validation has looked at: each sentence once, with the tables that it is about.</summary>
    public static void WriteNotChecked(HtmlWriter html, MigrationReport report, IReadOnlyList<TableStanding> standings)
    {
        TableValidation[] last = [.. standings.SelectMany(t => t.Checks).SelectMany(c => (TableValidation?[])[c.Count, c.Data]).OfType<TableValidation>().Distinct()];
        List<(string Sentence, string Table)> sentences = [.. last.SelectMany(t => t.NotChecked.Select(n => (n, Name(t))))];
        sentences.AddRange(last.Where(t => t.Coverage < 1 && t.Terms is not null).Select(t => ($"What is beyond the sample of {Figures.Percent(t.Coverage)} of the ring.", Name(t))));
        sentences.AddRange(standings.Where(t => t.CountStatus is null && t.DataStatus is null).Select(t => ("Everything: no validation names the table.", t.Name)));
        List<string> whole = [];
        ValidationChecks asked = report.Validations.Aggregate(ValidationChecks.None, (all, v) => all | v.Content.Checks);
        if (!asked.HasFlag(ValidationChecks.Count))
            whole.Add("Counts were not asked for.");
        if (!asked.HasFlag(ValidationChecks.Data))
            whole.Add("Rows were not asked for: nothing is known beyond their number.");
        if (!asked.HasFlag(ValidationChecks.Schema))
            whole.Add("Definitions were not asked for.");
        if (!asked.HasFlag(ValidationChecks.Performance))
            whole.Add("How long queries take was not asked for.");
        if (whole.Count + sentences.Count == 0)
        {
            html.Element("p", "Nothing was left out.");
            return;
        }

        PageParts.Sentences(html, whole);
        int all = standings.Count(t => !t.IsUnchecked);
        using (html.In("ul"))
        {
            foreach (IGrouping<string, string> group in sentences.GroupBy(s => s.Sentence, s => s.Table, StringComparer.Ordinal))
            {
                string[] names = [.. group.Distinct(StringComparer.Ordinal)];
                using (html.In("li"))
                {
                    html.Text(group.Key);
                    html.Element("span", names.Length == all && all > 1 ? " All tables that were compared." : $" {string.Join(", ", names)}.", ("class", "quiet"));
                }
            }
        }
    }

    /// <summary>Writes how definitions differ, by the last validation of each pair of sides.</summary>
    public static void WriteDefinitions(HtmlWriter html, MigrationReport report)
    {
        foreach (ValidationReport validation in report.Validations.Select(v => v.Content).Where(v => v.Checks.HasFlag(ValidationChecks.Schema))
            .GroupBy(v => (v.Source.Identity, v.Target.Identity)).Select(g => g.MaxBy(v => v.EndedAt)!))
        {
            using (html.In("p"))
            {
                PageParts.Badge(html, validation.Schema, PageParts.Word(validation.Schema));
                html.Text($" {TransferReport.Describe(validation.Source)} against {TransferReport.Describe(validation.Target)}: "
                    + (validation.SchemaDifferences.Count == 0 ? "definitions are the same." : $"{Figures.Count(validation.SchemaDifferences.Count)} properties differ."));
            }

            if (validation.SchemaDifferences.Count == 0)
                continue;
            PageParts.Table(
                html,
                "Definitions that differ",
                [new("Element"), new("Property"), new("Source"), new("Target")],
                () =>
                {
                    foreach (SchemaDifference difference in validation.SchemaDifferences)
                    {
                        using (PageParts.Row(html))
                        {
                            PageParts.RowHeading(html, difference.Element);
                            PageParts.Cell(html, difference.Property, "");
                            using (PageParts.Cell(html, "Source"))
                                ValuePair.Write(html, difference.Source, difference.Target);
                            using (PageParts.Cell(html, "Target"))
                                ValuePair.Write(html, difference.Target, difference.Source);
                        }
                    }
                },
                "values");
        }
    }

    private static void WriteTables(HtmlWriter html, ValidationReport validation) => PageParts.Table(
        html,
        "Tables that were compared",
        [
            new("Table"), new("Counts"), new("Source rows", IsNumber: true), new("Target rows", IsNumber: true), new("Data"), new("Missing", IsNumber: true), new("Extra", IsNumber: true),
            new("Different", IsNumber: true), new("Cells", IsNumber: true), new("Of the ring", IsNumber: true), new("Time", IsNumber: true),
        ],
        () =>
        {
            foreach (TableValidation table in validation.Tables.OrderByDescending(t => Math.Max(Judgement.Severity(t.Data), Judgement.Severity(t.Count))))
            {
                using (PageParts.Row(html))
                {
                    PageParts.RowHeading(html, table.Keyspace, table.Table);
                    PageParts.StatusCell(html, validation.Checks.HasFlag(ValidationChecks.Count) ? table.Count : null);
                    PageParts.Number(html, Figures.Count(table.SourceRows));
                    PageParts.Number(html, Figures.Count(table.TargetRows));
                    PageParts.StatusCell(html, validation.Checks.HasFlag(ValidationChecks.Data) ? table.Data : null);
                    PageParts.Wrong(html, table.MissingRows);
                    PageParts.Wrong(html, table.ExtraRows);
                    PageParts.Wrong(html, table.DifferentRows);
                    PageParts.Wrong(html, table.DifferentCells);
                    PageParts.Number(html, table.Terms is null ? "–" : Figures.Percent(table.Coverage));
                    PageParts.Number(html, Figures.Duration(table.Seconds));
                }
            }
        });

    private static void WriteCertificate(HtmlWriter html, ValidationReport validation)
    {
        CheckStatus text = Certificates.VerifyText(validation);
        if (text == CheckStatus.NotChecked)
            return;
        using (html.In("p", "certificate"))
        {
            PageParts.Badge(html, text, text == CheckStatus.Passed ? "Certificate" : "Changed certificate");
            html.Text(text == CheckStatus.Passed ? " Signed off, and unchanged since. SHA-256 " : " Its text is not what was signed off. SHA-256 ");
            html.Element("code", validation.Digest!);
        }

        TableValidation[] digests = [.. validation.Tables.Where(t => t.SourceDigest is not null)];
        if (digests.Length == 0)
            return;
        using (html.In("details"))
        {
            html.Element("summary", "Digests of both sides");
            PageParts.Table(html, "Digests of both sides", [new("Table"), new("Source"), new("Target")], () =>
            {
                foreach (TableValidation table in digests)
                {
                    using (PageParts.Row(html))
                    {
                        PageParts.RowHeading(html, table.Keyspace, table.Table);
                        PageParts.Cell(html, table.SourceDigest!, "digest");
                        PageParts.Cell(html, table.TargetDigest ?? "–", "digest");
                    }
                }
            });
        }
    }

    private static string Asked(ValidationReport validation)
    {
        List<string> parts = [$"Asked for: {validation.Checks.ToString().ToLowerInvariant()}"];
        if (validation.Strict)
            parts.Add("strict: times and TTLs too, nothing tolerated");
        if (validation.Tolerance > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{validation.Tolerance:N0} rows tolerated"));
        if (validation.Seed is { } seed)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"sample drawn with seed {seed}"));
        return string.Join("; ", parts) + ".";
    }

    internal static string Name(TableValidation table) => $"{table.Keyspace}.{table.Table}";
}
