using System.Collections.Immutable;
using System.Globalization;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>Terms: the values of WHERE, VALUES, SET and IF.</summary>
internal sealed partial class CqlParser
{
    /// <summary>The height of the expression parsed last, so that a long chain of operators is as bounded as deep brackets are.</summary>
    private int _height;

    // term : termAddition
    private Expression Term()
    {
        Enter();
        Expression term = TermAddition();
        Leave();
        return term;
    }

    private BinaryOperation Operation(ArithmeticOperator op, Expression left, int leftHeight, Expression right)
    {
        _height = Math.Max(leftHeight, _height) + 1;
        if (_height > MaxDepth)
            throw TooDeep();
        return new BinaryOperation(op, left, right);
    }

    // termAddition : termMultiplication ( '+' termMultiplication | '-' termMultiplication )*
    private Expression TermAddition()
    {
        Expression term = TermMultiplication();
        while (Kind is TokenKind.Plus or TokenKind.Minus && !IsPrependedColumn())
        {
            ArithmeticOperator op = Kind == TokenKind.Plus ? ArithmeticOperator.Add : ArithmeticOperator.Subtract;
            _index++;
            int height = _height;
            term = Operation(op, term, height, TermMultiplication());
        }
        return term;
    }

    /// <summary>Whether a plus is followed by a column (<c>SET l = [1] + l</c>), which no term is, but for the names of functions.</summary>
    private bool IsPrependedColumn() =>
        Kind == TokenKind.Plus && IsColumnName(Peek()) && Peek(2) is not (TokenKind.LeftParenthesis or TokenKind.Dot);

    // termMultiplication : termGroup ( '*' termGroup | '/' termGroup | '%' termGroup )*
    private Expression TermMultiplication()
    {
        Expression term = TermGroup();
        while (Kind is TokenKind.Star or TokenKind.Slash or TokenKind.Percent)
        {
            ArithmeticOperator op = Multiplicative(Kind);
            _index++;
            int height = _height;
            term = Operation(op, term, height, TermGroup());
        }
        return term;
    }

    private static ArithmeticOperator Multiplicative(TokenKind kind) => kind switch
    {
        TokenKind.Star => ArithmeticOperator.Multiply,
        TokenKind.Slash => ArithmeticOperator.Divide,
        _ => ArithmeticOperator.Modulo,
    };

    // termGroup : simpleTerm | '-' simpleTerm
    private Expression TermGroup()
    {
        SourcePosition position = Position;
        if (!Accept(TokenKind.Minus))
            return SimpleTerm();
        Expression operand = SimpleTerm();
        _height++;
        return new Negation(operand, position);
    }

    // simpleTerm : value | function | '(' comparatorType ')' simpleTerm | K_CAST '(' simpleTerm K_AS native_type ')'
    private Expression SimpleTerm()
    {
        SourcePosition position = Position;
        switch (Kind)
        {
            case TokenKind.LeftParenthesis when IsTypeHint():
                return TypeHintedTerm(position);
            case TokenKind.LeftParenthesis:
                return TupleLiteral();
            case TokenKind.LeftBracket:
                return ListLiteral();
            case TokenKind.LeftBrace:
                return BraceLiteral();
            case TokenKind.Cast when Peek() == TokenKind.LeftParenthesis:
                return CastTerm(position);
            default:
                // value : constant | collectionLiteral | usertypeLiteral | tupleLiteral | K_NULL | ':' noncol_ident | QMARK
                _height = 0;
                if (Atom() is { } atom)
                    return atom;
                return Function();
        }
    }

    /// <summary>Whether the parenthesis holds a type. A string in parentheses is a tuple, unless a value follows to which it can be the type.</summary>
    private bool IsTypeHint()
    {
        int end = SkipType(_index + 1);
        if (end < 0 || KindAt(end) != TokenKind.RightParenthesis)
            return false;
        return KindAt(_index + 1) != TokenKind.StringLiteral || StartsSimpleTerm(end + 1);
    }

    private bool StartsSimpleTerm(int at)
    {
        TokenKind kind = KindAt(at);
        return kind.IsConstant()
            || kind is TokenKind.Null or TokenKind.Colon or TokenKind.QuestionMark
                or TokenKind.LeftParenthesis or TokenKind.LeftBracket or TokenKind.LeftBrace
            || ((kind.IsFunctionName() || kind.IsName()) && KindAt(at + 1) is TokenKind.LeftParenthesis or TokenKind.Dot);
    }

    private TypeHint TypeHintedTerm(SourcePosition position)
    {
        Enter();
        _index++;
        TypeSyntax type = ComparatorType();
        Expect(TokenKind.RightParenthesis);
        Expression operand = SimpleTerm();
        Leave();
        _height++;
        return new TypeHint(type, operand, position);
    }

    private CastExpression CastTerm(SourcePosition position)
    {
        Enter();
        _index += 2;
        Expression operand = SimpleTerm();
        Expect(TokenKind.As);
        NativeTypeSyntax type = NativeType();
        Expect(TokenKind.RightParenthesis);
        Leave();
        _height++;
        return new CastExpression(operand, type, position);
    }

    /// <summary>A constant, NULL or a bind marker; null if there is none.</summary>
    private Expression? Atom()
    {
        SourcePosition position = Position;
        switch (Kind)
        {
            case TokenKind.Null:
                _index++;
                return new NullLiteral(position);
            // A marker before the name of a function is taken for its keyspace, and refused as such.
            case TokenKind.QuestionMark when Peek() == TokenKind.Dot && Peek(3) == TokenKind.LeftParenthesis:
                return null;
            case TokenKind.QuestionMark or TokenKind.Colon:
                return Marker(BindMarkerKind.Value);
            default:
                return Kind.IsConstant() ? Constant() : null;
        }
    }

    // constant : STRING_LITERAL | INTEGER | FLOAT | BOOLEAN | DURATION | UUID | HEXNUMBER
    //          | ((K_POSITIVE_NAN | K_NEGATIVE_NAN) | K_POSITIVE_INFINITY | K_NEGATIVE_INFINITY)
    private Literal Constant()
    {
        SourcePosition position = Position;
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (!token.Kind.IsConstant())
            throw Fail();
        _index++;
        return token.Kind switch
        {
            TokenKind.StringLiteral => new Literal(LiteralKind.String, UnquotedText(token), position),
            TokenKind.IntegerLiteral => new Literal(LiteralKind.Integer, TextOf(token).ToString(), position),
            TokenKind.FloatLiteral => new Literal(LiteralKind.Float, FloatText(token), position),
            TokenKind.BooleanLiteral => new Literal(LiteralKind.Boolean, TextOf(token).ToString(), position),
            TokenKind.DurationLiteral => new Literal(LiteralKind.Duration, TextOf(token).ToString(), position),
            TokenKind.UuidLiteral => new Literal(LiteralKind.Uuid, TextOf(token).ToString(), position),
            TokenKind.HexLiteral => new Literal(LiteralKind.Hex, TextOf(token).ToString(), position),
            TokenKind.PositiveInfinity => new Literal(LiteralKind.Float, "Infinity", position),
            TokenKind.NegativeInfinity => new Literal(LiteralKind.Float, "-Infinity", position),
            _ => new Literal(LiteralKind.Float, "NaN", position),
        };
    }

    /// <summary>The text of a float. Cassandra compares it with the double nearest to it and fails where that is infinite.</summary>
    private string FloatText(in SyntaxToken token)
    {
        string text = TextOf(token).ToString();
        int e = text.AsSpan().IndexOfAny('e', 'E');
        if (e < 0 && text.Length < 300)
            return text;
        string? reason = null;
        if (e >= 0)
        {
            ReadOnlySpan<char> exponent = text.AsSpan(e + 1);
            bool isSigned = exponent[0] is '+' or '-';
            ReadOnlySpan<char> digits = exponent[(isSigned ? 1 : 0)..].TrimStart('0');
            long fraction = e - 1 - text.IndexOf('.', StringComparison.Ordinal);
            if (digits.Length > 10)
                reason = "NumberFormatException Too many nonzero exponent digits.";
            else if (text.Contains('.', StringComparison.Ordinal) ? IsBeyondScale(exponent, fraction) : IsBeyondScale(exponent, 0))
                reason = "NumberFormatException Scale out of range.";
        }
        if (reason is null && double.IsInfinity(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)))
            reason = "NumberFormatException Character I is neither a decimal digit number, decimal point, nor \"e\" notation exponential mark.";
        return reason is null ? text : throw RefuseAsJava(reason, token);
    }

    private static bool IsBeyondScale(ReadOnlySpan<char> exponent, long fraction)
    {
        long scale = fraction - long.Parse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return scale is < int.MinValue or > int.MaxValue;
    }

    // intValue : INTEGER | ':' noncol_ident | QMARK
    private Expression IntegerValue()
    {
        SourcePosition position = Position;
        ref readonly SyntaxToken token = ref _tokens[_index];
        if (token.Kind is TokenKind.QuestionMark or TokenKind.Colon)
            return Marker(BindMarkerKind.Value);
        Expect(TokenKind.IntegerLiteral);
        return new Literal(LiteralKind.Integer, TextOf(token).ToString(), position);
    }

    // term (',' term)*
    private ImmutableArray<Expression> Terms(out int height)
    {
        var terms = new ArrayBuilder<Expression>();
        height = 0;
        do
        {
            terms.Add(Term());
            height = Math.Max(height, _height);
        }
        while (Accept(TokenKind.Comma));
        return terms.ToImmutable();
    }

    // listLiteral : '[' ( term (',' term)* )? ']'
    private ListLiteral ListLiteral()
    {
        SourcePosition position = Position;
        Expect(TokenKind.LeftBracket);
        int height = 0;
        ImmutableArray<Expression> elements = Kind == TokenKind.RightBracket ? [] : Terms(out height);
        Expect(TokenKind.RightBracket);
        _height = height + 1;
        return new ListLiteral(elements, position);
    }

    // tupleLiteral : '(' term (',' term)* ')'
    private TupleLiteral TupleLiteral()
    {
        SourcePosition position = Position;
        Expect(TokenKind.LeftParenthesis);
        ImmutableArray<Expression> elements = Terms(out int height);
        Expect(TokenKind.RightParenthesis);
        _height = height + 1;
        return new TupleLiteral(elements, position);
    }

    // collectionLiteral : listLiteral | '{' term setOrMapLiteral '}' | '{' '}'
    private Expression BraceLiteral()
    {
        SourcePosition position = Position;
        if (Peek() == TokenKind.RightBrace)
        {
            _index += 2;
            _height = 0;
            return new SetLiteral([], position);
        }
        if (Peek().IsName() && Peek(2) == TokenKind.Colon)
            return UserTypeLiteral();

        _index++;
        Expression first = Term();
        int height = _height;
        Expression literal;
        if (Kind == TokenKind.Colon)
        {
            // mapLiteral : ':' term (',' term ':' term)*
            ImmutableArray<MapEntry> entries = MapEntriesAfter(first, ref height);
            literal = new MapLiteral(entries, position);
        }
        else
        {
            // setLiteral : (',' term)*
            var elements = new ArrayBuilder<Expression>();
            elements.Add(first);
            while (Accept(TokenKind.Comma))
            {
                elements.Add(Term());
                height = Math.Max(height, _height);
            }
            literal = new SetLiteral(elements.ToImmutable(), position);
        }
        Expect(TokenKind.RightBrace);
        _height = height + 1;
        return literal;
    }

    private ImmutableArray<MapEntry> MapEntriesAfter(Expression key, ref int height)
    {
        var entries = new ArrayBuilder<MapEntry>();
        while (true)
        {
            Expect(TokenKind.Colon);
            height = Math.Max(height, _height);
            entries.Add(new MapEntry(key, Term()));
            height = Math.Max(height, _height);
            if (!Accept(TokenKind.Comma))
                return entries.ToImmutable();
            key = Term();
        }
    }

    // fullMapLiteral : '{' ( term ':' term (',' term ':' term)* )? '}'
    private MapLiteral FullMapLiteral()
    {
        SourcePosition position = Position;
        Expect(TokenKind.LeftBrace);
        int height = 0;
        ImmutableArray<MapEntry> entries = Kind == TokenKind.RightBrace ? [] : MapEntriesAfter(Term(), ref height);
        Expect(TokenKind.RightBrace);
        return new MapLiteral(entries, position);
    }

    // usertypeLiteral : '{' fident ':' term (',' fident ':' term)* '}'
    private UserTypeLiteral UserTypeLiteral()
    {
        SourcePosition position = Position;
        Expect(TokenKind.LeftBrace);
        var fields = new ArrayBuilder<FieldValue>();
        int height = 0;
        do
        {
            Identifier field = Name();
            Expect(TokenKind.Colon);
            fields.Add(new FieldValue(field, Term()));
            height = Math.Max(height, _height);
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightBrace);
        _height = height + 1;
        return new UserTypeLiteral(fields.ToImmutable(), position);
    }

    // function : functionName '(' ')' | functionName '(' functionArgs ')'
    private FunctionCall Function()
    {
        FunctionName name = FunctionName();
        Expect(TokenKind.LeftParenthesis);
        int height = 0;
        ImmutableArray<Expression> arguments = Kind == TokenKind.RightParenthesis ? [] : Terms(out height);
        Expect(TokenKind.RightParenthesis);
        _height = height + 1;
        return new FunctionCall(name, arguments, name.Position);
    }
}
