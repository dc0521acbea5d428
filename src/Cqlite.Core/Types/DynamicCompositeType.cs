using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Types;

/// <summary>A composite whose components each say their type, by an alias of one letter or by class name. Components of different types are ordered by the names of their classes.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/DynamicCompositeType.java.</remarks>
internal sealed class DynamicCompositeType(IReadOnlyDictionary<byte, CqlType> aliases)
    : AbstractCompositeType($"{NativeType.Package}DynamicCompositeType({string.Join(',', aliases.OrderBy(a => a.Key).Select(a => $"{(char)a.Key}=>{a.Value.ClassName}"))})")
{
    private const int MaxParsed = 256;
    private readonly Dictionary<string, CqlType> _parsed = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override CqlType ReadType(int index, ref ReadOnlySpan<byte> value)
    {
        if (value.Length < 2)
            MarshalError.Throw($"Not enough bytes to header of the comparator part of component {index}");
        int header = BinaryPrimitives.ReadUInt16BigEndian(value);
        value = value[2..];
        CqlType? type;
        if ((header & 0x8000) != 0)
        {
            type = aliases.GetValueOrDefault((byte)header);
        }
        else
        {
            if (value.Length < header)
                MarshalError.Throw($"Not enough bytes to read comparator name of component {index}");
            type = Parse(System.Text.Encoding.UTF8.GetString(value[..header]));
            value = value[header..];
        }

        if (type is null)
            MarshalError.Throw($"Cannot find comparator for component {index}");
        return type;
    }

    /// <inheritdoc/>
    protected override int CompareTypes(CqlType left, CqlType right)
    {
        if (left.IsReversed && right.IsReversed)
        {
            left = left.Unreversed;
            right = right.Unreversed;
        }

        if (ReferenceEquals(left, right))
            return 0;
        string leftClass = OuterClass(left);
        string rightClass = OuterClass(right);
        int bySimpleName = string.CompareOrdinal(SimpleName(leftClass), SimpleName(rightClass));
        return bySimpleName != 0 ? bySimpleName : string.CompareOrdinal(leftClass, rightClass);
    }

    /// <inheritdoc/>
    protected override void WriteType(ReadOnlySpan<byte> value, BufferWriter output)
    {
        if (value.Length < 2)
            return;
        int header = BinaryPrimitives.ReadUInt16BigEndian(value);
        if ((header & 0x8000) != 0)
            output.WriteByte((byte)header);
        else if (value.Length - 2 >= header)
            output.Write(value.Slice(2, header));
        output.WriteByte((byte)'@');
    }

    /// <inheritdoc/>
    protected override void WriteComparableType(CqlType type, BufferWriter output)
    {
        if (type.IsReversed)
        {
            WriteName("ReversedType", output);
            type = type.Unreversed;
        }

        string className = OuterClass(type);
        WriteName(SimpleName(className), output);
        WriteName(className, output);
    }

    /// <inheritdoc/>
    protected override void WriteEmptyComparable(BufferWriter output)
    {
        output.WriteByte(ByteComparable.NextComponent);
        output.WriteByte(ByteComparable.Terminator);
    }

    /// <inheritdoc/>
    protected override CqlType ParseType(int index, string part, out string rest, BufferWriter output)
    {
        string[] halves = part.Split('@');
        if (halves.Length > 2)
            MarshalError.Throw("Invalid component representation: " + part);
        rest = halves.Length == 2 ? halves[1] : "";
        if (halves[0].Length == 1 && aliases.TryGetValue((byte)halves[0][0], out CqlType? alias))
        {
            output.WriteUInt16((ushort)(0x8000 | (byte)halves[0][0]));
            return alias;
        }

        CqlType type = Parse(halves[0]) ?? throw new InvalidQueryException($"Cannot find comparator for component {index}");
        output.WriteShortBytes(System.Text.Encoding.UTF8.GetBytes(halves[0]));
        return type;
    }

    private static string OuterClass(CqlType type) => type.ClassName.Split('(')[0];

    private static string SimpleName(string className) => className[(className.LastIndexOf('.') + 1)..];

    private static void WriteName(string name, BufferWriter output)
    {
        output.WriteByte(ByteComparable.NextComponent);
        ByteComparable.WriteEscaped(System.Text.Encoding.UTF8.GetBytes(name), output);
    }

    private CqlType? Parse(string className)
    {
        lock (_parsed)
        {
            if (_parsed.TryGetValue(className, out CqlType? known))
                return known;
        }

        CqlType type;
        try
        {
            type = TypeParser.ParseClassName(className);
        }
        catch (CqliteException)
        {
            // The name comes from the value, so that the value is what is wrong; the caller says so.
            return null;
        }

        lock (_parsed)
        {
            if (_parsed.Count < MaxParsed)
                _parsed[className] = type;
        }

        return type;
    }
}
