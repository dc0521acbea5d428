using System.Globalization;
using System.Text;
using Cqlite.Core.Query.Output;

namespace Cqlite.Cli.Shell;

/// <summary>How a text with prompts lies on a screen: the rows it takes, and where the cursor is.</summary>
/// <param name="Rows">The rows, each as long as the screen is wide at most.</param>
/// <param name="CursorRow">The cursor's row, from 0.</param>
/// <param name="CursorColumn">The cursor's column, from 0.</param>
internal sealed record ScreenLayout(IReadOnlyList<string> Rows, int CursorRow, int CursorColumn)
{
    /// <summary>An empty row with the cursor in it.</summary>
    public static ScreenLayout Nothing { get; } = new([""], 0, 0);

    /// <summary>Rows above the cursor on a screen that may have another width by now.</summary>
    public int RowsAboveCursor(int width)
    {
        int above = CursorColumn / width;
        for (int i = 0; i < CursorRow; i++)
            above += Math.Max(1, (DisplayWidth.Of(Rows[i]) + width - 1) / width);
        return above;
    }

    /// <summary>Lays a text out.</summary>
    /// <param name="prompt">What stands before the first line.</param>
    /// <param name="continuation">What stands before each further line.</param>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The index of the character at which the cursor is.</param>
    /// <param name="width">Columns of the screen.</param>
    public static ScreenLayout Of(string prompt, string continuation, string text, int cursor, int width)
    {
        List<string> rows = [];
        StringBuilder row = new();
        int column = 0;
        (int Row, int Column) at = (0, 0);
        Add(prompt);
        for (int i = 0; i <= text.Length;)
        {
            if (i == cursor)
            {
                // Behind a full row the cursor is where the next character will be.
                if (column == width)
                    Break();
                at = (rows.Count, column);
            }

            if (i == text.Length)
                break;
            if (text[i] == '\n')
            {
                Break();
                Add(continuation);
                i++;
                continue;
            }

            int length = StringInfo.GetNextTextElementLength(text, i);
            AddElement(text.Substring(i, length));
            i += length;
        }

        rows.Add(row.ToString());
        return new ScreenLayout(rows, at.Row, at.Column);

        void Break()
        {
            rows.Add(row.ToString());
            row.Clear();
            column = 0;
        }

        void Add(string plain)
        {
            TextElementEnumerator elements = StringInfo.GetTextElementEnumerator(plain);
            while (elements.MoveNext())
                AddElement(elements.GetTextElement());
        }

        void AddElement(string element)
        {
            string shown = element is [var c] && char.IsControl(c) ? c == '\t' ? " " : $"^{(char)(c ^ 0x40)}" : element;
            int elementWidth = DisplayWidth.Of(shown);
            if (column + elementWidth > width && column > 0)
                Break();
            row.Append(shown);
            column += elementWidth;
        }
    }
}
