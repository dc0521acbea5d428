using System.Globalization;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A value of <c>duration</c>: months, days and nanoseconds, which do not add up since months and days differ in length. All have the same sign.</summary>
/// <param name="Months">Months.</param>
/// <param name="Days">Days.</param>
/// <param name="Nanoseconds">Nanoseconds.</param>
public readonly record struct CqlDuration(int Months, int Days, long Nanoseconds)
{
    /// <summary>Reads a duration: <c>1y2mo3w4d5h6m7s8ms9us10ns</c>, <c>P1Y2M3DT4H5M6S</c>, <c>P3W</c> or <c>P0001-02-03T04:05:06</c>, each also after a minus sign.</summary>
    /// <exception cref="Errors.InvalidQueryException">The text is none; Cassandra's words.</exception>
    public static CqlDuration Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DurationText.Parse(text);
    }

    /// <summary>Reads a length of time as options of commands have it: <c>90</c> or <c>0.5</c>, which are seconds, or a duration without months: <c>500ms</c>, <c>1h30m</c>, <c>7d</c>.</summary>
    /// <exception cref="Errors.InvalidQueryException">The text is none.</exception>
    /// <exception cref="OverflowException">It is longer than .NET can tell.</exception>
    /// <exception cref="ArgumentException">It is a number that is none.</exception>
    internal static TimeSpan ParseLength(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) ? TimeSpan.FromSeconds(seconds) : Parse(text).ToTimeSpan();

    /// <summary>A duration of hours, minutes and so on.</summary>
    public static CqlDuration FromTimeSpan(TimeSpan value) => new(0, 0, checked(value.Ticks * 100));

    /// <summary>The same as a length of time; a day has 24 hours.</summary>
    /// <exception cref="Errors.InvalidQueryException">It has months, which differ in length, or is longer than .NET can tell.</exception>
    internal TimeSpan ToTimeSpan()
    {
        Int128 ticks = ((Int128)Days * TimeSpan.TicksPerDay) + (Nanoseconds / 100);
        if (Months != 0)
            MarshalError.Throw($"'{this}' has months or years, whose length is not known; use days.");
        if (ticks > TimeSpan.MaxValue.Ticks || ticks < TimeSpan.MinValue.Ticks)
            MarshalError.Throw($"'{this}' is too long.");
        return new TimeSpan((long)ticks);
    }

    /// <summary>The duration as Cassandra prints it: <c>1y2mo3d4h</c>; without a letter where it is zero.</summary>
    public override string ToString()
    {
        BufferWriter text = new(32);
        DurationText.Write(this, text);
        return text.ToString();
    }
}
