using System.Collections.Immutable;
using Cqlite.Core.Cql.Diagnosis;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>What a SELECT selects.</summary>
internal sealed partial class CqlParser
{
    // selectors : selector (',' selector)* | '*'
    private ImmutableArray<Selector> Selectors()
    {
        if (Accept(TokenKind.Star))
            return [];
        var selectors = new ArrayBuilder<Selector>();
        do
        {
            // selector : unaliasedSelector (K_AS noncol_ident)?
            Expression expression = UnaliasedSelector();
            Identifier? alias = Accept(TokenKind.As) ? Name() : null;
            selectors.Add(new Selector(expression, alias));
        }
        while (Accept(TokenKind.Comma));
        return selectors.ToImmutable();
    }

    // unaliasedSelector : selectionAddition
    private Expression UnaliasedSelector()
    {
        Enter();
        Expression selection = SelectionAddition();
        Leave();
        return selection;
    }

    // selectionAddition : selectionMultiplication ( '+' selectionMultiplication | '-' selectionMultiplication )*
    private Expression SelectionAddition()
    {
        Expression selection = SelectionMultiplication();
        while (Kind is TokenKind.Plus or TokenKind.Minus)
        {
            ArithmeticOperator op = Kind == TokenKind.Plus ? ArithmeticOperator.Add : ArithmeticOperator.Subtract;
            _index++;
            int height = _height;
            selection = Operation(op, selection, height, SelectionMultiplication());
        }
        return selection;
    }

    // selectionMultiplication : selectionGroup ( '*' selectionGroup | '/' selectionGroup | '%' selectionGroup )*
    private Expression SelectionMultiplication()
    {
        Expression selection = SelectionGroup();
        while (Kind is TokenKind.Star or TokenKind.Slash or TokenKind.Percent)
        {
            ArithmeticOperator op = Multiplicative(Kind);
            _index++;
            int height = _height;
            selection = Operation(op, selection, height, SelectionGroup());
        }
        return selection;
    }

    // selectionGroup : (selectionGroupWithField)=> selectionGroupWithField | selectionGroupWithoutField | '-' selectionGroup
    private Expression SelectionGroup()
    {
        SourcePosition position = Position;
        if (Accept(TokenKind.Minus))
        {
            Enter();
            Expression operand = SelectionGroup();
            Leave();
            _height++;
            return new Negation(operand, position);
        }
        // selectionGroupWithField : selectionGroupWithoutField selectorModifier
        return SelectorModifier(SelectionGroupWithoutField());
    }

    // selectorModifier : fieldSelectorModifier selectorModifier | '[' collectionSubSelection ']' selectorModifier | (nothing)
    private Expression SelectorModifier(Expression receiver)
    {
        while (true)
        {
            int height = _height;
            if (Kind == TokenKind.Dot)
            {
                // fieldSelectorModifier : '.' fident
                _index++;
                receiver = new FieldSelection(receiver, Name());
            }
            else if (Kind == TokenKind.LeftBracket)
            {
                receiver = CollectionSubSelection(receiver);
            }
            else
            {
                return receiver;
            }
            _height = Math.Max(height, _height) + 1;
            if (_height > MaxDepth)
                throw TooDeep();
        }
    }

    // '[' collectionSubSelection : ( term ( RANGE (term)? )? | RANGE term ) ']'
    private Expression CollectionSubSelection(Expression receiver)
    {
        Expect(TokenKind.LeftBracket);
        Expression? from = Kind == TokenKind.Range ? null : Term();
        Expression selection;
        if (Accept(TokenKind.Range))
        {
            Expression? to = from is not null && Kind == TokenKind.RightBracket ? null : Term();
            selection = new SliceSelection(receiver, from, to);
        }
        else
        {
            selection = new ElementSelection(receiver, from ?? throw Fail());
        }
        Expect(TokenKind.RightBracket);
        return selection;
    }

    // selectionGroupWithoutField : simpleUnaliasedSelector | (selectionTypeHint)=> selectionTypeHint | selectionTupleOrNestedSelector
    //                            | selectionList | selectionMapOrSet
    private Expression SelectionGroupWithoutField()
    {
        SourcePosition position = Position;
        switch (Kind)
        {
            case TokenKind.LeftParenthesis when IsSelectionTypeHint():
                return SelectionTypeHint(position);
            case TokenKind.LeftParenthesis:
                // selectionTupleOrNestedSelector : '(' unaliasedSelector (',' unaliasedSelector)* ')'
                _index++;
                ImmutableArray<Expression> elements = UnaliasedSelectors(TokenKind.RightParenthesis);
                return new TupleLiteral(elements, position);
            case TokenKind.LeftBracket:
                // selectionList : '[' ( unaliasedSelector (',' unaliasedSelector)* )? ']'
                _index++;
                if (Accept(TokenKind.RightBracket))
                {
                    _height = 0;
                    return new ListLiteral([], position);
                }
                return new ListLiteral(UnaliasedSelectors(TokenKind.RightBracket), position);
            case TokenKind.LeftBrace:
                return SelectionMapOrSet();
            default:
                return SimpleUnaliasedSelector();
        }
    }

    private ImmutableArray<Expression> UnaliasedSelectors(TokenKind end)
    {
        var selections = new ArrayBuilder<Expression>();
        int height = 0;
        do
        {
            selections.Add(UnaliasedSelector());
            height = Math.Max(height, _height);
        }
        while (Accept(TokenKind.Comma));
        Expect(end);
        _height = height + 1;
        return selections.ToImmutable();
    }

    /// <summary>
    /// Whether the parenthesis holds a type and a selector follows that the type can be said of. Almost always the next token tells;
    /// before a bracket Cassandra reads the whole selector to see (<c>(a)[1]</c> is a list of type a, <c>(a)[1..2]</c> a slice).
    /// </summary>
    private bool IsSelectionTypeHint()
    {
        int end = SkipType(_index + 1);
        if (end < 0 || KindAt(end) != TokenKind.RightParenthesis)
            return false;
        return StartsSelectorGroup(end + 1);
    }

    /// <summary>Whether a <c>selectionGroupWithoutField</c> stands at the place.</summary>
    private bool StartsSelectorGroup(int at)
    {
        TokenKind kind = KindAt(at);
        if (kind.IsConstant() || kind is TokenKind.Null or TokenKind.QuestionMark)
            return true;
        if (kind == TokenKind.Colon)
            return KindAt(at + 1).IsName();
        if (kind is TokenKind.LeftParenthesis or TokenKind.LeftBracket or TokenKind.LeftBrace || kind.IsName() || kind == TokenKind.Token)
            return Recognizes("selectionGroupWithoutField", at);
        return false;
    }

    /// <summary>Whether Cassandra's parser, trying, could read the rule at the place.</summary>
    private bool Recognizes(string rule, int at)
    {
        _recognizer ??= new SyntaxRecognizer(_tokens.AsSpan(0, _count));
        return _recognizer.Recognizes(rule, at);
    }

    // selectionTypeHint : '(' comparatorType ')' selectionGroupWithoutField
    private TypeHint SelectionTypeHint(SourcePosition position)
    {
        Enter();
        _index++;
        TypeSyntax type = ComparatorType();
        Expect(TokenKind.RightParenthesis);
        Expression operand = SelectionGroupWithoutField();
        Leave();
        _height++;
        return new TypeHint(type, operand, position);
    }

    // selectionMapOrSet : '{' unaliasedSelector ( selectionMap | selectionSet ) '}' | '{' '}'
    private Expression SelectionMapOrSet()
    {
        SourcePosition position = Position;
        Expect(TokenKind.LeftBrace);
        if (Accept(TokenKind.RightBrace))
        {
            _height = 0;
            return new SetLiteral([], position);
        }
        Expression first = UnaliasedSelector();
        if (Kind == TokenKind.Colon)
            return SelectionMap(first, position);

        // selectionSet : (',' unaliasedSelector)*
        var elements = new ArrayBuilder<Expression>();
        elements.Add(first);
        int height = _height;
        while (Accept(TokenKind.Comma))
        {
            elements.Add(UnaliasedSelector());
            height = Math.Max(height, _height);
        }
        Expect(TokenKind.RightBrace);
        _height = height + 1;
        return new SetLiteral(elements.ToImmutable(), position);
    }

    // selectionMap : ':' unaliasedSelector (',' unaliasedSelector ':' unaliasedSelector)*
    private MapLiteral SelectionMap(Expression key, SourcePosition position)
    {
        var entries = new ArrayBuilder<MapEntry>();
        int height = _height;
        while (true)
        {
            Expect(TokenKind.Colon);
            height = Math.Max(height, _height);
            entries.Add(new MapEntry(key, UnaliasedSelector()));
            height = Math.Max(height, _height);
            if (!Accept(TokenKind.Comma))
                break;
            key = UnaliasedSelector();
        }
        Expect(TokenKind.RightBrace);
        _height = height + 1;
        return new MapLiteral(entries.ToImmutable(), position);
    }

    // simpleUnaliasedSelector : sident | selectionLiteral | selectionFunction
    private Expression SimpleUnaliasedSelector()
    {
        _height = 0;
        // selectionLiteral : constant | K_NULL | ':' noncol_ident | QMARK
        if (Atom() is { } atom)
            return atom;
        bool isQualified = Peek() == TokenKind.Dot && Peek(2).IsFunctionName() && Peek(3) == TokenKind.LeftParenthesis;
        if (Peek() == TokenKind.LeftParenthesis || isQualified)
            return FunctionSelection();
        return new ColumnReference(Name());
    }

    // selectionFunction : K_COUNT '(' '*' ')' | K_MAXWRITETIME '(' sident selectorModifier ')' | K_WRITETIME '(' sident selectorModifier ')'
    //                   | K_TTL '(' sident selectorModifier ')' | K_CAST '(' unaliasedSelector K_AS native_type ')'
    //                   | functionName selectionFunctionArgs
    private Expression FunctionSelection()
    {
        SourcePosition position = Position;
        if (Peek() == TokenKind.LeftParenthesis)
        {
            switch (Kind)
            {
                case TokenKind.Count when Peek(2) == TokenKind.Star:
                    _index += 3;
                    Expect(TokenKind.RightParenthesis);
                    return new CountRows(position);
                case TokenKind.Maxwritetime:
                    return CellMetadata(CellMetadataKind.MaxWriteTime, position);
                case TokenKind.Writetime:
                    return CellMetadata(CellMetadataKind.WriteTime, position);
                case TokenKind.Ttl:
                    return CellMetadata(CellMetadataKind.TimeToLive, position);
                case TokenKind.Cast:
                    _index += 2;
                    Expression operand = UnaliasedSelector();
                    Expect(TokenKind.As);
                    NativeTypeSyntax type = NativeType();
                    Expect(TokenKind.RightParenthesis);
                    _height++;
                    return new CastExpression(operand, type, position);
            }
        }
        // selectionFunctionArgs : '(' ( unaliasedSelector (',' unaliasedSelector)* )? ')'
        FunctionName name = FunctionName();
        Expect(TokenKind.LeftParenthesis);
        if (Accept(TokenKind.RightParenthesis))
            return new FunctionCall(name, [], position);
        return new FunctionCall(name, UnaliasedSelectors(TokenKind.RightParenthesis), position);
    }

    private CellMetadata CellMetadata(CellMetadataKind kind, SourcePosition position)
    {
        _index += 2;
        Identifier column = Name();
        Expression target = SelectorModifier(new ColumnReference(column));
        Expect(TokenKind.RightParenthesis);
        return new CellMetadata(kind, column, target, position);
    }
}
