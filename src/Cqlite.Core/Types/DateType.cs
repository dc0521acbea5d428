using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>date</c>: days since 1970-01-01 plus 2^31, as an unsigned number of four bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/SimpleDateType.java, serializers/SimpleDateSerializer.java.</remarks>
internal sealed class DateType(TextDialect dialect = TextDialect.Current) : NativeType("date", "SimpleDateType")
{
    /// <inheritdoc/>
    public override bool IsByteOrdered => true;

    /// <inheritdoc/>
    protected override bool QuotesLiteral => true;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect to) => to == dialect ? this : new DateType(to);

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
            MarshalError.Throw($"Expected 4 byte long for date ({value.Length})");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return null;
        Validate(value);
        return new CqlDate(BinaryPrimitives.ReadInt32BigEndian(value) + int.MinValue);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case CqlDate date:
                output.WriteInt32(date.DaysSinceEpoch - int.MinValue);
                break;
            case DateOnly date:
                output.WriteInt32(CqlDate.FromDateOnly(date).DaysSinceEpoch - int.MinValue);
                break;
            case DateTime moment when moment.TimeOfDay == TimeSpan.Zero:
                output.WriteInt32(CqlDate.FromDateOnly(DateOnly.FromDateTime(moment)).DaysSinceEpoch - int.MinValue);
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
            if (!long.TryParse(text, out long raw) || raw is < 0 or > uint.MaxValue)
                MarshalError.Throw($"Unable to make unsigned int (for date) from: '{text}'");
            output.WriteInt32((int)(uint)raw);
            return;
        }

        if (!TimestampText.TryParseIsoDate(text, out long days, out int consumed) || consumed != text.Length)
            MarshalError.Throw($"Unable to coerce '{text}' to a formatted date (long)");
        if (days < int.MinValue)
            MarshalError.Throw($"Input date {text} is less than min supported date -5877641-06-23T00:00Z");
        if (days > int.MaxValue)
            MarshalError.Throw($"Input date {text} is greater than max supported date +5881580-07-11T00:00Z");
        output.WriteInt32((int)days - int.MinValue);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of a date value"), output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        int start = output.Length;
        WriteDay(BinaryPrimitives.ReadInt32BigEndian(value) + int.MinValue, output);
        if (dialect >= TextDialect.Release3 && output.WrittenSpan[start] == '+')
        {
            Span<byte> written = output.Patch(start, output.Length - start);
            written[1..].CopyTo(written);
            output.Truncate(output.Length - 1);
        }
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'"');
        if (!value.IsEmpty)
            WriteText(value, output);
        output.WriteByte((byte)'"');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => output.Write(value);

    /// <summary>Writes a day in ISO form.</summary>
    internal static void WriteDay(int daysSinceEpoch, BufferWriter output)
    {
        Calendar.FromDays(daysSinceEpoch, out long year, out int month, out int day);
        Calendar.WriteYear(year, output);
        Calendar.WriteMonthAndDay(month, day, output);
    }
}
