namespace Cqlite.Core.Cql.Diagnosis;

/// <summary>The tokens of a text, with the white space and comments between them, which Cassandra's snippets count.</summary>
internal sealed class TokenStream
{
    private readonly List<SyntaxToken> _all = [];
    private readonly List<int> _visible = [];

    public TokenStream(string text)
    {
        var lexer = new CqlLexer(text);
        var kinds = new List<TokenKind>();
        int end = 0;
        int line = 1;
        int lineStart = 0;
        SyntaxToken token;
        BrokenAt = -1;
        do
        {
            token = lexer.Next();
            AddHidden(text, end, token.Start, ref line, ref lineStart);
            if (token.Kind == TokenKind.Invalid)
            {
                // What lies behind the first broken token does not matter: none can be read any more.
                BrokenAt = token.Start;
                FirstBroken = kinds.Count;
                token = token with { Kind = TokenKind.EndOfFile };
            }
            _visible.Add(_all.Count);
            _all.Add(token);
            kinds.Add(token.Kind);
            CountLines(text, token.Start, token.End, ref line, ref lineStart);
            end = token.End;
        }
        while (token.Kind != TokenKind.EndOfFile);
        Kinds = [.. kinds];
        if (BrokenAt < 0)
            FirstBroken = int.MaxValue;
    }

    /// <summary>The kinds of the visible tokens.</summary>
    public TokenKind[] Kinds { get; }

    /// <summary>The first visible token that cannot be read; beyond all if there is none.</summary>
    public int FirstBroken { get; }

    /// <summary>Where the characters stand that are no token; -1 if there are none.</summary>
    public int BrokenAt { get; }

    /// <summary>How many tokens there are, hidden ones included.</summary>
    public int Count => _all.Count;

    public SyntaxToken this[int index] => _all[index];

    /// <summary>A visible token.</summary>
    public SyntaxToken Visible(int index) => _all[_visible[index]];

    /// <summary>The place of a visible token among all; those behind the end of the text stand behind all.</summary>
    public int IndexOf(int visible) => visible < _visible.Count ? _visible[visible] : _all.Count;

    /// <summary>The text of a token as Cassandra keeps it: strings and quoted names without their quotes.</summary>
    public static string TextOf(string text, in SyntaxToken token)
    {
        string raw = text[token.Start..token.End];
        return token.Kind switch
        {
            TokenKind.StringLiteral when raw[0] == '$' => raw[2..^2],
            TokenKind.StringLiteral => raw[1..^1].Replace("''", "'", StringComparison.Ordinal),
            TokenKind.QuotedName => raw[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal),
            _ => raw,
        };
    }

    /// <summary>Adds <c>WS</c>, <c>COMMENT</c> and <c>MULTILINE_COMMENT</c> tokens for the characters between two visible ones.</summary>
    private void AddHidden(string text, int start, int end, ref int line, ref int lineStart)
    {
        while (start < end)
        {
            int next = start;
            if (text[start] is '-' or '/')
            {
                next = text[start + 1] == '*'
                    ? text.IndexOf("*/", start + 2, StringComparison.Ordinal) + 2
                    : text.AsSpan(start).IndexOfAny('\n', '\r') + start + 1;
            }
            else
            {
                while (next < end && text[next] is ' ' or '\t' or '\n' or '\r')
                    next++;
            }
            // The kind of a hidden token is never asked.
            _all.Add(new SyntaxToken(TokenKind.Invalid, start, next, line, start - lineStart));
            CountLines(text, start, next, ref line, ref lineStart);
            start = next;
        }
    }

    private static void CountLines(string text, int start, int end, ref int line, ref int lineStart)
    {
        for (int i = text.IndexOf('\n', start, end - start); i >= 0; i = text.IndexOf('\n', i + 1, end - i - 1))
        {
            line++;
            lineStart = i + 1;
        }
    }
}
