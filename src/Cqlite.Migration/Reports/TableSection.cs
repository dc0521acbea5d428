using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>How each table stands, step by step and check by check: the last of each.</summary>
internal static class TableSection
{
    private static readonly string[] s_order = ["export", "copy", "import"];

    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<TableStanding> tables)
    {
        string[] operations = [.. tables.SelectMany(t => t.Steps).Select(s => s.Operation).Distinct(StringComparer.Ordinal).OrderBy(o => Array.IndexOf(s_order, o)).ThenBy(o => o, StringComparer.Ordinal)];
        PageParts.Column[] columns = [new("Table"), .. operations.Select(o => new PageParts.Column(TransferFindings.Capital(o))), new("Counts"), new("Data"), new("Rows differ", IsNumber: true)];
        PageParts.Table(html, "The last of each step and check; what is not good comes first", columns, () =>
        {
            foreach (TableStanding table in tables)
            {
                using (PageParts.Row(html))
                {
                    PageParts.RowHeading(html, table.Keyspace, table.Table);
                    foreach (string operation in operations)
                        WriteSteps(html, [.. table.Steps.Where(s => s.Operation == operation)]);
                    PageParts.StatusCell(html, table.IsUnchecked ? CheckStatus.NotChecked : table.CountStatus);
                    PageParts.StatusCell(html, table.IsUnchecked ? CheckStatus.NotChecked : table.DataStatus);
                    PageParts.Wrong(html, Differing(table));
                }
            }
        }, "matrix");
    }

    private static void WriteSteps(HtmlWriter html, StepStanding[] steps)
    {
        if (steps.Length == 0)
        {
            PageParts.Cell(html, "–", "none");
            return;
        }

        // Of several targets the worst is shown.
        PageParts.OutcomeCell(html, steps.OrderBy(s => s.Outcome.IsDone()).First().Outcome);
    }

    private static long? Differing(TableStanding table)
    {
        TableValidation[] compared = [.. table.Checks.Select(c => c.Data).OfType<TableValidation>().Where(d => d.MissingRows is not null)];
        return compared.Length == 0 ? null : compared.Sum(d => (d.MissingRows + d.ExtraRows + d.DifferentRows) ?? 0);
    }
}
