using System.Globalization;
using System.Text;

namespace Cqlite.Migration.Reports;

/// <summary>Names for characters that can't be seen, or that change how the text around them is shown.</summary>
internal static class VisibleText
{
    private const int ControlPictures = 0x2400;
    private const int Delete = 0x7F;

    /// <summary>What is shown in place of a character: <c>␊</c> for a line's end, <c>\u{202E}</c> for a mark of direction; null where it is shown as it is.</summary>
    public static string? NameOf(Rune rune)
    {
        int value = rune.Value;
        if (value < ' ')
            return ((char)(ControlPictures + value)).ToString();
        if (value < Delete)
            return null;
        if (value == Delete)
            return "␡";
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate || rune == Rune.ReplacementChar
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{{{value:X4}}}")
            : null;
    }
}
