using System.Text;

namespace Cqlite.Core.Engine.Indexes.Unicode;

/// <summary>
/// Lower and upper case as Java's String gives them: one letter may become several, and a sigma at the end of a word is another one than within. By tables of our own,
/// so that a structure made by one version of the runtime is right for another.
/// </summary>
/// <remarks>Source: java.lang.String's toLowerCase and toUpperCase for a locale without rules of its own, which Cassandra's analyzers call.</remarks>
internal static class CaseMapping
{
    private const int CapitalSigma = 0x3A3;
    private const int FinalSigma = 0x3C2;
    private const int CapitalDottedI = 0x130;

    /// <summary>A text in lower case.</summary>
    public static string ToLower(string text)
    {
        if (Ascii.IsValid(text))
            return text.ToLowerInvariant();
        var result = new StringBuilder(text.Length);
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == CapitalDottedI)
                result.Append("i\u0307");
            else if (rune.Value == CapitalSigma && WordCase.EndsCased(text, at))
                result.Append((char)FinalSigma);
            else
                result.Append(new Rune(Map(UnicodeTables.Lower, rune.Value)));
            at += rune.Utf16SequenceLength;
        }

        return result.ToString();
    }

    /// <summary>A text in upper case.</summary>
    public static string ToUpper(string text)
    {
        if (Ascii.IsValid(text))
            return text.ToUpperInvariant();
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (TableSearch.Find(UnicodeTables.LongUpper, 4, rune.Value) is [_, int first, int second, int third])
            {
                result.Append(new Rune(first)).Append(new Rune(second));
                if (third != 0)
                    result.Append(new Rune(third));
            }
            else
            {
                result.Append(new Rune(Map(UnicodeTables.Upper, rune.Value)));
            }
        }

        return result.ToString();
    }

    private static int Map(ReadOnlySpan<int> table, int code) =>
        TableSearch.FindAtMost(table, 4, code) is [int first, int last, int stride, int difference] && code <= last && (code - first) % stride == 0
            ? code + difference
            : code;
}
