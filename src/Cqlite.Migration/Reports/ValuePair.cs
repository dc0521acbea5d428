using System.Globalization;

namespace Cqlite.Migration.Reports;

/// <summary>
/// Two values side by side. What they begin and end with alike is told apart from what differs; of long values only what surrounds the difference is shown, and how
/// much was left out is said.
/// </summary>
internal static class ValuePair
{
    private const int MostContext = 60;
    private const int MostOfDifference = 400;
    private const int MostAlone = 600;

    /// <summary>Writes one of two values.</summary>
    /// <param name="html">Where.</param>
    /// <param name="value">The value; null for none.</param>
    /// <param name="other">What it is compared with; null for none.</param>
    public static void Write(HtmlWriter html, string? value, string? other)
    {
        if (value is null)
        {
            html.Element("span", "nothing", ("class", "none"));
            return;
        }

        if (value.Length == 0)
        {
            html.Element("span", "empty", ("class", "none"));
            return;
        }

        using (html.In("span", "value"))
        {
            if (other is null)
                WriteCut(html, value, MostAlone);
            else
                WriteDifference(html, value, other);
        }
    }

    private static void WriteDifference(HtmlWriter html, string value, string other)
    {
        int prefix = value.AsSpan().CommonPrefixLength(other);
        prefix -= prefix > 0 && char.IsHighSurrogate(value[prefix - 1]) ? 1 : 0;
        int shorter = Math.Min(value.Length, other.Length) - prefix;
        int suffix = 0;
        while (suffix < shorter && value[^(suffix + 1)] == other[^(suffix + 1)])
            suffix++;
        suffix -= suffix > 0 && char.IsLowSurrogate(value[^suffix]) ? 1 : 0;

        int from = Cut(value, Math.Max(0, prefix - MostContext));
        if (from > 0)
            Left(html, from, "before");
        html.Text(value.AsSpan(from, prefix - from));
        ReadOnlySpan<char> middle = value.AsSpan(prefix, value.Length - prefix - suffix);
        if (middle.Length > 0)
        {
            using (html.In("mark"))
                WriteCut(html, middle, MostOfDifference);
        }

        int until = Cut(value, Math.Min(value.Length, value.Length - suffix + MostContext));
        html.Text(value.AsSpan(value.Length - suffix, until - (value.Length - suffix)));
        if (until < value.Length)
            Left(html, value.Length - until, "after");
    }

    private static void WriteCut(HtmlWriter html, ReadOnlySpan<char> text, int most)
    {
        if (text.Length <= most)
        {
            html.Text(text);
            return;
        }

        int end = Cut(text, most);
        html.Text(text[..end]);
        Left(html, text.Length - end, "after");
    }

    /// <summary>A place at which no pair is torn.</summary>
    private static int Cut(ReadOnlySpan<char> text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;

    private static void Left(HtmlWriter html, int count, string where) =>
        html.Element("span", string.Create(CultureInfo.InvariantCulture, $"… {count:N0} characters {where} …"), ("class", "cut"));
}
