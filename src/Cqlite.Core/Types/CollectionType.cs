using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>What list, set and map share. One that is not frozen is multi-cell: each element a cell. Whole values have the frozen form.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/CollectionType.java.</remarks>
internal abstract class CollectionType : CqlType
{
    private readonly bool _isMultiCell;

    protected CollectionType(string kind, string simpleClassName, bool isMultiCell, params ReadOnlySpan<CqlType> parameters)
    {
        _isMultiCell = isMultiCell;
        Kind = kind;
        string[] names = new string[parameters.Length];
        string[] classes = new string[parameters.Length];
        string[] bareClasses = new string[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            names[i] = parameters[i].Name;
            bareClasses[i] = parameters[i].ClassNameWithoutFreezing;
            classes[i] = isMultiCell ? parameters[i].ClassName : bareClasses[i];
        }

        string name = $"{kind}<{string.Join(", ", names)}>";
        Name = isMultiCell ? name : $"frozen<{name}>";
        string className = $"{NativeType.Package}{simpleClassName}({string.Join(',', classes)})";
        ClassName = isMultiCell ? className : $"{NativeType.Package}FrozenType({className})";
        ClassNameWithoutFreezing = $"{NativeType.Package}{simpleClassName}({string.Join(',', bareClasses)})";
    }

    /// <summary>The collection's kind as CQL and Cassandra's messages name it.</summary>
    public string Kind { get; }

    /// <inheritdoc/>
    public sealed override string Name { get; }

    /// <inheritdoc/>
    public sealed override string ClassName { get; }

    /// <inheritdoc/>
    public sealed override bool IsMultiCell => _isMultiCell;

    /// <inheritdoc/>
    internal sealed override string ClassNameWithoutFreezing { get; }

    /// <inheritdoc/>
    public sealed override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => CqlTypes.Blob.ParseText(text, output);

    /// <inheritdoc/>
    public sealed override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => Hex.Write(value, output);

    /// <summary>The order of two lists or sets: by their elements, then by their number.</summary>
    protected int CompareElements(CqlType elements, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        ElementReader l = ElementReader.OfCollection(left, Kind, out int leftCount);
        ElementReader r = ElementReader.OfCollection(right, Kind, out int rightCount);
        for (int i = Math.Min(leftCount, rightCount); i > 0; i--)
        {
            int byElement = CompareNullable(elements, ref l, ref r);
            if (byElement != 0)
                return byElement;
        }

        return leftCount.CompareTo(rightCount);
    }

    /// <summary>The order of the next elements of two collections; null, which only damage makes, comes first.</summary>
    protected static int CompareNullable(CqlType type, ref ElementReader left, ref ElementReader right)
    {
        bool hasLeft = left.Read(out ReadOnlySpan<byte> l);
        bool hasRight = right.Read(out ReadOnlySpan<byte> r);
        return hasLeft && hasRight ? type.Compare(l, r) : hasLeft.CompareTo(hasRight);
    }

    /// <summary>Checks a list's or set's elements.</summary>
    protected void ValidateElements(CqlType elements, ReadOnlySpan<byte> value)
    {
        ElementReader reader = ElementReader.OfCollection(value, Kind, out int count);
        for (; count > 0; count--)
            elements.Validate(reader.ReadValue());
        reader.CheckEnd();
    }

    /// <summary>A list's or set's elements in their order.</summary>
    protected object?[] DecodeElements(CqlType elements, ReadOnlySpan<byte> value)
    {
        ElementReader reader = StartElements(value, minimumElementBytes: 4, out int count);
        object?[] decoded = new object?[count];
        for (int i = 0; i < count; i++)
            decoded[i] = reader.Read(out ReadOnlySpan<byte> element) ? elements.Decode(element) : null;
        reader.CheckEnd();
        return decoded;
    }

    /// <summary>Starts the elements after checking that as many as the count says can be there.</summary>
    protected ElementReader StartElements(ReadOnlySpan<byte> value, int minimumElementBytes, out int count)
    {
        ElementReader reader = ElementReader.OfCollection(value, Kind, out count);
        if (count < 0)
            MarshalError.Throw($"The data cannot be deserialized as a {Kind}");
        if ((long)count * minimumElementBytes > reader.Rest.Length)
            MarshalError.Throw("Not enough bytes to read a " + Kind);
        return reader;
    }

    /// <summary>Writes a list's or set's elements between brackets, as literals or as JSON.</summary>
    protected void WriteElements(CqlType elements, ReadOnlySpan<byte> value, byte open, byte close, bool json, BufferWriter output)
    {
        ElementReader reader = StartElements(value, minimumElementBytes: 4, out int count);
        output.WriteByte(open);
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                output.Write(", "u8);
            WriteNullable(elements, ref reader, json, output);
        }

        reader.CheckEnd();
        output.WriteByte(close);
    }

    /// <summary>Writes the next element as a literal or as JSON.</summary>
    protected static void WriteNullable(CqlType type, ref ElementReader reader, bool json, BufferWriter output)
    {
        if (!reader.Read(out ReadOnlySpan<byte> element))
            output.Write("null"u8);
        else if (json)
            type.WriteJson(element, output);
        else
            type.WriteLiteral(element, output);
    }

    /// <summary>Writes elements as a byte-comparable sequence; a map's types alternate.</summary>
    protected void WriteComparableElements(CqlType first, CqlType? second, ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        ElementReader reader = StartElements(value, second is null ? 4 : 8, out int count);
        for (int i = 0; i < count; i++)
        {
            WriteComparable(first, ref reader, output);
            if (second is not null)
                WriteComparable(second, ref reader, output);
        }

        output.WriteByte(ByteComparable.Terminator);
    }

    private static void WriteComparable(CqlType type, ref ElementReader reader, BufferWriter output)
    {
        if (reader.Read(out ReadOnlySpan<byte> element))
            ByteComparable.WriteComponent(type, element, output);
        else
            output.WriteByte(ByteComparable.NextComponentNull);
    }
}
