using System.Collections;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>list</c>: elements in the order in which they were put; the paths of its cells are timeuuids.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/ListType.java.</remarks>
internal sealed class ListType(CqlType elements, bool isMultiCell) : CollectionType("list", "ListType", isMultiCell, elements)
{
    /// <summary>The elements' type.</summary>
    public CqlType Elements { get; } = elements;

    /// <inheritdoc/>
    public override CqlType? PathType => IsMultiCell ? CqlTypes.TimeUuid : null;

    /// <inheritdoc/>
    public override CqlType CellType => IsMultiCell ? Elements : this;

    /// <inheritdoc/>
    public override CqlType Freeze() => IsMultiCell ? new ListType(Elements.Freeze(), false) : this;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new ListType(Elements.WithDialect(dialect), IsMultiCell);

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => CompareElements(Elements, left, right);

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value) => ValidateElements(Elements, value);

    /// <inheritdoc/>
    public override object Decode(ReadOnlySpan<byte> value) => DecodeElements(Elements, value);

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is string or byte[] or IDictionary || value is not IEnumerable items)
        {
            MarshalError.ThrowObject(this, value);
            return;
        }

        int start = output.Length;
        output.WriteInt32(0);
        int count = 0;
        foreach (object? item in items)
        {
            if (item is null)
                MarshalError.Throw("Invalid null element in list");
            int length = output.Length;
            output.WriteInt32(0);
            Elements.Encode(item, output);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(output.Patch(length, 4), output.Length - length - 4);
            count++;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(output.Patch(start, 4), count);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        value = JavaJson.Unwrap(value);
        if (value.ValueKind != JsonValueKind.Array)
            MarshalError.Throw($"Expected a list, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
        output.WriteInt32(value.GetArrayLength());
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Null)
                MarshalError.Throw("Invalid null element in list");
            int length = output.Length;
            output.WriteInt32(0);
            Elements.ParseJson(element, output);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(output.Patch(length, 4), output.Length - length - 4);
        }
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => WriteElements(Elements, value, (byte)'[', (byte)']', json: false, output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => WriteElements(Elements, value, (byte)'[', (byte)']', json: true, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => WriteComparableElements(Elements, null, value, output);
}
