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

    public static string Of(string text, TokenStream tokens, SyntaxReplay replay)
    {
        int index = tokens.IndexOf(replay.Position);
        int last = Math.Min(tokens.IndexOf(replay.LastTouched), index + TokensBehind);
        if (index >= tokens.Count - 1 || last >= tokens.Count - 1)
            return "";
        return Quote(text, tokens[Math.Max(0, index - TokensBefore)], tokens[last], tokens[index]);
    }

    private static string Quote(string text, in SyntaxToken from, in SyntaxToken to, in SyntaxToken offending)
    {
        // As Java's split does: empty lines at the end do not count.
        string[] lines = text.TrimEnd('\n').Split('\n');
        int toEnd = EndOf(text, to);
        bool isStart = from is { Line: 1, Column: 0 };
        bool isEnd = to.Line == lines.Length && toEnd == lines[^1].Length;

        lines[to.Line - 1] = Cut(lines[to.Line - 1], toEnd);
        string marked = lines[offending.Line - 1];
        int offendingEnd = Math.Min(EndOf(text, offending), marked.Length);
        lines[offending.Line - 1] = $"{marked[..offending.Column]}[{marked[offending.Column..offendingEnd]}]{marked[offendingEnd..]}";
        lines[from.Line - 1] = lines[from.Line - 1][from.Column..];

        var snippet = new StringBuilder(isStart ? " (" : " (...");
        for (int i = from.Line - 1; i < to.Line; i++)
            snippet.Append(lines[i]);
        return snippet.Append(isEnd ? ")" : "...)").ToString();
    }

    private static string Cut(string line, int end) => end >= line.Length ? line : line[..end];

    /// <summary>Where a token ends within its line, measured by its text.</summary>
    private static int EndOf(string text, in SyntaxToken token) => token.Column + TokenStream.TextOf(text, token).Length;
}
