using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>blob</c>: any bytes, ordered as unsigned bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/BytesType.java, serializers/BytesSerializer.java.</remarks>
internal sealed class BlobType() : NativeType("blob", "BytesType")
{
    /// <inheritdoc/>
    public override bool IsByteOrdered => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
    }

    /// <inheritdoc/>
    public override object Decode(ReadOnlySpan<byte> value) => value.ToArray();

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        switch (value)
        {
            case byte[] bytes:
                output.Write(bytes);
                break;
            case ReadOnlyMemory<byte> memory:
                output.Write(memory.Span);
                break;
            case Memory<byte> memory:
                output.Write(memory.Span);
                break;
            default:
                MarshalError.ThrowObject(this, value);
                break;
        }
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (!Hex.TryParse(text, output))
            MarshalError.Throw($"cannot parse '{text}' as hex bytes");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            string given = JavaJson.ClassOf(value);
            string full = given is "ArrayList" or "LinkedHashMap" ? "java.util." + given : given == "BigInteger" ? "java.math." + given : "java.lang." + given;
            MarshalError.Throw(
                $"Value '{JavaJson.TextOf(value)}' is not a valid blob representation: class {full} cannot be cast to class java.lang.String "
                + $"({full} and java.lang.String are in module java.base of loader 'bootstrap')");
        }

        string text = value.GetString()!;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            MarshalError.Throw($"Value '{text}' is not a valid blob representation: String representation of blob is missing 0x prefix: {text}");
        if (!Hex.TryParse(text.AsSpan(2), output))
            MarshalError.Throw($"Value '{text}' is not a valid blob representation: cannot parse '{text.AsSpan(2)}' as hex bytes");
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => Hex.Write(value, output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.Write("0x"u8);
        Hex.Write(value, output);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        output.Write("\"0x"u8);
        Hex.Write(value, output);
        output.WriteByte((byte)'"');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => ByteComparable.WriteEscaped(value, output);
}
