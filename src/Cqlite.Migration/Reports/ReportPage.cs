using Cqlite.Core.Encoding;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>
/// A report as one page of HTML that needs nothing beside it: no script, no fonts, no network, which its own policy forbids. The first screen says whether it is
/// good, what is not, and what to do.
/// </summary>
internal sealed class ReportPage
{
    private readonly HtmlWriter _html;
    private readonly MigrationReport _report;
    private readonly Judgement _judgement;
    private readonly PageSettings _settings;

    private ReportPage(HtmlWriter html, MigrationReport report, PageSettings settings)
    {
        _html = html;
        _report = report;
        _judgement = Judgement.Of(report);
        _settings = settings;
    }

    /// <summary>Writes the page in UTF-8.</summary>
    public static void Write(BufferWriter output, MigrationReport report, PageSettings settings)
    {
        output.Write("<!DOCTYPE html>\n"u8);
        new ReportPage(new HtmlWriter(output), report, settings).Write();
        output.Write("\n"u8);
    }

    private void Write()
    {
        using (_html.In("html", ("lang", "en")))
        {
            using (_html.In("head"))
            {
                _html.Empty("meta", ("charset", "utf-8"));
                _html.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"));
                _html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                _html.Empty("meta", ("name", "color-scheme"), ("content", "light dark"));
                _html.Empty("meta", ("name", "generator"), ("content", $"CqlitePS {_report.ToolVersion}"));
                _html.Element("title", $"{PageParts.Word(_judgement.Status)}: {_report.Title}");
                using (_html.In("style"))
                    _html.Markup(PageStyle.Sheet);
            }

            using (_html.In("body"))
            {
                _html.Element("a", "Skip to what was found", ("class", "skip"), ("href", "#found"));
                using (_html.In("header"))
                    WriteVerdict();
                (string Id, string Title, Action Write)[] sections = [.. Sections()];
                WriteContents(sections);
                using (_html.In("main", ("id", "found")))
                {
                    WriteFindings();
                    foreach ((string id, string title, Action write) in sections)
                    {
                        using (PageParts.Section(_html, id, title))
                            write();
                    }
                }

                using (_html.In("footer"))
                    _html.Element("p", $"Made by CqlitePS {_report.ToolVersion} at {Figures.Time(_report.MadeAt)}. Times are UTC; a kilobyte has 1000 bytes.");
            }
        }
    }

    private void WriteVerdict()
    {
        string headline = _judgement.Headline;
        int colon = headline.AsSpan().IndexOfAny(":,");
        using (_html.In("div", $"verdict {PageParts.Class(_judgement.Status)}"))
        {
            _html.Element("p", _report.Title, ("class", "title"));
            using (_html.In("h1"))
            {
                PageParts.Sign(_html, _judgement.Status);
                _html.Text(headline.AsSpan(0, colon));
            }

            _html.Element("p", TransferFindings.Capital(headline[(colon + 1)..].Trim()), ("class", "headline"));
        }

        using (_html.In("dl", "figures"))
        {
            foreach ((string name, string value, CheckStatus? status) in KeyFigures.Of(_report, _judgement))
            {
                using (_html.In("div", status is { } known and not CheckStatus.Passed ? PageParts.Class(known) : ""))
                {
                    _html.Element("dt", name);
                    _html.Element("dd", value);
                }
            }
        }
    }

    private void WriteContents((string Id, string Title, Action Write)[] sections)
    {
        using (_html.In("nav", ("aria-label", "Contents")))
        using (_html.In("ul"))
        {
            foreach ((string id, string title, Action _) in sections)
            {
                using (_html.In("li"))
                    _html.Element("a", title, ("href", $"#{id}"));
            }
        }
    }

    private void WriteFindings()
    {
        if (_judgement.Findings.Count == 0)
            return;
        using (PageParts.Section(_html, "todo", "What to do"))
        using (_html.In("ol", "findings"))
        {
            foreach (Finding finding in _judgement.Findings)
            {
                using (_html.In("li", PageParts.Class(finding.Level)))
                {
                    using (_html.In("h3"))
                    {
                        PageParts.Badge(_html, finding.Level, PageParts.Word(finding.Level));
                        _html.Text(" ");
                        _html.Element("a", finding.Subject, ("href", $"#{finding.Section}"));
                    }

                    _html.Element("p", finding.Text);
                    if (finding.Tables.Count > 0)
                        WriteNames(finding.Tables);
                    using (_html.In("p", "remedy"))
                    {
                        _html.Element("strong", "Do:");
                        _html.Text(" " + finding.Remedy);
                    }
                }
            }
        }
    }

    private void WriteNames(IReadOnlyList<string> names)
    {
        using (_html.In("p", "names"))
        {
            foreach (string name in names.Take(_settings.MostNames))
            {
                _html.Element("code", name);
                _html.Text(" ");
            }

            if (names.Count > _settings.MostNames)
                _html.Text($"and {Figures.Count(names.Count - _settings.MostNames)} more");
        }
    }

    private IEnumerable<(string Id, string Title, Action Write)> Sections()
    {
        if (_judgement.Tables.Count > 0)
            yield return (PageSections.Tables, "Tables", () => TableSection.Write(_html, _judgement.Tables));
        if (_report.Exports.Count + _report.Transfers.Count > 0)
            yield return (PageSections.Moved, "What was moved", () => MovedSection.Write(_html, _report));
        SpeedSeries[] speeds = [.. MovedSection.Speeds(_report)];
        if (speeds.Length > 0)
            yield return (PageSections.Speed, "Speed over time", () => WriteSpeeds(speeds));
        if (_report.Validations.Count > 0)
        {
            yield return (PageSections.Validated, "What was validated", () => ValidatedSection.Write(_html, _report));
            yield return (PageSections.Differences, "What differed", () => DifferenceSection.Write(_html, _report, _settings.MostDifferences));
            yield return (PageSections.NotChecked, "What was not checked", () => ValidatedSection.WriteNotChecked(_html, _report, _judgement.Tables));
        }
        else if (_judgement.Tables.Count > 0)
        {
            yield return (PageSections.Validated, "What was validated", () => _html.Element("p", "Nothing: the report was given no validation."));
        }

        if (_report.Validations.Any(v => v.Content.Checks.HasFlag(ValidationChecks.Schema)))
            yield return (PageSections.Schema, "Definitions", () => ValidatedSection.WriteDefinitions(_html, _report));
        if (_report.Validations.Any(v => v.Content.Timings.Count > 0))
            yield return (PageSections.Performance, "Queries", () => PerformanceSection.Write(_html, _report));
        if (_report.Syncs.Count > 0)
            yield return (PageSections.Synced, "What was carried back", () => SyncSection.Write(_html, _report, _settings.MostDifferences));
        if (_report.Watches.Count > 0)
            yield return (PageSections.Watched, "Continuous validation", () => WatchSection.Write(_html, _report));
        if (_report.Rejects.Count > 0)
            yield return (PageSections.Rejected, "Refused writes", () => MadeSection.WriteRejects(_html, _report));
        yield return (PageSections.Made, "What this report was made of", () => MadeSection.Write(_html, _report));
    }

    private void WriteSpeeds(SpeedSeries[] speeds)
    {
        foreach ((int index, SpeedSeries series) in speeds.Index())
            SpeedChart.Write(_html, series, index + 1);
    }
}

/// <summary>How much a page lists; counts are exact beyond that. Immutable.</summary>
/// <param name="MostDifferences">Differences, and decisions of syncs, of each table. Default 100.</param>
internal sealed record PageSettings(int MostDifferences = 100)
{
    /// <summary>Tables that a finding names.</summary>
    public int MostNames { get; } = 12;
}
