using System.Text;

namespace Cqlite.Core.Cql;

/// <summary>Questions about token kinds, answered by the order of the groups in <see cref="TokenKind"/>.</summary>
/// <remarks>Source: src/antlr/Parser.g, from unreserved_keyword to its end, and native_type.</remarks>
internal static class TokenKinds
{
    /// <summary>Whether the keyword names a native type.</summary>
    public static bool IsNativeType(this TokenKind kind) => kind is >= TokenKind.Ascii and <= TokenKind.Time;

    /// <summary>Whether the keyword may name a user type: <c>basic_unreserved_keyword</c>.</summary>
    public static bool IsBasicUnreserved(this TokenKind kind) => kind is >= TokenKind.Keys and <= TokenKind.Ann;

    /// <summary>Whether the keyword may name a function: <c>unreserved_function_keyword</c>.</summary>
    public static bool IsUnreservedFunction(this TokenKind kind) => kind is >= TokenKind.Ascii and <= TokenKind.Ann;

    /// <summary>Whether the keyword may name a keyspace, table, column or field: <c>unreserved_keyword</c>.</summary>
    public static bool IsUnreserved(this TokenKind kind) => kind is >= TokenKind.Ascii and <= TokenKind.Distinct;

    /// <summary>Whether the kind is a keyword at all.</summary>
    public static bool IsKeyword(this TokenKind kind) => kind >= TokenKind.Ascii;

    /// <summary>Whether the token is a name: <c>ident</c>, <c>sident</c>, <c>fident</c>, <c>noncol_ident</c>.</summary>
    public static bool IsName(this TokenKind kind) => kind is TokenKind.Identifier or TokenKind.QuotedName || kind.IsUnreserved();

    /// <summary>Whether the token is a <c>constant</c>.</summary>
    public static bool IsConstant(this TokenKind kind) =>
        kind is (>= TokenKind.StringLiteral and <= TokenKind.HexLiteral) or (>= TokenKind.PositiveNan and <= TokenKind.NegativeInfinity);

    /// <summary>Whether the token may be a function's name: <c>allowedFunctionName</c>.</summary>
    public static bool IsFunctionName(this TokenKind kind) =>
        kind is TokenKind.Identifier or TokenKind.QuotedName or TokenKind.Token or TokenKind.Count || kind.IsUnreservedFunction();

    /// <summary>The kind's name in Cassandra's messages: <c>K_FROM</c>, <c>IDENT</c>, <c>')'</c>.</summary>
    public static string DisplayName(this TokenKind kind) => kind switch
    {
        TokenKind.EndOfFile => "EOF",
        TokenKind.Identifier => "IDENT",
        TokenKind.QuotedName => "QUOTED_NAME",
        TokenKind.EmptyQuotedName => "EMPTY_QUOTED_NAME",
        TokenKind.StringLiteral => "STRING_LITERAL",
        TokenKind.IntegerLiteral => "INTEGER",
        TokenKind.FloatLiteral => "FLOAT",
        TokenKind.BooleanLiteral => "BOOLEAN",
        TokenKind.DurationLiteral => "DURATION",
        TokenKind.UuidLiteral => "UUID",
        TokenKind.HexLiteral => "HEXNUMBER",
        TokenKind.QuestionMark => "QMARK",
        TokenKind.Range => "RANGE",
        TokenKind.Semicolon => "';'",
        TokenKind.LeftParenthesis => "'('",
        TokenKind.RightParenthesis => "')'",
        TokenKind.Comma => "','",
        TokenKind.Star => @"'\*'",
        TokenKind.Plus => "'+'",
        TokenKind.Minus => "'-'",
        TokenKind.Slash => "'/'",
        TokenKind.Percent => "'%'",
        TokenKind.Dot => "'.'",
        TokenKind.LeftBracket => "'['",
        TokenKind.RightBracket => "']'",
        TokenKind.LeftBrace => "'{'",
        TokenKind.RightBrace => "'}'",
        TokenKind.Colon => "':'",
        TokenKind.Equal => "'='",
        TokenKind.PlusEqual => "'+='",
        TokenKind.MinusEqual => "'-='",
        TokenKind.Less => "'<'",
        TokenKind.LessOrEqual => "'<='",
        TokenKind.Greater => "'>'",
        TokenKind.GreaterOrEqual => "'>='",
        TokenKind.NotEqual => "'!='",
        TokenKind.ExpressionOpen => "'expr('",
        _ => KeywordName(kind),
    };

    private static string KeywordName(TokenKind kind)
    {
        var name = new StringBuilder("K");
        foreach (char c in kind.ToString())
        {
            if (char.IsAsciiLetterUpper(c))
                name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }
        return name.ToString();
    }
}
