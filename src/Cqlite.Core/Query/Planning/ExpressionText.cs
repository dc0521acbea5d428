using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;

namespace Cqlite.Core.Query.Planning;

/// <summary>Expressions and relations as Cassandra prints them in errors and result column names.</summary>
/// <remarks>Source: the getText and toString methods of org/apache/cassandra/cql3/*.</remarks>
internal static class ExpressionText
{
    public static string Of(Expression expression) => expression switch
    {
        Literal { Kind: LiteralKind.String } literal => $"'{literal.Text}'",
        Literal literal => literal.Text,
        NullLiteral => "NULL",
        BindMarker { Name: { } name } => $":{name}",
        BindMarker => "?",
        ListLiteral list => $"[{Join(list.Elements)}]",
        SetLiteral set => $"{{{Join(set.Elements)}}}",
        MapLiteral map => $"{{{string.Join(", ", map.Entries.Select(e => $"{Of(e.Key)}: {Of(e.Value)}"))}}}",
        UserTypeLiteral user => $"{{{string.Join(", ", user.Fields.Select(f => $"{f.Field}: {Of(f.Value)}"))}}}",
        TupleLiteral tuple => $"({Join(tuple.Elements)})",
        FunctionCall call => $"{call.Function}({Join(call.Arguments)})",
        BinaryOperation operation => $"{Of(operation.Left)} {Symbol(operation.Operator)} {Of(operation.Right)}",
        Negation negation => $"-{Of(negation.Operand)}",
        TypeHint hint => $"({hint.Type}){Of(hint.Operand)}",
        CastExpression cast => $"cast({Of(cast.Operand)} as {cast.Type})",
        ColumnReference column => Name(column.Column),
        CountRows => "count(*)",
        CellMetadata metadata => $"{Name(metadata.Kind)}({Of(metadata.Target)})",
        FieldSelection field => $"{Of(field.Receiver)}.{field.Field}",
        ElementSelection element => $"{Of(element.Receiver)}[{Of(element.Key)}]",
        SliceSelection slice => $"{Of(slice.Receiver)}[{(slice.From is null ? "" : Of(slice.From))}..{(slice.To is null ? "" : Of(slice.To))}]",
        _ => expression.GetType().Name,
    };

    public static string Of(Relation relation) => relation switch
    {
        ColumnRelation { Operator: RelationOperator.IsNot } column => $"{Name(column.Column)} IS NOT NULL",
        ColumnRelation column => $"{Name(column.Column)} {Symbol(column.Operator)} {Of(column.Value)}",
        ColumnInRelation column => $"{Name(column.Column)} IN {Of(column.Values)}",
        MapEntryRelation entry => $"{Name(entry.Column)}[{Of(entry.Key)}] {Symbol(entry.Operator)} {Of(entry.Value)}",
        TokenRelation token => $"token({Join(token.Columns)}) {Symbol(token.Operator)} {Of(token.Value)}",
        TupleRelation tuple => $"({Join(tuple.Columns)}) {Symbol(tuple.Operator)} {Of(tuple.Value)}",
        TupleInRelation tuple => $"({Join(tuple.Columns)}) IN {Of(tuple.Values)}",
        _ => relation.GetType().Name,
    };

    public static string Symbol(RelationOperator relation) => relation switch
    {
        RelationOperator.Equal => "=",
        RelationOperator.NotEqual => "!=",
        RelationOperator.Less => "<",
        RelationOperator.LessOrEqual => "<=",
        RelationOperator.Greater => ">",
        RelationOperator.GreaterOrEqual => ">=",
        RelationOperator.In => "IN",
        RelationOperator.Contains => "CONTAINS",
        RelationOperator.ContainsKey => "CONTAINS KEY",
        RelationOperator.Like => "LIKE",
        _ => "IS NOT",
    };

    /// <summary>A name, in double quotes where it would not be read back as it is.</summary>
    public static string Quoted(string name) =>
        name.Length > 0 && name[0] is >= 'a' and <= 'z' && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Name(CellMetadataKind kind) => kind switch
    {
        CellMetadataKind.WriteTime => "writetime",
        CellMetadataKind.MaxWriteTime => "maxwritetime",
        _ => "ttl",
    };

    private static string Name(Identifier identifier) => Quoted(identifier.Text);

    private static string Join(ImmutableArray<Expression> expressions) => string.Join(", ", expressions.Select(Of));

    private static string Join(ImmutableArray<Identifier> names) => string.Join(", ", names.Select(Name));

    private static string Of(InList list) => list.Marker is { } marker ? Of(marker) : $"({Join(list.Values)})";

    private static char Symbol(ArithmeticOperator arithmetic) => arithmetic switch
    {
        ArithmeticOperator.Add => '+',
        ArithmeticOperator.Subtract => '-',
        ArithmeticOperator.Multiply => '*',
        ArithmeticOperator.Divide => '/',
        _ => '%',
    };
}
