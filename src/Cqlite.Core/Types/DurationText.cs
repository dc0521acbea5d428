using System.Globalization;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Reads and writes durations as text.</summary>
/// <remarks>
/// <code>
/// duration    = ["-"] ( { number unit } | "P" number "W" | alternative | iso )
/// unit        = y | mo | w | d | h | m | s | ms | us | µs | ns      in this order, each at most once, any case
/// iso         = "P" [n "Y"] [n "M"] [n "D"] ["T" [n "H"] [n "M"] [n "S"]]
/// alternative = "P" YYYY "-" MM "-" DD "T" hh ":" mm ":" ss
/// </code>
/// Source: org/apache/cassandra/cql3/Duration.java.
/// </remarks>
internal static class DurationText
{
    private const long Micro = 1000;
    private const long Milli = 1000 * Micro;
    private const long Second = 1000 * Milli;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    private static readonly string[] UnitNames =
        ["", "years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];

    /// <summary>Reads a duration.</summary>
    public static CqlDuration Parse(ReadOnlySpan<char> text)
    {
        bool negative = !text.IsEmpty && text[0] == '-';
        ReadOnlySpan<char> source = negative ? text[1..] : text;
        Builder builder = new(source);
        bool parsed = source.IsEmpty || source[0] != 'P' ? ParseUnits(ref builder)
            : source[^1] == 'W' ? ParseWeeks(ref builder)
            : source.Contains('-') ? ParseAlternative(ref builder)
            : ParseIso(ref builder);
        if (!parsed)
            MarshalError.Throw($"Unable to convert '{source}' to a duration");
        return builder.Build(negative);
    }

    /// <summary>Writes a duration.</summary>
    public static void Write(CqlDuration value, BufferWriter output)
    {
        if (value.Months < 0 || value.Days < 0 || value.Nanoseconds < 0)
            output.WriteByte((byte)'-');
        long months = Math.Abs((long)value.Months);
        Append(months / 12, "y"u8, output);
        Append(months % 12, "mo"u8, output);
        Append(Math.Abs((long)value.Days), "d"u8, output);
        ulong nanos = value.Nanoseconds < 0 ? 0UL - (ulong)value.Nanoseconds : (ulong)value.Nanoseconds;
        Append((long)(nanos / Hour), "h"u8, output);
        Append((long)(nanos % Hour / Minute), "m"u8, output);
        Append((long)(nanos % Minute / Second), "s"u8, output);
        Append((long)(nanos % Second / Milli), "ms"u8, output);
        Append((long)(nanos % Milli / Micro), "us"u8, output);
        Append((long)(nanos % Micro), "ns"u8, output);
    }

    private static void Append(long count, ReadOnlySpan<byte> unit, BufferWriter output)
    {
        if (count == 0)
            return;
        output.WriteFormatted(count);
        output.Write(unit);
    }

    private static bool ParseUnits(ref Builder builder)
    {
        if (builder.Rest.IsEmpty)
            return false;
        while (!builder.Rest.IsEmpty)
        {
            if (!builder.TryDigits(out ReadOnlySpan<char> digits))
                return false;
            int length = UnitLength(builder.Rest, out int unit);
            if (length == 0)
                return false;
            builder.Rest = builder.Rest[length..];
            builder.Add(unit, digits);
        }

        return true;
    }

    /// <summary>Length of the unit at the beginning; two letters are tried before one.</summary>
    private static int UnitLength(ReadOnlySpan<char> text, out int unit)
    {
        unit = 0;
        if (text.IsEmpty)
            return 0;
        char first = char.ToLowerInvariant(text[0]);
        char second = text.Length > 1 ? char.ToLowerInvariant(text[1]) : '\0';
        unit = (first, second) switch
        {
            ('m', 'o') => 2,
            ('m', 's') => 8,
            ('u', 's') or ('\u00b5', 's') => 9,
            ('n', 's') => 10,
            _ => 0,
        };
        if (unit != 0)
            return 2;
        unit = first switch
        {
            'y' => 1,
            'w' => 3,
            'd' => 4,
            'h' => 5,
            'm' => 6,
            's' => 7,
            _ => 0,
        };
        return unit == 0 ? 0 : 1;
    }

    private static bool ParseWeeks(ref Builder builder)
    {
        builder.Rest = builder.Rest[1..^1];
        if (!builder.TryDigits(out ReadOnlySpan<char> digits) || !builder.Rest.IsEmpty)
            return false;
        builder.Add(3, digits);
        return true;
    }

    private static bool ParseIso(ref Builder builder)
    {
        builder.Rest = builder.Rest[1..];
        return ParseDesignators(ref builder, "YMD", [1, 2, 4])
            && (builder.Rest.IsEmpty || (builder.Rest[0] == 'T' && ParseTime(ref builder)));
    }

    private static bool ParseTime(ref Builder builder)
    {
        builder.Rest = builder.Rest[1..];
        return ParseDesignators(ref builder, "HMS", [5, 6, 7]) && builder.Rest.IsEmpty;
    }

    private static bool ParseDesignators(ref Builder builder, ReadOnlySpan<char> letters, ReadOnlySpan<int> units)
    {
        int next = 0;
        while (builder.TryDigits(out ReadOnlySpan<char> digits))
        {
            int letter = builder.Rest.IsEmpty ? -1 : letters[next..].IndexOf(builder.Rest[0]);
            if (letter < 0)
                return false;
            builder.Rest = builder.Rest[1..];
            builder.Add(units[next + letter], digits);
            next += letter + 1;
        }

        return true;
    }

    private static bool ParseAlternative(ref Builder builder)
    {
        // P0001-02-03T04:05:06
        const string Form = "Pdddd-dd-ddTdd:dd:dd";
        ReadOnlySpan<char> text = builder.Rest;
        if (text.Length != Form.Length)
            return false;
        for (int i = 0; i < Form.Length; i++)
        {
            if (Form[i] == 'd' ? !char.IsAsciiDigit(text[i]) : text[i] != Form[i])
                return false;
        }

        builder.Add(1, text[1..5]);
        builder.Add(2, text[6..8]);
        builder.Add(4, text[9..11]);
        builder.Add(5, text[12..14]);
        builder.Add(6, text[15..17]);
        builder.Add(7, text[18..20]);
        return true;
    }

    private ref struct Builder(ReadOnlySpan<char> text)
    {
        private int _unit;
        private int _months;
        private int _days;
        private long _nanos;

        public ReadOnlySpan<char> Rest = text;

        public bool TryDigits(out ReadOnlySpan<char> digits)
        {
            int length = Rest.IndexOfAnyExceptInRange('0', '9');
            if (length < 0)
                length = Rest.Length;
            digits = Rest[..length];
            Rest = Rest[length..];
            return length > 0;
        }

        public void Add(int unit, ReadOnlySpan<char> digits)
        {
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count))
                MarshalError.Throw($"For input string: \"{digits}\"");
            if (unit == _unit)
                MarshalError.Throw($"Invalid duration. The {UnitNames[unit]} are specified multiple times");
            if (unit < _unit)
                MarshalError.Throw($"Invalid duration. The {UnitNames[_unit]} should be after {UnitNames[unit]}");
            _unit = unit;
            switch (unit)
            {
                case 1:
                    _months += Checked(count, 12, int.MaxValue - _months, "months");
                    break;
                case 2:
                    _months += Checked(count, 1, int.MaxValue - _months, "months");
                    break;
                case 3:
                    _days += Checked(count, 7, int.MaxValue - _days, "days");
                    break;
                case 4:
                    _days += Checked(count, 1, int.MaxValue - _days, "days");
                    break;
                default:
                    long nanos = unit switch { 5 => Hour, 6 => Minute, 7 => Second, 8 => Milli, 9 => Micro, _ => 1 };
                    if (count > (long.MaxValue - _nanos) / nanos)
                        ThrowTooMany("nanoseconds");
                    _nanos += count * nanos;
                    break;
            }
        }

        public readonly CqlDuration Build(bool negative) => negative ? new(-_months, -_days, -_nanos) : new(_months, _days, _nanos);

        private static int Checked(long count, int factor, int room, string what)
        {
            if (count > room / factor)
                ThrowTooMany(what);
            return (int)count * factor;
        }

        private static void ThrowTooMany(string what) =>
            MarshalError.Throw($"Invalid duration. The total number of {what} must be less or equal to {int.MaxValue}");
    }
}
