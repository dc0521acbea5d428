using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>duration</c>: months, days and nanoseconds as zig-zag variable-length integers; ordered by the bytes, which no table may ask for.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/DurationType.java, serializers/DurationSerializer.java.</remarks>
internal sealed class DurationType() : NativeType("duration", "DurationType")
{
    /// <inheritdoc/>
    public override bool IsByteOrdered => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value) => Read(value);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value) => value.IsEmpty ? null : Read(value);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case CqlDuration duration:
                Write(duration, output);
                break;
            case TimeSpan span:
                Write(CqlDuration.FromTimeSpan(span), output);
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
        if (!text.IsEmpty)
            Write(DurationText.Parse(text), output);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a string representation of a duration"), output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => DurationText.Write(Read(value), output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.WriteByte((byte)'"');
        if (!value.IsEmpty)
            DurationText.Write(Read(value), output);
        output.WriteByte((byte)'"');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteEscaped(value, output);

    /// <summary>The duration of a serialized value.</summary>
    /// <exception cref="Errors.InvalidQueryException">It is none; Cassandra's words.</exception>
    internal static CqlDuration Read(ReadOnlySpan<byte> value)
    {
        if (value.Length < 3)
            MarshalError.Throw($"Expected at least 3 bytes for a duration ({value.Length})");
        long months = ReadNumber(ref value);
        long days = ReadNumber(ref value);
        long nanoseconds = ReadNumber(ref value);
        if ((int)months != months)
            MarshalError.Throw(string.Create(CultureInfo.InvariantCulture, $"The duration months must be a 32 bits integer but was: {months}"));
        if ((int)days != days)
            MarshalError.Throw(string.Create(CultureInfo.InvariantCulture, $"The duration days must be a 32 bits integer but was: {days}"));
        if (!((months >= 0 && days >= 0 && nanoseconds >= 0) || (months <= 0 && days <= 0 && nanoseconds <= 0)))
            MarshalError.Throw(string.Create(CultureInfo.InvariantCulture, $"The duration months, days and nanoseconds must be all of the same sign ({months}, {days}, {nanoseconds})"));
        return new CqlDuration((int)months, (int)days, nanoseconds);
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> value)
    {
        if (!VInt.TryReadUnsigned(value, out ulong number, out int length))
            MarshalError.Throw("Not enough bytes to read a duration");
        value = value[length..];
        return VInt.DecodeZigZag(number);
    }

    private static void Write(CqlDuration value, BufferWriter output)
    {
        if (!((value.Months >= 0 && value.Days >= 0 && value.Nanoseconds >= 0) || (value.Months <= 0 && value.Days <= 0 && value.Nanoseconds <= 0)))
            MarshalError.Throw(string.Create(CultureInfo.InvariantCulture, $"The duration months, days and nanoseconds must be all of the same sign ({value.Months}, {value.Days}, {value.Nanoseconds})"));
        output.WriteVInt(value.Months);
        output.WriteVInt(value.Days);
        output.WriteVInt(value.Nanoseconds);
    }
}
