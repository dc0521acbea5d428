using System.Globalization;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What differs, by name: keys, columns and both values. Lists end where they were told to; counts are exact.</summary>
internal static class DifferenceSection
{
    /// <summary>Writes it, for each table by the validation of its rows that was the last of two sides.</summary>
    public static void Write(HtmlWriter html, MigrationReport report, int most)
    {
        bool isAny = false;
        var last = from kept in report.Validations
                   where kept.Content.Checks.HasFlag(ValidationChecks.Data)
                   from table in kept.Content.Tables
                   group (Validation: kept.Content, Table: table) by (kept.Content.Source.Identity, kept.Content.Target.Identity, table.Keyspace, table.Table) into same
                   select same.MaxBy(s => s.Validation.EndedAt);
        foreach ((ValidationReport validation, TableValidation table) in last.Where(l => IsDifferent(l.Table)))
        {
            isAny = true;
            Write(html, validation, table, most);
        }

        if (!isAny)
            html.Element("p", report.Validations.Any(v => v.Content.Checks.HasFlag(ValidationChecks.Data)) ? "Nothing that was compared." : "Rows were not compared.");
    }

    private static bool IsDifferent(TableValidation table) =>
        table.Data is CheckStatus.Failed or CheckStatus.Warning || table.Differences.Count > 0 || table.MissingRows > 0 || table.ExtraRows > 0 || table.DifferentRows > 0;

    private static void Write(HtmlWriter html, ValidationReport validation, TableValidation table, int most)
    {
        string name = ValidatedSection.Name(table);
        using (html.In("h3"))
        {
            html.Element("code", name);
            html.Text(" ");
            PageParts.Badge(html, table.Data, PageParts.Word(table.Data));
        }

        html.Element("p", $"{TransferReport.Describe(validation.Source)} against {TransferReport.Describe(validation.Target)}, at {Figures.Time(validation.StartedAt)}.", ("class", "quiet"));
        if (table.Message is not null)
            html.Element("p", table.Message);
        if (table.MissingRows is not null)
            html.Element("p", Counts(table));
        if (table.Differences.Count == 0)
            return;
        Difference[] shown = [.. table.Differences.Take(most)];
        PageParts.Table(
            html,
            $"Differences of {name}",
            [new("Row"), new("What differs"), new("Source"), new("Target")],
            () =>
            {
                foreach (Difference difference in shown)
                    Write(html, difference);
            },
            "values");
        if (shown.Length < table.Differences.Count || table.IsTruncated)
        {
            html.Element("p", string.Create(
                CultureInfo.InvariantCulture,
                $"The first {shown.Length:N0} are listed, in the order of tokens{(shown.Length < table.Differences.Count ? $"; the report of the validation has {table.Differences.Count:N0}" : "")}. The counts above are exact."), ("class", "quiet"));
        }
    }

    private static void Write(HtmlWriter html, Difference difference)
    {
        using (PageParts.Row(html, difference.Kind is DifferenceKind.MissingRow or DifferenceKind.ExtraRow ? "whole" : ""))
        {
            using (PageParts.RowHeading(html))
            {
                html.Element("span", Key(difference), ("class", "value"));
                html.Element("span", $"token {difference.Token}", ("class", "quiet"));
            }

            using (PageParts.Cell(html))
            {
                html.Element("span", Word(difference.Kind), ("class", "kind"));
                if (difference.Column is not null)
                    html.Element("code", difference.Element is null ? difference.Column : $"{difference.Column}[{difference.Element}]");
            }

            (string? source, string? target) = Sides(difference);
            using (PageParts.Cell(html, "Source"))
                ValuePair.Write(html, source, target);
            using (PageParts.Cell(html, "Target"))
                ValuePair.Write(html, target, source);
        }
    }

    private static (string? Source, string? Target) Sides(Difference difference) => difference.Kind switch
    {
        DifferenceKind.MissingRow => ("the row", null),
        DifferenceKind.ExtraRow => (null, "the row"),
        DifferenceKind.WriteTime or DifferenceKind.RowLiveness => (Show(difference.Source, Figures.Micros), Show(difference.Target, Figures.Micros)),
        DifferenceKind.Expiry => (Show(difference.Source, Figures.Seconds), Show(difference.Target, Figures.Seconds)),
        _ => (difference.Source, difference.Target),
    };

    private static string? Show(string? value, Func<string, string> show) => value is null ? null : show(value);

    private static string Key(Difference difference) =>
        difference.PartitionKey + (difference.IsStatic ? ", static row" : difference.Clustering is null ? "" : $" AND {difference.Clustering}");

    private static string Word(DifferenceKind kind) => kind switch
    {
        DifferenceKind.MissingRow => "row is missing",
        DifferenceKind.ExtraRow => "row is extra",
        DifferenceKind.MissingCell => "no value in the target",
        DifferenceKind.ExtraCell => "no value in the source",
        DifferenceKind.Value => "value",
        DifferenceKind.WriteTime => "time of writing",
        DifferenceKind.Expiry => "end of life",
        DifferenceKind.Ttl => "TTL",
        _ => "liveness of the row",
    };

    private static string Counts(TableValidation table) =>
        $"Exactly: {Rows(table.MissingRows)} missing in the target, {Rows(table.ExtraRows)} only there, {Rows(table.DifferentRows)} different in {Figures.Count(table.DifferentCells)} {(table.DifferentCells == 1 ? "cell" : "cells")}.";

    private static string Rows(long? count) => count == 1 ? "1 row" : $"{Figures.Count(count)} rows";
}
