using System.Globalization;
using System.Text;

namespace Cqlite.Migration.Reports;

/// <summary>
/// Draws a speed over time. Lines are SVG that stretches with the page; numbers stand beside it as text, so that they stay readable on a phone; a sentence and a table
/// say the same for those who don't see it.
/// </summary>
internal static class SpeedChart
{
    private const int MostPieces = 80;
    private const int Width = 800;
    private const int Height = 200;
    private const int TableRows = 12;

    /// <summary>Draws a run, or says in a sentence what can't be drawn.</summary>
    public static void Write(HtmlWriter html, SpeedSeries series, int number)
    {
        if (!series.IsDrawable)
        {
            string average = series.Seconds > 0 ? $", {Figures.Speed(series.Rows / series.Seconds)} rows/s" : "";
            html.Element("p", $"{TransferFindings.Capital(series.Title)}: {Figures.Count(series.Rows)} rows in {Figures.Duration(series.Seconds)}{average}; too short to be drawn.", ("class", "quiet"));
            return;
        }

        double[] speeds = series.RowsPerSecond(Math.Clamp((int)(series.Seconds * 4), FewestPieces(series), MostPieces));
        double top = NiceTop(speeds.Max());
        string id = string.Create(CultureInfo.InvariantCulture, $"chart{number}");
        double mean = series.Rows / series.Seconds;
        using (html.In("figure"))
        {
            using (html.In("figcaption"))
            {
                html.Element("strong", TransferFindings.Capital(series.Title));
                html.Text($" · {Figures.Count(series.Rows)} rows in {Figures.Duration(series.Seconds)}, on average {Figures.Speed(mean)} rows/s");
            }

            using (html.In("div", "plot"))
            {
                using (html.In("div", ("class", "axis-y"), ("aria-hidden", "true")))
                {
                    foreach (double at in (double[])[1, 0.5, 0])
                        html.Element("span", Figures.Speed(top * at));
                }

                Draw(html, speeds, top, mean, id, Describe(series, speeds));
                using (html.In("div", ("class", "axis-x"), ("aria-hidden", "true")))
                {
                    foreach (double at in (double[])[0, 0.5, 1])
                        html.Element("span", at == 0 ? "0 s" : Figures.Duration(series.Seconds * at));
                }
            }

            html.Element("p", "Rows a second over time; the dashed line is the average.", ("class", "quiet"));
            using (html.In("details"))
            {
                html.Element("summary", "The same in numbers");
                WriteTable(html, series);
            }
        }
    }

    private static int FewestPieces(SpeedSeries series) => Math.Clamp(series.Samples.Count, 4, 20);

    private static void Draw(HtmlWriter html, double[] speeds, double top, double mean, string id, string description)
    {
        using (html.In(
            "svg",
            ("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}")),
            ("preserveAspectRatio", "none"),
            ("role", "img"),
            ("aria-labelledby", $"{id}-t {id}-d")))
        {
            html.Element("title", "Speed over time", ("id", $"{id}-t"));
            html.Element("desc", description, ("id", $"{id}-d"));
            foreach (int y in (int[])[0, Height / 2, Height])
                Line(html, "grid", y);
            string line = Path(speeds, top);
            html.Empty("path", ("class", "area"), ("d", string.Create(CultureInfo.InvariantCulture, $"{line}L{Width} {Height}L0 {Height}Z")));
            html.Empty("path", ("class", "line"), ("d", line));
            Line(html, "mean", Height * (1 - (mean / top)));
        }
    }

    private static void Line(HtmlWriter html, string cssClass, double y)
    {
        string at = y.ToString("0.##", CultureInfo.InvariantCulture);
        html.Empty("line", ("class", cssClass), ("x1", "0"), ("x2", Width.ToString(CultureInfo.InvariantCulture)), ("y1", at), ("y2", at));
    }

    /// <summary>Each piece of time is a step: within it nothing is known but its average.</summary>
    private static string Path(double[] speeds, double top)
    {
        StringBuilder path = new();
        double width = (double)Width / speeds.Length;
        for (int i = 0; i < speeds.Length; i++)
        {
            double y = Height * (1 - (speeds[i] / top));
            path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{width * i:0.##} {y:0.##}L{width * (i + 1):0.##} {y:0.##}");
        }

        return path.ToString();
    }

    private static string Describe(SpeedSeries series, double[] speeds)
    {
        double step = series.Seconds / speeds.Length;
        int most = Array.IndexOf(speeds, speeds.Max());
        int least = Array.IndexOf(speeds, speeds.Min());
        return $"Rows a second during {Figures.Duration(series.Seconds)}: on average {Figures.Speed(series.Rows / series.Seconds)}, "
            + $"most {Figures.Speed(speeds[most])} after {Figures.Duration(step * most)}, least {Figures.Speed(speeds[least])} after {Figures.Duration(step * least)}.";
    }

    private static void WriteTable(HtmlWriter html, SpeedSeries series)
    {
        double[] speeds = series.RowsPerSecond(TableRows);
        double step = series.Seconds / TableRows;
        PageParts.Table(html, $"Speed of {series.Title}", [new("From"), new("To"), new("Rows/s", IsNumber: true)], () =>
        {
            for (int i = 0; i < TableRows; i++)
            {
                using (PageParts.Row(html))
                {
                    PageParts.RowHeading(html, Figures.Duration(step * i));
                    PageParts.Cell(html, Figures.Duration(step * (i + 1)), "");
                    PageParts.Number(html, Figures.Speed(speeds[i]));
                }
            }
        });
    }

    /// <summary>The next of 1, 2, 2.5 and 5 times a power of ten.</summary>
    private static double NiceTop(double most)
    {
        if (most <= 0)
            return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        foreach (double factor in (double[])[1, 2, 2.5, 5])
        {
            if (factor * power >= most)
                return factor * power;
        }

        return 10 * power;
    }
}
