using System.Collections;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>set</c>: distinct elements in their type's order; they are the paths of its cells, which have no content.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/SetType.java.</remarks>
internal sealed class SetType(CqlType elements, bool isMultiCell) : CollectionType("set", "SetType", isMultiCell, elements)
{
    /// <summary>The elements' type.</summary>
    public CqlType Elements { get; } = elements;

    /// <inheritdoc/>
    public override CqlType? PathType => IsMultiCell ? Elements : null;

    /// <inheritdoc/>
    public override CqlType CellType => IsMultiCell ? CqlTypes.Empty : this;

    /// <inheritdoc/>
    public override CqlType Freeze() => IsMultiCell ? new SetType(Elements.Freeze(), false) : this;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new SetType(Elements.WithDialect(dialect), IsMultiCell);

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

        ElementList list = new(Elements, pairs: false);
        foreach (object? item in items)
        {
            if (item is null)
                MarshalError.Throw("Invalid null element in set");
            list.Add(w => Elements.Encode(item, w));
        }

        list.Write(output);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        value = JavaJson.Unwrap(value);
        if (value.ValueKind != JsonValueKind.Array)
            MarshalError.Throw($"Expected a list (representing a set), but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
        ElementList list = new(Elements, pairs: false);
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Null)
                MarshalError.Throw("Invalid null element in set");
            list.Add(w => Elements.ParseJson(element, w));
        }

        list.Write(output);
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => WriteElements(Elements, value, (byte)'{', (byte)'}', json: false, output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => WriteElements(Elements, value, (byte)'[', (byte)']', json: true, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => WriteComparableElements(Elements, null, value, output);
}
