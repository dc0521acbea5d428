using System.Globalization;

namespace Cqlite.Core.Types;

/// <summary>Reads the texts that Cassandra takes for timestamps and dates. A text without a time zone is meant in UTC.</summary>
/// <remarks>
/// <code>
/// timestamp   = integer                                          milliseconds since 1970
///             | "now"
///             | y "-" M "-" d ("T" | " ") H ":" m [":" s] [fraction] [zone]
///             | yyyy "-" MM "-" dd zone
///             | iso-date [offset]
/// fraction    = "." up to nine digits                            cut to milliseconds; only after seconds
/// zone        = [" "] "Z" | [" "] sign HH [mm] | sign HH ":" mm | " " zone-name-or-offset
/// iso-date    = year of four digits, of more after a sign, "-" MM "-" dd
/// </code>
/// Source: org/apache/cassandra/serializers/TimestampSerializer.java, SimpleDateSerializer.java.
/// </remarks>
internal static class TimestampText
{
    private const int MaxOffsetSeconds = 18 * 3600;
    private const long MaxYear = 999_999_999;

    /// <summary>Whether a text is an integer: digits, with a minus sign or without.</summary>
    public static bool IsInteger(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && text[0] == '-')
            text = text[1..];
        return !text.IsEmpty && text.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    /// <summary>Milliseconds since 1970 of a text.</summary>
    public static long Parse(ReadOnlySpan<char> text)
    {
        if (text.Equals("now", StringComparison.OrdinalIgnoreCase))
            return DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        if (IsInteger(text))
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long millis))
                MarshalError.Throw($"Unable to make long (for date) from: '{text}'");
            return millis;
        }

        if (TryParseDateAndTime(text, out Int128 value) || TryParseDate(text, out value))
        {
            if (value >= long.MinValue && value <= long.MaxValue)
                return (long)value;
        }

        MarshalError.Throw($"Unable to parse a date/time from '{text}'");
        return 0;
    }

    /// <summary>Reads a date in ISO form from the beginning of a text, as days since 1970; the day must exist.</summary>
    public static bool TryParseIsoDate(ReadOnlySpan<char> text, out long days, out int consumed)
    {
        days = 0;
        consumed = 0;
        int i = 0;
        char sign = !text.IsEmpty && text[0] is '+' or '-' ? text[0] : '\0';
        if (sign != 0)
            i++;
        int start = i;
        while (i < text.Length && i - start < 10 && char.IsAsciiDigit(text[i]))
            i++;
        int digits = i - start;
        if (digits < 4 || (sign == 0 && digits > 4) || (sign == '+' && digits == 4))
            return false;
        long year = long.Parse(text[start..i], NumberStyles.None, CultureInfo.InvariantCulture);
        if (year > MaxYear || (sign == '-' && year == 0))
            return false;
        if (sign == '-')
            year = -year;
        if (!TryParseTail(text, ref i, out int month, out int day) || day > Calendar.DaysInMonth(year, month))
            return false;
        days = Calendar.ToDays(year, month, day);
        consumed = i;
        return true;
    }

    private static bool TryParseTail(ReadOnlySpan<char> text, ref int i, out int month, out int day)
    {
        month = day = 0;
        if (i + 6 > text.Length || text[i] != '-' || text[i + 3] != '-'
            || !int.TryParse(text.Slice(i + 1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out month)
            || !int.TryParse(text.Slice(i + 4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out day))
        {
            return false;
        }

        i += 6;
        return month is >= 1 and <= 12 && day is >= 1 and <= 31;
    }

    private static bool TryParseDate(ReadOnlySpan<char> text, out Int128 millis)
    {
        millis = 0;
        if (!TryParseIsoDate(text, out long days, out int consumed))
        {
            // With a zone behind it, a day past the end of its month is taken for the last one, and the year must be of the common era.
            int i = 0;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            if (i != 4)
                return false;
            int year = int.Parse(text[..4], NumberStyles.None, CultureInfo.InvariantCulture);
            if (year == 0 || !TryParseTail(text, ref i, out int month, out int day) || i == text.Length)
                return false;
            days = Calendar.ToDays(year, month, Math.Min(day, Calendar.DaysInMonth(year, month)));
            consumed = i;
        }

        Int128 local = (Int128)days * Calendar.DayMillis;
        if (!TryParseZone(text[consumed..], allowSeconds: true, local, out int offset))
            return false;
        millis = local - ((Int128)offset * 1000);
        return true;
    }

    private static bool TryParseDateAndTime(ReadOnlySpan<char> text, out Int128 millis)
    {
        millis = 0;
        int i = 0;
        if (!TryNumber(text, ref i, '-', out long year) || year < 1 || year > MaxYear
            || !TryNumber(text, ref i, '-', out long month) || month is < 1 or > 12
            || !TryNumber(text, ref i, '\0', out long day) || day is < 1 or > 31
            || i == text.Length || text[i] is not ('T' or ' '))
        {
            return false;
        }

        i++;
        if (!TryNumber(text, ref i, ':', out long hour) || hour > 24 || !TryNumber(text, ref i, '\0', out long minute) || minute > 59)
            return false;
        long second = 0;
        long fraction = 0;
        if (i < text.Length && text[i] == ':')
        {
            i++;
            if (!TryNumber(text, ref i, '\0', out second) || second > 59)
                return false;
            if (i < text.Length && text[i] == '.')
            {
                i++;
                int scale = 100;
                for (int n = 0; n < 9 && i < text.Length && char.IsAsciiDigit(text[i]); n++, i++)
                {
                    fraction += (text[i] - '0') * scale;
                    scale /= 10;
                }
            }
        }

        if (hour == 24 && (minute | second | fraction) != 0)
            return false;
        day = Math.Min(day, Calendar.DaysInMonth(year, (int)month));
        Int128 local = ((Int128)Calendar.ToDays(year, (int)month, (int)day) * Calendar.DayMillis)
            + (((((hour * 60) + minute) * 60) + second) * 1000) + fraction;
        if (!TryParseZone(text[i..], allowSeconds: false, local, out int offset))
            return false;
        millis = local - ((Int128)offset * 1000);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, ref int i, char end, out long value)
    {
        int start = i;
        while (i < text.Length && i - start < 19 && char.IsAsciiDigit(text[i]))
            i++;
        if (!long.TryParse(text[start..i], NumberStyles.None, CultureInfo.InvariantCulture, out value))
            return false;
        if (end == '\0')
            return true;
        if (i == text.Length || text[i] != end)
            return false;
        i++;
        return true;
    }

    /// <summary>Reads what follows the date or time; nothing means UTC.</summary>
    private static bool TryParseZone(ReadOnlySpan<char> text, bool allowSeconds, Int128 localMillis, out int offsetSeconds)
    {
        offsetSeconds = 0;
        if (text.IsEmpty || text is "Z" or " Z")
            return true;
        bool spaced = text[0] == ' ';
        if (spaced)
            text = text[1..];
        if (text.IsEmpty)
            return false;
        if (text[0] is '+' or '-')
            return TryParseOffset(text, spaced || allowSeconds, out offsetSeconds);
        return spaced && TimeZoneNames.TryOffset(text, localMillis, out offsetSeconds);
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, bool allowSeconds, out int offsetSeconds)
    {
        offsetSeconds = 0;
        int sign = text[0] == '-' ? -1 : 1;
        ReadOnlySpan<char> digits = text[1..];
        Span<int> parts = [0, 0, 0];
        bool colons = digits.Length > 2 && digits[2] == ':';
        int count = 0;
        while (!digits.IsEmpty)
        {
            if (count == 3 || digits.Length < 2 || !int.TryParse(digits[..2], NumberStyles.None, CultureInfo.InvariantCulture, out parts[count]))
                return false;
            count++;
            digits = digits[2..];
            if (colons && !digits.IsEmpty)
            {
                if (digits[0] != ':' || digits.Length == 1)
                    return false;
                digits = digits[1..];
            }
        }

        if (count == 0 || (count == 3 && !(colons && allowSeconds)) || parts[1] > 59 || parts[2] > 59)
            return false;
        offsetSeconds = sign * ((parts[0] * 3600) + (parts[1] * 60) + parts[2]);
        return Math.Abs(offsetSeconds) <= MaxOffsetSeconds;
    }
}
