using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>boolean</c>: one byte, zero is false. No bytes come first, then false, then true.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/BooleanType.java, serializers/BooleanSerializer.java.</remarks>
internal sealed class BooleanType() : NativeType("boolean", "BooleanType")
{
    /// <inheritdoc/>
    public override int FixedLength => 1;

    /// <inheritdoc/>
    public override bool IsEmptyMeaningless => true;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        return (left[0] != 0).CompareTo(right[0] != 0);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.Length > 1)
            MarshalError.Throw($"Expected 1 or 0 byte value ({value.Length})");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return value.IsEmpty ? null : value[0] != 0;
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is not bool b)
        {
            MarshalError.ThrowObject(this, value);
            return;
        }

        output.WriteBoolean(b);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (text.IsEmpty || text.Equals("false", StringComparison.OrdinalIgnoreCase))
            output.WriteByte(0);
        else if (text.Equals("true", StringComparison.OrdinalIgnoreCase))
            output.WriteByte(1);
        else
            MarshalError.Throw($"Unable to make boolean from '{text}'");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                ParseText(value.GetString(), output);
                break;
            case JsonValueKind.True:
            case JsonValueKind.False:
                output.WriteBoolean(value.GetBoolean());
                break;
            default:
                MarshalError.Throw($"Expected a boolean value, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
                break;
        }
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        Validate(value);
        if (!value.IsEmpty)
            output.Write(value[0] != 0 ? "true"u8 : "false"u8);
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        // Cassandra fails on a zero-length one; the form of empty numbers stands in.
        if (value.IsEmpty)
            output.Write("\"\""u8);
        else
            WriteText(value, output);
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (!value.IsEmpty)
            output.WriteBoolean(value[0] != 0);
    }
}
