using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Output;

/// <summary>Prints a line a value: the name, right-aligned, an equals sign, the value; an empty line between rows.</summary>
internal sealed class LineResultWriter : ResultWriter
{
    private string[] _names = [];

    private protected override void Begin(QueryResult result, BufferWriter output)
    {
        int width = result.Columns.Length == 0 ? 0 : result.Columns.Max(c => DisplayWidth.Of(c.Name));
        _names = [.. result.Columns.Select(c => new string(' ', width - DisplayWidth.Of(c.Name)) + c.Name)];
    }

    private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
    {
        if (index > 0)
            output.WriteByte((byte)'\n');
        for (int i = 0; i < _names.Length; i++)
        {
            output.WriteText(_names[i]);
            output.Write(" = "u8);
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            if (isNull)
                output.Write("null"u8);
            else
                TextForm.Write(result.Columns[i].Type, value, output);
            output.WriteByte((byte)'\n');
        }
    }
}

/// <summary>Prints each row as a table of its own, a line a value under the row's number.</summary>
internal sealed class ExpandedResultWriter : ResultWriter
{
    private readonly BufferWriter _value = new();
    private string[] _names = [];
    private int _width;

    private protected override void Begin(QueryResult result, BufferWriter output)
    {
        _width = result.Columns.Length == 0 ? 0 : result.Columns.Max(c => DisplayWidth.Of(c.Name));
        _names = [.. result.Columns.Select(c => c.Name + new string(' ', _width - DisplayWidth.Of(c.Name)))];
    }

    private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
    {
        string[] values = new string[_names.Length];
        for (int i = 0; i < values.Length; i++)
        {
            _value.Clear();
            ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
            if (!isNull)
                TextForm.Write(result.Columns[i].Type, value, _value);
            values[i] = isNull ? "null" : TextForm.OnOneLine(_value.ToString());
        }

        int widest = values.Length == 0 ? 0 : values.Max(DisplayWidth.Of);
        output.WriteText($"@ Row {index + 1}\n{new string('-', _width + 2)}+{new string('-', widest + 2)}\n");
        for (int i = 0; i < values.Length; i++)
            output.WriteText($" {_names[i]} | {values[i]}\n");
        output.WriteByte((byte)'\n');
    }

    private protected override void End(QueryResult result, long rows, TimeSpan elapsed, BufferWriter output) =>
        output.WriteText($"({rows} {(rows == 1 ? "row" : "rows")})\n");
}
