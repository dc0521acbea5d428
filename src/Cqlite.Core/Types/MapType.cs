using System.Buffers;
using System.Collections;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>map</c>: values by distinct keys, in the keys' order; the keys are the paths of its cells.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/MapType.java.</remarks>
internal sealed class MapType(CqlType keys, CqlType values, bool isMultiCell) : CollectionType("map", "MapType", isMultiCell, keys, values)
{
    /// <summary>The keys' type.</summary>
    public CqlType Keys { get; } = keys;

    /// <summary>The values' type.</summary>
    public CqlType Values { get; } = values;

    /// <inheritdoc/>
    public override CqlType? PathType => IsMultiCell ? Keys : null;

    /// <inheritdoc/>
    public override CqlType CellType => IsMultiCell ? Values : this;

    /// <inheritdoc/>
    public override CqlType Freeze() => IsMultiCell ? new MapType(Keys.Freeze(), Values.Freeze(), false) : this;

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new MapType(Keys.WithDialect(dialect), Values.WithDialect(dialect), IsMultiCell);

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        ElementReader l = ElementReader.OfCollection(left, Kind, out int leftCount);
        ElementReader r = ElementReader.OfCollection(right, Kind, out int rightCount);
        for (int i = Math.Min(leftCount, rightCount); i > 0; i--)
        {
            int byKey = CompareNullable(Keys, ref l, ref r);
            if (byKey != 0)
                return byKey;
            int byValue = CompareNullable(Values, ref l, ref r);
            if (byValue != 0)
                return byValue;
        }

        return leftCount.CompareTo(rightCount);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        ElementReader reader = ElementReader.OfCollection(value, Kind, out int count);
        for (; count > 0; count--)
        {
            Keys.Validate(reader.ReadValue());
            Values.Validate(reader.ReadValue());
        }

        reader.CheckEnd();
    }

    /// <inheritdoc/>
    public override object Decode(ReadOnlySpan<byte> value)
    {
        ElementReader reader = StartElements(value, minimumElementBytes: 8, out int count);
        CqlMap map = new(count);
        for (int i = 0; i < count; i++)
        {
            object? key = Keys.Decode(reader.ReadValue());
            object? element = reader.Read(out ReadOnlySpan<byte> bytes) ? Values.Decode(bytes) : null;
            map.Append(key, element);
        }

        reader.CheckEnd();
        return map;
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        ElementList list = new(Keys, pairs: true);
        if (value is CqlMap map)
        {
            foreach (KeyValuePair<object?, object?> entry in map)
                Add(list, entry.Key, entry.Value);
        }
        else if (value is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
                Add(list, entry.Key, entry.Value);
        }
        else
        {
            MarshalError.ThrowObject(this, value);
        }

        list.Write(output);
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        value = JavaJson.Unwrap(value);
        if (value.ValueKind != JsonValueKind.Object)
            MarshalError.Throw($"Expected a map, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
        ElementList list = new(Keys, pairs: true);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
                MarshalError.Throw("Invalid null value in map");

            // Keys are always strings in JSON; each type takes its own text as one.
            list.Add(w => ParseKey(property.Name, w), w => Values.ParseJson(property.Value, w));
        }

        list.Write(output);
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output)
    {
        ElementReader reader = StartElements(value, minimumElementBytes: 8, out int count);
        output.WriteByte((byte)'{');
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                output.Write(", "u8);
            WriteNullable(Keys, ref reader, json: false, output);
            output.Write(": "u8);
            WriteNullable(Values, ref reader, json: false, output);
        }

        reader.CheckEnd();
        output.WriteByte((byte)'}');
    }

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output)
    {
        ElementReader reader = StartElements(value, minimumElementBytes: 8, out int count);
        output.WriteByte((byte)'{');
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                output.Write(", "u8);
            WriteKey(reader.ReadValue(), output);
            output.Write(": "u8);
            WriteNullable(Values, ref reader, json: true, output);
        }

        reader.CheckEnd();
        output.WriteByte((byte)'}');
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output) => WriteComparableElements(Keys, Values, value, output);

    /// <summary>Writes a key, whose JSON is put into a string where it is none.</summary>
    private void WriteKey(ReadOnlySpan<byte> key, BufferWriter output)
    {
        int start = output.Length;
        Keys.WriteJson(key, output);
        ReadOnlySpan<byte> written = output.WrittenSpan[start..];
        if (!written.IsEmpty && written[0] == '"')
            return;

        int length = written.Length;
        if (JsonEscape.IsPlain(written))
        {
            output.Write("\"\""u8);
            Span<byte> moved = output.Patch(start, length + 2);
            moved[..length].CopyTo(moved[1..]);
            moved[0] = (byte)'"';
            moved[^1] = (byte)'"';
            return;
        }

        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        written.CopyTo(copy);
        output.Truncate(start);
        JsonEscape.WriteQuoted(copy.AsSpan(0, length), output);
        ArrayPool<byte>.Shared.Return(copy);
    }

    private void ParseKey(string name, BufferWriter output)
    {
        BufferWriter json = new(name.Length + 16);
        BufferWriter text = new(name.Length + 16);
        text.WriteText(name);
        JsonEscape.WriteQuoted(text.WrittenSpan, json);
        using JsonDocument document = JsonDocument.Parse(json.WrittenMemory);
        Keys.ParseJson(document.RootElement, output);
    }

    private void Add(ElementList list, object? key, object? value)
    {
        if (key is null)
            MarshalError.Throw("Invalid null key in map");
        if (value is null)
            MarshalError.Throw("Invalid null value in map");
        list.Add(w => Keys.Encode(key, w), w => Values.Encode(value, w));
    }
}
