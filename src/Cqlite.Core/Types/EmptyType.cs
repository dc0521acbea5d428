using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>empty</c>: the type of columns without values, in dense tables that have none. Its one value has no bytes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/EmptyType.java.</remarks>
internal sealed class EmptyType() : NativeType("empty", "EmptyType")
{
    /// <inheritdoc/>
    public override int FixedLength => 0;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => 0;

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
            MarshalError.Throw("EmptyType only accept empty values");
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return null;
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is not "")
            MarshalError.ThrowObject(this, value);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        if (!text.IsEmpty)
            MarshalError.Throw($"'{text}' is not empty");
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        if (value.ValueKind != JsonValueKind.String)
            MarshalError.Throw($"Expected an empty string, but got: {JavaJson.TextOf(value)}");
        ParseText(value.GetString(), output);
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => Validate(value);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => output.Write("\"\""u8);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
    }
}
