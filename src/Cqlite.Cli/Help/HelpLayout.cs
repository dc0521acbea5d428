using System.Text;

namespace Cqlite.Cli.Help;

/// <summary>Text of a help page: paragraphs and tables of two columns that keep to a width, broken at spaces.</summary>
internal sealed class HelpLayout
{
    private const int Indent = 2;

    /// <summary>What stands left of descriptions; what is longer stands on lines of its own above them.</summary>
    private const int MostLeft = 30;

    /// <summary>The least that descriptions get, however narrow a terminal is.</summary>
    private const int LeastText = 20;

    private readonly StringBuilder _text = new();
    private readonly int _width;

    /// <summary>Begins a page.</summary>
    /// <param name="width">Characters of a line at most.</param>
    public HelpLayout(int width) => _width = width;

    /// <summary>Adds a line as it is.</summary>
    public void Line(string text = "") => _text.Append(text).Append('\n');

    /// <summary>Adds a heading.</summary>
    public void Heading(string text)
    {
        Line();
        Line($"{text}:");
    }

    /// <summary>Adds running text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">Spaces before each line.</param>
    /// <param name="hanging">Further spaces before each line but the first.</param>
    public void Paragraph(string text, int indent = 0, int hanging = 0)
    {
        bool isFirst = true;
        foreach (string line in Wrap(text, _width - indent - hanging))
        {
            Line(new string(' ', isFirst ? indent : indent + hanging) + line);
            isFirst = false;
        }
    }

    /// <summary>Adds names, each with what it means beside it.</summary>
    public void Table(IReadOnlyCollection<(string Name, string Text)> rows)
    {
        int left = Math.Min(rows.Max(r => r.Name.Length), Math.Min(MostLeft, Math.Max(0, _width - Indent - 2 - LeastText)));
        int column = Indent + left + 2;
        foreach ((string name, string text) in rows)
        {
            string[] lines = [.. Wrap(text, _width - column)];
            int next = 0;
            if (name.Length <= left)
                Line(Join(name.PadRight(left), lines.Length > next ? lines[next++] : ""));
            else
                Paragraph(name, Indent, hanging: Indent);
            for (; next < lines.Length; next++)
                Line(new string(' ', column) + lines[next]);
        }

        static string Join(string name, string text) => $"{new string(' ', Indent)}{name}  {text}".TrimEnd();
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Breaks text at spaces; what has none is left as long as it is.</summary>
    private static IEnumerable<string> Wrap(string text, int width)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Math.Max(LeastText, width))
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}
