using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>
/// Texts that give the very same bytes when they are read again. A value is written as people write it; where that would lose
/// something (an empty number, a tuple with fewer fields than its type), as <c>0x</c> and the hex of its serialized form, which no
/// type but <c>blob</c> has for a text of its own, and a blob means the same by it.
/// </summary>
internal static class ExactText
{
    private const long FirstMillis = -12_219_292_800_000;
    private const long LastMillis = 253_402_300_799_999;

    /// <summary>Whether the type's values are their text: no sign means anything in it.</summary>
    public static bool IsText(CqlType type) => type.Unreversed is Utf8Type or AsciiType;

    /// <summary>Whether the text of a value is known to give it again, so that nothing has to be tried.</summary>
    public static bool IsExact(CqlType type, ReadOnlySpan<byte> value) => type.Unreversed switch
    {
        Utf8Type or AsciiType or BlobType => true,
        BooleanType => value.Length == 1 && value[0] <= 1,
        TinyIntType => value.Length == 1,
        SmallIntType => value.Length == 2,
        IntType => value.Length == 4,
        BigIntType or CounterType => value.Length == 8,
        FloatType => value.Length == 4 && (!float.IsNaN(BinaryPrimitives.ReadSingleBigEndian(value)) || BinaryPrimitives.ReadInt32BigEndian(value) == 0x7FC00000),
        DoubleType => value.Length == 8 && (!double.IsNaN(BinaryPrimitives.ReadDoubleBigEndian(value)) || BinaryPrimitives.ReadInt64BigEndian(value) == 0x7FF8000000000000),
        UuidType or TimeUuidType => value.Length == 16,
        TimestampType => value.Length == 8 && BinaryPrimitives.ReadInt64BigEndian(value) is >= FirstMillis and <= LastMillis,
        _ => false,
    };

    /// <summary>Appends a value's text, which <see cref="Read"/> reads.</summary>
    public static void Write(CqlType type, ReadOnlySpan<byte> value, BufferWriter output)
    {
        type = type.Unreversed;
        int start = output.Length;
        if (type is NativeType and not (CounterType or BlobType))
            type.WriteText(value, output);
        else
            type.WriteLiteral(value, output);
        if (IsExact(type, value) && output.Length > start)
            return;
        if (IsText(type) || IsReadAgain(output.WrittenSpan[start..], type, value))
            return;
        output.Truncate(start);
        output.Write("0x"u8);
        Hex.Write(value, output);
    }

    /// <summary>Appends the bytes of a text: what <see cref="Write"/> wrote, a native type's text, or a literal of others.</summary>
    /// <exception cref="InvalidQueryException">The text is not one of the type.</exception>
    /// <exception cref="CqlSyntaxException">The literal does not parse.</exception>
    public static void Read(ReadOnlySpan<char> text, CqlType type, BufferWriter output)
    {
        type = type.Unreversed;
        if (!IsText(type) && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            int start = output.Length;
            CqlTypes.Blob.ParseText(text[2..], output);
            type.Validate(output.WrittenSpan[start..]);
        }
        else if (type is CounterType)
        {
            CqlTypes.BigInt.ParseText(text, output);
        }
        else if (type is NativeType)
        {
            type.ParseText(text, output);
        }
        else
        {
            output.Write(LiteralText.Read(text.ToString(), type) ?? throw new InvalidQueryException("null is no value here."));
        }
    }

    private static bool IsReadAgain(ReadOnlySpan<byte> text, CqlType type, ReadOnlySpan<byte> value)
    {
        if (text.IsEmpty || text.StartsWith("0x"u8))
            return type is BlobType && !text.IsEmpty;
        try
        {
            BufferWriter read = new(value.Length + 16);
            Read(System.Text.Encoding.UTF8.GetString(text), type, read);
            return value.SequenceEqual(read.WrittenSpan);
        }
        catch (CqliteException)
        {
            return false;
        }
    }
}
