using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>float</c>: IEEE 754, four bytes. Order: none, -Infinity ... -0.0, 0.0 ... Infinity, NaN (all alike).</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/FloatType.java, serializers/FloatSerializer.java.</remarks>
internal sealed class FloatType(TextDialect dialect = TextDialect.Current) : FloatingType("float", "FloatType", 4, dialect)
{
    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect to) => to == Dialect ? this : new FloatType(to);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return value.IsEmpty ? null : BinaryPrimitives.ReadSingleBigEndian(value);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is float exact)
            output.WriteInt32(BitConverter.SingleToInt32Bits(exact));
        else if (NumberConversion.TryToDouble(value, out double number))
            output.WriteInt32(BitConverter.SingleToInt32Bits((float)number));
        else
            MarshalError.ThrowObject(this, value);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty)
            return;
        float value;
        if (TryParseSpecial(text, out double special, out ReadOnlySpan<char> digits))
            value = (float)special;
        else if (!float.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            MarshalError.Throw($"Unable to make float from '{text}'");
        output.WriteInt32(BitConverter.SingleToInt32Bits(value));
    }

    /// <inheritdoc/>
    protected override double Read(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadSingleBigEndian(value);

    /// <inheritdoc/>
    protected override void Print(ReadOnlySpan<byte> value, BufferWriter output) => JavaFloat.Write(BinaryPrimitives.ReadSingleBigEndian(value), output);

    /// <inheritdoc/>
    protected override void Write(double value, BufferWriter output) => output.WriteInt32(BitConverter.SingleToInt32Bits((float)value));
}

/// <summary><c>double</c>: IEEE 754, eight bytes. Order: none, -Infinity ... -0.0, 0.0 ... Infinity, NaN (all alike).</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/DoubleType.java, serializers/DoubleSerializer.java.</remarks>
internal sealed class DoubleType(TextDialect dialect = TextDialect.Current) : FloatingType("double", "DoubleType", 8, dialect)
{
    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect to) => to == Dialect ? this : new DoubleType(to);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return value.IsEmpty ? null : BinaryPrimitives.ReadDoubleBigEndian(value);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (NumberConversion.TryToDouble(value, out double number))
            output.WriteDouble(number);
        else
            MarshalError.ThrowObject(this, value);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty)
            return;
        if (!TryParseSpecial(text, out double value, out ReadOnlySpan<char> digits)
            && !double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            MarshalError.Throw($"Unable to make double from '{text}'");
        }

        output.WriteDouble(value);
    }

    /// <inheritdoc/>
    protected override double Read(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadDoubleBigEndian(value);

    /// <inheritdoc/>
    protected override void Print(ReadOnlySpan<byte> value, BufferWriter output) => JavaFloat.Write(BinaryPrimitives.ReadDoubleBigEndian(value), output);

    /// <inheritdoc/>
    protected override void Write(double value, BufferWriter output) => output.WriteDouble(value);
}

/// <summary>What the two floating-point types share.</summary>
internal abstract class FloatingType(string name, string simpleClassName, int lengthBytes, TextDialect dialect) : NativeType(name, simpleClassName)
{
    /// <summary>The release that the type prints like.</summary>
    protected TextDialect Dialect { get; } = dialect;

    /// <inheritdoc/>
    public override int FixedLength => lengthBytes;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != lengthBytes || right.Length != lengthBytes)
            return left.IsEmpty || right.IsEmpty ? right.IsEmpty.CompareTo(left.IsEmpty) : left.SequenceCompareTo(right);

        double l = Read(left);
        double r = Read(right);
        if (l < r)
            return -1;
        if (l > r)
            return 1;
        if (l == r && l != 0)
            return 0;

        // Zeros differ by their sign; NaN is above everything, and equal to NaN.
        return double.IsNaN(l) || double.IsNaN(r) ? double.IsNaN(l).CompareTo(double.IsNaN(r)) : double.IsNegative(r).CompareTo(double.IsNegative(l));
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != lengthBytes && !value.IsEmpty)
            MarshalError.Throw($"Expected {lengthBytes} or 0 byte value for a {Name} ({value.Length})");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        if (value.ValueKind == JsonValueKind.String)
            ParseText(value.GetString(), output);
        else if (value.ValueKind == JsonValueKind.Number && JavaJson.IsInteger(value))
            ParseText(JavaJson.TextOf(value), output);
        else if (value.ValueKind == JsonValueKind.Number)
            Write(value.GetDouble(), output);
        else
            MarshalError.Throw($"Expected a {Name} value, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        if (!value.IsEmpty)
            Print(value, output);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        if (value.IsEmpty)
            output.Write("\"\""u8);
        else if (!double.IsFinite(Read(value)) && Dialect < TextDialect.Release3017)
            output.Write("null"u8);
        else
            Print(value, output);
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteFloat(value, output);

    /// <summary>The number, of bytes that are as long as the type's.</summary>
    protected abstract double Read(ReadOnlySpan<byte> value);

    /// <summary>Appends the number's text.</summary>
    protected abstract void Print(ReadOnlySpan<byte> value, BufferWriter output);

    /// <summary>Appends the number's bytes.</summary>
    protected abstract void Write(double value, BufferWriter output);

    /// <summary>Recognizes NaN and infinities; otherwise leaves digits without blanks around and Java's type letter behind, or nothing where it is no number.</summary>
    protected static bool TryParseSpecial(ReadOnlySpan<char> text, out double special, out ReadOnlySpan<char> digits)
    {
        while (!text.IsEmpty && text[0] <= ' ')
            text = text[1..];
        while (!text.IsEmpty && text[^1] <= ' ')
            text = text[..^1];
        digits = text;
        ReadOnlySpan<char> unsigned = !text.IsEmpty && text[0] is '+' or '-' ? text[1..] : text;
        if (unsigned is "NaN")
        {
            // Java's NaN: the one of .NET has its sign bit set, so that it would be another partition key.
            special = BitConverter.UInt64BitsToDouble(0x7FF8000000000000);
            return true;
        }

        if (unsigned is "Infinity")
        {
            special = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        special = 0;
        if (unsigned.IsEmpty || unsigned[0] is not ((>= '0' and <= '9') or '.'))
            digits = default;
        else if (text[^1] is 'f' or 'F' or 'd' or 'D')
            digits = text[..^1];
        return false;
    }
}
