using Cqlite.Core.Encoding;

namespace Cqlite.Core.Query.Output;

/// <summary>
/// Prints rows under headings. Widths come from the headings and the first rows, which are held back for that; later values
/// that are wider push the rest of their line.
/// </summary>
internal sealed class TableResultWriter : ResultWriter
{
    private const int SampleRows = 100;
    private readonly List<(string Text, bool AlignRight)[]> _held = [];
    private readonly BufferWriter _value = new();
    private int[] _widths = [];
    private bool _begun;

    private protected override void WriteRow(QueryResult result, long index, BufferWriter output)
    {
        var cells = new (string Text, bool AlignRight)[result.Columns.Length];
        for (int i = 0; i < cells.Length; i++)
            cells[i] = Cell(result, i);
        if (_begun)
        {
            WriteLine(cells, output);
            return;
        }

        _held.Add(cells);
        if (_held.Count == SampleRows)
            WriteHeld(result, output);
    }

    private protected override void End(QueryResult result, long rows, TimeSpan elapsed, BufferWriter output)
    {
        if (!_begun)
            WriteHeld(result, output);
        output.WriteText($"\n({rows} {(rows == 1 ? "row" : "rows")})\n");
    }

    private (string Text, bool AlignRight) Cell(QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        if (isNull)
            return ("null", true);
        _value.Clear();
        string type = result.Columns[column].Type.Name;
        TextForm.Write(result.Columns[column].Type, value, _value);
        return (TextForm.OnOneLine(_value.ToString()), type is not ("text" or "varchar" or "ascii"));
    }

    private void WriteHeld(QueryResult result, BufferWriter output)
    {
        _begun = true;
        _widths = [.. result.Columns.Select((c, i) => _held.Select(r => DisplayWidth.Of(r[i].Text)).Append(DisplayWidth.Of(c.Name)).Max())];
        WriteLine([.. result.Columns.Select(c => (c.Name, false))], output);
        for (int i = 0; i < _widths.Length; i++)
        {
            if (i > 0)
                output.WriteByte((byte)'+');
            output.WriteText(new string('-', _widths[i] + 2));
        }

        output.WriteByte((byte)'\n');
        foreach ((string, bool)[] row in _held)
            WriteLine(row, output);
        _held.Clear();
    }

    private void WriteLine((string Text, bool AlignRight)[] cells, BufferWriter output)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            output.Write(i == 0 ? " "u8 : " | "u8);
            bool isLast = i == cells.Length - 1;
            (string text, bool alignRight) = cells[i];
            string padding = new(' ', isLast && !alignRight ? 0 : Math.Max(0, _widths[i] - DisplayWidth.Of(text)));
            output.WriteText(alignRight ? padding + text : text + padding);
        }

        output.WriteByte((byte)'\n');
    }
}
