using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Expressions as Cassandra prints them in errors and result column names.</summary>
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
        FunctionCall or BinaryOperation or Negation or CastExpression => Of(Call.Of(expression)!),
        TypeHint hint => $"({hint.Type}){Of(hint.Operand)}",
        ColumnReference column => Name(column.Column),
        CountRows => "count(*)",
        CellMetadata metadata => $"{Name(metadata.Kind)}({Of(metadata.Target)})",
        FieldSelection field => $"{Of(field.Receiver)}.{field.Field}",
        ElementSelection element => $"{Of(element.Receiver)}[{Of(element.Key)}]",
        SliceSelection slice => $"{Of(slice.Receiver)}[{(slice.From is null ? "" : Of(slice.From))}..{(slice.To is null ? "" : Of(slice.To))}]",
        _ => expression.GetType().Name,
    };

    public static string Name(CellMetadataKind kind) => kind switch
    {
        CellMetadataKind.WriteTime => "writetime",
        CellMetadataKind.MaxWriteTime => "maxwritetime",
        _ => "ttl",
    };

    private static string Name(Identifier identifier) => CqlIdentifier.Quote(identifier.Text);

    private static string Join(ImmutableArray<Expression> expressions) => string.Join(", ", expressions.Select(Of));

    // Operators and casts are calls too, and shown as such.
    private static string Of(Call call)
    {
        bool isToken = call is { Name: "token", Keyspace: null or Function.System };
        string name = isToken ? call.Name : CqlIdentifier.Quote(call.Name);
        return call.Keyspace is null || isToken ? $"{name}({Join(call.Arguments)})" : $"{CqlIdentifier.Quote(call.Keyspace)}.{name}({Join(call.Arguments)})";
    }
}
