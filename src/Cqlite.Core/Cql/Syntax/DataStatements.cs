using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>One selected expression and its alias.</summary>
internal sealed record Selector(Expression Expression, Identifier? Alias) : SyntaxNode(Expression.Position);

/// <summary>One ORDER BY expression: a column, or the distance of a vector column to a vector.</summary>
/// <param name="Column">The column.</param>
/// <param name="AnnOf">The vector behind ANN OF.</param>
/// <param name="IsDescending">Whether DESC was given.</param>
internal sealed record Ordering(Identifier Column, Expression? AnnOf, bool IsDescending) : SyntaxNode(Column.Position);

/// <summary>SELECT</summary>
internal sealed record SelectStatement(SourcePosition Position) : Statement(Position)
{
    public bool IsJson { get; init; }

    public bool IsDistinct { get; init; }

    /// <summary>What is selected; empty for <c>*</c>.</summary>
    public ImmutableArray<Selector> Selectors { get; init; } = [];

    public required QualifiedName Table { get; init; }

    public ImmutableArray<Relation> Where { get; init; } = [];

    public ImmutableArray<Expression> GroupBy { get; init; } = [];

    public ImmutableArray<Ordering> OrderBy { get; init; } = [];

    /// <summary>A <see cref="Literal"/> or <see cref="BindMarker"/>.</summary>
    public Expression? PerPartitionLimit { get; init; }

    /// <summary>A <see cref="Literal"/> or <see cref="BindMarker"/>.</summary>
    public Expression? Limit { get; init; }

    public bool AllowFiltering { get; init; }
}

/// <summary><c>USING TIMESTAMP t AND TTL t</c>; each a <see cref="Literal"/> or <see cref="BindMarker"/>. The last one given counts.</summary>
internal sealed record UsingClause(Expression? Timestamp, Expression? TimeToLive);

/// <summary>INSERT, UPDATE or DELETE.</summary>
internal abstract record ModificationStatement(SourcePosition Position) : Statement(Position)
{
    public required QualifiedName Table { get; init; }

    public UsingClause? Using { get; init; }
}

/// <summary>INSERT INTO t (columns) VALUES (values)</summary>
internal sealed record InsertStatement(SourcePosition Position) : ModificationStatement(Position)
{
    public required ImmutableArray<Identifier> Columns { get; init; }

    public required ImmutableArray<Expression> Values { get; init; }

    public bool IfNotExists { get; init; }
}

/// <summary>INSERT INTO t JSON '...'</summary>
internal sealed record InsertJsonStatement(SourcePosition Position) : ModificationStatement(Position)
{
    /// <summary>A string <see cref="Literal"/> or a <see cref="BindMarker"/>.</summary>
    public required Expression Json { get; init; }

    /// <summary>DEFAULT UNSET: columns that the text leaves out keep their values.</summary>
    public bool DefaultUnset { get; init; }

    public bool IfNotExists { get; init; }
}

/// <summary>One assignment of SET.</summary>
internal abstract record Assignment(Identifier Column) : SyntaxNode(Column.Position);

/// <summary><c>c = value</c></summary>
internal sealed record SetValueAssignment(Identifier Column, Expression Value) : Assignment(Column);

/// <summary><c>c = c + value</c>, <c>c += value</c>; also <c>c = c -1</c>, whose value carries the sign.</summary>
internal sealed record AddAssignment(Identifier Column, Expression Value) : Assignment(Column);

/// <summary><c>c = c - value</c>, <c>c -= value</c></summary>
internal sealed record SubtractAssignment(Identifier Column, Expression Value) : Assignment(Column);

/// <summary><c>c = value + c</c></summary>
internal sealed record PrependAssignment(Identifier Column, Expression Value) : Assignment(Column);

/// <summary><c>c[key] = value</c></summary>
internal sealed record SetElementAssignment(Identifier Column, Expression Key, Expression Value) : Assignment(Column);

/// <summary><c>c.field = value</c></summary>
internal sealed record SetFieldAssignment(Identifier Column, Identifier Field, Expression Value) : Assignment(Column);

/// <summary>UPDATE</summary>
internal sealed record UpdateStatement(SourcePosition Position) : ModificationStatement(Position)
{
    public required ImmutableArray<Assignment> Assignments { get; init; }

    public required ImmutableArray<Relation> Where { get; init; }

    public bool IfExists { get; init; }

    public ImmutableArray<Condition> Conditions { get; init; } = [];
}

/// <summary>What a DELETE deletes: a column, <c>c[element]</c> or <c>c.field</c>.</summary>
internal sealed record Deletion(Identifier Column, Expression? Element, Identifier? Field) : SyntaxNode(Column.Position);

/// <summary>DELETE</summary>
internal sealed record DeleteStatement(SourcePosition Position) : ModificationStatement(Position)
{
    /// <summary>What is deleted; empty for whole rows.</summary>
    public ImmutableArray<Deletion> Deletions { get; init; } = [];

    public required ImmutableArray<Relation> Where { get; init; }

    public bool IfExists { get; init; }

    public ImmutableArray<Condition> Conditions { get; init; } = [];
}

/// <summary>The kind of a batch.</summary>
public enum BatchKind
{
    /// <summary>All or nothing.</summary>
    Logged,

    /// <summary>UNLOGGED: each statement for itself.</summary>
    Unlogged,

    /// <summary>COUNTER: counters only.</summary>
    Counter,
}

/// <summary>BEGIN BATCH ... APPLY BATCH. The markers of its statements are numbered through the batch and listed on it alone.</summary>
internal sealed record BatchStatement(SourcePosition Position) : Statement(Position)
{
    public BatchKind Kind { get; init; }

    public UsingClause? Using { get; init; }

    public ImmutableArray<ModificationStatement> Statements { get; init; } = [];
}

/// <summary>TRUNCATE</summary>
internal sealed record TruncateStatement(QualifiedName Table, SourcePosition Position) : Statement(Position);

/// <summary>USE</summary>
internal sealed record UseStatement(Identifier Keyspace, SourcePosition Position) : Statement(Position);
