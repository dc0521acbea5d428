using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>SELECT, and the WHERE clause.</summary>
internal sealed partial class CqlParser
{
    // selectStatement : K_SELECT ( (K_JSON selectClause)=> K_JSON )? selectClause K_FROM columnFamilyName
    //                   ( K_WHERE whereClause )?
    //                   ( K_GROUP K_BY groupByClause ( ',' groupByClause )* )?
    //                   ( K_ORDER K_BY orderByClause ( ',' orderByClause )* )?
    //                   ( K_PER K_PARTITION K_LIMIT intValue )?
    //                   ( K_LIMIT intValue )?
    //                   ( K_ALLOW K_FILTERING )?
    private SelectStatement SelectStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Select);
        bool isJson = TakesModifier(TokenKind.Json, "selectClause");
        // selectClause : (K_DISTINCT selectors)=> K_DISTINCT selectors | selectors
        bool isDistinct = TakesModifier(TokenKind.Distinct, "selectors");
        ImmutableArray<Selector> selectors = Selectors();
        Expect(TokenKind.From);
        QualifiedName table = TableName();
        ImmutableArray<Relation> where = Accept(TokenKind.Where) ? WhereClause() : [];
        ImmutableArray<Expression> groupBy = [];
        if (Accept(TokenKind.Group))
        {
            Expect(TokenKind.By);
            groupBy = GroupByClauses();
        }
        ImmutableArray<Ordering> orderBy = [];
        if (Accept(TokenKind.Order))
        {
            Expect(TokenKind.By);
            orderBy = OrderByClauses();
        }
        Expression? perPartitionLimit = null;
        if (Accept(TokenKind.Per))
        {
            Expect(TokenKind.Partition, TokenKind.Limit);
            perPartitionLimit = IntegerValue();
        }
        Expression? limit = Accept(TokenKind.Limit) ? IntegerValue() : null;
        bool allowFiltering = Accept(TokenKind.Allow);
        if (allowFiltering)
            Expect(TokenKind.Filtering);
        return new SelectStatement(position)
        {
            IsJson = isJson,
            IsDistinct = isDistinct,
            Selectors = selectors,
            Table = table,
            Where = where,
            GroupBy = groupBy,
            OrderBy = orderBy,
            PerPartitionLimit = perPartitionLimit,
            Limit = limit,
            AllowFiltering = allowFiltering,
        };
    }

    /// <summary>
    /// Takes JSON or DISTINCT if selectors follow it; otherwise it is the name of a column, for neither is reserved.
    /// </summary>
    private bool TakesModifier(TokenKind modifier, string rule)
    {
        if (Kind != modifier || !StartsSelectors(rule))
            return false;
        _index++;
        return true;
    }

    private bool StartsSelectors(string rule)
    {
        TokenKind next = Peek();
        if (next == TokenKind.Star)
            return true;
        // Mostly a column follows, and what follows that shows it is one; else Cassandra reads on to see whether the words make sense.
        if (next.IsName() && next is not (TokenKind.As or TokenKind.Json or TokenKind.Distinct) && Peek(2) is TokenKind.Comma or TokenKind.From)
            return true;
        return next is not (TokenKind.From or TokenKind.Comma) && Recognizes(rule, _index + 1);
    }

    // orderByClause : cident (K_ANN K_OF term)? (K_ASC | K_DESC)?
    private ImmutableArray<Ordering> OrderByClauses()
    {
        var orderings = new ArrayBuilder<Ordering>();
        do
        {
            Identifier column = ColumnName();
            Expression? annOf = null;
            if (Accept(TokenKind.Ann))
            {
                Expect(TokenKind.Of);
                annOf = Term();
            }
            bool isDescending = Accept(TokenKind.Desc);
            if (!isDescending)
                Accept(TokenKind.Asc);
            orderings.Add(new Ordering(column, annOf, isDescending));
        }
        while (Accept(TokenKind.Comma));
        return orderings.ToImmutable();
    }

    // groupByClause : unaliasedSelector
    private ImmutableArray<Expression> GroupByClauses()
    {
        var groups = new ArrayBuilder<Expression>();
        do
        {
            groups.Add(UnaliasedSelector());
        }
        while (Accept(TokenKind.Comma));
        return groups.ToImmutable();
    }

    // whereClause : relationOrExpression (K_AND relationOrExpression)*
    private ImmutableArray<Relation> WhereClause()
    {
        var relations = new ArrayBuilder<Relation>();
        do
        {
            // relationOrExpression : relation | customIndexExpression
            relations.Add(Kind == TokenKind.ExpressionOpen ? CustomIndexExpression() : Relation());
        }
        while (Accept(TokenKind.And));
        return relations.ToImmutable();
    }

    // customIndexExpression : 'expr(' idxName ',' term ')'
    private CustomIndexExpression CustomIndexExpression()
    {
        SourcePosition position = Position;
        Expect(TokenKind.ExpressionOpen);
        var index = new QualifiedName(null, NameOrMarker("index"));
        Expect(TokenKind.Comma);
        Expression value = Term();
        Expect(TokenKind.RightParenthesis);
        return new CustomIndexExpression(index, value, position);
    }

    // relation : cident relationType term | cident K_LIKE term | cident K_IS K_NOT K_NULL | K_TOKEN tupleOfIdentifiers relationType term
    //          | cident K_IN inMarker | cident K_IN singleColumnInValues | cident containsOperator term
    //          | cident '[' term ']' relationType term | tupleOfIdentifiers ( K_IN ... | relationType tupleLiteral
    //          | relationType markerForTuple ) | '(' relation ')'
    private Relation Relation()
    {
        SourcePosition position = Position;
        if (Kind == TokenKind.LeftParenthesis)
        {
            if (IsColumnName(Peek()) && Peek(2) is TokenKind.Comma or TokenKind.RightParenthesis)
                return TupleRelation(position);
            Enter();
            _index++;
            Relation inner = Relation();
            Expect(TokenKind.RightParenthesis);
            Leave();
            return inner;
        }
        if (Accept(TokenKind.Token))
        {
            ImmutableArray<Identifier> columns = ParenthesizedColumns();
            RelationOperator op = RelationType();
            return new TokenRelation(columns, op, Term(), position);
        }
        Identifier column = ColumnName();
        switch (Kind)
        {
            case TokenKind.Like:
                _index++;
                return new ColumnRelation(column, RelationOperator.Like, Term());
            case TokenKind.Is:
                _index++;
                Expect(TokenKind.Not);
                position = Position;
                Expect(TokenKind.Null);
                return new ColumnRelation(column, RelationOperator.IsNot, new NullLiteral(position));
            case TokenKind.In:
                _index++;
                return new ColumnInRelation(column, InValues());
            case TokenKind.Contains:
                RelationOperator contains = ContainsOperator();
                return new ColumnRelation(column, contains, Term());
            case TokenKind.LeftBracket:
                Expression key = BracketedTerm();
                RelationOperator entryOperator = RelationType();
                return new MapEntryRelation(column, key, entryOperator, Term());
            default:
                RelationOperator op = RelationType();
                return new ColumnRelation(column, op, Term());
        }
    }

    // '[' term ']'
    private Expression BracketedTerm()
    {
        Expect(TokenKind.LeftBracket);
        Expression term = Term();
        Expect(TokenKind.RightBracket);
        return term;
    }

    // containsOperator : K_CONTAINS (K_KEY)?
    private RelationOperator ContainsOperator()
    {
        Expect(TokenKind.Contains);
        return Accept(TokenKind.Key) ? RelationOperator.ContainsKey : RelationOperator.Contains;
    }

    // relationType : '=' | '<' | '<=' | '>' | '>=' | '!='
    private RelationOperator RelationType()
    {
        RelationOperator op = Kind switch
        {
            TokenKind.Equal => RelationOperator.Equal,
            TokenKind.Less => RelationOperator.Less,
            TokenKind.LessOrEqual => RelationOperator.LessOrEqual,
            TokenKind.Greater => RelationOperator.Greater,
            TokenKind.GreaterOrEqual => RelationOperator.GreaterOrEqual,
            TokenKind.NotEqual => RelationOperator.NotEqual,
            _ => throw Fail(),
        };
        _index++;
        return op;
    }

    // inMarker | singleColumnInValues : '(' ( term (',' term)* )? ')'
    private InList InValues()
    {
        if (Kind is TokenKind.QuestionMark or TokenKind.Colon)
            return new InList([], Marker(BindMarkerKind.InValues));
        Expect(TokenKind.LeftParenthesis);
        ImmutableArray<Expression> values = Kind == TokenKind.RightParenthesis ? [] : Terms(out _);
        Expect(TokenKind.RightParenthesis);
        return new InList(values, null);
    }

    private Relation TupleRelation(SourcePosition position)
    {
        ImmutableArray<Identifier> columns = ParenthesizedColumns();
        if (Accept(TokenKind.In))
            return new TupleInRelation(columns, TupleInValues(), position);
        RelationOperator op = RelationType();
        Expression value = Kind is TokenKind.QuestionMark or TokenKind.Colon ? Marker(BindMarkerKind.Tuple) : TupleLiteral();
        return new TupleRelation(columns, op, value, position);
    }

    // '(' ')' | inMarkerForTuple | tupleOfTupleLiterals : '(' tupleLiteral (',' tupleLiteral)* ')'
    // | tupleOfMarkersForTuples : '(' markerForTuple (',' markerForTuple)* ')'
    private InList TupleInValues()
    {
        if (Kind is TokenKind.QuestionMark or TokenKind.Colon)
            return new InList([], Marker(BindMarkerKind.InTuples));
        Expect(TokenKind.LeftParenthesis);
        if (Accept(TokenKind.RightParenthesis))
            return new InList([], null);
        bool areMarkers = Kind is TokenKind.QuestionMark or TokenKind.Colon;
        var values = new ArrayBuilder<Expression>();
        do
        {
            values.Add(areMarkers ? Marker(BindMarkerKind.Tuple) : TupleLiteral());
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightParenthesis);
        return new InList(values.ToImmutable(), null);
    }
}
