using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>Durations added to dates and times, and dates and times rounded down to multiples of durations.</summary>
/// <remarks>
/// Months are those of Java's calendar, which is the Julian one before 15 October 1582. Source: org/apache/cassandra/cql3/Duration.java,
/// serializers/SimpleDateSerializer.java.
/// </remarks>
internal static class DurationMath
{
    private const long NanosOfMilli = 1_000_000;
    private const long NanosOfDay = Calendar.DayMillis * NanosOfMilli;

    // The first day of the Gregorian calendar, 1582-10-15.
    private const long Cutover = -141_427;

    /// <summary>Appends a timestamp moved by a duration.</summary>
    public static bool AddToTimestamp(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> duration, bool subtract, BufferWriter output)
    {
        CqlDuration by = DurationType.Read(duration);
        if (by.Nanoseconds % NanosOfMilli != 0)
            throw new ArithmeticException($"The duration must have a millisecond precision. Was: {by}");
        output.WriteInt64(Add(BinaryPrimitives.ReadInt64BigEndian(timestamp), by, subtract));
        return true;
    }

    /// <summary>Appends a date moved by a duration.</summary>
    public static bool AddToDate(ReadOnlySpan<byte> date, ReadOnlySpan<byte> duration, bool subtract, BufferWriter output)
    {
        CqlDuration by = DurationType.Read(duration);
        if (by.Nanoseconds != 0)
            throw new ArithmeticException($"The duration must have a day precision. Was: {by}");
        WriteDate(Add(DateToMillis(date), by, subtract), output);
        return true;
    }

    /// <summary>A date's first millisecond.</summary>
    public static long DateToMillis(ReadOnlySpan<byte> date) => (BinaryPrimitives.ReadInt32BigEndian(date) ^ int.MinValue) * Calendar.DayMillis;

    /// <summary>Appends the date of a moment; of moments before 1970 the day toward 1970, as Cassandra has it.</summary>
    public static void WriteDate(long millis, BufferWriter output)
    {
        long seconds = Math.DivRem(millis, 1000, out long rest) - (rest < 0 ? 1 : 0);
        output.WriteInt32((int)(seconds / 86_400) ^ int.MinValue);
    }

    /// <summary>The last moment of a sequence of steps from a start that is not after the given one.</summary>
    public static long FloorMoment(long millis, CqlDuration step, long startMillis)
    {
        if (startMillis > millis)
            throw new InvalidQueryException("The floor function starting time is greater than the provided time");
        CheckNotNegative(step);
        long stepMillis = (step.Days * Calendar.DayMillis) + (step.Nanoseconds / NanosOfMilli);
        if (step.Months == 0)
            return stepMillis == 0 ? millis : millis - ((millis - startMillis) % stepMillis);

        long multiplier = (MonthNumber(millis) - MonthNumber(startMillis)) / step.Months;
        long floor = AddMonths(startMillis, multiplier * step.Months);
        if (stepMillis == 0)
            return floor;

        // With the days and hours of the steps added it may have gone too far.
        long monthsOnly = floor;
        floor += multiplier * stepMillis;
        while (floor > millis)
        {
            multiplier--;
            monthsOnly = AddMonths(monthsOnly, -step.Months);
            floor = monthsOnly + (multiplier * stepMillis);
        }

        return Math.Max(startMillis, floor);
    }

    /// <summary>The last time of day that is a multiple of a duration.</summary>
    public static long FloorTime(long nanos, CqlDuration step)
    {
        CheckNotNegative(step);
        if (step.Months != 0 || step.Days != 0 || step.Nanoseconds > NanosOfDay)
            throw new InvalidQueryException("For time values, the floor can only be computed for durations smaller that a day");
        return step.Nanoseconds == 0 ? nanos : nanos - (nanos % step.Nanoseconds);
    }

    private static void CheckNotNegative(CqlDuration step)
    {
        if (step.Months < 0 || step.Days < 0 || step.Nanoseconds < 0)
            throw new InvalidQueryException("Negative durations are not supported by the floor function");
    }

    private static long Add(long millis, CqlDuration by, bool subtract)
    {
        int sign = subtract ? -1 : 1;
        long nanoMillis = sign * by.Nanoseconds / NanosOfMilli;
        if (by.Months == 0)
            return unchecked(millis + (sign * by.Days * Calendar.DayMillis) + nanoMillis);

        // Milliseconds beside months go through an int in Java.
        return unchecked(AddMonths(millis, sign * (long)by.Months) + (sign * by.Days * Calendar.DayMillis) + (int)nanoMillis);
    }

    private static long MonthNumber(long millis)
    {
        Calendar.FromDaysWithJulian(FloorDay(millis), out long year, out int month, out _);
        return (year * 12) + month;
    }

    private static long AddMonths(long millis, long months)
    {
        long days = FloorDay(millis);
        Calendar.FromDaysWithJulian(days, out long year, out int month, out int day);
        long number = (year * 12) + (month - 1) + months;
        long newYear = Math.DivRem(number, 12, out long rest) - (rest < 0 ? 1 : 0);
        int newMonth = (int)(rest < 0 ? rest + 12 : rest) + 1;
        bool isJulian = newYear < 1582 || (newYear == 1582 && newMonth < 10);
        int last = newMonth == 2 && isJulian ? (newYear % 4 == 0 ? 29 : 28) : Calendar.DaysInMonth(newYear, newMonth);
        return unchecked((ToDays(newYear, newMonth, Math.Min(day, last)) * Calendar.DayMillis) + (millis - (days * Calendar.DayMillis)));
    }

    private static long ToDays(long year, int month, int day)
    {
        long gregorian = Calendar.ToDays(year, month, day);
        if (gregorian >= Cutover)
            return gregorian;

        // Years from the first of March, a leap year in every fourth.
        if (month <= 2)
            year--;
        long dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        return (365 * year) + (year >> 2) + dayOfYear - 719_470;
    }

    private static long FloorDay(long millis) => Math.DivRem(millis, Calendar.DayMillis, out long rest) - (rest < 0 ? 1 : 0);
}
