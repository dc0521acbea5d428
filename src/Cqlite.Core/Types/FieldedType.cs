using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>What tuples and user types share: fields of types of their own, each null or with a length before it; a value may end early.</summary>
/// <remarks>
/// <code>
/// value             [length(4) bytes]*              a negative length is null
/// byte-comparable   [40 field | 3E for null]* 38    up to the last field that is not null
/// text              field ":" field                 ":" and "@" escaped by a backslash, null as "@"
/// </code>
/// Source: org/apache/cassandra/db/marshal/TupleType.java.
/// </remarks>
internal abstract class FieldedType(IReadOnlyList<CqlType> fields) : CqlType
{
    /// <summary>The fields' types.</summary>
    public IReadOnlyList<CqlType> Fields { get; } = fields;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.IsEmpty || right.IsEmpty)
            return right.IsEmpty.CompareTo(left.IsEmpty);

        ElementReader l = new(left, "tuple");
        ElementReader r = new(right, "tuple");
        for (int i = 0; i < Fields.Count && !l.IsAtEnd && !r.IsAtEnd; i++)
        {
            bool hasLeft = l.Read(out ReadOnlySpan<byte> leftField);
            bool hasRight = r.Read(out ReadOnlySpan<byte> rightField);
            int byField = hasLeft && hasRight ? Fields[i].Compare(leftField, rightField) : hasLeft.CompareTo(hasRight);
            if (byField != 0)
                return byField;
        }

        // Fields that are missing equal fields that are null.
        return HasMore(ref l).CompareTo(HasMore(ref r));
    }

    /// <inheritdoc/>
    public override void ParseText(ReadOnlySpan<char> text, BufferWriter output)
    {
        List<string> parts = CompositeText.Split(text);
        if (parts.Count > Fields.Count)
            MarshalError.Throw($"Invalid tuple literal: too many elements. Type {Name} expects {Fields.Count} but got {parts.Count}");
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] == "@")
            {
                output.WriteInt32(-1);
                continue;
            }

            int length = output.Length;
            output.WriteInt32(0);
            Fields[i].ParseText(parts[i].Replace(@"\:", ":", StringComparison.Ordinal).Replace(@"\@", "@", StringComparison.Ordinal), output);
            PatchLength(length, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteText(ReadOnlySpan<byte> value, BufferWriter output)
    {
        ElementReader reader = new(value, "tuple");
        for (int i = 0; i < Fields.Count && !reader.IsAtEnd; i++)
        {
            if (i > 0)
                output.WriteByte((byte)':');
            if (!reader.Read(out ReadOnlySpan<byte> field))
            {
                output.WriteByte((byte)'@');
                continue;
            }

            int start = output.Length;
            Fields[i].WriteText(field, output);
            CompositeText.EscapeInPlace(start, ":@"u8, output);
        }
    }

    /// <inheritdoc/>
    public override void WriteByteComparable(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.IsEmpty)
            return;
        ElementReader reader = new(value, "tuple");
        int end = output.Length;
        for (int i = 0; i < Fields.Count && !reader.IsAtEnd; i++)
        {
            if (reader.Read(out ReadOnlySpan<byte> field))
            {
                ByteComparable.WriteComponent(Fields[i], field, output);
                end = output.Length;
            }
            else
            {
                output.WriteByte(ByteComparable.NextComponentNull);
            }
        }

        CheckNoMore(reader);
        output.Truncate(end);
        output.WriteByte(ByteComparable.Terminator);
    }

    /// <summary>The fields that are there.</summary>
    protected object?[] DecodeFields(ReadOnlySpan<byte> value)
    {
        ElementReader reader = new(value, "tuple");
        List<object?> decoded = [];
        while (decoded.Count < Fields.Count && !reader.IsAtEnd)
            decoded.Add(reader.Read(out ReadOnlySpan<byte> field) ? Fields[decoded.Count].Decode(field) : null);
        CheckNoMore(reader);
        return [.. decoded];
    }

    /// <summary>Writes the fields that are there as literals, each behind its name.</summary>
    /// <param name="value">The value.</param>
    /// <param name="names">What stands before each; null for nothing.</param>
    /// <param name="output">Where to.</param>
    protected void WriteLiterals(ReadOnlySpan<byte> value, byte[][]? names, BufferWriter output)
    {
        ElementReader reader = new(value, "tuple");
        for (int i = 0; i < Fields.Count && !reader.IsAtEnd; i++)
        {
            BeginField(i, names, output);
            if (reader.Read(out ReadOnlySpan<byte> field))
                Fields[i].WriteLiteral(field, output);
            else
                output.Write("null"u8);
        }

        CheckNoMore(reader);
    }

    /// <summary>Writes all fields as JSON, each behind its name: null for those that are not there.</summary>
    /// <param name="value">The value.</param>
    /// <param name="names">What stands before each; null for nothing.</param>
    /// <param name="output">Where to.</param>
    protected void WriteJsonFields(ReadOnlySpan<byte> value, byte[][]? names, BufferWriter output)
    {
        ElementReader reader = new(value, "tuple");
        for (int i = 0; i < Fields.Count; i++)
        {
            BeginField(i, names, output);
            if (!reader.IsAtEnd && reader.Read(out ReadOnlySpan<byte> field))
                Fields[i].WriteJson(field, output);
            else
                output.Write("null"u8);
        }

        CheckNoMore(reader);
    }

    /// <summary>Appends a field of a .NET object.</summary>
    protected void EncodeField(int index, object? field, BufferWriter output)
    {
        if (field is null)
        {
            output.WriteInt32(-1);
            return;
        }

        int length = output.Length;
        output.WriteInt32(0);
        Fields[index].Encode(field, output);
        PatchLength(length, output);
    }

    /// <summary>Fails where the value has more fields than its type.</summary>
    protected void CheckNoMore(in ElementReader reader)
    {
        if (!reader.IsAtEnd)
            MarshalError.Throw($"Expected {Fields.Count} {(Fields.Count == 1 ? "value" : "values")} for {Name} column, but got more");
    }

    /// <summary>Sets a length that was left open to what has been written since.</summary>
    protected static void PatchLength(int offset, BufferWriter output) =>
        BinaryPrimitives.WriteInt32BigEndian(output.Patch(offset, 4), output.Length - offset - 4);

    private static void BeginField(int index, byte[][]? names, BufferWriter output)
    {
        if (index > 0)
            output.Write(", "u8);
        if (names is not null)
            output.Write(names[index]);
    }

    private static bool HasMore(ref ElementReader reader)
    {
        while (!reader.IsAtEnd)
        {
            if (reader.Read(out _))
                return true;
        }

        return false;
    }
}
