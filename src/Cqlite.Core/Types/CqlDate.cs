using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A value of <c>date</c>: a day of the proleptic Gregorian calendar, from the year -5877641 to 5881580.</summary>
/// <param name="DaysSinceEpoch">Days since 1970-01-01.</param>
public readonly record struct CqlDate(int DaysSinceEpoch) : IComparable<CqlDate>, IComparable, INativeForm
{
    private static readonly int EpochDay = new DateOnly(1970, 1, 1).DayNumber;

    /// <summary>Whether <see cref="ToDateOnly"/> works.</summary>
    public bool IsInDateOnlyRange => DaysSinceEpoch >= -EpochDay && DaysSinceEpoch <= DateOnly.MaxValue.DayNumber - EpochDay;

    /// <summary>The same day as .NET's type.</summary>
    /// <exception cref="OverflowException">The year is not among 1 to 9999.</exception>
    public DateOnly ToDateOnly() => IsInDateOnlyRange
        ? DateOnly.FromDayNumber(DaysSinceEpoch + EpochDay)
        : throw new OverflowException($"{this} is outside the years 1 to 9999.");

    /// <summary>The same day.</summary>
    public static CqlDate FromDateOnly(DateOnly value) => new(value.DayNumber - EpochDay);

    /// <summary>The same day.</summary>
    public static implicit operator CqlDate(DateOnly value) => FromDateOnly(value);

    /// <summary>The same day as .NET's type.</summary>
    /// <exception cref="OverflowException">The year is not among 1 to 9999.</exception>
    public static explicit operator DateOnly(CqlDate value) => value.ToDateOnly();

    /// <inheritdoc/>
    public object ToNativeForm() => IsInDateOnlyRange ? (object)ToDateOnly() : this;

    /// <inheritdoc/>
    public int CompareTo(CqlDate other) => DaysSinceEpoch.CompareTo(other.DaysSinceEpoch);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is null ? 1 : obj is CqlDate other ? CompareTo(other) : throw new ArgumentException("Not a CqlDate.", nameof(obj));

    /// <summary>The day as Cassandra prints it: <c>2024-02-29</c>.</summary>
    public override string ToString()
    {
        BufferWriter text = new(16);
        DateType.WriteDay(DaysSinceEpoch, text);
        return text.ToString();
    }
}
