using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>How two values are compared in WHERE or IF.</summary>
internal enum RelationOperator
{
    /// <summary>=</summary>
    Equal,

    /// <summary>!=</summary>
    NotEqual,

    /// <summary>&lt;</summary>
    Less,

    /// <summary>&lt;=</summary>
    LessOrEqual,

    /// <summary>&gt;</summary>
    Greater,

    /// <summary>&gt;=</summary>
    GreaterOrEqual,

    /// <summary>IN</summary>
    In,

    /// <summary>CONTAINS</summary>
    Contains,

    /// <summary>CONTAINS KEY</summary>
    ContainsKey,

    /// <summary>LIKE</summary>
    Like,

    /// <summary>IS NOT (NULL)</summary>
    IsNot,
}

/// <summary>One condition of a WHERE clause.</summary>
internal abstract record Relation(SourcePosition Position) : SyntaxNode(Position);

/// <summary><c>column op value</c>; IS NOT has a <see cref="NullLiteral"/> as its value.</summary>
internal sealed record ColumnRelation(Identifier Column, RelationOperator Operator, Expression Value) : Relation(Column.Position);

/// <summary><c>column IN (a, b)</c> or <c>column IN ?</c></summary>
internal sealed record ColumnInRelation(Identifier Column, InList Values) : Relation(Column.Position);

/// <summary><c>column[key] op value</c></summary>
internal sealed record MapEntryRelation(Identifier Column, Expression Key, RelationOperator Operator, Expression Value) : Relation(Column.Position);

/// <summary><c>token(a, b) op value</c></summary>
internal sealed record TokenRelation(ImmutableArray<Identifier> Columns, RelationOperator Operator, Expression Value, SourcePosition Position)
    : Relation(Position);

/// <summary><c>(a, b) op (1, 2)</c> or <c>(a, b) op ?</c></summary>
/// <param name="Columns">The columns.</param>
/// <param name="Operator">A comparison.</param>
/// <param name="Value">A <see cref="TupleLiteral"/> or a <see cref="BindMarker"/>.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record TupleRelation(ImmutableArray<Identifier> Columns, RelationOperator Operator, Expression Value, SourcePosition Position)
    : Relation(Position);

/// <summary><c>(a, b) IN ((1, 2), (3, 4))</c>, <c>(a, b) IN (?, ?)</c>, <c>(a, b) IN ?</c> or <c>(a, b) IN ()</c></summary>
internal sealed record TupleInRelation(ImmutableArray<Identifier> Columns, InList Values, SourcePosition Position) : Relation(Position);

/// <summary><c>expr(index, value)</c></summary>
internal sealed record CustomIndexExpression(QualifiedName Index, Expression Value, SourcePosition Position) : Relation(Position);

/// <summary>What stands behind IN: values, or one marker for the whole list.</summary>
/// <param name="Values">The values; empty if there is a marker (or none is given).</param>
/// <param name="Marker">The marker.</param>
internal sealed record InList(ImmutableArray<Expression> Values, BindMarker? Marker);

/// <summary>One condition of an IF clause: <c>column op value</c>, <c>column[element] op value</c>, <c>column.field op value</c>.</summary>
internal abstract record Condition(Identifier Column, Expression? Element, Identifier? Field) : SyntaxNode(Column.Position);

/// <summary>A condition that compares.</summary>
internal sealed record CompareCondition(Identifier Column, Expression? Element, Identifier? Field, RelationOperator Operator, Expression Value)
    : Condition(Column, Element, Field);

/// <summary>A condition with IN.</summary>
internal sealed record InCondition(Identifier Column, Expression? Element, Identifier? Field, InList Values) : Condition(Column, Element, Field);
