using System.Buffers.Binary;
using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary><c>vector</c>: a fixed number of elements, none of them null. Elements of fixed length stand without lengths, others each behind one.</summary>
/// <remarks>
/// <code>
/// value             element*dimension                         elements of fixed length
///                   [vint length, element]*dimension          others
/// byte-comparable   [40 element]* 38
/// </code>
/// Source: org/apache/cassandra/db/marshal/VectorType.java.
/// </remarks>
internal sealed class VectorType : CqlType
{
    private readonly int _elementLength;

    /// <summary>Creates a vector type.</summary>
    /// <exception cref="Errors.InvalidQueryException">The dimension is not positive, or its values would not fit memory.</exception>
    public VectorType(CqlType elements, int dimension)
    {
        if (dimension <= 0)
            MarshalError.Throw($"vectors may only have positive dimensions; given {dimension}");
        _elementLength = elements.FixedLength;
        if ((long)Math.Max(1, _elementLength) * dimension > Array.MaxLength)
            MarshalError.Throw($"a vector of {dimension} elements is larger than a value can be");
        Elements = elements;
        Dimension = dimension;
        Name = $"vector<{elements.Name}, {dimension}>";
        ClassName = $"{NativeType.Package}VectorType({elements.ClassName} , {dimension})";
        ClassNameWithoutFreezing = $"{NativeType.Package}VectorType({elements.ClassNameWithoutFreezing} , {dimension})";
    }

    /// <summary>The elements' type.</summary>
    public CqlType Elements { get; }

    /// <summary>Number of elements.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ClassName { get; }

    /// <inheritdoc/>
    public override int FixedLength => _elementLength < 0 ? -1 : _elementLength * Dimension;

    /// <inheritdoc/>
    internal override string ClassNameWithoutFreezing { get; }

    /// <inheritdoc/>
    public override CqlType WithDialect(TextDialect dialect) => new VectorType(Elements.WithDialect(dialect), Dimension);

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        for (int i = 0; i < Dimension; i++)
        {
            int byElement = Elements.Compare(Next(ref left), Next(ref right));
            if (byElement != 0)
                return byElement;
        }

        return 0;
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            MarshalError.Throw("Invalid empty vector value");
        if (_elementLength >= 0 && value.Length < FixedLength)
            MarshalError.Throw($"Not enough bytes to read a {Name}");
        for (int i = 0; i < Dimension; i++)
            Elements.Validate(Next(ref value));
        CheckEnd(value);
    }

    /// <inheritdoc/>
    public override object? Decode(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return null;
        if (Elements is FloatType)
            return DecodeFloats(value);
        if (Dimension > value.Length && _elementLength != 0)
            MarshalError.Throw($"Not enough bytes to read a {Name}");
        object?[] decoded = new object?[Dimension];
        for (int i = 0; i < decoded.Length; i++)
            decoded[i] = Elements.Decode(Next(ref value));
        CheckEnd(value);
        return decoded;
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is float[] floats && Elements is FloatType)
        {
            CheckCount(floats.Length);
            foreach (float number in floats)
                output.WriteInt32(BitConverter.SingleToInt32Bits(number));
            return;
        }

        if (value is string or IDictionary || value is not IEnumerable items)
        {
            MarshalError.ThrowObject(this, value);
            return;
        }

        BufferWriter element = new();
        int count = 0;
        foreach (object? item in items)
        {
            if (item is null)
                MarshalError.Throw($"Element at index {count} is null (expected type {Elements.Name})");
            element.Clear();
            Elements.Encode(item, element);
            Append(element.WrittenSpan, output);
            count++;
        }

        CheckCount(count);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output) => CqlTypes.Blob.ParseText(text, output);

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output)
    {
        value = JavaJson.Unwrap(value);
        if (value.ValueKind != JsonValueKind.Array)
            MarshalError.Throw($"Expected a list, but got a {JavaJson.ClassOf(value)}: {JavaJson.TextOf(value)}");
        if (value.GetArrayLength() != Dimension)
            MarshalError.Throw($"List had incorrect size: expected {Dimension} but given {value.GetArrayLength()}; {JavaJson.TextOf(value)}");
        BufferWriter element = new();
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Null)
                MarshalError.Throw("Invalid null element in list");
            element.Clear();
            Elements.ParseJson(item, element);
            Append(element.WrittenSpan, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output) => Hex.Write(value, output);

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => WriteElements(value, json: false, output);

    /// <inheritdoc/>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => WriteElements(value, json: true, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        for (int i = 0; i < Dimension; i++)
            ByteComparable.WriteComponent(Elements, Next(ref value), output);
        CheckEnd(value);
        output.WriteByte(ByteComparable.Terminator);
    }

    private void WriteElements(ReadOnlySpan<byte> value, bool json, BufferWriter output)
    {
        output.WriteByte((byte)'[');
        for (int i = 0; i < Dimension; i++)
        {
            if (i > 0)
                output.Write(", "u8);
            if (json)
                Elements.WriteJson(Next(ref value), output);
            else
                Elements.WriteLiteral(Next(ref value), output);
        }

        CheckEnd(value);
        output.WriteByte((byte)']');
    }

    private ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> value)
    {
        int length = _elementLength;
        if (length < 0)
        {
            if (!VInt.TryReadUnsigned(value, out ulong stored, out int lengthBytes) || stored > (ulong)(value.Length - lengthBytes))
            {
                MarshalError.Throw($"Not enough bytes to read a {Name}");
                return default;
            }

            length = (int)stored;
            value = value[lengthBytes..];
        }
        else if (length > value.Length)
        {
            MarshalError.Throw($"Not enough bytes to read a {Name}");
        }

        ReadOnlySpan<byte> element = value[..length];
        value = value[length..];
        return element;
    }

    private float[] DecodeFloats(ReadOnlySpan<byte> value)
    {
        if (value.Length < FixedLength)
            MarshalError.Throw($"Not enough bytes to read a {Name}");
        CheckEnd(value[FixedLength..]);
        float[] decoded = new float[Dimension];
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(value), MemoryMarshal.Cast<float, int>(decoded.AsSpan()));
        else
            MemoryMarshal.Cast<byte, float>(value).CopyTo(decoded);
        return decoded;
    }

    private void Append(ReadOnlySpan<byte> element, BufferWriter output)
    {
        if (_elementLength < 0)
            output.WriteVIntBytes(element);
        else if (element.Length == _elementLength)
            output.Write(element);
        else
            MarshalError.Throw($"An element of {Name} has {_elementLength} bytes, not {element.Length}");
    }

    private void CheckCount(int count)
    {
        if (count != Dimension)
            MarshalError.Throw($"Required {Dimension} elements, but saw {count}");
    }

    private void CheckEnd(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty)
            MarshalError.Throw($"Unexpected {rest.Length} extraneous bytes after {Name} value");
    }
}
