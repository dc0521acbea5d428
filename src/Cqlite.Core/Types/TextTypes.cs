using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>text</c> and <c>varchar</c>: UTF-8, ordered by its bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/UTF8Type.java, serializers/UTF8Serializer.java.</remarks>
internal sealed class Utf8Type() : TextType("text", "UTF8Type")
{
    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value) && !IsAcceptedByCassandra(value))
            MarshalError.Throw("String didn't validate.");
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => output.WriteText(text);

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "a UTF-8 string"), output);

    /// <inheritdoc/>
    protected override void CheckDecodable(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
            MarshalError.Throw("Invalid UTF-8 bytes " + Hex.Format(value));
    }

    /// <summary>
    /// Cassandra's own check, which lets through more than UTF-8: a zero as C0 80, surrogates, and second bytes of some
    /// sequences that are no continuation bytes.
    /// </summary>
    private static bool IsAcceptedByCassandra(ReadOnlySpan<byte> value)
    {
        int i = 0;
        while (i < value.Length)
        {
            byte first = value[i++];
            if (first < 0x80)
                continue;
            int more;
            if (first is >= 0xC0 and < 0xE0)
            {
                if (first == 0xC1)
                    return false;
                if (i == value.Length || (first == 0xC0 ? value[i] != 0x80 : (value[i] & 0xC0) != 0x80))
                    return false;
                i++;
                continue;
            }

            if (first is >= 0xE0 and < 0xF0)
            {
                if (i == value.Length || (first == 0xE0 ? (value[i] & 0xE0) == 0x80 : (value[i] & 0xC0) != 0x80))
                    return false;
                i++;
                more = 1;
            }
            else if (first is >= 0xF0 and < 0xF8)
            {
                if (i == value.Length || (first == 0xF0 ? (value[i] & 0x30) == 0 : (value[i] & 0xC0) != 0x80))
                    return false;
                i++;
                more = 2;
            }
            else
            {
                return false;
            }

            for (; more > 0; more--)
            {
                if (i == value.Length || (value[i++] & 0xC0) != 0x80)
                    return false;
            }
        }

        return true;
    }
}

/// <summary><c>ascii</c>: bytes below 128.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/AsciiType.java, serializers/AsciiSerializer.java.</remarks>
internal sealed class AsciiType() : TextType("ascii", "AsciiType")
{
    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        int bad = value.IndexOfAnyExceptInRange((byte)0, (byte)127);
        if (bad >= 0)
            MarshalError.Throw(string.Create(CultureInfo.InvariantCulture, $"Invalid byte for ascii: {(sbyte)value[bad]}"));
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        int bad = text.IndexOfAnyExceptInRange('\0', '\u007f');
        if (bad >= 0)
        {
            bool pair = char.IsHighSurrogate(text[bad]) && bad + 1 < text.Length && char.IsLowSurrogate(text[bad + 1]);
            string problem = pair || !char.IsSurrogate(text[bad])
                ? $"java.nio.charset.UnmappableCharacterException: Input length = {(pair ? 2 : 1)}"
                : "java.nio.charset.MalformedInputException: Input length = 1";
            MarshalError.Throw("Invalid ASCII character in string literal: " + problem);
        }

        output.WriteText(text);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => ParseText(JsonText(value, "an ascii string"), output);

    /// <inheritdoc/>
    protected override void CheckDecodable(ReadOnlySpan<byte> value)
    {
        if (!Ascii.IsValid(value))
            MarshalError.Throw("Invalid US-ASCII bytes " + Hex.Format(value));
    }
}

/// <summary>What the two text types share. The empty text is a value like any other.</summary>
internal abstract class TextType(string name, string simpleClassName) : NativeType(name, simpleClassName)
{
    /// <inheritdoc/>
    public override bool IsByteOrdered => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override object Decode(ReadOnlySpan<byte> value)
    {
        CheckDecodable(value);
        return System.Text.Encoding.UTF8.GetString(value);
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        ReadOnlySpan<char> text = value switch
        {
            string s => s,
            char c => c.ToString(),
            _ => default,
        };
        if (value is not (string or char))
            MarshalError.ThrowObject(this, value);
        ParseText(text, output);
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        CheckDecodable(value);
        output.Write(value);
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        CheckDecodable(value);
        output.WriteByte((byte)'\'');
        while (true)
        {
            int quote = value.IndexOf((byte)'\'');
            if (quote < 0)
                break;
            output.Write(value[..(quote + 1)]);
            output.WriteByte((byte)'\'');
            value = value[(quote + 1)..];
        }

        output.Write(value);
        output.WriteByte((byte)'\'');
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        CheckDecodable(value);
        JsonEscape.WriteQuoted(value, output);
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteEscaped(value, output);

    /// <summary>Fails where the bytes are no text, which even the type's own check may let pass.</summary>
    protected abstract void CheckDecodable(ReadOnlySpan<byte> value);
}
