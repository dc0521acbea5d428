using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>
/// A value of <c>timestamp</c>: milliseconds since 1970 in UTC. It reaches 292 million years around, where
/// <see cref="DateTimeOffset"/> ends at the years 1 and 9999.
/// </summary>
/// <param name="Milliseconds">Milliseconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct CqlTimestamp(long Milliseconds) : IComparable<CqlTimestamp>, IComparable, INativeForm
{
    private const long Minimum = -62_135_596_800_000;
    private const long Maximum = 253_402_300_799_999;

    /// <summary>Whether <see cref="ToDateTimeOffset"/> works.</summary>
    public bool IsInDateTimeRange => Milliseconds is >= Minimum and <= Maximum;

    /// <summary>The same moment as .NET's type.</summary>
    /// <exception cref="OverflowException">The year is not among 1 to 9999.</exception>
    public DateTimeOffset ToDateTimeOffset() => IsInDateTimeRange
        ? DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds)
        : throw new OverflowException($"{this} is outside the years 1 to 9999.");

    /// <summary>The millisecond in which a moment lies.</summary>
    public static CqlTimestamp FromDateTimeOffset(DateTimeOffset value) => new(value.ToUnixTimeMilliseconds());

    /// <summary>The millisecond in which a moment lies.</summary>
    public static implicit operator CqlTimestamp(DateTimeOffset value) => FromDateTimeOffset(value);

    /// <summary>The millisecond in which a moment lies; an unspecified kind is taken for local time, as .NET does.</summary>
    public static implicit operator CqlTimestamp(DateTime value) => FromDateTimeOffset(new DateTimeOffset(value));

    /// <summary>The same moment as .NET's type.</summary>
    /// <exception cref="OverflowException">The year is not among 1 to 9999.</exception>
    public static explicit operator DateTimeOffset(CqlTimestamp value) => value.ToDateTimeOffset();

    /// <inheritdoc/>
    public object ToNativeForm() => IsInDateTimeRange ? (object)ToDateTimeOffset() : this;

    /// <inheritdoc/>
    public int CompareTo(CqlTimestamp other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is null ? 1 : obj is CqlTimestamp other ? CompareTo(other) : throw new ArgumentException("Not a CqlTimestamp.", nameof(obj));

    /// <summary>The moment as Cassandra prints it: <c>2024-02-29T12:34:56.789Z</c>.</summary>
    public override string ToString()
    {
        BufferWriter text = new(32);
        TimestampType.WriteMoment(Milliseconds, (byte)'T', text);
        return text.ToString();
    }
}

/// <summary>A value whose type exists because .NET's own could lose something; it has .NET's form where nothing is lost.</summary>
public interface INativeForm
{
    /// <summary>.NET's own type where it holds the value exactly, else this value.</summary>
    object ToNativeForm();
}
