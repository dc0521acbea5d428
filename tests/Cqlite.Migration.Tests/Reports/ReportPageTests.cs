using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cqlite.Migration.Reports;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Reports;

/// <summary>A page is whole by itself, whatever its documents hold, and says first what matters.</summary>
public sealed partial class ReportPageTests
{
    public static TheoryData<string> Hostile =>
    [
        "<script>alert(1)</script>", "</style></script><img src=x onerror=alert(1)>", "\"quoted\" 'and' `ticked` &amp; &#x3c;", "]]><!--", "\0\u0001\u001b[31m\r\n\t\u007f\u0085",
        "\u202Egnp.exe\u2066\u200B\uFEFF", "half \uD800 a pair \uDC00", "\uFFFE\uFFFF", "wide \U0001F600", new string('x', 200_000),
    ];

    [Theory, MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void No_text_gets_out_of_its_place(string hostile)
    {
        TableTransfer moved = new(hostile, hostile, TransferOutcome.Refused) { Message = hostile, Notes = [hostile] };
        Difference difference = new(DifferenceKind.Value, hostile, hostile) { Token = hostile, Column = hostile, Element = hostile, Source = hostile, Target = hostile + "!" };
        ValidationReport validation = Documents.Validation(1, Documents.Differing(hostile, difference) with { Message = hostile, NotChecked = [hostile] }) with
        {
            Source = Documents.Cluster with { ClusterName = hostile, Address = hostile, Release = hostile },
            Checks = ValidationChecks.All,
            Schema = CheckStatus.Failed,
            SchemaDifferences = [new SchemaDifference(hostile, hostile, hostile, null)],
            Performance = CheckStatus.Failed,
            Timings = [new QueryTiming(hostile, 1) { Message = hostile, Status = CheckStatus.Failed }],
            Digest = hostile,
        };
        SyncDecisions decisions = new(hostile);
        MigrationReport report = Documents.Report([Documents.Copy(0, moved) with { Notes = [hostile], Operation = hostile }], [validation], [Documents.Sync(isDryRun: true, decisions.Table)]) with
        {
            Title = hostile,
            LeftOut = [hostile],
            Inputs = [new ReportInput(hostile, ReportInputKind.Rejects, 1, hostile)],
            Rejects = [new(hostile, new RejectSummary { Count = 1, GroupCount = 1, Groups = [new RejectGroup(hostile, hostile, 1, hostile)] })],
            Watches = [new(hostile, [new WatchRound(0, Documents.At, CheckStatus.Failed) { Message = hostile }])],
        };
        Page page = Page.Of(report);
        AssertSelfContained(page);
        Assert.Empty(page.All("img"));
        Assert.Equal(1, page.Text.Split("<style>").Length - 1);
        Assert.DoesNotMatch("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F\\u202A-\\u202E\\u2066-\\u2069]", page.Text);
    }

    [Fact]
    public void It_needs_nothing_beside_it_and_is_told_in_landmarks()
    {
        Page page = Page.Of(Whole());
        AssertSelfContained(page);
        Assert.Contains(page.All("meta").Select(m => m.Attribute("content")?.Value), c => c?.StartsWith("default-src 'none';", StringComparison.Ordinal) == true);
        foreach (string landmark in (string[])["header", "nav", "main", "footer", "h1"])
            Assert.Single(page.All(landmark));
        string[] ids = [.. page.Document.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(page.All("a").Select(a => a.Attribute("href")!.Value), href => Assert.Contains(href[1..], ids));
        Assert.All(page.Document.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')), id => Assert.Contains(id, ids));
        Assert.All(page.All("th"), th => Assert.Contains(th.Attribute("scope")?.Value, (string[])["row", "col"]));
        Assert.All(page.All("table"), table => Assert.NotNull(table.Element("caption")));
        Assert.All(page.All("tbody"), body => Assert.All(body.Elements("tr"), row =>
            Assert.Equal(body.Parent!.Element("thead")!.Element("tr")!.Elements().Count(), row.Elements().Count())));
        Assert.All(page.All("svg"), svg =>
        {
            Assert.Equal("img", svg.Attribute("role")?.Value);
            Assert.True(svg.Element("title") is not null || svg.Attribute("aria-label") is not null);
        });
    }

    [Fact]
    public void The_worst_comes_first_and_says_what_to_do()
    {
        Page page = Page.Of(Whole());
        Assert.Equal("✕ Not good", Page.TextOf(page.All("h1").Single()));
        Assert.StartsWith("Failed:", page.All("title").First().Value, StringComparison.Ordinal);
        XElement[] findings = [.. page.Section("todo").Descendants("li")];
        Assert.Equal("bad", findings[0].Attribute("class")!.Value);
        Assert.All(findings, f => Assert.Contains("Do:", Page.TextOf(f), StringComparison.Ordinal));
        Assert.Equal("shop.items", page.Section(PageSections.Tables).Descendants("tbody").First().Descendants("th").First().Value);
    }

    [Fact]
    public void Counts_are_exact_and_lists_end_where_they_are_told_to()
    {
        Difference[] many = [.. Enumerable.Range(0, 50).Select(i => Documents.Value($"'{i}'", null))];
        Page page = Page.Of(Documents.Report(validations: [Documents.Validation(1, Documents.Differing("orders", many))]), mostDifferences: 7);
        XElement section = page.Section(PageSections.Differences);
        Assert.Equal(7, section.Descendants("tbody").Elements("tr").Count());
        string text = Page.TextOf(section);
        Assert.Contains("1,234 rows different in 5,678 cells", text, StringComparison.Ordinal);
        Assert.Contains("The first 7 are listed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_is_marked_and_long_values_are_cut_around_it()
    {
        string before = new('a', 10_000);
        Page page = Page.Of(Documents.Report(validations: [Documents.Validation(1, Documents.Differing("orders", Documents.Value($"{before}xyz{before}", $"{before}q{before}")))]));
        XElement[] values = [.. page.Section(PageSections.Differences).Descendants("td").Where(td => td.Attribute("data-of") is not null)];
        Assert.Equal(["xyz", "q"], values.Select(v => v.Descendants("mark").Single().Value));
        Assert.All(values, v => Assert.Contains("9,940 characters before", Page.TextOf(v), StringComparison.Ordinal));
        Assert.True(page.Text.Length < 30_000, $"{page.Text.Length}");
    }

    [Theory]
    [InlineData("\U0001F600", "\U0001F601")]
    [InlineData("a\U0001F600b", "a\U0001F600c")]
    [InlineData("\U0001F600x", "\U0001FA00x")]
    public void Marks_tear_no_pair(string source, string target)
    {
        Page page = Page.Of(Documents.Report(validations: [Documents.Validation(1, Documents.Differing("orders", Documents.Value(source, target)))]));
        Assert.DoesNotContain("FFFD", page.Text, StringComparison.Ordinal);
        Assert.Equal(
            [source, target],
            page.Section(PageSections.Differences).Descendants("td").Where(td => td.Attribute("data-of") is not null).Select(td => td.Value));
    }

    [Fact]
    public void What_was_not_looked_at_is_never_called_passed()
    {
        MigrationReport report = Documents.Report([Documents.Copy(0, Documents.Done("orders"))]);
        Page page = Page.Of(report);
        Assert.Equal("? Not proven", Page.TextOf(page.All("h1").Single()));
        Assert.DoesNotContain("Passed", page.Text[page.Text.IndexOf("</style>", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("Nothing: the report was given no validation.", Page.TextOf(page.Section(PageSections.Validated)), StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_have_contrast_on_both_papers()
    {
        string sheet = Page.Of(Whole()).All("style").Single().Value;
        foreach (Match palette in Palette().Matches(sheet))
        {
            Dictionary<string, string> colours = Colour().Matches(palette.Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value, StringComparer.Ordinal);
            foreach (string text in (string[])["ink", "quiet", "link", "good", "warn", "bad", "open"])
            {
                foreach (string paper in (string[])["paper", "panel"])
                    Assert.True(Contrast(colours[text], colours[paper]) >= 4.5, $"{text} {colours[text]} on {paper} {colours[paper]}");
            }

            Assert.True(Contrast(colours["ink"], colours["mark"]) >= 4.5, "mark");
        }

        Assert.Equal(3, Palette().Count(sheet));
    }

    private static MigrationReport Whole() => Documents.Report(
        [Documents.Copy(0, Documents.Done("orders"), Documents.Ended("items", TransferOutcome.NodeLost))],
        [Documents.Validation(1, Documents.Differing("orders", Documents.Value("'abc'", "'abd'"))).Seal()],
        [Documents.Sync(isDryRun: false, new SyncDecisions("p = 1").Table)]) with
    {
        Watches = [new("/r/rounds.jsonl", [new WatchRound(0, Documents.At, CheckStatus.Failed) { Message = "gone" }, new WatchRound(1, Documents.At, CheckStatus.Passed)])],
        Rejects = [new("/r/rejects.jsonl", new RejectSummary { Count = 5, GroupCount = 1, Groups = [new RejectGroup("shop.orders", "too large", 5, "INSERT")] })],
    };

    private static void AssertSelfContained(Page page)
    {
        Assert.Empty(page.All("script").Concat(page.All("link")).Concat(page.All("iframe")).Concat(page.All("object")));
        XAttribute[] attributes = [.. page.Document.Descendants().Attributes()];
        Assert.DoesNotContain(attributes, a => a.Name.LocalName is "src" or "srcset" or "style" || a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        Assert.All(attributes.Where(a => a.Name.LocalName == "href"), a => Assert.StartsWith("#", a.Value, StringComparison.Ordinal));
        Assert.DoesNotMatch("url\\(|@import|https?:", page.All("style").Single().Value);
    }

    /// <summary>The ratio of WCAG 2.</summary>
    private static double Contrast(string one, string other)
    {
        double[] both = [Luminance(one), Luminance(other)];
        return (both.Max() + 0.05) / (both.Min() + 0.05);
    }

    private static double Luminance(string colour)
    {
        double[] parts = [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    [GeneratedRegex(":root \\{[^}]*--paper[^}]*\\}")]
    private static partial Regex Palette();

    [GeneratedRegex("--([a-z]+): (#[0-9a-f]{6});")]
    private static partial Regex Colour();
}
