using System.Globalization;
using Cqlite.Core.Rows;

namespace Cqlite.Core.Inspection;

/// <summary>
/// Moments, durations and sizes as sstablemetadata prints them. Moments are in UTC, as <c>MM/dd/yyyy HH:mm:ss</c>, in the Julian calendar
/// before October 1582 and with the year of its era, as Java's SimpleDateFormat has it.
/// </summary>
/// <remarks>Source: org/apache/cassandra/tools/SSTableMetadataViewer.java.</remarks>
internal static class ToolDate
{
    private const long MillisPerDay = 86_400_000;

    /// <summary>A moment in microseconds; null for 0.</summary>
    public static string? OfMicros(long micros) => micros == 0 ? null : Format(micros / 1000);

    /// <summary>A moment in milliseconds; null for 0.</summary>
    public static string? OfMillis(long millis) => millis == 0 ? null : Format(millis);

    /// <summary>A moment in seconds; null for 0.</summary>
    public static string? OfSeconds(long seconds) => seconds == 0 ? null : Format(Math.Clamp(seconds, long.MinValue / 1000, long.MaxValue / 1000) * 1000);

    /// <summary>A local deletion time.</summary>
    public static string OfDeletion(long seconds) => seconds is 0 or Cell.NoDeletionTime ? "no tombstones" : OfSeconds(seconds)!;

    /// <summary>A duration in days, hours, minutes and seconds.</summary>
    public static string DurationOfMicros(long micros)
    {
        long seconds = micros / 1_000_000;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Days: {seconds / 86_400} Hours: {(seconds / 3600) - (seconds / 86_400 * 24)} Minutes: {(seconds / 60) - (seconds / 3600 * 60)} Seconds: {seconds - (seconds / 60 * 60)}");
    }

    /// <summary>A TTL in words, without leading and trailing zeros; null for 0.</summary>
    public static string? WordsOfSeconds(int seconds)
    {
        if (seconds == 0)
            return null;
        if (seconds == int.MaxValue)
            return "never";
        (long Count, string Unit)[] parts = [(seconds / 86_400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second")];
        int first = Array.FindIndex(parts, p => p.Count != 0);
        int last = Array.FindLastIndex(parts, p => p.Count != 0);
        return string.Join(' ', parts[first..(last + 1)].Select(p => $"{p.Count.ToString(CultureInfo.InvariantCulture)} {p.Unit}{(p.Count == 1 ? "" : "s")}"));
    }

    /// <summary>A number of bytes; null for 0.</summary>
    public static string? OfBytes(long bytes)
    {
        if (bytes <= 0)
            return null;
        if (bytes < 1024)
            return $"{bytes.ToString(CultureInfo.InvariantCulture)} B";
        int power = (int)(Math.Log(bytes) / Math.Log(1024));
        double value = bytes / Math.Pow(1024, power);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Round((decimal)value, 1, MidpointRounding.AwayFromZero):0.0} {"kMGTPE"[power - 1]}B");
    }

    private static string Format(long millis)
    {
        long days = millis / MillisPerDay;
        long rest = millis % MillisPerDay;
        if (rest < 0)
        {
            days--;
            rest += MillisPerDay;
        }

        Types.Calendar.FromDaysWithJulian(days, out long year, out int month, out int day);
        long ofEra = year > 0 ? year : 1 - year;
        return string.Create(CultureInfo.InvariantCulture, $"{month:00}/{day:00}/{ofEra:0000} {rest / 3_600_000:00}:{rest / 60_000 % 60:00}:{rest / 1000 % 60:00}");
    }
}
