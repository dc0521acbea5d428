using System.Text;
using Cqlite.Core.Encoding;

namespace Cqlite.Migration.Reports;

/// <summary>
/// Writes HTML that is well-formed XML too: every element is closed in its order, every attribute quoted, every text encoded, whatever it holds. What the text's
/// reader could not see, or what would change how the text around it is shown (control characters, marks of direction, halves of pairs), is shown by its name.
/// </summary>
internal sealed class HtmlWriter(BufferWriter output)
{
    private readonly Stack<string> _open = new();

    /// <summary>An element that ends with the scope.</summary>
    public Scope In(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        Write(">");
        _open.Push(name);
        return new Scope(this, _open.Count);
    }

    /// <summary>An element of the class that ends with the scope.</summary>
    public Scope In(string name, string cssClass) => In(name, ("class", cssClass));

    /// <summary>An element with a text.</summary>
    public void Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        using (In(name, attributes))
            Text(text);
    }

    /// <summary>An element without content.</summary>
    public void Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        Write("/>");
    }

    /// <summary>A text.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (VisibleText.NameOf(rune) is not { } name)
            {
                WriteRune(rune);
                continue;
            }

            // Half of a pair comes as the replacement character, as one that was there before does; neither is lost.
            Write("<i class=\"c\">");
            Write(name);
            Write("</i>");
        }
    }

    /// <summary>Markup of ours, as it is.</summary>
    public void Markup(ReadOnlySpan<byte> utf8) => output.Write(utf8);

    private void Start(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Write("<");
        Write(name);
        foreach ((string attribute, string value) in attributes)
        {
            if (attribute == "class" && value.Length == 0)
                continue;
            Write(" ");
            Write(attribute);
            Write("=\"");
            foreach (Rune rune in value.EnumerateRunes())
            {
                if (VisibleText.NameOf(rune) is { } shown)
                    Write(shown);
                else
                    WriteRune(rune);
            }

            Write("\"");
        }
    }

    private void WriteRune(Rune rune)
    {
        switch (rune.Value)
        {
            case '<':
                Write("&lt;");
                break;
            case '>':
                Write("&gt;");
                break;
            case '&':
                Write("&amp;");
                break;
            case '"':
                Write("&quot;");
                break;
            case '\'':
                Write("&#39;");
                break;
            default:
                Span<byte> utf8 = output.GetSpan(4);
                output.Advance(rune.EncodeToUtf8(utf8));
                break;
        }
    }

    private void Write(string ascii) => output.Advance(Encoding.UTF8.GetBytes(ascii, output.GetSpan(Encoding.UTF8.GetMaxByteCount(ascii.Length))));

    private void End(int depth)
    {
        if (_open.Count != depth)
            throw new InvalidOperationException($"<{_open.Peek()}> is still open.");
        Write("</");
        Write(_open.Pop());
        Write(">");
    }

    /// <summary>An open element.</summary>
    internal readonly ref struct Scope(HtmlWriter writer, int depth)
    {
        /// <summary>Closes it.</summary>
        public void Dispose() => writer.End(depth);
    }
}
