using System.Collections.Immutable;
using System.Globalization;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>Types.</summary>
internal sealed partial class CqlParser
{
    // comparatorType : native_type | collection_type | tuple_type | vector_type | userTypeName | K_FROZEN '<' comparatorType '>'
    //                | STRING_LITERAL
    private TypeSyntax ComparatorType()
    {
        SyntaxToken token = _tokens[_index];
        SourcePosition position = Position;
        if (token.Kind == TokenKind.StringLiteral)
        {
            _index++;
            return new CustomTypeSyntax(UnquotedText(token), position);
        }
        if (Peek() == TokenKind.Dot)
            return new UserTypeSyntax(UserTypeName());
        if (token.Kind.IsNativeType())
            return NativeType();
        if (Peek() != TokenKind.Less)
            return new UserTypeSyntax(UserTypeName());

        Enter();
        TypeSyntax type = ParameterizedType(token, position);
        Leave();
        return type;
    }

    private TypeSyntax ParameterizedType(SyntaxToken token, SourcePosition position)
    {
        if (token.Kind is not (TokenKind.Map or TokenKind.List or TokenKind.Set or TokenKind.Tuple or TokenKind.Vector or TokenKind.Frozen))
            return new UserTypeSyntax(UserTypeName());
        _index += 2;
        TypeSyntax first = ComparatorType();
        TypeSyntax type;
        switch (token.Kind)
        {
            // collection_type : K_MAP '<' comparatorType ',' comparatorType '>' | K_LIST '<' comparatorType '>' | K_SET '<' comparatorType '>'
            case TokenKind.Map:
                Expect(TokenKind.Comma);
                type = new MapTypeSyntax(first, ComparatorType(), position);
                break;
            case TokenKind.List:
                type = new ListTypeSyntax(first, position);
                break;
            case TokenKind.Set:
                type = new SetTypeSyntax(first, position);
                break;
            // tuple_type : K_TUPLE '<' comparatorType (',' comparatorType)* '>'
            case TokenKind.Tuple:
                type = new TupleTypeSyntax(TypesAfter(first), position);
                break;
            // vector_type : K_VECTOR '<' comparatorType ',' INTEGER '>'
            case TokenKind.Vector:
                Expect(TokenKind.Comma);
                type = new VectorTypeSyntax(first, VectorDimension(), position);
                break;
            default:
                type = new FrozenTypeSyntax(first, position);
                break;
        }
        Expect(TokenKind.Greater);
        if (type is FrozenTypeSyntax && first is NativeTypeSyntax or CustomTypeSyntax)
            Object($"frozen<> is only allowed on collections, tuples, and user-defined types (got {first})", _tokens[_index - 1]);
        return type;
    }

    private ImmutableArray<TypeSyntax> TypesAfter(TypeSyntax first)
    {
        var types = new ArrayBuilder<TypeSyntax>();
        types.Add(first);
        while (Accept(TokenKind.Comma))
            types.Add(ComparatorType());
        return types.ToImmutable();
    }

    private int VectorDimension()
    {
        SyntaxToken token = _tokens[_index];
        Expect(TokenKind.IntegerLiteral);
        if (!int.TryParse(TextOf(token), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int dimension))
            throw RefuseAsJava($"NumberFormatException For input string: \"{TextOf(token)}\"", token);
        return dimension;
    }

    // native_type : K_ASCII | K_BIGINT | K_BLOB | ... | K_TIME
    private NativeTypeSyntax NativeType()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (!token.Kind.IsNativeType())
            throw Fail();
        SourcePosition position = Position;
        _index++;
        return new NativeTypeSyntax(NativeTypeName(token.Kind), position);
    }

    private static string NativeTypeName(TokenKind kind) => kind switch
    {
        TokenKind.Ascii => "ascii",
        TokenKind.Bigint => "bigint",
        TokenKind.Blob => "blob",
        TokenKind.Boolean => "boolean",
        TokenKind.Counter => "counter",
        TokenKind.Decimal => "decimal",
        TokenKind.Double => "double",
        TokenKind.Duration => "duration",
        TokenKind.Float => "float",
        TokenKind.Inet => "inet",
        TokenKind.Int => "int",
        TokenKind.Smallint => "smallint",
        TokenKind.Text => "text",
        TokenKind.Timestamp => "timestamp",
        TokenKind.Tinyint => "tinyint",
        TokenKind.Uuid => "uuid",
        TokenKind.Varchar => "varchar",
        TokenKind.Varint => "varint",
        TokenKind.Timeuuid => "timeuuid",
        TokenKind.Date => "date",
        _ => "time",
    };

    /// <summary>
    /// The place behind a <c>comparatorType</c> that begins at the place, or -1 if none does. Asked where a type in parentheses must be
    /// told from a value, so it only looks.
    /// </summary>
    private int SkipType(int at)
    {
        TokenKind kind = KindAt(at);
        TokenKind next = KindAt(at + 1);
        if (kind == TokenKind.StringLiteral)
            return at + 1;
        if (next == TokenKind.Dot)
            return kind.IsName() && IsNonTypeName(KindAt(at + 2)) ? at + 3 : -1;
        if (kind.IsNativeType())
            return at + 1;
        bool parameterized = kind is TokenKind.Map or TokenKind.List or TokenKind.Set or TokenKind.Tuple or TokenKind.Vector or TokenKind.Frozen;
        if (next != TokenKind.Less || !parameterized)
            return IsNonTypeName(kind) ? at + 1 : -1;

        // The angle brackets need only be balanced: what else is wrong between them is found when they are parsed.
        int open = 0;
        for (int i = at + 1; ; i++)
        {
            switch (KindAt(i))
            {
                case TokenKind.Less:
                    open++;
                    break;
                case TokenKind.Greater when --open == 0:
                    return i + 1;
                case TokenKind.EndOfFile:
                    return -1;
            }
        }
    }

    private TokenKind KindAt(int at) => _tokens[Math.Min(at, _count - 1)].Kind;
}
