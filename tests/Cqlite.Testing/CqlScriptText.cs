namespace Cqlite.Testing;

/// <summary>Parts the lists and names of a script's lines, heeding quotes and brackets.</summary>
internal static class CqlScriptText
{
    /// <summary>The first word and what follows the blank after it.</summary>
    public static (string Word, string Tail) SplitWord(string text)
    {
        var blank = text.IndexOf(' ');
        return blank < 0 ? (text, "") : (text[..blank], text[(blank + 1)..]);
    }

    /// <summary>The elements of a list, parted by a comma and a blank outside of quotes and brackets; an empty text has none.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var elements = new List<string>();
        var start = 0;
        foreach (var at in Outside(text))
        {
            if (text[at] == ',' && at + 1 < text.Length && text[at + 1] == ' ')
            {
                elements.Add(text[start..at]);
                start = at + 2;
            }
        }

        if (text.Length > 0)
            elements.Add(text[start..]);
        return elements;
    }

    /// <summary>A name or type and what follows it: parted at the first blank outside of quotes and brackets. The name loses its quotes.</summary>
    public static (string Name, string Tail) SplitName(string text)
    {
        foreach (var at in Outside(text))
        {
            if (text[at] == ' ')
                return (Unquote(text[..at]), text[(at + 1)..]);
        }

        return (Unquote(text), "");
    }

    /// <summary>Removes the double quotes of a name.</summary>
    public static string Unquote(string name) =>
        name.Length >= 2 && name[0] == '"' && name[^1] == '"' ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    /// <summary>The positions outside of quotes and brackets. A doubled quote ends one quotation and begins another, which comes to the same.</summary>
    private static IEnumerable<int> Outside(string text)
    {
        var quote = '\0';
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (quote != '\0')
            {
                if (character == quote)
                    quote = '\0';
            }
            else if (character is '\'' or '"')
                quote = character;
            else if (character is '(' or '[' or '{' or '<')
                depth++;
            else if (character is ')' or ']' or '}' or '>')
                depth--;
            else if (depth == 0)
                yield return at;
        }
    }
}
