using System.Globalization;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Reports;

/// <summary>Numbers and times as people read them.</summary>
internal static class Figures
{
    private const double Unit = 1000;

    /// <summary><c>1,234,567</c>.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The number, or a dash where it was not found out.</summary>
    public static string Count(long? value) => value is { } known ? Count(known) : "–";

    /// <summary><c>1.2 GB</c>, in units of 1000.</summary>
    public static string Bytes(long bytes)
    {
        if (Math.Abs(bytes) < Unit)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B");
        double value = bytes;
        int unit = 0;
        for (; Math.Abs(value) >= Unit && unit < 5; unit++)
            value /= Unit;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {" kMGTP"[unit]}B");
    }

    /// <summary><c>0.35 s</c>, <c>12.3 s</c>, <c>4 min 5 s</c>, <c>2 h 7 min</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        double.NaN or < 0 or > 1e10 => "–",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 3600):N0} h {Math.Floor(seconds % 3600 / 60):00} min"),
    };

    /// <summary>Rows in a second: <c>151,000</c>.</summary>
    public static string Speed(double rowsPerSecond) => !double.IsFinite(rowsPerSecond) ? "–"
        : rowsPerSecond is > 0 and < 10 ? rowsPerSecond.ToString("0.0", CultureInfo.InvariantCulture)
        : rowsPerSecond.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share between 0 and 1 in percent; what is not all is never shown as 100 %, and what is not nothing never as 0 %.</summary>
    public static string Percent(double share) => share switch
    {
        >= 1 => "100 %",
        > 0.999 => "99.9 %",
        > 0 and < 0.001 => "< 0.1 %",
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %"),
    };

    /// <summary><c>2026-11-21 22:40:16 UTC</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss' UTC'", CultureInfo.InvariantCulture);

    /// <summary>A time of writing in microseconds since 1970, with the moment that it means where it means one.</summary>
    public static string Micros(string micros) =>
        long.TryParse(micros, CultureInfo.InvariantCulture, out long value) && value is >= 0 and < 4_000_000_000_000_000
            ? $"{micros} ({UnixMicros.ToTime(value).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)})"
            : micros;

    /// <summary>A moment in seconds since 1970, with the moment that it means.</summary>
    public static string Seconds(string seconds) =>
        long.TryParse(seconds, CultureInfo.InvariantCulture, out long value) && value is >= 0 and < 32_000_000_000
            ? $"{seconds} ({DateTime.UnixEpoch.AddSeconds(value).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)})"
            : seconds;
}
