using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>
/// Several values in one, as partition keys of several columns, and names of columns in Thrift's time, are. Has no name in CQL,
/// where its values are blobs.
/// </summary>
/// <remarks>
/// <code>
/// value       ["FFFF" static marker, CompositeType only] component*
/// component   [type, DynamicCompositeType only] length(2) bytes end(1)
/// type        1xxxxxxx alias(1) | length(2) class name
/// end         0 within; -1 (before) or 1 (after all with this prefix) at the end of a range
/// text        component ":" component ...; ":" escaped; a last end of 1 as ":!", of -1 as ":_"
/// </code>
/// Source: org/apache/cassandra/db/marshal/AbstractCompositeType.java.
/// </remarks>
internal abstract class AbstractCompositeType(string className) : CqlType
{
    /// <inheritdoc/>
    public override string Name { get; } = $"'{className}'";

    /// <inheritdoc/>
    public override string ClassName { get; } = className;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);
        bool leftStatic = SkipStatic(ref left);
        bool rightStatic = SkipStatic(ref right);
        if (leftStatic != rightStatic)
            return leftStatic ? -1 : 1;

        ReadOnlySpan<byte> previous = default;
        for (int i = 0; !left.IsEmpty && !right.IsEmpty; i++)
        {
            CqlType leftType = ReadType(i, ref left);
            CqlType rightType = ReadType(i, ref right);
            int byType = CompareTypes(leftType, rightType);
            if (byType != 0)
                return byType;
            ReadOnlySpan<byte> leftValue = ReadComponent(i, ref left, out sbyte leftEnd);
            ReadOnlySpan<byte> rightValue = ReadComponent(i, ref right, out sbyte rightEnd);
            int byValue = leftType.CompareMember(leftValue, rightValue, previous);
            if (byValue != 0)
                return byValue;
            previous = leftValue;
            if (leftEnd != rightEnd)
                return leftEnd - rightEnd;
        }

        return right.IsEmpty.CompareTo(left.IsEmpty);
    }

    /// <inheritdoc/>
    public override void Validate(ReadOnlySpan<byte> value)
    {
        SkipStatic(ref value);
        for (int i = 0; !value.IsEmpty; i++)
        {
            CqlType type = ReadType(i, ref value);
            type.Validate(ReadComponent(i, ref value, out sbyte end));
            if (end != 0 && !value.IsEmpty)
                MarshalError.Throw($"Invalid bytes remaining after an end-of-component at component{i}");
        }
    }

    /// <summary>The bytes: a composite has no other .NET value.</summary>
    public override object Decode(ReadOnlySpan<byte> value)
    {
        Validate(value);
        return value.ToArray();
    }

    /// <inheritdoc/>
    public override void Encode(object value, BufferWriter output)
    {
        if (value is not byte[] bytes)
        {
            MarshalError.ThrowObject(this, value);
            return;
        }

        Validate(bytes);
        output.Write(bytes);
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        List<string> parts = CompositeText.Split(text);
        int last = -1;
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is "!" or "_")
            {
                if (last >= 0)
                    output.Patch(last, 1)[0] = parts[i] == "!" ? (byte)1 : (byte)0xFF;
                return;
            }

            CqlType type = ParseType(i, parts[i], out string rest, output);
            int length = output.Length;
            output.WriteUInt16(0);
            type.ParseText(CompositeText.Unescape(rest), output);
            int written = output.Length - length - 2;
            if (written > ushort.MaxValue)
                MarshalError.Throw($"Component {i} has {written} bytes; {ushort.MaxValue} are possible");
            type.Validate(output.WrittenSpan[(length + 2)..]);
            BinaryPrimitives.WriteUInt16BigEndian(output.Patch(length, 2), (ushort)written);
            last = output.Length;
            output.WriteByte(0);
        }
    }

    /// <inheritdoc/>
    public override void ParseJson(JsonElement value, BufferWriter output) => CqlTypes.Blob.ParseJson(value, output);

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        SkipStatic(ref value);
        for (int i = 0; !value.IsEmpty; i++)
        {
            if (i > 0)
                output.WriteByte((byte)':');
            WriteType(value, output);
            CqlType type = ReadType(i, ref value);
            int start = output.Length;
            type.WriteText(ReadComponent(i, ref value, out sbyte end), output);
            CompositeText.EscapeInPlace(start, ":"u8, output);
            if (output.Length > start && output.WrittenSpan[^1] is (byte)'\\' or (byte)'!')
                output.WriteByte((byte)'!');
            if (end != 0)
            {
                output.Write(end < 0 ? ":_"u8 : ":!"u8);
                break;
            }
        }
    }

    /// <inheritdoc/>
    public override void WriteLiteral(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteLiteral(value, output);

    /// <summary>Writes the bytes as a blob's: Cassandra has no JSON form for composites and fails.</summary>
    public override void WriteJson(ReadOnlySpan<byte> value, BufferWriter output) => CqlTypes.Blob.WriteJson(value, output);

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
        {
            WriteEmptyComparable(output);
            return;
        }

        output.WriteByte(SkipStatic(ref value) ? ByteComparable.NextComponentNull : ByteComparable.NextComponent);
        for (int i = 0; !value.IsEmpty; i++)
        {
            CqlType type = ReadType(i, ref value);
            WriteComparableType(type, output);
            ByteComparable.WriteComponent(type, ReadComponent(i, ref value, out sbyte end), output);
            output.WriteByte(ByteComparable.NextComponent);
            output.WriteByte((byte)(end ^ 0x80));
        }

        output.WriteByte(ByteComparable.Terminator);
    }

    /// <summary>Passes over the marker of a static column's name, and tells whether there was one.</summary>
    protected virtual bool SkipStatic(ref ReadOnlySpan<byte> value) => false;

    /// <summary>The type of a component, which may be written before it.</summary>
    protected abstract CqlType ReadType(int index, ref ReadOnlySpan<byte> value);

    /// <summary>The order of components of different types; zero where values are to be compared.</summary>
    protected virtual int CompareTypes(CqlType left, CqlType right) => 0;

    /// <summary>Appends the text of the type before a component.</summary>
    protected virtual void WriteType(ReadOnlySpan<byte> value, BufferWriter output)
    {
    }

    /// <summary>Appends the byte-comparable form of a component's type.</summary>
    protected virtual void WriteComparableType(CqlType type, BufferWriter output)
    {
    }

    /// <summary>Appends the byte-comparable form of no bytes.</summary>
    protected virtual void WriteEmptyComparable(BufferWriter output)
    {
    }

    /// <summary>The type of a component that is parsed, whose bytes are appended where it stands before the component.</summary>
    protected abstract CqlType ParseType(int index, string part, out string rest, BufferWriter output);

    private static ReadOnlySpan<byte> ReadComponent(int index, scoped ref ReadOnlySpan<byte> value, out sbyte end)
    {
        if (value.Length < 2)
            MarshalError.Throw($"Not enough bytes to read value size of component {index}");
        int length = BinaryPrimitives.ReadUInt16BigEndian(value);
        if (value.Length - 2 < length)
            MarshalError.Throw($"Not enough bytes to read value of component {index}");
        if (value.Length - 2 == length)
            MarshalError.Throw($"Not enough bytes to read the end-of-component byte of component{index}");
        ReadOnlySpan<byte> component = value.Slice(2, length);
        end = (sbyte)value[2 + length];
        value = value[(3 + length)..];
        return component;
    }
}
