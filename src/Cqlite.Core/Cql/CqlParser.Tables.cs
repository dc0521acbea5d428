using System.Collections.Immutable;
using System.Globalization;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Cql;

/// <summary>CREATE TABLE and ALTER TABLE.</summary>
internal sealed partial class CqlParser
{
    // createTableStatement : K_CREATE K_COLUMNFAMILY (K_IF K_NOT K_EXISTS)? columnFamilyName tableDefinition
    // tableDefinition : '(' tableColumns ( ',' tableColumns? )* ')' ( K_WITH tableProperty ( K_AND tableProperty )* )?
    private CreateTableStatement CreateTable(SourcePosition position)
    {
        Expect(TokenKind.Columnfamily);
        bool ifNotExists = IfNotExists();
        QualifiedName table = TableName();
        var columns = new ArrayBuilder<ColumnDefinition>();
        var partitionKeys = new ArrayBuilder<ImmutableArray<Identifier>>();
        var clusteringColumns = new ArrayBuilder<Identifier>();
        Expect(TokenKind.LeftParenthesis);
        TableColumns(ref columns, ref partitionKeys, ref clusteringColumns);
        while (Accept(TokenKind.Comma))
        {
            if (Kind is not (TokenKind.Comma or TokenKind.RightParenthesis))
                TableColumns(ref columns, ref partitionKeys, ref clusteringColumns);
        }
        Expect(TokenKind.RightParenthesis);

        var orders = new ArrayBuilder<ClusteringOrder>();
        bool isCompactStorage = false;
        var properties = new PropertyCollector();
        if (Accept(TokenKind.With))
        {
            do
            {
                // tableProperty : property | K_COMPACT K_STORAGE
                //               | K_CLUSTERING K_ORDER K_BY '(' tableClusteringOrder (',' tableClusteringOrder)* ')'
                if (Kind == TokenKind.Compact && Peek() == TokenKind.Storage)
                {
                    _index += 2;
                    isCompactStorage = true;
                }
                else if (!ClusteringOrders(ref orders))
                {
                    Property(properties);
                }
            }
            while (Accept(TokenKind.And));
        }
        return new CreateTableStatement(position)
        {
            Table = table,
            IfNotExists = ifNotExists,
            Columns = columns.ToImmutable(),
            PartitionKeys = partitionKeys.ToImmutable(),
            ClusteringColumns = clusteringColumns.ToImmutable(),
            ClusteringOrders = orders.ToImmutable(),
            IsCompactStorage = isCompactStorage,
            Properties = properties.ToImmutable(),
        };
    }

    // tableColumns : ident comparatorType (K_STATIC)? (columnMask)? (K_PRIMARY K_KEY)?
    //              | K_PRIMARY K_KEY '(' tablePartitionKey (',' ident)* ')'
    private void TableColumns(
        ref ArrayBuilder<ColumnDefinition> columns,
        ref ArrayBuilder<ImmutableArray<Identifier>> partitionKeys,
        ref ArrayBuilder<Identifier> clusteringColumns)
    {
        if (Kind == TokenKind.Primary)
        {
            partitionKeys.Add(PrimaryKey(ref clusteringColumns));
            return;
        }
        ColumnDefinition column = ColumnDefinition();
        columns.Add(column);
        if (Accept(TokenKind.Primary))
        {
            Expect(TokenKind.Key);
            partitionKeys.Add([column.Name]);
        }
    }

    // ident comparatorType (K_STATIC)? (columnMask)?
    private ColumnDefinition ColumnDefinition()
    {
        Identifier name = Name();
        TypeSyntax type = ComparatorType();
        bool isStatic = Accept(TokenKind.Static);
        return new ColumnDefinition(name, type, isStatic, Kind == TokenKind.Masked ? ColumnMask() : null);
    }

    // columnMask : K_MASKED K_WITH functionName columnMaskArguments | K_MASKED K_WITH K_DEFAULT
    // columnMaskArguments : '(' ')' | '(' term (',' term)* ')'
    private ColumnMaskSyntax ColumnMask()
    {
        SourcePosition position = Position;
        Expect(TokenKind.Masked, TokenKind.With);
        if (Kind == TokenKind.Default && Peek() is not (TokenKind.LeftParenthesis or TokenKind.Dot))
        {
            var defaultMask = new FunctionName("system", "mask_default", Position);
            _index++;
            return new ColumnMaskSyntax(defaultMask, [], position);
        }
        FunctionName function = FunctionName();
        Expect(TokenKind.LeftParenthesis);
        ImmutableArray<Expression> arguments = Kind == TokenKind.RightParenthesis ? [] : Terms(out _);
        Expect(TokenKind.RightParenthesis);
        return new ColumnMaskSyntax(function, arguments, position);
    }

    // alterTableStatement : K_ALTER K_COLUMNFAMILY (K_IF K_EXISTS)? columnFamilyName ( K_ALTER ... | K_ADD ... | K_DROP ... | K_RENAME ...
    //                     | K_DROP K_COMPACT K_STORAGE | K_WITH properties )
    private AlterTableStatement AlterTable(SourcePosition position)
    {
        Expect(TokenKind.Columnfamily);
        bool ifExists = IfExists();
        QualifiedName table = TableName();
        switch (Kind)
        {
            case TokenKind.Alter:
                return AlterColumn(table, ifExists, position);
            case TokenKind.Add:
                return AddColumns(table, ifExists, position);
            case TokenKind.Drop when Peek() == TokenKind.Compact && Peek(2) == TokenKind.Storage:
                _index += 3;
                return new DropCompactStorageStatement(table, ifExists, position);
            case TokenKind.Drop:
                return DropColumns(table, ifExists, position);
            // K_RENAME ( K_IF K_EXISTS )? ident K_TO ident ( K_AND ident K_TO ident )*
            case TokenKind.Rename:
                _index++;
                bool ifColumnExists = IfExists();
                return new RenameColumnsStatement(table, ifExists, ifColumnExists, Renamings(), position);
            case TokenKind.With:
                _index++;
                return new AlterTableOptionsStatement(table, ifExists, Properties(), position);
            default:
                throw Fail();
        }
    }

    // K_ALTER cident K_TYPE comparatorType | K_ALTER ( K_IF K_EXISTS )? cident ( columnMask | K_DROP K_MASKED )
    private AlterTableStatement AlterColumn(QualifiedName table, bool ifExists, SourcePosition position)
    {
        Expect(TokenKind.Alter);
        bool ifColumnExists = IfExists();
        Identifier column = ColumnName();
        if (!ifColumnExists && Accept(TokenKind.Type))
            return new AlterColumnTypeStatement(table, ifExists, column, ComparatorType(), position);
        ColumnMaskSyntax? mask = null;
        if (Accept(TokenKind.Drop))
            Expect(TokenKind.Masked);
        else
            mask = ColumnMask();
        return new AlterColumnMaskStatement(table, ifExists, column, ifColumnExists, mask, position);
    }

    // K_ADD ( K_IF K_NOT K_EXISTS )? ( ident comparatorType isStaticColumn (columnMask)?
    //                                | '(' ident comparatorType isStaticColumn (columnMask)? ( ',' ... )* ')' )
    private AddColumnsStatement AddColumns(QualifiedName table, bool ifExists, SourcePosition position)
    {
        Expect(TokenKind.Add);
        bool ifColumnNotExists = IfNotExists();
        var columns = new ArrayBuilder<ColumnDefinition>();
        if (Accept(TokenKind.LeftParenthesis))
        {
            do
            {
                columns.Add(ColumnDefinition());
            }
            while (Accept(TokenKind.Comma));
            Expect(TokenKind.RightParenthesis);
        }
        else
        {
            columns.Add(ColumnDefinition());
        }
        return new AddColumnsStatement(table, ifExists, ifColumnNotExists, columns.ToImmutable(), position);
    }

    // K_DROP ( K_IF K_EXISTS )? ( ident | '(' ident ( ',' ident )* ')' ) ( K_USING K_TIMESTAMP INTEGER )?
    private DropColumnsStatement DropColumns(QualifiedName table, bool ifExists, SourcePosition position)
    {
        Expect(TokenKind.Drop);
        bool ifColumnExists = IfExists();
        ImmutableArray<Identifier> columns = Kind == TokenKind.LeftParenthesis ? ParenthesizedNames() : [Name()];
        long? timestampMicros = null;
        if (Accept(TokenKind.Using))
        {
            Expect(TokenKind.Timestamp);
            SyntaxToken token = _tokens[_index];
            Expect(TokenKind.IntegerLiteral);
            if (!long.TryParse(TextOf(token), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long timestamp))
                throw RefuseAsJava($"NumberFormatException For input string: \"{TextOf(token)}\"", token);
            timestampMicros = timestamp;
        }
        return new DropColumnsStatement(table, ifExists, ifColumnExists, columns, timestampMicros, position);
    }
}
