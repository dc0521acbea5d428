using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>tinyint</c>: one signed byte; the zero-length value is none of its values.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/ByteType.java.</remarks>
internal sealed class TinyIntType() : IntegerType<sbyte>("tinyint", "ByteType", 1, "byte", "a byte")
{
    /// <inheritdoc/>
    public override int FixedLength => -1;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => false;

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1)
            MarshalError.Throw($"Expected 1 byte for a tinyint ({value.Length})");
    }

    /// <inheritdoc/>
    protected override sbyte Read(ReadOnlySpan<byte> value) => (sbyte)value[0];

    /// <inheritdoc/>
    protected override void Write(sbyte value, BufferWriter output) => output.WriteByte((byte)value);
}

/// <summary><c>smallint</c>: two bytes; the zero-length value is none of its values.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/ShortType.java.</remarks>
internal sealed class SmallIntType() : IntegerType<short>("smallint", "ShortType", 2, "short", "a short")
{
    /// <inheritdoc/>
    public override int FixedLength => -1;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => false;

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 2)
            MarshalError.Throw($"Expected 2 bytes for a smallint ({value.Length})");
    }

    /// <inheritdoc/>
    protected override short Read(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt16BigEndian(value);

    /// <inheritdoc/>
    protected override void Write(short value, BufferWriter output) => output.WriteUInt16((ushort)value);
}

/// <summary><c>int</c>: four bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/Int32Type.java.</remarks>
internal sealed class IntType() : IntegerType<int>("int", "Int32Type", 4, "int", "an int")
{
    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.Length == 4 && right.Length == 4
        ? BinaryPrimitives.ReadInt32BigEndian(left).CompareTo(BinaryPrimitives.ReadInt32BigEndian(right))
        : CompareBytes(left, right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 4 && !value.IsEmpty)
            MarshalError.Throw($"Expected 4 or 0 byte int ({value.Length})");
    }

    /// <inheritdoc/>
    protected override int Read(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt32BigEndian(value);

    /// <inheritdoc/>
    protected override void Write(int value, BufferWriter output) => output.WriteInt32(value);
}

/// <summary><c>bigint</c>: eight bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/LongType.java.</remarks>
internal sealed class BigIntType() : IntegerType<long>("bigint", "LongType", 8, "long", "a bigint")
{
    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.Length == 8 && right.Length == 8
        ? BinaryPrimitives.ReadInt64BigEndian(left).CompareTo(BinaryPrimitives.ReadInt64BigEndian(right))
        : CompareBytes(left, right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8 && !value.IsEmpty)
            MarshalError.Throw($"Expected 8 or 0 byte long ({value.Length})");
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        Validate(value);
        ByteComparable.WriteVariableLength(Read(value), output);
    }

    /// <inheritdoc/>
    protected override long Read(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value);

    /// <inheritdoc/>
    protected override void Write(long value, BufferWriter output) => output.WriteInt64(value);
}

/// <summary>What the signed integers of fixed length share: big-endian two's complement, ordered by value, no bytes before all.</summary>
internal abstract class IntegerType<T>(string name, string simpleClassName, int lengthBytes, string javaName, string expected)
    : NativeType(name, simpleClassName)
    where T : struct, IBinaryInteger<T>, IUtf8SpanFormattable
{
    /// <inheritdoc/>
    public override int FixedLength => lengthBytes;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareBytes(left, right);

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return null;
        Validate(value);
        return Read(value);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is T exact)
        {
            Write(exact, output);
            return;
        }

        if (!NumberConversion.TryToBigInteger(value, out BigInteger number))
            MarshalError.ThrowObject(this, value);
        T result = T.CreateTruncating(number);
        if (BigInteger.CreateTruncating(result) != number)
            MarshalError.ThrowRange(this, value);
        Write(result, output);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty)
            return;
        if (!T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value))
            MarshalError.Throw($"Unable to make {javaName} from '{text}'");
        Write(value, output);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        if (value.ValueKind == JsonValueKind.String || (value.ValueKind == JsonValueKind.Number && lengthBytes < 4))
        {
            if (lengthBytes < 4 && value.ValueKind == JsonValueKind.Number)
                ParseText(JavaJson.TextOf(value), output);
            else
                ParseText(value.GetString(), output);
            return;
        }

        string given = JavaJson.ClassOf(value);
        if (given == "Integer" || (given == "Long" && lengthBytes == 8))
            Write(T.CreateTruncating(value.GetInt64()), output);
        else
            MarshalError.Throw($"Expected {expected} value, but got a {given}: {JavaJson.TextOf(value)}");
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        if (!value.IsEmpty)
            output.WriteFormatted(Read(value));
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
        {
            output.Write("\"\""u8);
            return;
        }

        Validate(value);
        output.WriteFormatted(Read(value));
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteSigned(value, output);

    /// <summary>The number, of bytes that are as long as the type's.</summary>
    protected abstract T Read(ReadOnlySpan<byte> value);

    /// <summary>Appends the number's bytes.</summary>
    protected abstract void Write(T value, BufferWriter output);

    /// <summary>The order of bytes of any length: the first as signed, the others as unsigned ones.</summary>
    protected static int CompareBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        int first = (sbyte)left[0] - (sbyte)right[0];
        return first != 0 ? first : left.SequenceCompareTo(right);
    }
}
