using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A value of <c>time</c>: nanoseconds since midnight, ten times finer than <see cref="TimeOnly"/>.</summary>
/// <param name="Nanoseconds">Nanoseconds since midnight.</param>
public readonly record struct CqlTime(long Nanoseconds) : IComparable<CqlTime>, IComparable, INativeForm
{
    /// <summary>Nanoseconds of a day.</summary>
    public const long DayNanoseconds = 86_400_000_000_000;

    /// <summary>The same time as .NET's type, cut to ticks of 100 nanoseconds.</summary>
    /// <exception cref="OverflowException">The number is not within a day.</exception>
    public TimeOnly ToTimeOnly() => Nanoseconds is >= 0 and < DayNanoseconds
        ? new TimeOnly(Nanoseconds / 100)
        : throw new OverflowException($"{Nanoseconds} nanoseconds are not within a day.");

    /// <summary>The same time.</summary>
    public static CqlTime FromTimeOnly(TimeOnly value) => new(value.Ticks * 100);

    /// <summary>The same time.</summary>
    public static implicit operator CqlTime(TimeOnly value) => FromTimeOnly(value);

    /// <inheritdoc/>
    public object ToNativeForm() => Nanoseconds is >= 0 and < DayNanoseconds && Nanoseconds % 100 == 0 ? (object)ToTimeOnly() : this;

    /// <inheritdoc/>
    public int CompareTo(CqlTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is null ? 1 : obj is CqlTime other ? CompareTo(other) : throw new ArgumentException("Not a CqlTime.", nameof(obj));

    /// <summary>The time as Cassandra prints it: <c>08:09:10.123000000</c>.</summary>
    public override string ToString()
    {
        BufferWriter text = new(24);
        TimeType.WriteTime(Nanoseconds, text);
        return text.ToString();
    }
}
