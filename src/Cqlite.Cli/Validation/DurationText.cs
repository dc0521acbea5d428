using System.CommandLine.Parsing;
using System.Globalization;

namespace Cqlite.Cli.Validation;

/// <summary>Lengths of time as command lines have them: <c>90</c> (seconds), <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    private static readonly (string Name, long Millis)[] s_units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Reads one; false for what is none, and for lengths of nothing.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        decimal millis = 0;
        int at = 0;
        while (at < text.Length)
        {
            int number = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                at++;
            if (!decimal.TryParse(text.AsSpan(number, at - number), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count))
                return false;
            int unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
                at++;
            string name = at == unit && number == 0 ? "s" : text[unit..at].ToLowerInvariant();
            long length = Array.Find(s_units, u => u.Name == name).Millis;
            if (length == 0 || count > 100_000_000)
                return false;
            millis += count * length;
        }

        if (millis is < 1 or > 365L * 86_400_000 * 100)
            return false;
        duration = TimeSpan.FromMilliseconds((double)millis);
        return true;
    }

    /// <summary>Reads an option's value, or says what it takes.</summary>
    public static TimeSpan? Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (TryParse(text, out TimeSpan duration))
            return duration;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} '{text}': a length of time such as 30s, 5m, 1h30m or 7d is needed.");
        return null;
    }
}
