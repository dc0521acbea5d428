using System.Globalization;
using Cqlite.Migration.Syncing;

namespace Cqlite.Migration.Reports;

/// <summary>What was carried back to clusters, and how conflicts were decided.</summary>
internal static class SyncSection
{
    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, MigrationReport report, int most)
    {
        foreach (SyncReport sync in report.Syncs.Select(s => s.Content).OrderBy(s => s.StartedAt))
        {
            html.Element("h3", $"{(sync.IsDryRun ? "Dry run of a sync" : "Sync")} of {Figures.Time(sync.StartedAt)}");
            PageParts.Route(html, sync.Source, sync.Target, sync.StartedAt, sync.EndedAt);
            html.Element("p", $"What was written after {Figures.Micros(sync.SinceMicros.ToString(CultureInfo.InvariantCulture))}; conflicts: {sync.Resolution}.{(sync.IsDryRun ? " Nothing was written: these are the changes that would be made." : "")}");
            WriteTables(html, sync);
            foreach (TableSync table in sync.Tables)
                WriteTable(html, table, most);
        }
    }

    private static void WriteTables(HtmlWriter html, SyncReport sync) => PageParts.Table(
        html,
        "Tables of the sync",
        [
            new("Table"), new("Outcome"), new("Rows", IsNumber: true), new("Cells written", IsNumber: true), new("Cells deleted", IsNumber: true), new("Rows deleted", IsNumber: true),
            new("Conflicts", IsNumber: true), new("Cluster's kept", IsNumber: true), new("Undecided", IsNumber: true), new("Rejected", IsNumber: true),
        ],
        () =>
        {
            foreach (TableSync table in sync.Tables)
            {
                using (PageParts.Row(html))
                {
                    PageParts.RowHeading(html, table.Keyspace, table.Table);
                    using (PageParts.Cell(html))
                        PageParts.Badge(html, table.Message is null ? Validation.CheckStatus.Passed : table.IsLeftOut ? Validation.CheckStatus.Warning : Validation.CheckStatus.Failed, table.IsLeftOut ? "Left out" : table.Message is not null ? "Not synced" : sync.IsDryRun ? "Looked at" : "Synced");
                    foreach (long count in (long[])[table.ChangedRows, table.WrittenCells, table.DeletedCells, table.DeletedRows, table.Conflicts, table.Kept])
                        PageParts.Number(html, Figures.Count(count));
                    PageParts.Wrong(html, table.Undecided);
                    PageParts.Wrong(html, table.RejectedRows);
                }
            }
        });

    private static void WriteTable(HtmlWriter html, TableSync table, int most)
    {
        string name = $"{table.Keyspace}.{table.Table}";
        if (table.Message is not null)
        {
            using (html.In("p"))
            {
                html.Element("code", name);
                html.Text($" {table.Message}");
            }
        }

        if (table.Decisions.Count == 0)
            return;
        using (html.In("details"))
        {
            html.Element("summary", $"Decisions about {name}: {Figures.Count(Math.Min(most, table.Decisions.Count))} are listed");
            PageParts.Table(
                html,
                $"Decisions about {name}",
                [new("Row"), new("Action"), new("Database wrote"), new("Cluster wrote")],
                () =>
                {
                    foreach (SyncDecision decision in table.Decisions.Take(most))
                    {
                        using (PageParts.Row(html))
                        {
                            using (PageParts.RowHeading(html))
                                html.Element("span", decision.PartitionKey + (decision.Clustering is null ? "" : $" AND {decision.Clustering}"), ("class", "value"));
                            using (PageParts.Cell(html))
                            {
                                html.Element("span", decision.Action.ToString() + (decision.IsConflict ? ", conflict" : ""), ("class", "kind"));
                                if (decision.Column is not null)
                                    html.Element("code", decision.Element is null ? decision.Column : $"{decision.Column}[{decision.Element}]");
                            }

                            using (PageParts.Cell(html, "Database wrote"))
                                html.Text(Figures.Micros(decision.DatabaseMicros.ToString(CultureInfo.InvariantCulture)));
                            using (PageParts.Cell(html, "Cluster wrote"))
                                html.Text(decision.ClusterMicros is { } micros ? Figures.Micros(micros.ToString(CultureInfo.InvariantCulture)) : "–");
                        }
                    }
                },
                "values");
        }
    }
}
