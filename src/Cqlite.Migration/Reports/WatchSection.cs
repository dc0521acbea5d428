using System.Globalization;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>Continuous validations: a strip of all rounds, and those that did not pass.</summary>
internal static class WatchSection
{
    private const int MostPieces = 200;
    private const int MostRounds = 50;

    /// <summary>Writes it.</summary>
    public static void Write(HtmlWriter html, MigrationReport report)
    {
        foreach (Kept<IReadOnlyList<WatchRound>> watch in report.Watches)
        {
            IReadOnlyList<WatchRound> rounds = watch.Content;
            html.Element("h3", Path.GetFileName(watch.Path));
            if (rounds.Count == 0)
            {
                html.Element("p", "No round was ended.");
                continue;
            }

            using (html.In("p"))
            {
                html.Text($"{Figures.Count(rounds.Count)} rounds from {Figures.Time(rounds[0].DueAt)} to {Figures.Time(rounds[^1].DueAt)}: ");
                foreach (var group in rounds.GroupBy(r => r.Status).OrderByDescending(g => Judgement.Severity(g.Key)))
                {
                    PageParts.Badge(html, group.Key, $"{Figures.Count(group.Count())} {PageParts.Word(group.Key).ToLowerInvariant()}");
                    html.Text(" ");
                }
            }

            Draw(html, rounds);
            WatchRound[] bad = [.. rounds.Where(r => r.Status != CheckStatus.Passed)];
            if (bad.Length > 0)
                WriteRounds(html, bad);
        }
    }

    /// <summary>A strip of pieces of as many rounds each, the worst of which each shows, by colour and by height.</summary>
    private static void Draw(HtmlWriter html, IReadOnlyList<WatchRound> rounds)
    {
        int perPiece = (rounds.Count + MostPieces - 1) / MostPieces;
        CheckStatus[] pieces = [.. rounds.Chunk(perPiece).Select(c => c.Select(r => r.Status).MaxBy(Judgement.Severity))];
        string label = $"Rounds in their order: {Figures.Count(rounds.Count(r => r.Status == CheckStatus.Passed))} of {Figures.Count(rounds.Count)} passed";
        using (html.In("svg", ("class", "rounds"), ("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {pieces.Length * 10} 30")), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", label)))
        {
            foreach ((int index, CheckStatus status) in pieces.Index())
            {
                int height = status switch
                {
                    CheckStatus.Passed => 10,
                    CheckStatus.Warning => 17,
                    CheckStatus.Failed => 30,
                    _ => 24,
                };
                html.Empty(
                    "rect",
                    ("class", PageParts.Class(status)),
                    ("x", ((index * 10) + 1).ToString(CultureInfo.InvariantCulture)),
                    ("y", (30 - height).ToString(CultureInfo.InvariantCulture)),
                    ("width", "8"),
                    ("height", height.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    private static void WriteRounds(HtmlWriter html, WatchRound[] bad)
    {
        PageParts.Table(
            html,
            "Rounds that did not pass, the last first",
            [new("Due"), new("Status"), new("What was found"), new("Left out before", IsNumber: true)],
            () =>
            {
                foreach (WatchRound round in Enumerable.Reverse(bad).Take(MostRounds))
                {
                    using (PageParts.Row(html))
                    {
                        PageParts.RowHeading(html, Figures.Time(round.DueAt));
                        PageParts.StatusCell(html, round.Status);
                        PageParts.Cell(html, round.Message ?? Found(round), "");
                        PageParts.Number(html, Figures.Count(round.Skipped));
                    }
                }
            });
        if (bad.Length > MostRounds)
            html.Element("p", $"The last {Figures.Count(MostRounds)} of {Figures.Count(bad.Length)} are listed.", ("class", "quiet"));
    }

    private static string Found(WatchRound round)
    {
        string rows = round.MissingRows is null ? "" : $"{Figures.Count(round.MissingRows)} rows missing, {Figures.Count(round.ExtraRows)} extra, {Figures.Count(round.DifferentRows)} different";
        return round.FirstDifference is { } first ? $"{rows}; first: {first}" : rows;
    }
}
