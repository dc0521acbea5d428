using Cqlite.Core.Encoding;

namespace Cqlite.Core.Inspection;

/// <summary>
/// Times as Cassandra's sstabledump prints them: ISO 8601 with as many groups of three decimals as are needed (Java's
/// <c>Instant.toString</c>), from seconds and nanoseconds that are reckoned apart, so that negative microseconds come out a second late.
/// </summary>
/// <remarks>Source: org/apache/cassandra/tools/JsonTransformer.java (dateString).</remarks>
internal static class InstantText
{
    private const long NanosPerSecond = 1_000_000_000;

    /// <summary>The seconds of Java's largest and smallest Instant.</summary>
    private const long LargestSecond = 31_556_889_864_403_199;
    private const long SmallestSecond = -31_557_014_167_219_200;

    /// <summary>Appends a time given in microseconds since 1970.</summary>
    public static void WriteMicros(long micros, BufferWriter output)
    {
        long nanos = Math.Clamp(micros, long.MinValue / 1000, long.MaxValue / 1000) * 1000;
        if (micros > long.MaxValue / 1000)
            nanos = long.MaxValue;
        else if (micros < long.MinValue / 1000)
            nanos = long.MinValue;
        Write(micros / 1_000_000, FloorMod(nanos), output);
    }

    /// <summary>Appends a time given in seconds since 1970.</summary>
    public static void WriteSeconds(long seconds, BufferWriter output)
    {
        int nanos = 0;
        if (seconds > long.MaxValue / NanosPerSecond)
            nanos = FloorMod(long.MaxValue);
        else if (seconds < long.MinValue / NanosPerSecond)
            nanos = FloorMod(long.MinValue);
        Write(seconds, nanos, output);
    }

    private static int FloorMod(long nanos)
    {
        long rest = nanos % NanosPerSecond;
        return (int)(rest < 0 ? rest + NanosPerSecond : rest);
    }

    private static void Write(long seconds, int nanos, BufferWriter output)
    {
        if (seconds is < SmallestSecond or > LargestSecond)
        {
            // Java has no such instant and Cassandra's tool would end; a number is better than nothing.
            output.WriteFormatted(seconds);
            return;
        }

        (long days, long secondOfDay) = Math.DivRem(seconds, 86_400);
        if (secondOfDay < 0)
        {
            days--;
            secondOfDay += 86_400;
        }

        (long year, int month, int day) = CivilDate(days);
        Span<byte> text = output.GetSpan(48);
        int at = WriteYear(text, year);
        text[at] = (byte)'-';
        WriteTwo(text, at + 1, month);
        text[at + 3] = (byte)'-';
        WriteTwo(text, at + 4, day);
        text[at + 6] = (byte)'T';
        WriteTwo(text, at + 7, (int)(secondOfDay / 3600));
        text[at + 9] = (byte)':';
        WriteTwo(text, at + 10, (int)(secondOfDay / 60 % 60));
        text[at + 12] = (byte)':';
        WriteTwo(text, at + 13, (int)(secondOfDay % 60));
        at += 15;
        if (nanos != 0)
        {
            text[at++] = (byte)'.';
            int digits = nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
            int value = nanos;
            for (int i = 9; i > digits; i--)
                value /= 10;
            for (int i = digits - 1; i >= 0; i--)
            {
                text[at + i] = (byte)('0' + (value % 10));
                value /= 10;
            }

            at += digits;
        }

        text[at++] = (byte)'Z';
        output.Advance(at);
    }

    private static int WriteYear(Span<byte> text, long year)
    {
        int at = 0;
        long magnitude = Math.Abs(year);
        if (year < 0)
            text[at++] = (byte)'-';
        else if (year > 9999)
            text[at++] = (byte)'+';
        int digits = 4;
        for (long power = 10_000; magnitude >= power && digits < 18; power *= 10)
            digits++;
        for (int i = digits - 1; i >= 0; i--)
        {
            text[at + i] = (byte)('0' + (magnitude % 10));
            magnitude /= 10;
        }

        return at + digits;
    }

    private static void WriteTwo(Span<byte> text, int at, int value)
    {
        text[at] = (byte)('0' + (value / 10));
        text[at + 1] = (byte)('0' + (value % 10));
    }

    /// <summary>The proleptic Gregorian date of a number of days since 1970, by eras of 400 years that begin in March.</summary>
    private static (long Year, int Month, int Day) CivilDate(long daysSince1970)
    {
        long days = daysSince1970 + 719_468;
        long era = (days >= 0 ? days : days - 146_096) / 146_097;
        int dayOfEra = (int)(days - (era * 146_097));
        int yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        int dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int shifted = ((5 * dayOfYear) + 2) / 153;
        int day = dayOfYear - (((153 * shifted) + 2) / 5) + 1;
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }
}
