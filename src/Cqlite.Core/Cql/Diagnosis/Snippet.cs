using System.Text;

namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>Quotes the surroundings of an error: up to ten tokens before and two behind the one the parser stands at, that in brackets.</summary>
/// <remarks>
/// Source: src/java/org/apache/cassandra/cql3/ErrorCollector.java. White space counts as a token, tokens that the parser has not looked at
/// yet do not exist, a token is as long as its text without quotes, line breaks are left out, and at the end of the text nothing is quoted.
/// </remarks>
internal static class Snippet
{
    private const int TokensBefore = 10;
    private const int TokensBehind = 2;

    /// <summary>The quotation, or nothing at the end of the text; false with Java's complaint where Cassandra fails to quote.</summary>
    public static bool TryQuote(string text, TokenStream tokens, SyntaxReplay replay, out string snippet)
    {
        snippet = "";
        int index = tokens.IndexOf(replay.Position);
        int last = Math.Min(tokens.IndexOf(replay.LastTouched), index + TokensBehind);
        return index >= tokens.Count - 1
            || last >= tokens.Count - 1
            || TryQuote(text, tokens[Math.Max(0, index - TokensBefore)], tokens[last], tokens[index], out snippet);
    }

    private static bool TryQuote(string text, in SyntaxToken from, in SyntaxToken to, in SyntaxToken offending, out string snippet)
    {
        // As Java's split does: empty lines at the end do not count.
        string[] lines = text.TrimEnd('\n').Split('\n');
        int toEnd = EndOf(text, to);
        bool isStart = from is { Line: 1, Column: 0 };
        bool isEnd = to.Line == lines.Length && toEnd == lines[^1].Length;

        lines[to.Line - 1] = Cut(lines[to.Line - 1], toEnd);
        string marked = lines[offending.Line - 1];
        int offendingEnd = EndOf(text, offending);
        if (offendingEnd > marked.Length)
        {
            // A string over several lines is longer than its first line, and the bracket behind it has no place.
            snippet = $"begin 0, end {offendingEnd}, length {marked.Length}";
            return false;
        }
        lines[offending.Line - 1] = $"{marked[..offending.Column]}[{marked[offending.Column..offendingEnd]}]{marked[offendingEnd..]}";
        lines[from.Line - 1] = lines[from.Line - 1][from.Column..];

        var quoted = new StringBuilder(isStart ? " (" : " (...");
        for (int i = from.Line - 1; i < to.Line; i++)
            quoted.Append(lines[i]);
        snippet = WithoutHalves(quoted.Append(isEnd ? ")" : "...)").ToString());
        return true;
    }

    /// <summary>A bracket may part a surrogate pair; Java writes a question mark for each half.</summary>
    private static string WithoutHalves(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            return text;
        var whole = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                whole.Append(text[i]);
            else if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                whole.Append(text[i]).Append(text[++i]);
            else
                whole.Append('?');
        }
        return whole.ToString();
    }

    private static string Cut(string line, int end) => end >= line.Length ? line : line[..end];

    /// <summary>Where a token ends within its line, measured by its text.</summary>
    private static int EndOf(string text, in SyntaxToken token) => token.Column + TokenStream.TextOf(text, token).Length;
}
