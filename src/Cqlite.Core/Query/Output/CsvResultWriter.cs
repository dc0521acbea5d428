using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Output;

/// <summary>Prints rows as comma-separated values with a heading; lines end with CR LF as RFC 4180 has it.</summary>
internal sealed class CsvResultWriter : ResultWriter
{
    private readonly BufferWriter _value = new();

    private protected override void Begin(QueryResult result, BufferWriter output)
    {
        for (int i = 0; i < result.Columns.Length; i++)
        {
            if (i > 0)
                output.WriteByte((byte)',');
            WriteField(System.Text.Encoding.UTF8.GetBytes(result.Columns[i].Name), output);
        }

        output.Write("\r\n"u8);
    }

    private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
    {
        for (int i = 0; i < result.Columns.Length; i++)
        {
            if (i > 0)
                output.WriteByte((byte)',');
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            if (isNull)
                continue;
            _value.Clear();
            TextForm.Write(result.Columns[i].Type, value, _value);
            WriteField(_value.WrittenSpan, output);
        }

        output.Write("\r\n"u8);
    }

    private static void WriteField(ReadOnlySpan<byte> text, BufferWriter output)
    {
        if (!text.IsEmpty && text.IndexOfAny(",\"\r\n"u8) < 0 && text[0] != ' ' && text[^1] != ' ')
        {
            output.Write(text);
            return;
        }

        output.WriteByte((byte)'"');
        while (text.IndexOf((byte)'"') is >= 0 and var quote)
        {
            output.Write(text[..(quote + 1)]);
            output.WriteByte((byte)'"');
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.WriteByte((byte)'"');
    }
}
