using System.Buffers;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Cql;

/// <summary>
/// Splits a statement into tokens. White space and comments are left out. Where the characters are no token it yields
/// <see cref="TokenKind.Invalid"/> and goes on behind the first of them.
/// </summary>
/// <remarks>
/// Source: src/antlr/Lexer.g. Cassandra's lexer predicts a token from its first characters and then insists on it, so that
/// <c>1a</c> is a broken UUID, not a number and a name. The common shapes are recognized here; a word of letters and digits
/// that begins like several kinds of literal is decided by <see cref="LiteralLexer"/>.
/// </remarks>
internal ref struct CqlLexer
{
    private readonly ReadOnlySpan<char> _text;
    private int _position;
    private int _line;
    private int _lineStart;

    public CqlLexer(ReadOnlySpan<char> text)
    {
        _text = text;
        _line = 1;
    }

    /// <summary>Reads all tokens, the end of the text included, into an array of the pool, which the caller gives back.</summary>
    public static SyntaxToken[] Tokenize(ReadOnlySpan<char> text, out int count)
    {
        var lexer = new CqlLexer(text);
        SyntaxToken[] tokens = ArrayPool<SyntaxToken>.Shared.Rent(Math.Max(16, text.Length / 4));
        count = 0;
        do
        {
            if (count == tokens.Length)
            {
                SyntaxToken[] larger = ArrayPool<SyntaxToken>.Shared.Rent(tokens.Length * 2);
                tokens.AsSpan().CopyTo(larger);
                ArrayPool<SyntaxToken>.Shared.Return(tokens);
                tokens = larger;
            }
            tokens[count++] = lexer.Next();
        }
        while (tokens[count - 1].Kind != TokenKind.EndOfFile);
        return tokens;
    }

    /// <summary>The next token; <see cref="TokenKind.EndOfFile"/> again and again at the end.</summary>
    public SyntaxToken Next()
    {
        if (!SkipHidden())
        {
            // A comment that does not end.
            return Take(TokenKind.Invalid, _text.Length - _position);
        }
        if (_position >= _text.Length)
            return new SyntaxToken(TokenKind.EndOfFile, _position, _position, _line, _position - _lineStart);

        char c = _text[_position];
        if (char.IsAsciiLetter(c))
            return Word();
        if (char.IsAsciiDigit(c))
            return Literal();
        char next = At(1);
        switch (c)
        {
            case '\'':
                return Quoted('\'', TokenKind.StringLiteral);
            case '"':
                return next == '"' && At(2) != '"' ? Take(TokenKind.EmptyQuotedName, 2) : Quoted('"', TokenKind.QuotedName);
            case '$':
                return DollarQuoted();
            case '-':
                return Minus(next);
            case '.':
                return next == '.' ? Take(TokenKind.Range, 2) : Take(TokenKind.Dot, 1);
            case '+':
                return next == '=' ? Take(TokenKind.PlusEqual, 2) : Take(TokenKind.Plus, 1);
            case '<':
                return next == '=' ? Take(TokenKind.LessOrEqual, 2) : Take(TokenKind.Less, 1);
            case '>':
                return next == '=' ? Take(TokenKind.GreaterOrEqual, 2) : Take(TokenKind.Greater, 1);
            case '!':
                return next == '=' ? Take(TokenKind.NotEqual, 2) : Take(TokenKind.Invalid, 1);
            case ',':
                return Take(TokenKind.Comma, 1);
            case '(':
                return Take(TokenKind.LeftParenthesis, 1);
            case ')':
                return Take(TokenKind.RightParenthesis, 1);
            case '=':
                return Take(TokenKind.Equal, 1);
            case '*':
                return Take(TokenKind.Star, 1);
            case '/':
                return Take(TokenKind.Slash, 1);
            case '%':
                return Take(TokenKind.Percent, 1);
            case ':':
                return Take(TokenKind.Colon, 1);
            case ';':
                return Take(TokenKind.Semicolon, 1);
            case '[':
                return Take(TokenKind.LeftBracket, 1);
            case ']':
                return Take(TokenKind.RightBracket, 1);
            case '{':
                return Take(TokenKind.LeftBrace, 1);
            case '}':
                return Take(TokenKind.RightBrace, 1);
            case '?':
                return Take(TokenKind.QuestionMark, 1);
            default:
                return Take(TokenKind.Invalid, 1);
        }
    }

    private readonly char At(int offset) => (uint)(_position + offset) < (uint)_text.Length ? _text[_position + offset] : '\0';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SyntaxToken Take(TokenKind kind, int length)
    {
        var token = new SyntaxToken(kind, _position, _position + length, _line, _position - _lineStart);
        _position += length;
        return token;
    }

    /// <summary>Takes a token that may contain line breaks.</summary>
    private SyntaxToken TakeLines(TokenKind kind, int length)
    {
        SyntaxToken token = Take(kind, length);
        CountLines(token.Start, token.End);
        return token;
    }

    private void CountLines(int start, int end)
    {
        ReadOnlySpan<char> rest = _text[start..end];
        for (int at; (at = rest.IndexOf('\n')) >= 0; rest = rest[(at + 1)..])
        {
            start += at + 1;
            _line++;
            _lineStart = start;
        }
    }

    /// <summary>Skips <c>WS</c>, <c>COMMENT</c> and <c>MULTILINE_COMMENT</c>; false at a comment without its end.</summary>
    /// <remarks>A comment to the end of the line needs the line's end: at the end of the text it is an error.</remarks>
    private bool SkipHidden()
    {
        while (_position < _text.Length)
        {
            char c = _text[_position];
            if (c is ' ' or '\t' or '\r')
            {
                _position++;
            }
            else if (c == '\n')
            {
                _position++;
                _line++;
                _lineStart = _position;
            }
            else if ((c == '-' && At(1) == '-') || (c == '/' && At(1) == '/'))
            {
                int end = _text[(_position + 2)..].IndexOfAny('\n', '\r');
                if (end < 0)
                    return false;
                _position += end + 2;
            }
            else if (c == '/' && At(1) == '*')
            {
                int end = _text[(_position + 2)..].IndexOf("*/");
                if (end < 0)
                    return false;
                int start = _position;
                _position += end + 4;
                CountLines(start, _position);
            }
            else
            {
                return true;
            }
        }
        return true;
    }

    /// <summary><c>IDENT : LETTER (LETTER | DIGIT | '_')*</c>, the keywords, and what begins like them.</summary>
    private SyntaxToken Word()
    {
        int end = _position + 1;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] == '_'))
            end++;
        int length = end - _position;
        char next = At(length);
        // Eight hexadecimal digits and a dash begin a UUID; P and a digit, or PT and a digit, an ISO 8601 duration.
        if ((next == '-' && length == 8 && LiteralLexer.IsHex(_text[_position..end]))
            || (_text[_position] == 'P' && length > 1 && LooksLikeIsoDuration(_text[_position..end])))
            return Literal();
        if (next == '(' && length == 4 && _text[_position..end] is "expr")
            return Take(TokenKind.ExpressionOpen, 5);
        return Take(Keywords.Classify(_text[_position..end]), length);
    }

    private static bool LooksLikeIsoDuration(ReadOnlySpan<char> word) =>
        char.IsAsciiDigit(word[1]) || (word.Length > 2 && word[1] == 'T' && char.IsAsciiDigit(word[2]));

    /// <summary><c>STRING_LITERAL</c> and <c>QUOTED_NAME</c>: a doubled quote stands for one.</summary>
    private SyntaxToken Quoted(char quote, TokenKind kind)
    {
        int from = _position + 1;
        while (true)
        {
            int at = _text[from..].IndexOf(quote);
            if (at < 0)
                return TakeLines(TokenKind.Invalid, _text.Length - _position);
            from += at + 1;
            if (from >= _text.Length || _text[from] != quote)
                return TakeLines(kind, from - _position);
            from++;
        }
    }

    /// <summary><c>'$' '$' .* '$' '$'</c></summary>
    private SyntaxToken DollarQuoted()
    {
        if (At(1) != '$')
            return Take(TokenKind.Invalid, 1);
        int at = _text[(_position + 2)..].IndexOf("$$");
        return at < 0 ? TakeLines(TokenKind.Invalid, _text.Length - _position) : TakeLines(TokenKind.StringLiteral, at + 4);
    }

    private SyntaxToken Minus(char next)
    {
        if (char.IsAsciiDigit(next) || next == 'P')
            return Literal();
        if (next == '=')
            return Take(TokenKind.MinusEqual, 2);
        // A dash before N or I has begun -NaN or -Infinity, whatever follows.
        if (next is 'n' or 'N')
            return SignedKeyword("NAN", TokenKind.NegativeNan);
        if (next is 'i' or 'I')
            return SignedKeyword("INFINITY", TokenKind.NegativeInfinity);
        return Take(TokenKind.Minus, 1);
    }

    private SyntaxToken SignedKeyword(string word, TokenKind kind)
    {
        ReadOnlySpan<char> rest = _text[(_position + 1)..];
        return rest.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? Take(kind, word.Length + 1) : Take(TokenKind.Invalid, 1);
    }

    /// <summary><c>INTEGER | FLOAT | DURATION | HEXNUMBER | UUID</c></summary>
    private SyntaxToken Literal()
    {
        TokenKind kind = LiteralLexer.Scan(_text[_position..], out int length);
        return Take(kind, length);
    }
}
