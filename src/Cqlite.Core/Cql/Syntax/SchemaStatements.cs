using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary><c>name = value</c> or <c>name = {'k': 'v'}</c>; values are the texts of their constants, as Cassandra keeps them.</summary>
/// <param name="Name">The property.</param>
/// <param name="Text">The value, if it is no map.</param>
/// <param name="Map">The value, if it is a map.</param>
internal sealed record Property(Identifier Name, string? Text, ImmutableArray<KeyValuePair<string, string>> Map) : SyntaxNode(Name.Position)
{
    /// <summary>Whether the value is a map, be it an empty one.</summary>
    public bool IsMap => Text is null;
}

/// <summary>CREATE KEYSPACE</summary>
internal sealed record CreateKeyspaceStatement(Identifier Name, bool IfNotExists, ImmutableArray<Property> Properties, SourcePosition Position)
    : Statement(Position);

/// <summary>ALTER KEYSPACE</summary>
internal sealed record AlterKeyspaceStatement(Identifier Name, bool IfExists, ImmutableArray<Property> Properties, SourcePosition Position)
    : Statement(Position);

/// <summary>DROP KEYSPACE</summary>
internal sealed record DropKeyspaceStatement(Identifier Name, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary><c>MASKED WITH function(arguments)</c>; MASKED WITH DEFAULT is <c>mask_default()</c>.</summary>
internal sealed record ColumnMaskSyntax(FunctionName Function, ImmutableArray<Expression> Arguments, SourcePosition Position) : SyntaxNode(Position);

/// <summary>A column's definition.</summary>
internal sealed record ColumnDefinition(Identifier Name, TypeSyntax Type, bool IsStatic, ColumnMaskSyntax? Mask) : SyntaxNode(Name.Position);

/// <summary><c>column ASC</c> or <c>column DESC</c> of CLUSTERING ORDER BY.</summary>
internal readonly record struct ClusteringOrder(Identifier Column, bool IsDescending);

/// <summary>CREATE TABLE</summary>
internal sealed record CreateTableStatement(SourcePosition Position) : Statement(Position)
{
    public required QualifiedName Table { get; init; }

    public bool IfNotExists { get; init; }

    public ImmutableArray<ColumnDefinition> Columns { get; init; } = [];

    /// <summary>
    /// The partition key of each PRIMARY KEY in the statement; there should be one, but the syntax allows none and many.
    /// </summary>
    public ImmutableArray<ImmutableArray<Identifier>> PartitionKeys { get; init; } = [];

    public ImmutableArray<Identifier> ClusteringColumns { get; init; } = [];

    public ImmutableArray<ClusteringOrder> ClusteringOrders { get; init; } = [];

    public bool IsCompactStorage { get; init; }

    public ImmutableArray<Property> Properties { get; init; } = [];
}

/// <summary>ALTER TABLE</summary>
internal abstract record AlterTableStatement(QualifiedName Table, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary><c>ALTER c TYPE t</c>, which Cassandra parses to refuse it.</summary>
internal sealed record AlterColumnTypeStatement(QualifiedName Table, bool IfExists, Identifier Column, TypeSyntax Type, SourcePosition Position)
    : AlterTableStatement(Table, IfExists, Position);

/// <summary><c>ALTER c MASKED WITH f()</c> or, without a mask, <c>ALTER c DROP MASKED</c></summary>
internal sealed record AlterColumnMaskStatement(
    QualifiedName Table,
    bool IfExists,
    Identifier Column,
    bool IfColumnExists,
    ColumnMaskSyntax? Mask,
    SourcePosition Position) : AlterTableStatement(Table, IfExists, Position);

/// <summary><c>ADD c t</c>, <c>ADD (c t, d u)</c></summary>
internal sealed record AddColumnsStatement(
    QualifiedName Table,
    bool IfExists,
    bool IfColumnNotExists,
    ImmutableArray<ColumnDefinition> Columns,
    SourcePosition Position) : AlterTableStatement(Table, IfExists, Position);

/// <summary><c>DROP c</c>, <c>DROP (c, d) USING TIMESTAMP n</c></summary>
internal sealed record DropColumnsStatement(
    QualifiedName Table,
    bool IfExists,
    bool IfColumnExists,
    ImmutableArray<Identifier> Columns,
    long? TimestampMicros,
    SourcePosition Position) : AlterTableStatement(Table, IfExists, Position);

/// <summary><c>name TO name</c></summary>
internal readonly record struct Renaming(Identifier From, Identifier To);

/// <summary><c>RENAME a TO b AND c TO d</c></summary>
internal sealed record RenameColumnsStatement(
    QualifiedName Table,
    bool IfExists,
    bool IfColumnExists,
    ImmutableArray<Renaming> Renamings,
    SourcePosition Position) : AlterTableStatement(Table, IfExists, Position);

/// <summary><c>DROP COMPACT STORAGE</c></summary>
internal sealed record DropCompactStorageStatement(QualifiedName Table, bool IfExists, SourcePosition Position)
    : AlterTableStatement(Table, IfExists, Position);

/// <summary><c>WITH property = value AND ...</c></summary>
internal sealed record AlterTableOptionsStatement(QualifiedName Table, bool IfExists, ImmutableArray<Property> Properties, SourcePosition Position)
    : AlterTableStatement(Table, IfExists, Position);

/// <summary>DROP TABLE</summary>
internal sealed record DropTableStatement(QualifiedName Table, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary>A field's definition.</summary>
internal readonly record struct FieldDefinition(Identifier Name, TypeSyntax Type);

/// <summary>CREATE TYPE</summary>
internal sealed record CreateTypeStatement(QualifiedName Name, bool IfNotExists, ImmutableArray<FieldDefinition> Fields, SourcePosition Position)
    : Statement(Position);

/// <summary>ALTER TYPE</summary>
internal abstract record AlterTypeStatement(QualifiedName Name, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary><c>ALTER f TYPE t</c>, which Cassandra parses to refuse it.</summary>
internal sealed record AlterFieldTypeStatement(QualifiedName Name, bool IfExists, FieldDefinition Field, SourcePosition Position)
    : AlterTypeStatement(Name, IfExists, Position);

/// <summary><c>ADD f t</c></summary>
internal sealed record AddFieldStatement(QualifiedName Name, bool IfExists, bool IfFieldNotExists, FieldDefinition Field, SourcePosition Position)
    : AlterTypeStatement(Name, IfExists, Position);

/// <summary><c>RENAME f TO g AND ...</c></summary>
internal sealed record RenameFieldsStatement(
    QualifiedName Name,
    bool IfExists,
    bool IfFieldExists,
    ImmutableArray<Renaming> Renamings,
    SourcePosition Position) : AlterTypeStatement(Name, IfExists, Position);

/// <summary>DROP TYPE</summary>
internal sealed record DropTypeStatement(QualifiedName Name, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary>What of a column is indexed.</summary>
internal enum IndexTargetKind
{
    /// <summary>The column as it is: values of a collection, the whole of anything else.</summary>
    Simple,

    /// <summary>VALUES(c)</summary>
    Values,

    /// <summary>KEYS(c)</summary>
    Keys,

    /// <summary>ENTRIES(c)</summary>
    Entries,

    /// <summary>FULL(c)</summary>
    Full,
}

/// <summary>What is indexed.</summary>
internal readonly record struct IndexTarget(IndexTargetKind Kind, Identifier Column);

/// <summary>CREATE INDEX and CREATE CUSTOM INDEX</summary>
internal sealed record CreateIndexStatement(SourcePosition Position) : Statement(Position)
{
    public bool IsCustom { get; init; }

    public bool IfNotExists { get; init; }

    public Identifier? Name { get; init; }

    public required QualifiedName Table { get; init; }

    public ImmutableArray<IndexTarget> Targets { get; init; } = [];

    /// <summary>The class or short name behind USING.</summary>
    public string? CustomClass { get; init; }

    public ImmutableArray<Property> Properties { get; init; } = [];
}

/// <summary>DROP INDEX</summary>
internal sealed record DropIndexStatement(QualifiedName Index, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary>CREATE MATERIALIZED VIEW</summary>
internal sealed record CreateViewStatement(SourcePosition Position) : Statement(Position)
{
    public required QualifiedName View { get; init; }

    public bool IfNotExists { get; init; }

    /// <summary>What is selected; empty for <c>*</c>.</summary>
    public ImmutableArray<Selector> Selectors { get; init; } = [];

    public required QualifiedName BaseTable { get; init; }

    public ImmutableArray<Relation> Where { get; init; } = [];

    public ImmutableArray<Identifier> PartitionKey { get; init; } = [];

    public ImmutableArray<Identifier> ClusteringColumns { get; init; } = [];

    public ImmutableArray<ClusteringOrder> ClusteringOrders { get; init; } = [];

    public ImmutableArray<Property> Properties { get; init; } = [];
}

/// <summary>ALTER MATERIALIZED VIEW</summary>
internal sealed record AlterViewStatement(QualifiedName View, bool IfExists, ImmutableArray<Property> Properties, SourcePosition Position)
    : Statement(Position);

/// <summary>DROP MATERIALIZED VIEW</summary>
internal sealed record DropViewStatement(QualifiedName View, bool IfExists, SourcePosition Position) : Statement(Position);

/// <summary>CREATE TRIGGER</summary>
internal sealed record CreateTriggerStatement(Identifier Name, bool IfNotExists, QualifiedName Table, string TriggerClass, SourcePosition Position)
    : Statement(Position);

/// <summary>DROP TRIGGER</summary>
internal sealed record DropTriggerStatement(Identifier Name, bool IfExists, QualifiedName Table, SourcePosition Position) : Statement(Position);
