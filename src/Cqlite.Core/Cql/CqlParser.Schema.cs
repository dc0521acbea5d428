using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>CREATE, ALTER and DROP of keyspaces, tables, types, indexes, views and triggers.</summary>
internal sealed partial class CqlParser
{
    private Statement CreateStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Create);
        switch (Kind)
        {
            case TokenKind.Keyspace:
                return CreateKeyspace(position);
            case TokenKind.Columnfamily:
                return CreateTable(position);
            case TokenKind.Type:
                return CreateType(position);
            case TokenKind.Custom or TokenKind.Index:
                return CreateIndex(position);
            case TokenKind.Materialized:
                return CreateView(position);
            case TokenKind.Trigger:
                return CreateTrigger(position);
            case TokenKind.User:
                return CreateUser(position);
            case TokenKind.Role:
                return CreateRole(position);
            case TokenKind.Or:
                _index++;
                Expect(TokenKind.Replace);
                return Kind == TokenKind.Function ? CreateFunction(position, orReplace: true) : CreateAggregate(position, orReplace: true);
            case TokenKind.Function:
                return CreateFunction(position, orReplace: false);
            case TokenKind.Aggregate:
                return CreateAggregate(position, orReplace: false);
            default:
                throw Fail();
        }
    }

    private Statement AlterStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Alter);
        return Kind switch
        {
            TokenKind.Keyspace => AlterKeyspace(position),
            TokenKind.Columnfamily => AlterTable(position),
            TokenKind.Type => AlterType(position),
            TokenKind.Materialized => AlterView(position),
            TokenKind.User => AlterUser(position),
            TokenKind.Role => AlterRole(position),
            _ => throw Fail(),
        };
    }

    private Statement DropStatement()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Drop);
        switch (Kind)
        {
            // dropKeyspaceStatement : K_DROP K_KEYSPACE (K_IF K_EXISTS)? keyspaceName
            case TokenKind.Keyspace:
                _index++;
                bool ifExists = IfExists();
                return new DropKeyspaceStatement(KeyspaceName(), ifExists, position);
            // dropTableStatement : K_DROP K_COLUMNFAMILY (K_IF K_EXISTS)? columnFamilyName
            case TokenKind.Columnfamily:
                _index++;
                ifExists = IfExists();
                return new DropTableStatement(TableName(), ifExists, position);
            // dropTypeStatement : K_DROP K_TYPE (K_IF K_EXISTS)? userTypeName
            case TokenKind.Type:
                _index++;
                ifExists = IfExists();
                return new DropTypeStatement(UserTypeName(), ifExists, position);
            // dropIndexStatement : K_DROP K_INDEX (K_IF K_EXISTS)? indexName
            case TokenKind.Index:
                _index++;
                ifExists = IfExists();
                return new DropIndexStatement(IndexName(), ifExists, position);
            // dropMaterializedViewStatement : K_DROP K_MATERIALIZED K_VIEW (K_IF K_EXISTS)? columnFamilyName
            case TokenKind.Materialized:
                _index++;
                Expect(TokenKind.View);
                ifExists = IfExists();
                return new DropViewStatement(TableName(), ifExists, position);
            // dropTriggerStatement : K_DROP K_TRIGGER (K_IF K_EXISTS)? ident K_ON columnFamilyName
            case TokenKind.Trigger:
                _index++;
                ifExists = IfExists();
                Identifier trigger = Name();
                Expect(TokenKind.On);
                return new DropTriggerStatement(trigger, ifExists, TableName(), position);
            case TokenKind.Function:
                return DropFunction(position);
            case TokenKind.Aggregate:
                return DropAggregate(position);
            // dropUserStatement : K_DROP K_USER (K_IF K_EXISTS)? username
            case TokenKind.User:
                _index++;
                ifExists = IfExists();
                return new DropRoleStatement(UserName(), ifExists, position);
            // dropRoleStatement : K_DROP K_ROLE (K_IF K_EXISTS)? userOrRoleName
            case TokenKind.Role:
                _index++;
                ifExists = IfExists();
                return new DropRoleStatement(RoleName(), ifExists, position);
            // dropIdentityStatement : K_DROP K_IDENTITY (K_IF K_EXISTS)? identity
            case TokenKind.Identity:
                _index++;
                ifExists = IfExists();
                return new DropIdentityStatement(IdentityName(), ifExists, position);
            default:
                throw Fail();
        }
    }

    // createKeyspaceStatement : K_CREATE K_KEYSPACE (K_IF K_NOT K_EXISTS)? keyspaceName K_WITH properties
    private CreateKeyspaceStatement CreateKeyspace(SourcePosition position)
    {
        Expect(TokenKind.Keyspace);
        bool ifNotExists = IfNotExists();
        Identifier name = KeyspaceName();
        Expect(TokenKind.With);
        return new CreateKeyspaceStatement(name, ifNotExists, Properties(), position);
    }

    // alterKeyspaceStatement : K_ALTER K_KEYSPACE (K_IF K_EXISTS)? keyspaceName K_WITH properties
    private AlterKeyspaceStatement AlterKeyspace(SourcePosition position)
    {
        Expect(TokenKind.Keyspace);
        bool ifExists = IfExists();
        Identifier name = KeyspaceName();
        Expect(TokenKind.With);
        return new AlterKeyspaceStatement(name, ifExists, Properties(), position);
    }

    // createTypeStatement : K_CREATE K_TYPE (K_IF K_NOT K_EXISTS)? userTypeName '(' typeColumns ( ',' typeColumns? )* ')'
    private CreateTypeStatement CreateType(SourcePosition position)
    {
        Expect(TokenKind.Type);
        bool ifNotExists = IfNotExists();
        QualifiedName name = UserTypeName();
        Expect(TokenKind.LeftParenthesis);
        var fields = new ArrayBuilder<FieldDefinition>();
        fields.Add(FieldDefinition());
        while (Accept(TokenKind.Comma))
        {
            if (Kind is not (TokenKind.Comma or TokenKind.RightParenthesis))
                fields.Add(FieldDefinition());
        }
        Expect(TokenKind.RightParenthesis);
        return new CreateTypeStatement(name, ifNotExists, fields.ToImmutable(), position);
    }

    // typeColumns : fident comparatorType
    private FieldDefinition FieldDefinition()
    {
        Identifier field = Name();
        return new FieldDefinition(field, ComparatorType());
    }

    // alterTypeStatement : K_ALTER K_TYPE (K_IF K_EXISTS)? userTypeName ( K_ALTER fident K_TYPE comparatorType
    //                    | K_ADD (K_IF K_NOT K_EXISTS)? fident comparatorType
    //                    | K_RENAME (K_IF K_EXISTS)? fident K_TO fident ( K_AND fident K_TO fident )* )
    private AlterTypeStatement AlterType(SourcePosition position)
    {
        Expect(TokenKind.Type);
        bool ifExists = IfExists();
        QualifiedName name = UserTypeName();
        if (Accept(TokenKind.Alter))
        {
            Identifier field = Name();
            Expect(TokenKind.Type);
            return new AlterFieldTypeStatement(name, ifExists, new FieldDefinition(field, ComparatorType()), position);
        }
        if (Accept(TokenKind.Add))
        {
            bool ifFieldNotExists = IfNotExists();
            return new AddFieldStatement(name, ifExists, ifFieldNotExists, FieldDefinition(), position);
        }
        Expect(TokenKind.Rename);
        bool ifFieldExists = IfExists();
        return new RenameFieldsStatement(name, ifExists, ifFieldExists, Renamings(), position);
    }

    private ImmutableArray<Renaming> Renamings()
    {
        var renamings = new ArrayBuilder<Renaming>();
        do
        {
            Identifier from = Name();
            Expect(TokenKind.To);
            renamings.Add(new Renaming(from, Name()));
        }
        while (Accept(TokenKind.And));
        return renamings.ToImmutable();
    }

    // createIndexStatement : K_CREATE (K_CUSTOM)? K_INDEX (K_IF K_NOT K_EXISTS)? (idxName)? K_ON columnFamilyName
    //                        '(' (indexIdent (',' indexIdent)*)? ')' (K_USING STRING_LITERAL)? (K_WITH properties)?
    private CreateIndexStatement CreateIndex(SourcePosition position)
    {
        bool isCustom = Accept(TokenKind.Custom);
        Expect(TokenKind.Index);
        bool ifNotExists = IfNotExists();
        Identifier? name = Kind == TokenKind.On ? null : NameOrMarker("index");
        Expect(TokenKind.On);
        QualifiedName table = TableName();
        Expect(TokenKind.LeftParenthesis);
        var targets = new ArrayBuilder<IndexTarget>();
        if (Kind != TokenKind.RightParenthesis)
        {
            do
            {
                targets.Add(IndexTarget());
            }
            while (Accept(TokenKind.Comma));
        }
        Expect(TokenKind.RightParenthesis);
        string? customClass = Accept(TokenKind.Using) ? StringLiteral() : null;
        ImmutableArray<Property> properties = Accept(TokenKind.With) ? Properties() : [];
        return new CreateIndexStatement(position)
        {
            IsCustom = isCustom,
            IfNotExists = ifNotExists,
            Name = name,
            Table = table,
            Targets = targets.ToImmutable(),
            CustomClass = customClass,
            Properties = properties,
        };
    }

    private string StringLiteral()
    {
        ref readonly SyntaxToken token = ref _tokens[_index];
        Expect(TokenKind.StringLiteral);
        return UnquotedText(token);
    }

    // indexIdent : cident | K_VALUES '(' cident ')' | K_KEYS '(' cident ')' | K_ENTRIES '(' cident ')' | K_FULL '(' cident ')'
    private IndexTarget IndexTarget()
    {
        IndexTargetKind kind = Kind switch
        {
            TokenKind.Values when Peek() == TokenKind.LeftParenthesis => IndexTargetKind.Values,
            TokenKind.Keys when Peek() == TokenKind.LeftParenthesis => IndexTargetKind.Keys,
            TokenKind.Entries => IndexTargetKind.Entries,
            TokenKind.Full => IndexTargetKind.Full,
            _ => IndexTargetKind.Simple,
        };
        if (kind == IndexTargetKind.Simple)
            return new IndexTarget(kind, ColumnName());
        _index++;
        Expect(TokenKind.LeftParenthesis);
        Identifier column = ColumnName();
        Expect(TokenKind.RightParenthesis);
        return new IndexTarget(kind, column);
    }

    // createMaterializedViewStatement : K_CREATE K_MATERIALIZED K_VIEW (K_IF K_NOT K_EXISTS)? columnFamilyName K_AS
    //                                   K_SELECT selectors K_FROM columnFamilyName (K_WHERE whereClause)?
    //                                   viewPrimaryKey ( K_WITH viewProperty ( K_AND viewProperty )* )?
    private CreateViewStatement CreateView(SourcePosition position)
    {
        Expect(TokenKind.Materialized, TokenKind.View);
        bool ifNotExists = IfNotExists();
        QualifiedName view = TableName();
        Expect(TokenKind.As, TokenKind.Select);
        ImmutableArray<Selector> selectors = Selectors();
        Expect(TokenKind.From);
        QualifiedName baseTable = TableName();
        ImmutableArray<Relation> where = Accept(TokenKind.Where) ? WhereClause() : [];
        // viewPrimaryKey : K_PRIMARY K_KEY '(' viewPartitionKey (',' ident)* ')'
        var clusteringColumns = new ArrayBuilder<Identifier>();
        ImmutableArray<Identifier> partitionKey = PrimaryKey(ref clusteringColumns);
        var orders = new ArrayBuilder<ClusteringOrder>();
        var properties = new PropertyCollector();
        if (Accept(TokenKind.With))
        {
            do
            {
                // viewProperty : property | K_COMPACT K_STORAGE | K_CLUSTERING K_ORDER K_BY '(' viewClusteringOrder (',' viewClusteringOrder)* ')'
                if (Kind == TokenKind.Compact && Peek() == TokenKind.Storage)
                {
                    _index++;
                    throw Refuse("COMPACT STORAGE tables are not allowed starting with version 4.0", _tokens[_index]);
                }
                if (!ClusteringOrders(ref orders))
                    Property(properties);
            }
            while (Accept(TokenKind.And));
        }
        return new CreateViewStatement(position)
        {
            View = view,
            IfNotExists = ifNotExists,
            Selectors = selectors,
            BaseTable = baseTable,
            Where = where,
            PartitionKey = partitionKey,
            ClusteringColumns = clusteringColumns.ToImmutable(),
            ClusteringOrders = orders.ToImmutable(),
            Properties = properties.ToImmutable(),
        };
    }

    // K_PRIMARY K_KEY '(' (ident | '(' ident (',' ident)* ')') (',' ident)* ')'
    private ImmutableArray<Identifier> PrimaryKey(ref ArrayBuilder<Identifier> clusteringColumns)
    {
        Expect(TokenKind.Primary, TokenKind.Key);
        Expect(TokenKind.LeftParenthesis);
        ImmutableArray<Identifier> partitionKey = Kind == TokenKind.LeftParenthesis ? ParenthesizedNames() : [Name()];
        while (Accept(TokenKind.Comma))
            clusteringColumns.Add(Name());
        Expect(TokenKind.RightParenthesis);
        return partitionKey;
    }

    // K_CLUSTERING K_ORDER K_BY '(' ident (K_ASC | K_DESC) (',' ident (K_ASC | K_DESC))* ')', or nothing
    private bool ClusteringOrders(ref ArrayBuilder<ClusteringOrder> orders)
    {
        if (Kind != TokenKind.Clustering || Peek() != TokenKind.Order)
            return false;
        _index += 2;
        Expect(TokenKind.By, TokenKind.LeftParenthesis);
        do
        {
            Identifier column = Name();
            bool isDescending = Accept(TokenKind.Desc);
            if (!isDescending)
                Expect(TokenKind.Asc);
            orders.Add(new ClusteringOrder(column, isDescending));
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightParenthesis);
        return true;
    }

    // alterMaterializedViewStatement : K_ALTER K_MATERIALIZED K_VIEW (K_IF K_EXISTS)? columnFamilyName K_WITH properties
    private AlterViewStatement AlterView(SourcePosition position)
    {
        Expect(TokenKind.Materialized, TokenKind.View);
        bool ifExists = IfExists();
        QualifiedName view = TableName();
        Expect(TokenKind.With);
        return new AlterViewStatement(view, ifExists, Properties(), position);
    }

    // createTriggerStatement : K_CREATE K_TRIGGER (K_IF K_NOT K_EXISTS)? ident K_ON columnFamilyName K_USING STRING_LITERAL
    private CreateTriggerStatement CreateTrigger(SourcePosition position)
    {
        Expect(TokenKind.Trigger);
        bool ifNotExists = IfNotExists();
        Identifier name = Name();
        Expect(TokenKind.On);
        QualifiedName table = TableName();
        Expect(TokenKind.Using);
        return new CreateTriggerStatement(name, ifNotExists, table, StringLiteral(), position);
    }
}
