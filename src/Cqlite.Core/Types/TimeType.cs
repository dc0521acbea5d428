using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>time</c>: nanoseconds since midnight in eight bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/TimeType.java, serializers/TimeSerializer.java.</remarks>
internal sealed class TimeType() : NativeType("time", "TimeType")
{
    /// <inheritdoc/>
    public override bool IsByteOrdered => true;

    /// <inheritdoc/>
    protected override bool QuotesLiteral => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8)
            MarshalError.Throw($"Expected 8 byte long for time ({value.Length})");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return null;
        Validate(value);
        return new CqlTime(BinaryPrimitives.ReadInt64BigEndian(value));
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case CqlTime time:
                output.WriteInt64(time.Nanoseconds);
                break;
            case TimeOnly time:
                output.WriteInt64(time.Ticks * 100);
                break;
            case TimeSpan span when span >= TimeSpan.Zero && span < TimeSpan.FromDays(1):
                output.WriteInt64(span.Ticks * 100);
                break;
            case string text:
                ParseText(text, output);
                break;
            default:
                MarshalError.ThrowObject(this, value);
                break;
        }
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (TimestampText.IsInteger(text))
        {
            if (!long.TryParse(text, out long raw) || raw is < 0 or >= CqlTime.DayNanoseconds)
                MarshalError.Throw($"Unable to make long (for time) from: '{text}'");
            output.WriteInt64(raw);
            return;
        }

        if (!TryParseClock(text, out long nanoseconds))
            MarshalError.Throw($"(TimeType) Unable to coerce '{text}' to a formatted time (long)");
        output.WriteInt64(nanoseconds);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of a time value"), output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        WriteTime(BinaryPrimitives.ReadInt64BigEndian(value), output);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'"');
        if (value.IsEmpty)
            output.Write("null"u8);
        else
            WriteText(value, output);
        output.WriteByte((byte)'"');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => output.Write(value);

    /// <summary>Writes <c>HH:mm:ss.nnnnnnnnn</c>; a number outside a day, which Cassandra can't print, as it is.</summary>
    internal static void WriteTime(long nanoseconds, BufferWriter output)
    {
        if (nanoseconds is < 0 or >= CqlTime.DayNanoseconds)
        {
            output.WriteFormatted(nanoseconds);
            return;
        }

        int fraction = (int)(nanoseconds % 1_000_000_000);
        int seconds = (int)(nanoseconds / 1_000_000_000);
        Span<byte> target = output.GetSpan(18);
        Calendar.WriteTwo(target, seconds / 3600);
        target[2] = (byte)':';
        Calendar.WriteTwo(target[3..], seconds / 60 % 60);
        target[5] = (byte)':';
        Calendar.WriteTwo(target[6..], seconds % 60);
        target[8] = (byte)'.';
        for (int i = 17; i > 8; i--)
        {
            target[i] = (byte)('0' + (fraction % 10));
            fraction /= 10;
        }

        output.Advance(18);
    }

    /// <summary>hour ":" minute ":" second [ "." fraction of up to nine digits ]; numbers of any width, blanks around.</summary>
    private static bool TryParseClock(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        while (!text.IsEmpty && text[0] <= ' ')
            text = text[1..];
        while (!text.IsEmpty && text[^1] <= ' ')
            text = text[..^1];
        int first = text.IndexOf(':');
        if (first <= 0)
            return false;
        ReadOnlySpan<char> rest = text[(first + 1)..];
        int second = rest.IndexOf(':');
        if (second < 0 || second == rest.Length - 1)
            return false;

        ReadOnlySpan<char> seconds = rest[(second + 1)..];
        int period = seconds.IndexOf('.');
        long fraction = 0;
        if (period >= 0)
        {
            ReadOnlySpan<char> digits = seconds[(period + 1)..];
            if (digits.IsEmpty || digits.Length > 9 || digits.IndexOfAnyExceptInRange('0', '9') >= 0)
                return false;
            fraction = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
            for (int i = digits.Length; i < 9; i++)
                fraction *= 10;
            seconds = seconds[..period];
        }

        if (!TryNumber(text[..first], 24, out long h) || !TryNumber(rest[..second], 60, out long m) || !TryNumber(seconds, 60, out long s))
            return false;
        nanoseconds = (((((h * 60) + m) * 60) + s) * 1_000_000_000) + fraction;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, int limit, out long value)
    {
        bool parsed = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        value = number;
        return parsed && number >= 0 && number < limit;
    }
}
