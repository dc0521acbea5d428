using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>INSERT, UPDATE, DELETE, BATCH, TRUNCATE and USE.</summary>
internal sealed partial class CqlParser
{
    // useStatement : K_USE keyspaceName
    private UseStatement UseStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Use);
        return new UseStatement(KeyspaceName(), position);
    }

    // truncateStatement : K_TRUNCATE (K_COLUMNFAMILY)? columnFamilyName
    private TruncateStatement TruncateStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Truncate);
        Accept(TokenKind.Columnfamily);
        return new TruncateStatement(TableName(), position);
    }

    // insertStatement : K_INSERT K_INTO columnFamilyName ( normalInsertStatement | K_JSON jsonInsertStatement )
    private ModificationStatement InsertStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Insert, TokenKind.Into);
        QualifiedName table = TableName();
        return Accept(TokenKind.Json) ? InsertJson(table, position) : InsertValues(table, position);
    }

    // normalInsertStatement : '(' cident (',' cident)* ')' K_VALUES '(' term (',' term)* ')' ( K_IF K_NOT K_EXISTS )? ( usingClause )?
    private InsertStatement InsertValues(QualifiedName table, SourcePosition position)
    {
        ImmutableArray<Identifier> columns = ParenthesizedColumns();
        Expect(TokenKind.Values, TokenKind.LeftParenthesis);
        ImmutableArray<Expression> values = Terms(out _);
        Expect(TokenKind.RightParenthesis);
        bool ifNotExists = IfNotExists();
        UsingClause? usingClause = Accept(TokenKind.Using) ? UsingObjectives() : null;
        return new InsertStatement(position)
        {
            Table = table,
            Columns = columns,
            Values = values,
            IfNotExists = ifNotExists,
            Using = usingClause,
        };
    }

    // jsonInsertStatement : jsonValue ( K_DEFAULT ( K_NULL | K_UNSET ) )? ( K_IF K_NOT K_EXISTS )? ( usingClause )?
    // jsonValue : STRING_LITERAL | ':' noncol_ident | QMARK
    private InsertJsonStatement InsertJson(QualifiedName table, SourcePosition position)
    {
        SyntaxToken token = _tokens[_index];
        SourcePosition valuePosition = Position;
        Expression json;
        if (Accept(TokenKind.StringLiteral))
            json = new Literal(LiteralKind.String, UnquotedText(token), valuePosition);
        else
            json = Marker(BindMarkerKind.Json);
        bool defaultUnset = false;
        if (Accept(TokenKind.Default))
        {
            defaultUnset = Accept(TokenKind.Unset);
            if (!defaultUnset)
                Expect(TokenKind.Null);
        }
        bool ifNotExists = IfNotExists();
        UsingClause? usingClause = Accept(TokenKind.Using) ? UsingObjectives() : null;
        return new InsertJsonStatement(position)
        {
            Table = table,
            Json = json,
            DefaultUnset = defaultUnset,
            IfNotExists = ifNotExists,
            Using = usingClause,
        };
    }

    // usingClause : K_USING usingClauseObjective ( K_AND usingClauseObjective )*
    // usingClauseObjective : K_TIMESTAMP intValue | K_TTL intValue
    private UsingClause UsingObjectives()
    {
        Expression? timestamp = null;
        Expression? timeToLive = null;
        do
        {
            if (Accept(TokenKind.Timestamp))
            {
                timestamp = IntegerValue();
            }
            else
            {
                Expect(TokenKind.Ttl);
                timeToLive = IntegerValue();
            }
        }
        while (Accept(TokenKind.And));
        return new UsingClause(timestamp, timeToLive);
    }

    // updateStatement : K_UPDATE columnFamilyName ( usingClause )? K_SET columnOperation (',' columnOperation)* K_WHERE whereClause
    //                   ( K_IF ( K_EXISTS | updateConditions ) )?
    private UpdateStatement UpdateStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Update);
        QualifiedName table = TableName();
        UsingClause? usingClause = Accept(TokenKind.Using) ? UsingObjectives() : null;
        Expect(TokenKind.Set);
        ImmutableArray<Assignment> assignments = Assignments();
        Expect(TokenKind.Where);
        ImmutableArray<Relation> where = WhereClause();
        ImmutableArray<Condition> conditions = Conditions(out bool ifExists);
        return new UpdateStatement(position)
        {
            Table = table,
            Using = usingClause,
            Assignments = assignments,
            Where = where,
            IfExists = ifExists,
            Conditions = conditions,
        };
    }

    // columnOperation (',' columnOperation)*
    private ImmutableArray<Assignment> Assignments()
    {
        var assignments = new ArrayBuilder<Assignment>();
        SyntaxToken token = _tokens[_index];
        Assignment assignment = Assignment();
        assignments.Add(assignment);
        if (Kind != TokenKind.Comma)
            return assignments.ToImmutable();

        var conflicts = new AssignmentConflicts();
        conflicts.Add(assignment);
        while (Accept(TokenKind.Comma))
        {
            token = _tokens[_index];
            assignment = Assignment();
            assignments.Add(assignment);
            if (conflicts.Add(assignment))
                Object("Multiple incompatible setting of column " + assignment.Column.Text, token, "columnOperation");
        }
        return assignments.ToImmutable();
    }

    // columnOperation : cident columnOperationDifferentiator
    // columnOperationDifferentiator : '=' normalColumnOperation | shorthandColumnOperation | '[' term ']' collectionColumnOperation
    //                               | '.' fident udtColumnOperation
    private Assignment Assignment()
    {
        Identifier column = ColumnName();
        switch (Kind)
        {
            case TokenKind.Equal:
                _index++;
                return NormalAssignment(column);
            // shorthandColumnOperation : ('+=' | '-=') term
            case TokenKind.PlusEqual:
                _index++;
                return new AddAssignment(column, Term());
            case TokenKind.MinusEqual:
                _index++;
                return new SubtractAssignment(column, Term());
            // collectionColumnOperation : '=' term
            case TokenKind.LeftBracket:
                Expression key = BracketedTerm();
                Expect(TokenKind.Equal);
                return new SetElementAssignment(column, key, Term());
            // udtColumnOperation : '=' term
            case TokenKind.Dot:
                _index++;
                Identifier field = Name();
                Expect(TokenKind.Equal);
                return new SetFieldAssignment(column, field, Term());
            default:
                throw Fail();
        }
    }

    // normalColumnOperation : term ('+' cident)? | cident ('+' | '-') term | cident INTEGER
    private Assignment NormalAssignment(Identifier column)
    {
        if (!IsColumnName(Kind) || Peek() is TokenKind.LeftParenthesis or TokenKind.Dot)
        {
            Expression value = Term();
            if (!Accept(TokenKind.Plus))
                return new SetValueAssignment(column, value);
            Identifier appended = ColumnName();
            if (appended.Text != column.Text)
                Object("Only expressions of the form X = <value> + X are supported.", _tokens[_index - 1], "columnOperation");
            return new PrependAssignment(column, value);
        }

        SyntaxToken token = _tokens[_index];
        Identifier operand = ColumnName();
        bool isSame = operand.Text == column.Text;
        SyntaxToken sign = _tokens[_index];
        SourcePosition signPosition = Position;
        // X = X -3 has no operator: the dash belongs to the number.
        if (Accept(TokenKind.IntegerLiteral))
        {
            if (!isSame)
                Object($"Only expressions of the form X = X {(_text[sign.Start] == '-' ? '-' : '+')} <value> are supported.", token, "columnOperation");
            return new AddAssignment(column, new Literal(LiteralKind.Integer, TextOf(sign).ToString(), signPosition));
        }
        if (!Accept(TokenKind.Plus) && !Accept(TokenKind.Minus))
            throw Fail();
        Expression change = Term();
        if (!isSame)
            Object($"Only expressions of the form X = X {_text[sign.Start]}<value> are supported.", token, "columnOperation");
        return sign.Kind == TokenKind.Plus ? new AddAssignment(column, change) : new SubtractAssignment(column, change);
    }

    // ( K_IF ( K_EXISTS | updateConditions ) )?    updateConditions : columnCondition ( K_AND columnCondition )*
    private ImmutableArray<Condition> Conditions(out bool ifExists)
    {
        ifExists = false;
        if (!Accept(TokenKind.If))
            return [];
        // EXISTS may also be a column: then something is asked of it.
        if (Kind == TokenKind.Exists && !IsConditionOperator(Peek()))
        {
            _index++;
            ifExists = true;
            return [];
        }
        var conditions = new ArrayBuilder<Condition>();
        do
        {
            conditions.Add(Condition());
        }
        while (Accept(TokenKind.And));
        return conditions.ToImmutable();
    }

    private static bool IsConditionOperator(TokenKind kind) =>
        kind is TokenKind.Equal or TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual
            or TokenKind.NotEqual or TokenKind.Contains or TokenKind.In or TokenKind.LeftBracket or TokenKind.Dot;

    // columnCondition : cident ( relationType term | containsOperator term | K_IN (singleColumnInValues | inMarker)
    //                 | '[' term ']' ( relationType term | K_IN (singleColumnInValues | inMarker) )
    //                 | '.' fident ( relationType term | K_IN (singleColumnInValues | inMarker) ) )
    private Condition Condition()
    {
        Identifier column = ColumnName();
        Expression? element = null;
        Identifier? field = null;
        if (Kind == TokenKind.LeftBracket)
        {
            element = BracketedTerm();
        }
        else if (Accept(TokenKind.Dot))
        {
            field = Name();
        }
        else if (Kind == TokenKind.Contains)
        {
            RelationOperator contains = ContainsOperator();
            return new CompareCondition(column, null, null, contains, Term());
        }
        if (Accept(TokenKind.In))
            return new InCondition(column, element, field, InValues());
        RelationOperator op = RelationType();
        return new CompareCondition(column, element, field, op, Term());
    }

    // deleteStatement : K_DELETE ( deleteSelection )? K_FROM columnFamilyName ( usingClauseDelete )? K_WHERE whereClause
    //                   ( K_IF ( K_EXISTS | updateConditions ) )?
    private DeleteStatement DeleteStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Delete);
        // deleteSelection : deleteOp (',' deleteOp)*
        var deletions = new ArrayBuilder<Deletion>();
        if (Kind != TokenKind.From)
        {
            do
            {
                deletions.Add(Deletion());
            }
            while (Accept(TokenKind.Comma));
        }
        ImmutableArray<Deletion> all = deletions.ToImmutable();
        Expect(TokenKind.From);
        QualifiedName table = TableName();
        // usingClauseDelete : K_USING K_TIMESTAMP intValue
        UsingClause? usingClause = null;
        if (Accept(TokenKind.Using))
        {
            Expect(TokenKind.Timestamp);
            usingClause = new UsingClause(IntegerValue(), null);
        }
        Expect(TokenKind.Where);
        ImmutableArray<Relation> where = WhereClause();
        ImmutableArray<Condition> conditions = Conditions(out bool ifExists);
        return new DeleteStatement(position)
        {
            Table = table,
            Using = usingClause,
            Deletions = all,
            Where = where,
            IfExists = ifExists,
            Conditions = conditions,
        };
    }

    // deleteOp : cident | cident '[' term ']' | cident '.' fident
    private Deletion Deletion()
    {
        Identifier column = ColumnName();
        if (Kind == TokenKind.LeftBracket)
            return new Deletion(column, BracketedTerm(), null);
        return Accept(TokenKind.Dot) ? new Deletion(column, null, Name()) : new Deletion(column, null, null);
    }

    // batchStatement : K_BEGIN ( K_UNLOGGED | K_COUNTER )? K_BATCH ( usingClause )? ( batchStatementObjective ';'? )* K_APPLY K_BATCH
    private BatchStatement BatchStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Begin);
        BatchKind kind = BatchKind.Logged;
        if (Accept(TokenKind.Unlogged))
            kind = BatchKind.Unlogged;
        else if (Accept(TokenKind.Counter))
            kind = BatchKind.Counter;
        Expect(TokenKind.Batch);
        UsingClause? usingClause = Accept(TokenKind.Using) ? UsingObjectives() : null;
        var statements = new ArrayBuilder<ModificationStatement>();
        while (Kind is TokenKind.Insert or TokenKind.Update or TokenKind.Delete)
        {
            // batchStatementObjective : insertStatement | updateStatement | deleteStatement
            statements.Add(Kind switch
            {
                TokenKind.Insert => InsertStatement(),
                TokenKind.Update => UpdateStatement(),
                _ => DeleteStatement(),
            });
            Accept(TokenKind.Semicolon);
        }
        Expect(TokenKind.Apply, TokenKind.Batch);
        return new BatchStatement(position) { Kind = kind, Using = usingClause, Statements = statements.ToImmutable() };
    }
}
