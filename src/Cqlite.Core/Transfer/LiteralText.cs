using Cqlite.Core.Cql;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;

namespace Cqlite.Core.Transfer;

/// <summary>Values from CQL literals, as a statement would take them.</summary>
internal static class LiteralText
{
    /// <summary>The value of a literal; null for null.</summary>
    /// <exception cref="CqlSyntaxException">It does not parse.</exception>
    /// <exception cref="InvalidQueryException">It is not of the type.</exception>
    public static byte[]? Read(string literal, CqlType type) =>
        new TermPlanner(0).Prepare(CqlParser.ParseTerm(literal), new Receiver("value", type.Unreversed)).Bind(BindValues.None);

    /// <summary>Whether a literal gives these bytes again.</summary>
    public static bool Gives(ReadOnlySpan<byte> literal, CqlType type, ReadOnlySpan<byte> value)
    {
        try
        {
            return Read(System.Text.Encoding.UTF8.GetString(literal), type) is { } read && value.SequenceEqual(read);
        }
        catch (CqliteException)
        {
            return false;
        }
    }

    /// <summary>Appends a value as a term of CQL that gives the same bytes again: its literal, or the function that makes it of bytes.</summary>
    /// <exception cref="InvalidQueryException">CQL has no term for the value, such as a collection with an empty number in it.</exception>
    public static void Write(CqlType type, ReadOnlySpan<byte> value, BufferWriter output)
    {
        type = type.Unreversed;
        int start = output.Length;
        type.WriteLiteral(value, output);
        if (ExactText.IsExact(type, value) || Gives(output.WrittenSpan[start..], type, value))
            return;
        output.Truncate(start);
        switch (type)
        {
            case TimestampType when value.Length == sizeof(long):
                // Years that have no text have a number.
                output.WriteFormatted(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(value));
                break;
            case ListType list when !value.IsEmpty:
                WriteElements(list.Elements, null, value, "list", "["u8, "]"u8, output);
                break;
            case SetType set when !value.IsEmpty:
                WriteElements(set.Elements, null, value, "set", "{"u8, "}"u8, output);
                break;
            case MapType map when !value.IsEmpty:
                WriteElements(map.Keys, map.Values, value, "map", "{"u8, "}"u8, output);
                break;
            case NativeType:
                output.WriteText($"blob_as_{type.Name}(0x{Convert.ToHexStringLower(value)})");
                break;
            default:
                throw new InvalidQueryException($"A value of {type.Name} can't be written as CQL: 0x{Convert.ToHexStringLower(value)}. JSON Lines, CSV or SSTables can hold it.");
        }
    }

    // Each element in the form that gives it again.
    private static void WriteElements(CqlType first, CqlType? second, ReadOnlySpan<byte> value, string kind, ReadOnlySpan<byte> open, ReadOnlySpan<byte> close, BufferWriter output)
    {
        ElementReader reader = ElementReader.OfCollection(value, kind, out int count);
        output.Write(open);
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
                output.Write(", "u8);
            WriteElement(first, ref reader, output);
            if (second is null)
                continue;
            output.Write(": "u8);
            WriteElement(second, ref reader, output);
        }

        output.Write(close);
    }

    private static void WriteElement(CqlType type, ref ElementReader reader, BufferWriter output)
    {
        if (reader.Read(out ReadOnlySpan<byte> element))
            Write(type, element, output);
        else
            output.Write("null"u8);
    }
}
