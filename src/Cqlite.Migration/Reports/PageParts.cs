using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;

namespace Cqlite.Migration.Reports;

/// <summary>What all sections of a page are made of.</summary>
internal static class PageParts
{
    /// <summary>A column of a table: its heading, and whether numbers stand in it.</summary>
    internal readonly record struct Column(string Heading, bool IsNumber = false);

    /// <summary>A section with a heading, which ends with the scope.</summary>
    public static HtmlWriter.Scope Section(HtmlWriter html, string id, string heading)
    {
        HtmlWriter.Scope scope = html.In("section", ("id", id), ("aria-labelledby", $"{id}-h"));
        html.Element("h2", heading, ("id", $"{id}-h"));
        return scope;
    }

    /// <summary>A table, which can be scrolled by itself where it is too wide.</summary>
    /// <param name="html">Where.</param>
    /// <param name="caption">What it is, for those who don't see where it stands.</param>
    /// <param name="columns">Its columns; the first one names the rows.</param>
    /// <param name="rows">Writes the rows.</param>
    /// <param name="cssClass">A class of its own; empty for none.</param>
    public static void Table(HtmlWriter html, string caption, ReadOnlySpan<Column> columns, Action rows, string cssClass = "")
    {
        using (html.In("div", ("class", "scroll"), ("role", "region"), ("aria-label", caption), ("tabindex", "0")))
        using (html.In("table", ("class", cssClass), ("role", "table")))
        {
            html.Element("caption", caption);
            using (html.In("thead", ("role", "rowgroup")))
            using (Row(html))
            {
                foreach (Column column in columns)
                    html.Element("th", column.Heading, ("scope", "col"), ("role", "columnheader"), ("class", column.IsNumber ? "n" : ""));
            }

            using (html.In("tbody", ("role", "rowgroup")))
                rows();
        }
    }

    /// <summary>A row, which ends with the scope. Roles are told, for on a phone tables of values are shown as lists, and would be taken for such.</summary>
    public static HtmlWriter.Scope Row(HtmlWriter html, string cssClass = "") => html.In("tr", ("role", "row"), ("class", cssClass));

    /// <summary>The cell that names a row, and ends with the scope.</summary>
    public static HtmlWriter.Scope RowHeading(HtmlWriter html) => html.In("th", ("scope", "row"), ("role", "rowheader"));

    /// <summary>The cell that names a row.</summary>
    public static void RowHeading(HtmlWriter html, string text) => html.Element("th", text, ("scope", "row"), ("role", "rowheader"));

    /// <summary>The cell that names a row by a table, which may be broken behind the keyspace.</summary>
    public static void RowHeading(HtmlWriter html, string keyspace, string table)
    {
        using (RowHeading(html))
        {
            html.Text($"{keyspace}.");
            html.Empty("wbr");
            html.Text(table);
        }
    }

    /// <summary>A cell, which ends with the scope.</summary>
    /// <param name="html">Where.</param>
    /// <param name="heading">Its column's heading, which is shown with it where columns are not; empty where the content tells.</param>
    public static HtmlWriter.Scope Cell(HtmlWriter html, string heading = "") =>
        heading.Length == 0 ? html.In("td", ("role", "cell")) : html.In("td", ("role", "cell"), ("data-of", heading));

    /// <summary>A cell with a text.</summary>
    public static void Cell(HtmlWriter html, string text, string cssClass) => html.Element("td", text, ("role", "cell"), ("class", cssClass));

    /// <summary>A cell with a number.</summary>
    public static void Number(HtmlWriter html, string text) => html.Element("td", text, ("role", "cell"), ("class", "n"));

    /// <summary>A cell with a count that should be 0.</summary>
    public static void Wrong(HtmlWriter html, long? count) => html.Element("td", Figures.Count(count), ("role", "cell"), ("class", count > 0 ? "n wrong" : "n"));

    /// <summary>A cell with what a check has found; a dash where nobody asked.</summary>
    public static void StatusCell(HtmlWriter html, CheckStatus? status)
    {
        using (Cell(html))
        {
            if (status is { } known)
                Badge(html, known, Word(known));
            else
                html.Element("span", "–", ("class", "none"));
        }
    }

    /// <summary>A cell with how a table's moving ended.</summary>
    public static void OutcomeCell(HtmlWriter html, TransferOutcome outcome)
    {
        using (Cell(html))
            Badge(html, outcome.IsDone() ? CheckStatus.Passed : CheckStatus.Failed, outcome.ToString());
    }

    /// <summary>A sign and a word: never a colour alone.</summary>
    public static void Badge(HtmlWriter html, CheckStatus status, string word)
    {
        using (html.In("span", $"badge {Class(status)}"))
        {
            Sign(html, status);
            html.Element("span", word, ("class", "word"));
        }
    }

    /// <summary>The sign of a status; the word beside it says the same.</summary>
    public static void Sign(HtmlWriter html, CheckStatus status) => html.Element("span", status switch
    {
        CheckStatus.Passed => "✓",
        CheckStatus.Warning => "!",
        CheckStatus.Failed => "✕",
        _ => "?",
    }, ("class", "sign"), ("aria-hidden", "true"));

    /// <summary>What a status is called.</summary>
    public static string Word(CheckStatus status) => status == CheckStatus.NotChecked ? "Not checked" : status.ToString();

    /// <summary>The class of a status.</summary>
    public static string Class(CheckStatus status) => status switch
    {
        CheckStatus.Passed => "good",
        CheckStatus.Warning => "warn",
        CheckStatus.Failed => "bad",
        _ => "open",
    };

    /// <summary>From where to where, and when.</summary>
    public static void Route(HtmlWriter html, Operands.OperandDescription source, Operands.OperandDescription target, DateTimeOffset startedAt, DateTimeOffset endedAt)
    {
        using (html.In("dl", "facts"))
        {
            Fact(html, "Source", Describe(source));
            Fact(html, "Target", Describe(target));
            Fact(html, "Began", Figures.Time(startedAt));
            Fact(html, "Took", Figures.Duration((endedAt - startedAt).TotalSeconds));
        }
    }

    /// <summary>A name and what it is.</summary>
    public static void Fact(HtmlWriter html, string name, string value)
    {
        using (html.In("div"))
        {
            html.Element("dt", name);
            html.Element("dd", value);
        }
    }

    /// <summary>A list of sentences.</summary>
    public static void Sentences(HtmlWriter html, IEnumerable<string> sentences, string cssClass = "")
    {
        using (html.In("ul", cssClass))
        {
            foreach (string sentence in sentences)
                html.Element("li", sentence);
        }
    }

    private static string Describe(Operands.OperandDescription operand)
    {
        string kind = operand.Kind switch
        {
            Operands.OperandKind.Cluster => $"Cassandra {operand.Release}, consistency {operand.Consistency}",
            Operands.OperandKind.Database => "database",
            Operands.OperandKind.ExportDirectory => "export directory",
            _ => "Cassandra's files",
        };
        return $"{TransferReport.Describe(operand)} · {kind}";
    }
}
