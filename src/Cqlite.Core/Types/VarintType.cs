using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>varint</c>: an integer of any size, big-endian two's complement, ordered by value; no bytes come first.</summary>
/// <remarks>
/// <code>
/// byte-comparable   below 7 significant bytes   as a variable-length integer of 1 to 9 bytes
///                   else                        FF, length - 7 as unsigned variable-length integer, bytes; all but the bytes inverted when negative
/// </code>
/// Source: org/apache/cassandra/db/marshal/IntegerType.java.
/// </remarks>
internal sealed class VarintType() : NativeType("varint", "IntegerType")
{
    private const int FullFormThreshold = 7;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        return TwosComplement.Compare(left, right);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value) => value.IsEmpty ? null : new BigInteger(value, isUnsigned: false, isBigEndian: true);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (!NumberConversion.TryToBigInteger(value, out BigInteger number))
            MarshalError.ThrowObject(this, value);
        TwosComplement.Write(number, output);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty)
            return;
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number))
            MarshalError.Throw($"unable to make int from '{text}'");
        TwosComplement.Write(number, output);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        string text = JavaJson.TextOf(value);
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger number))
            MarshalError.Throw($"Value '{text}' is not a valid representation of a varint value");
        TwosComplement.Write(number, output);
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (!value.IsEmpty)
            TwosComplement.WriteText(value, output);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            output.Write("\"\""u8);
        else
            TwosComplement.WriteText(value, output);
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;

        // The sign stands apart, so that all bytes of nothing but sign are left out, even where the next byte's first bit differs.
        byte sign = value[0];
        ReadOnlySpan<byte> significant = value;
        if (sign is 0 or 0xFF)
        {
            int skip = value[1..].IndexOfAnyExcept(sign);
            significant = skip < 0 ? value[^1..] : value[(skip + 1)..];
        }

        if (significant.Length < FullFormThreshold)
        {
            ReadOnlySpan<byte> tail = value.Length <= 8 ? value : value[^8..];
            long number = (sbyte)tail[0];
            foreach (byte b in tail[1..])
                number = (number << 8) | b;
            ByteComparable.WriteVariableLength(number, output);
            return;
        }

        byte mask = (byte)((sbyte)sign >> 7);
        output.WriteByte((byte)~mask);
        ByteComparable.WriteVariableLengthUnsigned((ulong)(significant.Length - FullFormThreshold), mask, output);
        output.Write(significant);
    }
}
