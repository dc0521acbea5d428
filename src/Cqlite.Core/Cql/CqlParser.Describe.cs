using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>DESCRIBE.</summary>
internal sealed partial class CqlParser
{
    // describeStatement : ( K_DESCRIBE | K_DESC ) ( K_CLUSTER | (K_FULL)? K_SCHEMA | K_KEYSPACES | (K_ONLY)? K_KEYSPACE ( keyspaceName )?
    //                   | K_TABLES | K_COLUMNFAMILY columnFamilyName | K_INDEX columnFamilyName | K_MATERIALIZED K_VIEW columnFamilyName
    //                   | K_TYPES | K_TYPE userTypeName | K_FUNCTIONS | K_FUNCTION functionName | K_AGGREGATES | K_AGGREGATE functionName
    //                   | (name '.')? name ) ( K_WITH K_INTERNALS )?
    private DescribeStatement DescribeStatement()
    {
        SourcePosition position = Position;
        _index++;
        DescribeStatement statement = Described(position);
        if (!Accept(TokenKind.With))
            return statement;
        Expect(TokenKind.Internals);
        return statement with { WithInternals = true };
    }

    private DescribeStatement Described(SourcePosition position)
    {
        // Most of these words are names as well; the plurals never here, the singulars when no name or a dot follows.
        switch (Kind)
        {
            case TokenKind.Cluster:
                return Whole(DescribeKind.Cluster, position);
            case TokenKind.Keyspaces:
                return Whole(DescribeKind.Keyspaces, position);
            case TokenKind.Tables:
                return Whole(DescribeKind.Tables, position);
            case TokenKind.Types:
                return Whole(DescribeKind.Types, position);
            case TokenKind.Functions:
                return Whole(DescribeKind.Functions, position);
            case TokenKind.Aggregates:
                return Whole(DescribeKind.Aggregates, position);
            case TokenKind.Schema:
                return Whole(DescribeKind.Schema, position);
            case TokenKind.Full:
                _index++;
                if (Kind != TokenKind.Schema)
                    throw Fail();
                return Whole(DescribeKind.FullSchema, position);
            case TokenKind.Only when Peek() == TokenKind.Keyspace:
                _index++;
                return DescribedKeyspace(DescribeKind.OnlyKeyspace, position);
            case TokenKind.Keyspace:
                return DescribedKeyspace(DescribeKind.Keyspace, position);
            case TokenKind.Columnfamily:
                _index++;
                return Named(DescribeKind.Table, TableName(), position);
            case TokenKind.Index:
                _index++;
                return Named(DescribeKind.Index, TableName(), position);
            case TokenKind.Materialized:
                _index++;
                Expect(TokenKind.View);
                return Named(DescribeKind.View, TableName(), position);
            case TokenKind.Type when IsDescribedName(Peek()):
                _index++;
                return Named(DescribeKind.Type, UserTypeName(), position);
            case TokenKind.Function when IsDescribedName(Peek()):
                _index++;
                return NamedFunction(DescribeKind.Function, position);
            case TokenKind.Aggregate when IsDescribedName(Peek()):
                _index++;
                return NamedFunction(DescribeKind.Aggregate, position);
            default:
                Identifier? keyspace = null;
                if (Peek() == TokenKind.Dot)
                {
                    keyspace = Name();
                    _index++;
                }
                return new DescribeStatement(DescribeKind.Generic, keyspace?.Text, Name().Text, WithInternals: false, position);
        }
    }

    private static bool IsDescribedName(TokenKind kind) =>
        kind.IsName() || kind is TokenKind.Token or TokenKind.QuestionMark;

    private DescribeStatement Whole(DescribeKind kind, SourcePosition position)
    {
        _index++;
        return new DescribeStatement(kind, null, null, WithInternals: false, position);
    }

    private DescribeStatement DescribedKeyspace(DescribeKind kind, SourcePosition position)
    {
        _index++;
        string? keyspace = Kind.IsName() || Kind == TokenKind.QuestionMark ? KeyspaceName().Text : null;
        return new DescribeStatement(kind, keyspace, null, WithInternals: false, position);
    }

    private static DescribeStatement Named(DescribeKind kind, QualifiedName name, SourcePosition position) =>
        new(kind, name.Keyspace?.Text, name.Name.Text, WithInternals: false, position);

    private DescribeStatement NamedFunction(DescribeKind kind, SourcePosition position)
    {
        FunctionName name = FunctionName();
        return new DescribeStatement(kind, name.Keyspace, name.Name, WithInternals: false, position);
    }
}
