using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>
/// <c>timestamp</c>: milliseconds since 1970 in eight bytes. Its forebear, the class DateType, has the same values under the same
/// name, but orders them as unsigned bytes: times before 1970 come last.
/// </summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/TimestampType.java and DateType.java, serializers/TimestampSerializer.java.</remarks>
internal sealed class TimestampType(string simpleClassName, TextDialect dialect = TextDialect.Current) : NativeType("timestamp", simpleClassName)
{
    private readonly bool _unsigned = simpleClassName == "DateType";
    private readonly string _simpleClassName = simpleClassName;

    /// <inheritdoc/>
    public override int FixedLength => 8;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public override bool IsByteOrdered => _unsigned;

    /// <inheritdoc/>
    protected override bool QuotesLiteral => true;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect to) => to == dialect ? this : new TimestampType(_simpleClassName, to);

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        _unsigned ? left.SequenceCompareTo(right) : CqlTypes.BigInt.Compare(left, right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8 && !value.IsEmpty)
            MarshalError.Throw($"Expected 8 or 0 byte long for date ({value.Length})");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return value.IsEmpty ? null : new CqlTimestamp(BinaryPrimitives.ReadInt64BigEndian(value));
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case CqlTimestamp timestamp:
                output.WriteInt64(timestamp.Milliseconds);
                break;
            case DateTimeOffset moment:
                output.WriteInt64(moment.ToUnixTimeMilliseconds());
                break;
            case DateTime moment:
                output.WriteInt64(new DateTimeOffset(moment).ToUnixTimeMilliseconds());
                break;
            case string text:
                ParseText(text, output);
                break;
            default:
                if (NumberConversion.TryToBigInteger(value, out _))
                    CqlTypes.BigInt.Encode(value, output);
                else
                    MarshalError.ThrowObject(this, value);
                break;
        }
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (!text.IsEmpty)
            output.WriteInt64(TimestampText.Parse(text));
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        string given = JavaJson.ClassOf(value);
        if (given == "Long")
            output.WriteInt64(value.GetInt64());
        else if (given == "String")
            ParseText(value.GetString(), output);
        else
            MarshalError.Throw($"Expected a long or a datestring representation of a {(_unsigned ? "date" : "timestamp")} value, but got a {given}: {JavaJson.TextOf(value)}");
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        if (value.IsEmpty)
            return;
        long milliseconds = BinaryPrimitives.ReadInt64BigEndian(value);
        if (dialect == TextDialect.Current)
            WriteMoment(milliseconds, (byte)'T', output);
        else
            WriteOldMoment(milliseconds, dialect == TextDialect.Release40 ? (byte)'T' : (byte)' ', withSeconds: dialect == TextDialect.Release40, output);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        output.WriteByte((byte)'"');
        if (!value.IsEmpty && dialect == TextDialect.Current)
            WriteMoment(BinaryPrimitives.ReadInt64BigEndian(value), (byte)' ', output);
        else if (!value.IsEmpty)
            WriteOldMoment(BinaryPrimitives.ReadInt64BigEndian(value), (byte)' ', withSeconds: true, output);
        output.WriteByte((byte)'"');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (_unsigned)
            output.Write(value);
        else
            ByteComparable.WriteSigned(value, output);
    }

    /// <summary>Writes <c>yyyy-MM-dd?HH:mm:ss.SSSZ</c>; years before 1 are printed as years BCE, without saying so, as Cassandra does.</summary>
    internal static void WriteMoment(long milliseconds, byte separator, BufferWriter output)
    {
        Calendar.FromDays(Days(milliseconds, out int millis), out long year, out int month, out int day);
        Calendar.WriteYear(year > 0 ? year : 1 - year, output);
        Calendar.WriteMonthAndDay(month, day, output);
        WriteClock(millis, separator, withSeconds: true, output);
    }

    /// <summary>Writes a moment as Java's SimpleDateFormat does: in the Julian calendar up to 1582, without a sign before long years.</summary>
    private static void WriteOldMoment(long milliseconds, byte separator, bool withSeconds, BufferWriter output)
    {
        Calendar.FromDaysWithJulian(Days(milliseconds, out int millis), out long year, out int month, out int day);
        output.WriteFormatted(year > 0 ? year : 1 - year, "D4");
        Calendar.WriteMonthAndDay(month, day, output);
        WriteClock(millis, separator, withSeconds, output);
    }

    private static long Days(long milliseconds, out int millisOfDay)
    {
        long days = Math.DivRem(milliseconds, Calendar.DayMillis, out long rest);
        if (rest < 0)
        {
            days--;
            rest += Calendar.DayMillis;
        }

        millisOfDay = (int)rest;
        return days;
    }

    private static void WriteClock(int millis, byte separator, bool withSeconds, BufferWriter output)
    {
        Span<byte> target = output.GetSpan(14);
        target[0] = separator;
        Calendar.WriteTwo(target[1..], millis / 3_600_000);
        target[3] = (byte)':';
        Calendar.WriteTwo(target[4..], millis / 60_000 % 60);
        if (!withSeconds)
        {
            target[6] = (byte)'Z';
            output.Advance(7);
            return;
        }

        target[6] = (byte)':';
        Calendar.WriteTwo(target[7..], millis / 1000 % 60);
        target[9] = (byte)'.';
        target[10] = (byte)('0' + (millis / 100 % 10));
        Calendar.WriteTwo(target[11..], millis % 100);
        target[13] = (byte)'Z';
        output.Advance(14);
    }
}
