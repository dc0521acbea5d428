using System.Globalization;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Schema.Options;

/// <summary>Numbers in text as Java reads and prints them; options and their errors are such texts.</summary>
internal static class JavaNumber
{
    /// <summary>Reads what <c>Integer.parseInt</c> reads: digits with an optional sign, and nothing else.</summary>
    public static bool TryParseInt(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads what <c>Long.parseLong</c> reads.</summary>
    public static bool TryParseLong(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads what <c>Double.parseDouble</c> reads: white space around it and a type suffix are allowed.</summary>
    public static bool TryParseDouble(string text, out double value)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (trimmed.Length > 1 && trimmed[^1] is 'd' or 'D' or 'f' or 'F' && (char.IsAsciiDigit(trimmed[^2]) || trimmed[^2] == '.'))
            trimmed = trimmed[..^1];
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(trimmed, Style, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>What <c>StringUtils.isNumeric</c> is true for: digits only, at least one.</summary>
    public static bool IsDigits(string text) => text.Length > 0 && text.All(char.IsDigit);

    /// <summary>The text of <c>Double.toString</c>.</summary>
    public static string Text(double value)
    {
        var text = new BufferWriter(32);
        JavaFloat.Write(value, text);
        return text.ToString();
    }
}
