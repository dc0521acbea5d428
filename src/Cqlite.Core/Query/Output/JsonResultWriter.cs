using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Output;

/// <summary>Prints rows as JSON objects, values as Cassandra's toJson prints them: in one array, or one a line.</summary>
internal sealed class JsonResultWriter(bool asLines) : ResultWriter
{
    private byte[][] _names = [];
    private CqlType[] _types = [];

    private protected override void Begin(QueryResult result, BufferWriter output)
    {
        _names = JsonNames.Of(result);
        _types = [.. result.Columns.Select(c => c.Type)];
        if (!asLines)
            output.WriteByte((byte)'[');
    }

    private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
    {
        if (!asLines)
            output.Write(index == 0 ? "\n"u8 : ",\n"u8);
        for (int i = 0; i < _names.Length; i++)
        {
            output.Write(_names[i]);
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);

            // As toJson has it, a value of no bytes is null where that is no value of the type.
            if (isNull || (value.IsEmpty && _types[i].IsEmptyMeaningless))
                output.Write("null"u8);
            else
                _types[i].WriteJson(value, output);
        }

        output.Write(asLines ? "}\n"u8 : "}"u8);
    }

    private protected override void End(QueryResult result, long rows, TimeSpan elapsed, BufferWriter output)
    {
        if (!asLines)
            output.Write(rows == 0 ? "]\n"u8 : "\n]\n"u8);
    }
}

/// <summary>Prints rows as JSON Lines whose values are hex of their bytes.</summary>
internal sealed class WireResultWriter : ResultWriter
{
    private byte[][] _names = [];

    private protected override void Begin(QueryResult result, BufferWriter output) => _names = JsonNames.Of(result);

    private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            output.Write(_names[i]);
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            if (isNull)
            {
                output.Write("null"u8);
                continue;
            }

            output.Write("\"0x"u8);
            WriteHex(value, output.GetSpan(value.Length * 2));
            output.Advance(value.Length * 2);
            output.WriteByte((byte)'"');
        }

        output.Write("}\n"u8);
    }

    private static void WriteHex(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        for (int i = 0; i < value.Length; i++)
        {
            destination[2 * i] = digits[value[i] >> 4];
            destination[(2 * i) + 1] = digits[value[i] & 15];
        }
    }
}

/// <summary>The names of a result's columns as an object's keys, with the punctuation that stands before each value.</summary>
internal static class JsonNames
{
    public static byte[][] Of(QueryResult result)
    {
        var names = new byte[result.Columns.Length][];
        var output = new BufferWriter();
        for (int i = 0; i < names.Length; i++)
        {
            output.Clear();
            output.Write(i == 0 ? "{"u8 : ","u8);
            CqlTypes.Text.WriteJson(System.Text.Encoding.UTF8.GetBytes(result.Columns[i].Name), output);
            output.WriteByte((byte)':');
            names[i] = output.ToArray();
        }

        return names;
    }
}
