using System.Globalization;
using Cqlite.Core.Schema;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;

namespace Cqlite.Migration.Reports;

/// <summary>What was moved, run by run and table by table.</summary>
internal static class MovedSection
{
    private const int StripWidth = 1000;

    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, MigrationReport report)
    {
        foreach (Kept<TransferResult> transfer in report.Transfers.OrderBy(t => t.Content.StartedAt))
            Write(html, transfer.Content);
        foreach (Kept<ExportManifest> export in report.Exports.OrderBy(e => e.Content.StartedAt))
            Write(html, export, report.Transfers.Any(t => t.Content.Operation == "export" && t.Content.Target.Address == Path.GetDirectoryName(export.Path)));
    }

    /// <summary>The speeds that results, files of progress and manifests tell. A manifest's is for want of better.</summary>
    public static IEnumerable<SpeedSeries> Speeds(MigrationReport report)
    {
        foreach (TransferResult transfer in report.Transfers.Select(t => t.Content).OrderBy(t => t.StartedAt).Where(t => t.Speed.Count > 0))
            yield return SpeedSeries.Of($"{transfer.Operation} of {Figures.Time(transfer.StartedAt)}", transfer.Speed);

        // Events are of a run of their own where no result tells of the same.
        foreach (SpeedSeries series in report.Progress.SelectMany(p => p.Content))
        {
            if (!report.Transfers.Any(t => t.Content.Speed.Count > 0 && series.Title.StartsWith(t.Content.Operation, StringComparison.Ordinal) && t.Content.Speed[^1].Rows == series.Rows))
                yield return series;
        }

        foreach (Kept<ExportManifest> export in report.Exports)
        {
            string folder = Path.GetDirectoryName(export.Path)!;
            if (!report.Transfers.Any(t => t.Content.Operation == "export" && t.Content.Target.Address == folder && t.Content.Speed.Count > 0))
                yield return SpeedSeries.Of($"export into {Path.GetFileName(folder)}, by its ranges", export.Content);
        }
    }

    /// <summary>What an export directory holds; in short where the result of its export tells the rest.</summary>
    private static void Write(HtmlWriter html, Kept<ExportManifest> export, bool hasResult)
    {
        html.Element("h3", $"Export directory {Path.GetDirectoryName(export.Path)}");
        if (!hasResult)
        {
            WriteManifest(html, export);
            return;
        }

        using (html.In("details"))
        {
            html.Element("summary", $"{TransferFindings.Tables(export.Content.Tables.Count)}, {Figures.Count(export.Content.Tables.Sum(t => t.Rows))} rows in {Figures.Count(export.Content.Tables.Sum(t => t.Files.LongCount()))} files");
            WriteManifest(html, export);
        }
    }

    private static void WriteManifest(HtmlWriter html, Kept<ExportManifest> export)
    {
        ExportManifest manifest = export.Content;
        string folder = Path.GetDirectoryName(export.Path)!;
        OperandDescription target = new(OperandKind.ExportDirectory, folder, manifest.Source.Partitioner);
        PageParts.Route(html, manifest.Source, target, manifest.StartedAt, manifest.UpdatedAt);
        PageParts.Table(
            html,
            "Tables of the export directory",
            [new("Table"), new("State"), new("Rows", IsNumber: true), new("Partitions", IsNumber: true), new("Keys, values", IsNumber: true), new("Files", IsNumber: true), new("Ranges done", IsNumber: true)],
            () =>
            {
                foreach (ExportTable table in manifest.Tables)
                {
                    using (PageParts.Row(html))
                    {
                        PageParts.RowHeading(html, table.Keyspace, table.Name);
                        PageParts.OutcomeCell(html, table.Outcome);
                        PageParts.Number(html, Figures.Count(table.Rows));
                        PageParts.Number(html, Figures.Count(table.Partitions));
                        PageParts.Number(html, Figures.Bytes(table.Bytes));
                        PageParts.Number(html, Figures.Count(table.Files.Count()));
                        WriteRanges(html, table, manifest.Source.Partitioner);
                    }
                }
            });
        WriteMessages(html, manifest.Tables.Where(t => t.Outcome != TransferOutcome.Canceled).Select(t => ($"{t.Keyspace}.{t.Name}", t.Message)));
        WriteNotes(html, manifest.Tables.SelectMany(t => t.Notes.Select(n => ($"{t.Keyspace}.{t.Name}", n))), manifest.Tables.Count);
    }

    private static void Write(HtmlWriter html, TransferResult transfer)
    {
        html.Element("h3", $"{TransferFindings.Capital(transfer.Operation)} of {Figures.Time(transfer.StartedAt)}");
        PageParts.Route(html, transfer.Source, transfer.Target, transfer.StartedAt, transfer.EndedAt);
        PageParts.Table(
            html,
            $"Tables of the {transfer.Operation}",
            [
                new("Table"), new("Outcome"), new("Rows", IsNumber: true), new("Partitions", IsNumber: true), new("Keys, values", IsNumber: true), new("Rejected", IsNumber: true),
                new("Time", IsNumber: true), new("Rows/s", IsNumber: true), new("There now", IsNumber: true),
            ],
            () =>
            {
                foreach (TableTransfer table in transfer.Tables)
                {
                    using (PageParts.Row(html))
                    {
                        PageParts.RowHeading(html, table.Keyspace, table.Table);
                        PageParts.OutcomeCell(html, table.Outcome);
                        PageParts.Number(html, Figures.Count(table.Rows));
                        PageParts.Number(html, Figures.Count(table.Partitions));
                        PageParts.Number(html, Figures.Bytes(table.Bytes));
                        PageParts.Wrong(html, table.RejectedRows);
                        PageParts.Number(html, Figures.Duration(table.Seconds));
                        PageParts.Number(html, Figures.Speed(table.RowsPerSecond));
                        PageParts.Number(html, Figures.Percent(table.Outcome.IsDone() ? 1 : table.Share));
                    }
                }
            });
        WriteMessages(html, transfer.Tables.Where(t => t.Outcome != TransferOutcome.Canceled).Select(t => ($"{t.Keyspace}.{t.Table}", t.Message)));
        WriteNotes(html, transfer.Tables.SelectMany(t => t.Notes.Select(n => ($"{t.Keyspace}.{t.Table}", n))), transfer.Tables.Count);
        if (transfer.Notes.Count > 0)
            PageParts.Sentences(html, transfer.Notes, "notes");
    }

    private static void WriteMessages(HtmlWriter html, IEnumerable<(string Table, string? Message)> messages)
    {
        (string Table, string? Message)[] told = [.. messages.Where(m => m.Message is not null)];
        if (told.Length == 0)
            return;
        using (html.In("ul", "notes"))
        {
            foreach ((string table, string? message) in told)
            {
                using (html.In("li"))
                {
                    html.Element("code", table);
                    html.Text($" {message}");
                }
            }
        }
    }

    /// <summary>What a source could not tell: each sentence once, with the tables that it is about where these are not all.</summary>
    private static void WriteNotes(HtmlWriter html, IEnumerable<(string Table, string Note)> notes, int tableCount)
    {
        IGrouping<string, string>[] groups = [.. notes.GroupBy(n => n.Note, n => n.Table, StringComparer.Ordinal)];
        if (groups.Length == 0)
            return;
        using (html.In("details"))
        {
            html.Element("summary", string.Create(CultureInfo.InvariantCulture, $"What the source does not tell ({groups.Length:N0})"));
            PageParts.Sentences(html, groups.Select(g => g.Count() == tableCount ? g.Key : $"{g.Key} ({string.Join(", ", g)})"));
        }
    }

    private static void WriteRanges(HtmlWriter html, ExportTable table, string partitioner)
    {
        int done = table.Ranges.Count(r => r.State == ExportRangeState.Done);
        using (html.In("td", ("role", "cell"), ("class", "n")))
        {
            html.Text(done == table.Ranges.Count ? Figures.Count(done) : $"{Figures.Count(done)} of {Figures.Count(table.Ranges.Count)}");
            if (done != table.Ranges.Count && Ring(partitioner) is { } ring)
                DrawRing(html, table, ring);
        }
    }

    private static Partitioner? Ring(string className) =>
        className == Partitioner.Murmur3.ClassName ? Partitioner.Murmur3 : className == Partitioner.Random.ClassName ? Partitioner.Random : null;

    /// <summary>The ring as a strip, with what of it is done.</summary>
    private static void DrawRing(HtmlWriter html, ExportTable table, Partitioner ring)
    {
        double share = table.Ranges.Where(r => r.State == ExportRangeState.Done).Sum(r => RangeSplitter.Share(ring, r.Range));
        using (html.In("svg", ("class", "ring"), ("viewBox", "0 0 1000 10"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", $"{Figures.Percent(share)} of the ring is done")))
        {
            double at = 0;
            foreach (ExportRange range in table.Ranges)
            {
                double width = StripWidth * RangeSplitter.Share(ring, range.Range);
                if (range.State == ExportRangeState.Done)
                    html.Empty("rect", ("x", at.ToString("0.##", CultureInfo.InvariantCulture)), ("width", width.ToString("0.##", CultureInfo.InvariantCulture)), ("height", "10"));
                at += width;
            }
        }
    }
}
