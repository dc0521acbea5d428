using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>The proleptic Gregorian calendar over all years that 64-bit milliseconds reach, and its fixed-width text.</summary>
internal static class Calendar
{
    /// <summary>Milliseconds of a day.</summary>
    public const long DayMillis = 86_400_000;

    private const long DaysOf400Years = 146_097;

    /// <summary>Year (0 is 1 BCE), month and day of a number of days since 1970-01-01.</summary>
    public static void FromDays(long days, out long year, out int month, out int day)
    {
        // Years are counted from the first of March, so that the day of leap years comes last.
        long shifted = days + 719_468;
        long era = Math.DivRem(shifted, DaysOf400Years, out long rest);
        if (rest < 0)
        {
            era--;
            rest += DaysOf400Years;
        }

        int dayOfEra = (int)rest;
        int yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        int dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int marchMonth = ((5 * dayOfYear) + 2) / 153;
        day = dayOfYear - (((153 * marchMonth) + 2) / 5) + 1;
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        year = yearOfEra + (era * 400) + (month <= 2 ? 1 : 0);
    }

    /// <summary>The same, but in the Julian calendar before 15 October 1582, as Java's GregorianCalendar counts.</summary>
    public static void FromDaysWithJulian(long days, out long year, out int month, out int day)
    {
        if (days >= -141_427)
        {
            FromDays(days, out year, out month, out day);
            return;
        }

        // As above, with a leap year in every fourth.
        long shifted = days + 719_470;
        long cycle = Math.DivRem(shifted, 1461, out long rest);
        if (rest < 0)
        {
            cycle--;
            rest += 1461;
        }

        int yearOfCycle = ((int)rest - ((int)rest / 1460)) / 365;
        int dayOfYear = (int)rest - (365 * yearOfCycle);
        int marchMonth = ((5 * dayOfYear) + 2) / 153;
        day = dayOfYear - (((153 * marchMonth) + 2) / 5) + 1;
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        year = yearOfCycle + (cycle * 4) + (month <= 2 ? 1 : 0);
    }

    /// <summary>Days since 1970-01-01.</summary>
    public static long ToDays(long year, int month, int day)
    {
        if (month <= 2)
            year--;
        long era = (year >= 0 ? year : year - 399) / 400;
        long yearOfEra = year - (era * 400);
        long dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (era * DaysOf400Years) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
    }

    /// <summary>Days of a month.</summary>
    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>Writes a year in at least four digits: with a plus sign where it has more, with a minus sign before year 0.</summary>
    public static void WriteYear(long year, BufferWriter output)
    {
        if (year is >= 0 and <= 9999)
        {
            Span<byte> target = output.GetSpan(4);
            WriteTwo(target, (int)year / 100);
            WriteTwo(target[2..], (int)year % 100);
            output.Advance(4);
            return;
        }

        output.WriteByte(year < 0 ? (byte)'-' : (byte)'+');
        output.WriteFormatted(Math.Abs(year), "D4");
    }

    /// <summary>Writes <c>-MM-dd</c>.</summary>
    public static void WriteMonthAndDay(int month, int day, BufferWriter output)
    {
        Span<byte> target = output.GetSpan(6);
        target[0] = (byte)'-';
        WriteTwo(target[1..], month);
        target[3] = (byte)'-';
        WriteTwo(target[4..], day);
        output.Advance(6);
    }

    /// <summary>Writes a number of two digits.</summary>
    public static void WriteTwo(Span<byte> target, int value)
    {
        target[1] = (byte)('0' + (value % 10));
        target[0] = (byte)('0' + (value / 10));
    }
}
