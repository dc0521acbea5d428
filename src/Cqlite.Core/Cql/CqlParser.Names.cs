using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>Names.</summary>
internal sealed partial class CqlParser
{
    // ident, sident, fident, noncol_ident : IDENT | QUOTED_NAME | unreserved_keyword
    private Identifier Name()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (!token.Kind.IsName())
            throw Fail();
        _index++;
        return NameOf(token);
    }

    private Identifier NameOf(in SyntaxToken token)
    {
        var position = new SourcePosition(token.Start, token.Line, token.Column);
        return token.Kind == TokenKind.QuotedName
            ? new Identifier(UnquotedText(token), IsQuoted: true, position)
            : new Identifier(LowerCase(TextOf(token)), IsQuoted: false, position);
    }

    /// <summary>The text in lower case; names that are not quoted consist of ASCII.</summary>
    private static string LowerCase(ReadOnlySpan<char> text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (int i = 0; i < source.Length; i++)
            target[i] = source[i] is >= 'A' and <= 'Z' ? (char)(source[i] | 0x20) : source[i];
    });

    /// <summary>What a string literal or quoted name holds.</summary>
    private string UnquotedText(in SyntaxToken token)
    {
        if (_text[token.Start] == '$')
            return _text[(token.Start + 2)..(token.End - 2)];
        ReadOnlySpan<char> inner = _text.AsSpan(token.Start + 1, token.End - token.Start - 2);
        char quote = _text[token.Start];
        if (!inner.Contains(quote))
            return inner.ToString();
        return inner.ToString().Replace(quote == '"' ? "\"\"" : "''", quote == '"' ? "\"" : "'", StringComparison.Ordinal);
    }

    // cident : EMPTY_QUOTED_NAME | ident
    private Identifier ColumnName()
    {
        SourcePosition position = Position;
        return Accept(TokenKind.EmptyQuotedName) ? new Identifier("", IsQuoted: true, position) : Name();
    }

    /// <summary>Whether the token begins a <c>cident</c>.</summary>
    private static bool IsColumnName(TokenKind kind) => kind.IsName() || kind == TokenKind.EmptyQuotedName;

    // keyspaceName : ksName
    private Identifier KeyspaceName() => NameOrMarker("keyspace");

    // ksName, cfName, idxName : IDENT | QUOTED_NAME | unreserved_keyword | QMARK
    private Identifier NameOrMarker(string what)
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (token.Kind != TokenKind.QuestionMark)
            return Name();
        _index++;
        Object($"Bind variables cannot be used for {what} names", token);
        return NameOf(token);
    }

    // columnFamilyName : (ksName '.')? cfName
    private QualifiedName TableName() => QualifiedName("table");

    // indexName : (ksName '.')? idxName
    private QualifiedName IndexName() => QualifiedName("index");

    private QualifiedName QualifiedName(string what)
    {
        if (Peek() != TokenKind.Dot)
            return new QualifiedName(null, NameOrMarker(what));
        Identifier keyspace = KeyspaceName();
        Expect(TokenKind.Dot);
        return new QualifiedName(keyspace, NameOrMarker(what));
    }

    // userTypeName : (noncol_ident '.')? non_type_ident
    private QualifiedName UserTypeName()
    {
        if (Peek() != TokenKind.Dot)
            return new QualifiedName(null, NonTypeName());
        Identifier keyspace = Name();
        Expect(TokenKind.Dot);
        return new QualifiedName(keyspace, NonTypeName());
    }

    /// <summary>Type names that Cassandra reserves although it has no such types.</summary>
    private static bool IsReservedTypeName(ReadOnlySpan<char> name) =>
        name is "byte" or "complex" or "enum" or "date" or "interval" or "macaddr" or "bitstring";

    // non_type_ident : IDENT | QUOTED_NAME | basic_unreserved_keyword | K_KEY
    private Identifier NonTypeName()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (!IsNonTypeName(token.Kind))
            throw Fail();
        _index++;
        if (token.Kind == TokenKind.Identifier && IsReservedTypeName(TextOf(token)))
            Object("Invalid (reserved) user type name " + TextOf(token).ToString(), token);
        return NameOf(token);
    }

    private static bool IsNonTypeName(TokenKind kind) =>
        kind is TokenKind.Identifier or TokenKind.QuotedName or TokenKind.Key || kind.IsBasicUnreserved();

    // userOrRoleName, roleName : IDENT | STRING_LITERAL | QUOTED_NAME | unreserved_keyword | QMARK
    private string RoleName()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (token.Kind != TokenKind.StringLiteral)
            return NameOrMarker("role").Text;
        _index++;
        return UnquotedText(token);
    }

    // username : IDENT | STRING_LITERAL | QUOTED_NAME
    private string UserName() =>
        PlainName("Quoted strings are are not supported for user names and USER is deprecated, please use ROLE");

    // identity : IDENT | STRING_LITERAL | QUOTED_NAME
    private string IdentityName() => PlainName("Quoted strings are are not supported for identity");

    private string PlainName(string objection)
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (token.Kind is not (TokenKind.Identifier or TokenKind.StringLiteral or TokenKind.QuotedName))
            throw Fail();
        _index++;
        if (token.Kind == TokenKind.Identifier)
            return TextOf(token).ToString();
        if (token.Kind == TokenKind.QuotedName)
            Object(objection, token);
        return UnquotedText(token);
    }

    // functionName : (keyspaceName '.')? allowedFunctionName
    private FunctionName FunctionName()
    {
        SourcePosition position = Position;
        string? keyspace = null;
        if (Peek() == TokenKind.Dot)
        {
            keyspace = KeyspaceName().Text;
            Expect(TokenKind.Dot);
        }
        return new FunctionName(keyspace, AllowedFunctionName(), position);
    }

    // allowedFunctionName : IDENT | QUOTED_NAME | unreserved_function_keyword | K_TOKEN | K_COUNT
    private string AllowedFunctionName()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (!token.Kind.IsFunctionName())
            throw Fail();
        _index++;
        return token.Kind switch
        {
            TokenKind.QuotedName => UnquotedText(token),
            // A keyword is not put into lower case: LIST(1) calls a function of that name, which there is not.
            _ when token.Kind.IsBasicUnreserved() => TextOf(token).ToString(),
            _ => LowerCase(TextOf(token)),
        };
    }

    // '(' ident (',' ident)* ')'
    private ImmutableArray<Identifier> ParenthesizedNames()
    {
        var names = new ArrayBuilder<Identifier>();
        Expect(TokenKind.LeftParenthesis);
        do
        {
            names.Add(Name());
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightParenthesis);
        return names.ToImmutable();
    }

    // tupleOfIdentifiers, and the columns of INSERT : '(' cident (',' cident)* ')'
    private ImmutableArray<Identifier> ParenthesizedColumns()
    {
        var names = new ArrayBuilder<Identifier>();
        Expect(TokenKind.LeftParenthesis);
        do
        {
            names.Add(ColumnName());
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightParenthesis);
        return names.ToImmutable();
    }
}
