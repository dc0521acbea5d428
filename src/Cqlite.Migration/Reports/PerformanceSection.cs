using System.Globalization;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>How long queries took on both sides.</summary>
internal static class PerformanceSection
{
    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, MigrationReport report)
    {
        foreach (ValidationReport validation in report.Validations.Select(v => v.Content).Where(v => v.Timings.Count > 0))
        {
            PageParts.Table(
                html,
                $"Queries of the validation of {Figures.Time(validation.StartedAt)}, in milliseconds",
                [
                    new("Query"), new("Status"), new("Source rows", IsNumber: true), new("Target rows", IsNumber: true), new("Source p50", IsNumber: true), new("Target p50", IsNumber: true),
                    new("Source p99", IsNumber: true), new("Target p99", IsNumber: true), new("Times", IsNumber: true),
                ],
                () =>
                {
                    foreach (QueryTiming timing in validation.Timings)
                    {
                        using (PageParts.Row(html))
                        {
                            using (PageParts.RowHeading(html))
                            {
                                html.Element("code", timing.Query);
                                if (timing.Message is not null)
                                    html.Element("span", timing.Message, ("class", "quiet"));
                            }

                            PageParts.StatusCell(html, timing.Status);
                            PageParts.Number(html, Figures.Count(timing.SourceRows));
                            PageParts.Number(html, Figures.Count(timing.TargetRows));
                            PageParts.Number(html, Millis(timing.Source?.P50));
                            PageParts.Number(html, Millis(timing.Target?.P50));
                            PageParts.Number(html, Millis(timing.Source?.P99));
                            PageParts.Number(html, Millis(timing.Target?.P99));
                            PageParts.Number(html, Figures.Count(timing.Iterations));
                        }
                    }
                });
        }
    }

    private static string Millis(double? millis) => millis is { } known ? known.ToString("N2", CultureInfo.InvariantCulture) : "–";
}
