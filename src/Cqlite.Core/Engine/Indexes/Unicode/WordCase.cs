using System.Globalization;
using System.Text;

namespace Cqlite.Core.Engine.Indexes.Unicode;

/// <summary>Whether a letter ends what has case in its word, which decides the form of a sigma.</summary>
/// <remarks>
/// Words as java.text.BreakIterator parts them: letters and numbers in a row; marks go with what is before them, format characters are passed over; one dash, quotation mark,
/// apostrophe or point may stand between letters, some of them between numbers. What is written in kanji or kana parts words. Java 17 also ends a word before a sigma
/// that follows a letter beyond U+FFFF, an error of its own that is not followed.
/// </remarks>
internal static class WordCase
{
    private enum Part
    {
        None,
        Letter,
        Number,
        Ignored,
        Between,
    }

    /// <summary>Whether the word has a letter with case before a place, and none behind the letter at this place.</summary>
    public static bool EndsCased(string text, int at) => HasCased(text, at, isForward: false) && !HasCased(text, at + 1, isForward: true);

    private static bool HasCased(string text, int at, bool isForward)
    {
        Part near = Part.Letter;
        bool touches = true;
        while (TryStep(text, ref at, isForward, out Rune rune))
        {
            Part part = PartOf(rune);
            switch (part)
            {
                case Part.Ignored:
                    // A mark that has case is of the word that its letter is of.
                    if (IsCased(rune) && (isForward ? near : Beyond(text, at, isForward, out _)) is Part.Letter or Part.Number)
                        return true;
                    touches &= IsFormat(rune);
                    break;
                case Part.Letter or Part.Number:
                    if (IsCased(rune))
                        return true;
                    near = part;
                    touches = true;
                    break;
                case Part.Between:
                    Part far = Beyond(text, at, isForward, out bool farTouches);
                    if (near != far || !Joins(rune, near) || !(isForward ? farTouches : touches))
                        return false;
                    touches = true;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    // The next letter, number or other in a direction, and whether it touches.
    private static Part Beyond(string text, int at, bool isForward, out bool touches)
    {
        touches = true;
        while (TryStep(text, ref at, isForward, out Rune rune))
        {
            Part part = PartOf(rune);
            if (part != Part.Ignored)
                return part;
            touches &= IsFormat(rune);
        }

        return Part.None;
    }

    private static bool TryStep(string text, ref int at, bool isForward, out Rune rune)
    {
        int length;
        if (isForward)
            Rune.DecodeFromUtf16(text.AsSpan(at), out rune, out length);
        else
            Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out rune, out length);
        at += isForward ? length : -length;
        return length > 0;
    }

    private static Part PartOf(Rune rune)
    {
        // Kanji, hiragana and katakana are words of their own.
        if (rune.Value is 0x3005 or (>= 0x3041 and <= 0x30FE) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF))
            return Part.None;
        if (Joins(rune, Part.Letter) || Joins(rune, Part.Number))
            return Part.Between;
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.SpacingCombiningMark:
                return Part.Letter;
            case UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber:
                return Part.Number;
            case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format:
                return Part.Ignored;
            default:
                return Part.None;
        }
    }

    private static bool Joins(Rune rune, Part parts) => parts switch
    {
        Part.Letter => rune.Value is '"' or '\'' or '.' or 0xAD or 0x2027 || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DashPunctuation or UnicodeCategory.ConnectorPunctuation,
        Part.Number => rune.Value is '"' or '\'' or '.' or ',' or 0x66B,
        _ => false,
    };

    private static bool IsFormat(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is (>= 0x2B0 and <= 0x2B8) or 0x2C0 or 0x2C1 or (>= 0x2E0 and <= 0x2E4) or 0x345 or 0x37A or (>= 0x1D2C and <= 0x1D61) or (>= 0x2160 and <= 0x217F);
}
