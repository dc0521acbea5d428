using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cqlite.Core.Cql.Diagnosis;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Cql;

/// <summary>Parses CQL 3.4.7 (Cassandra 5.0) into a syntax tree, which knows no schema.</summary>
/// <remarks>
/// Recursive descent over src/antlr/Parser.g. It stops at the first token that does not fit and leaves the wording of the error
/// to <see cref="SyntaxDiagnosis"/>, which replays the text the way Cassandra's generated parser would read it. What Cassandra's
/// parser checks beyond the grammar is noted while parsing and reported at the end, if the syntax is right.
/// </remarks>
internal sealed partial class CqlParser
{
    /// <summary>How deeply expressions, types and relations may nest; an operator counts as one level above its operands.</summary>
    public const int MaxDepth = 250;

    private readonly string _text;
    private readonly SyntaxToken[] _tokens;
    private readonly int _count;
    private readonly string _rule;
    private int _index;
    private int _depth;
    private ArrayBuilder<BindMarker> _markers;
    private SyntaxRecognizer? _recognizer;
    private Objection? _objection;

    private CqlParser(string text, SyntaxToken[] tokens, int count, string rule)
    {
        _text = text;
        _rule = rule;
        _tokens = tokens;
        _count = count;
    }

    /// <summary>Parses one statement, with any number of semicolons behind it.</summary>
    /// <exception cref="CqlSyntaxException">It is none; the message is Cassandra's.</exception>
    /// <exception cref="InvalidQueryException">It is nested too deeply.</exception>
    public static Statement Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        SyntaxToken[] tokens = CqlLexer.Tokenize(text, out int count);
        try
        {
            return new CqlParser(text, tokens, count, "query").Query();
        }
        finally
        {
            ArrayPool<SyntaxToken>.Shared.Return(tokens);
        }
    }

    /// <summary>Parses a single term, as it may stand in VALUES, with nothing behind it.</summary>
    public static Expression ParseTerm(string text) => ParseFragment(text, "term", static parser => parser.Term());

    /// <summary>Parses a type's name, with nothing behind it.</summary>
    public static TypeSyntax ParseType(string text) => ParseFragment(text, "comparatorType", static parser => parser.ComparatorType());

    private static T ParseFragment<T>(string text, string name, Func<CqlParser, T> rule)
    {
        ArgumentNullException.ThrowIfNull(text);
        SyntaxToken[] tokens = CqlLexer.Tokenize(text, out int count);
        try
        {
            var parser = new CqlParser(text, tokens, count, name);
            T result = rule(parser);
            if (parser.Kind != TokenKind.EndOfFile)
                throw parser.Fail();
            parser.ThrowObjection();
            return result;
        }
        finally
        {
            ArrayPool<SyntaxToken>.Shared.Return(tokens);
        }
    }

    // query : cqlStatement (';')* EOF
    private Statement Query()
    {
        Statement statement = CqlStatement();
        while (Accept(TokenKind.Semicolon))
        {
        }
        if (Kind != TokenKind.EndOfFile)
            throw Fail();
        ThrowObjection();
        return _markers.Count == 0 ? statement : statement with { BindMarkers = _markers.ToImmutable() };
    }

    // cqlStatement : selectStatement | insertStatement | updateStatement | batchStatement | ... (43 alternatives)
    private Statement CqlStatement() => Kind switch
    {
        TokenKind.Select => SelectStatement(),
        TokenKind.Insert => InsertStatement(),
        TokenKind.Update => UpdateStatement(),
        TokenKind.Delete => DeleteStatement(),
        TokenKind.Begin => BatchStatement(),
        TokenKind.Use => UseStatement(),
        TokenKind.Truncate => TruncateStatement(),
        TokenKind.Create => CreateStatement(),
        TokenKind.Alter => AlterStatement(),
        TokenKind.Drop => DropStatement(),
        TokenKind.Grant => GrantStatement(),
        TokenKind.Revoke => RevokeStatement(),
        TokenKind.List => ListStatement(),
        TokenKind.Add => AddIdentityStatement(),
        TokenKind.Describe or TokenKind.Desc => DescribeStatement(),
        _ => throw Fail(),
    };

    private TokenKind Kind => _tokens[_index].Kind;

    private SourcePosition Position
    {
        get
        {
            ref readonly SyntaxToken token = ref _tokens[_index];
            return new SourcePosition(token.Start, token.Line, token.Column);
        }
    }

    private TokenKind Peek(int ahead = 1) => _tokens[Math.Min(_index + ahead, _count - 1)].Kind;

    private ReadOnlySpan<char> TextOf(in SyntaxToken token) => _text.AsSpan(token.Start, token.End - token.Start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Accept(TokenKind kind)
    {
        if (_tokens[_index].Kind != kind)
            return false;
        _index++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Expect(TokenKind kind)
    {
        if (_tokens[_index].Kind != kind)
            throw Fail();
        _index++;
    }

    private void Expect(TokenKind first, TokenKind second)
    {
        Expect(first);
        Expect(second);
    }

    // (K_IF K_NOT K_EXISTS)?
    private bool IfNotExists()
    {
        if (!Accept(TokenKind.If))
            return false;
        Expect(TokenKind.Not, TokenKind.Exists);
        return true;
    }

    // (K_IF K_EXISTS)?
    private bool IfExists()
    {
        if (!Accept(TokenKind.If))
            return false;
        Expect(TokenKind.Exists);
        return true;
    }

    private BindMarker NewMarker(Identifier? name, BindMarkerKind kind, SourcePosition position)
    {
        var marker = new BindMarker(_markers.Count, name, kind, position);
        _markers.Add(marker);
        return marker;
    }

    // QMARK | ':' noncol_ident
    private BindMarker Marker(BindMarkerKind kind)
    {
        SourcePosition position = Position;
        if (Accept(TokenKind.QuestionMark))
            return NewMarker(null, kind, position);
        Expect(TokenKind.Colon);
        return NewMarker(Name(), kind, position);
    }

    /// <summary>The error of the token that does not fit, or what was noted before Cassandra's parser would have met it.</summary>
    [DoesNotReturn]
    private CqlSyntaxException Fail() => throw SyntaxDiagnosis.Explain(_text, _tokens[_index], _rule, _objection);

    /// <summary>Notes what the grammar allows and Cassandra's parser refuses behind the tokens read so far; the first objection counts.</summary>
    /// <param name="message">What Cassandra says.</param>
    /// <param name="token">The token that is to blame.</param>
    /// <param name="rule">The rule whose end the check waits for, if that takes a look at the next token.</param>
    private void Object(string message, in SyntaxToken token, string? rule = null) => _objection ??= new Objection(message, token, _index, rule);

    private void ThrowObjection()
    {
        if (_objection is not null)
            throw _objection.ToException();
    }

    /// <summary>An error at which Cassandra's parser stops at once.</summary>
    private static CqlSyntaxException Refuse(string message, in SyntaxToken token) => new(message, token.Line, token.Column);

    /// <summary>The error of an action within Cassandra's parser that throws a Java exception.</summary>
    private CqlSyntaxException RefuseAsJava(string reason, in SyntaxToken token) =>
        Refuse($"Failed parsing statement: [{_text}] reason: {reason}", token);

    private void Enter()
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw TooDeep();
    }

    private void Leave() => _depth--;

    /// <summary>The error of a statement that nests too deeply.</summary>
    public static InvalidQueryException TooDeep(string place) =>
        new($"{place}The statement is nested too deeply: at most {MaxDepth} levels of brackets and operators are allowed.");

    private InvalidQueryException TooDeep()
    {
        SyntaxToken token = _tokens[_index];
        return TooDeep($"line {token.Line}:{token.Column} ");
    }
}
