using System.Collections.Immutable;

namespace Cqlite.Core.Cql.Syntax;

/// <summary>A value or what is computed from values: a term of WHERE, VALUES and SET, or what a SELECT selects.</summary>
/// <remarks>
/// Terms have no columns in them: <see cref="ColumnReference"/>, <see cref="CountRows"/>, <see cref="CellMetadata"/> and the field,
/// element and slice selections occur in SELECT clauses and GROUP BY only; <see cref="UserTypeLiteral"/> in terms only (a SELECT
/// clause has a <see cref="MapLiteral"/> there, whose keys are column references).
/// </remarks>
internal abstract record Expression(SourcePosition Position) : SyntaxNode(Position);

/// <summary>Which kind of literal a text is.</summary>
internal enum LiteralKind
{
    /// <summary>'text' or $$text$$; the text is what the quotes hold.</summary>
    String,

    /// <summary>Digits with an optional sign.</summary>
    Integer,

    /// <summary>A float or decimal; <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> are written so.</summary>
    Float,

    /// <summary>true or false, in the statement's case.</summary>
    Boolean,

    /// <summary>A duration in either notation.</summary>
    Duration,

    /// <summary>A UUID.</summary>
    Uuid,

    /// <summary>A blob, <c>0x</c> included.</summary>
    Hex,
}

/// <summary>A literal of a simple type.</summary>
internal sealed record Literal(LiteralKind Kind, string Text, SourcePosition Position) : Expression(Position);

/// <summary><c>null</c></summary>
internal sealed record NullLiteral(SourcePosition Position) : Expression(Position);

/// <summary>What is bound to a marker, as far as the syntax tells.</summary>
internal enum BindMarkerKind
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>The list of values of a column's IN.</summary>
    InValues,

    /// <summary>A tuple.</summary>
    Tuple,

    /// <summary>The list of tuples of a tuple's IN.</summary>
    InTuples,

    /// <summary>The text of INSERT JSON.</summary>
    Json,
}

/// <summary><c>?</c> or <c>:name</c></summary>
/// <param name="Index">Its place among the statement's markers, from 0.</param>
/// <param name="Name">Its name, if it has one.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record BindMarker(int Index, Identifier? Name, BindMarkerKind Kind, SourcePosition Position) : Expression(Position);

/// <summary><c>[a, b]</c>: a list or a vector.</summary>
internal sealed record ListLiteral(ImmutableArray<Expression> Elements, SourcePosition Position) : Expression(Position);

/// <summary><c>{a, b}</c>: a set; <c>{}</c> may also be an empty map.</summary>
internal sealed record SetLiteral(ImmutableArray<Expression> Elements, SourcePosition Position) : Expression(Position);

/// <summary><c>key : value</c></summary>
internal readonly record struct MapEntry(Expression Key, Expression Value);

/// <summary><c>{key : value, ...}</c>; in a SELECT clause it may also be a user type's value.</summary>
internal sealed record MapLiteral(ImmutableArray<MapEntry> Entries, SourcePosition Position) : Expression(Position);

/// <summary><c>field : value</c></summary>
internal readonly record struct FieldValue(Identifier Field, Expression Value);

/// <summary><c>{field : value, ...}</c></summary>
internal sealed record UserTypeLiteral(ImmutableArray<FieldValue> Fields, SourcePosition Position) : Expression(Position);

/// <summary><c>(a, b)</c>: a tuple; in a SELECT clause one element in parentheses is that element.</summary>
internal sealed record TupleLiteral(ImmutableArray<Expression> Elements, SourcePosition Position) : Expression(Position);

/// <summary><c>f(a, b)</c></summary>
internal sealed record FunctionCall(FunctionName Function, ImmutableArray<Expression> Arguments, SourcePosition Position) : Expression(Position);

/// <summary>An arithmetic operator.</summary>
internal enum ArithmeticOperator
{
    /// <summary>+</summary>
    Add,

    /// <summary>-</summary>
    Subtract,

    /// <summary>*</summary>
    Multiply,

    /// <summary>/</summary>
    Divide,

    /// <summary>%</summary>
    Modulo,
}

/// <summary><c>a + b</c></summary>
internal sealed record BinaryOperation(ArithmeticOperator Operator, Expression Left, Expression Right) : Expression(Left.Position);

/// <summary><c>-a</c></summary>
internal sealed record Negation(Expression Operand, SourcePosition Position) : Expression(Position);

/// <summary><c>(type) a</c>: says of which type a value is, and converts nothing.</summary>
internal sealed record TypeHint(TypeSyntax Type, Expression Operand, SourcePosition Position) : Expression(Position);

/// <summary><c>CAST(a AS type)</c></summary>
internal sealed record CastExpression(Expression Operand, NativeTypeSyntax Type, SourcePosition Position) : Expression(Position);

/// <summary>A column in a SELECT clause.</summary>
internal sealed record ColumnReference(Identifier Column) : Expression(Column.Position);

/// <summary><c>COUNT(*)</c></summary>
internal sealed record CountRows(SourcePosition Position) : Expression(Position);

/// <summary>Which property of a cell is selected.</summary>
internal enum CellMetadataKind
{
    /// <summary>WRITETIME</summary>
    WriteTime,

    /// <summary>MAXWRITETIME</summary>
    MaxWriteTime,

    /// <summary>TTL</summary>
    TimeToLive,
}

/// <summary><c>WRITETIME(c)</c>, of a column, an element, a slice or a field.</summary>
/// <param name="Kind">Which property.</param>
/// <param name="Column">The column.</param>
/// <param name="Target">What the property is of: the column itself, or a selection from it.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record CellMetadata(CellMetadataKind Kind, Identifier Column, Expression Target, SourcePosition Position) : Expression(Position);

/// <summary><c>a.field</c></summary>
internal sealed record FieldSelection(Expression Receiver, Identifier Field) : Expression(Receiver.Position);

/// <summary><c>a[key]</c></summary>
internal sealed record ElementSelection(Expression Receiver, Expression Key) : Expression(Receiver.Position);

/// <summary><c>a[from..to]</c>, either of which may be missing, but not both.</summary>
internal sealed record SliceSelection(Expression Receiver, Expression? From, Expression? To) : Expression(Receiver.Position);
