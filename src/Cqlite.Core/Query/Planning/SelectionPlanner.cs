using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Plans the expressions of a SELECT clause, and names their result columns as Cassandra does.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/selection/Selectable.java.</remarks>
internal sealed class SelectionPlanner(KeyspaceMetadata keyspace, TableMetadata table, TermPlanner terms)
{
    private static readonly string[] Summable = ["bigint", "counter", "decimal", "double", "float", "int", "smallint", "tinyint", "varint"];

    /// <summary>Plans an expression.</summary>
    public Selection Plan(Expression expression)
    {
        switch (expression)
        {
            case ColumnReference reference:
                return new ColumnSelection(Source(reference.Column));
            case CountRows:
                return new CountSelection(null);
            case CellMetadata metadata:
                return PlanMetadata(metadata);
            case FunctionCall call:
                return PlanCall(call);
            case TypeHint hint:
                return PlanHint(hint, new TypeResolver(keyspace).Resolve(hint.Type));
            case FieldSelection field:
                return PlanField(field);
            case ElementSelection element:
                return PlanElement(element);
            case SliceSelection slice:
                return PlanSlice(slice);
            case Literal or NullLiteral or BindMarker or ListLiteral or SetLiteral or MapLiteral or TupleLiteral:
                throw new InvalidQueryException($"Cannot infer type for term {ExpressionText.Of(expression)} in selection clause (try using a cast to force a type)");
            default:
                throw new InvalidQueryException($"{ExpressionText.Of(expression)} can't be computed in a SELECT clause by this engine.");
        }
    }

    /// <summary>The name of an expression's result column.</summary>
    public static string Name(Expression expression) => expression switch
    {
        ColumnReference reference => reference.Column.Text,
        CountRows => "count",
        FunctionCall { Function.Name: "count", Arguments: [Literal] } => "count",
        FunctionCall call => $"{call.Function.Keyspace ?? "system"}.{call.Function.Name}({string.Join(", ", call.Arguments.Select(Name))})",
        CellMetadata metadata => $"{ExpressionText.Name(metadata.Kind)}({Name(metadata.Target)})",
        FieldSelection field => $"{Name(field.Receiver)}.{field.Field}",
        ElementSelection element => $"{Name(element.Receiver)}[{ExpressionText.Of(element.Key)}]",
        SliceSelection slice => $"{Name(slice.Receiver)}[{TextOf(slice.From)}..{TextOf(slice.To)}]",
        _ => ExpressionText.Of(expression),
    };

    private static string TextOf(Expression? expression) => expression is null ? "" : ExpressionText.Of(expression);

    private ColumnSource Source(Identifier name) => ColumnSource.Of(table, ColumnSource.Find(table, name));

    private CellMetadataSelection PlanMetadata(CellMetadata metadata)
    {
        ColumnSource source = Source(metadata.Column);
        if (source.Column.IsPrimaryKey)
        {
            throw new InvalidQueryException(
                $"Cannot use selection function {ExpressionText.Name(metadata.Kind)} on PRIMARY KEY part {source.Column.Name}");
        }

        if (metadata.Target is not ColumnReference)
            throw new InvalidQueryException($"{ExpressionText.Of(metadata)} can't be computed by this engine: only whole columns.");
        return new CellMetadataSelection(metadata.Kind, source);
    }

    private Selection PlanCall(FunctionCall call)
    {
        string name = call.Function.Name;
        if (call.Function.Keyspace is not (null or "system"))
            throw Unknown(call);
        switch (name)
        {
            case "count":
                CheckArguments(call, 1);
                return new CountSelection(call.Arguments[0] is Literal ? null : PlanArgument(call.Arguments[0]));
            case "min" or "max":
                CheckArguments(call, 1);
                return new ExtremeSelection(PlanArgument(call.Arguments[0]), name == "max");
            case "sum" or "avg":
                return PlanSum(call);
            case "token":
                return PlanToken(call);
            case "tojson" or "to_json":
                CheckArguments(call, 1);
                return new ToJsonSelection(Plan(call.Arguments[0]));
            default:
                throw Unknown(call);
        }
    }

    private Selection PlanArgument(Expression argument)
    {
        Selection operand = Plan(argument);
        return operand.IsAggregate
            ? throw new InvalidQueryException("aggregate functions cannot be used as arguments of aggregate functions")
            : operand;
    }

    private SumSelection PlanSum(FunctionCall call)
    {
        string name = call.Function.Name;
        Selection? operand = call.Arguments.Length == 1 ? PlanArgument(call.Arguments[0]) : null;
        if (operand is not null && Array.IndexOf(Summable, operand.Type.Name) >= 0)
            return new SumSelection(operand, name == "avg");
        string signatures = string.Join(", ", Summable.Select(t => $"system.{name} : ({t}) -> {t}"));
        throw new InvalidQueryException($"Invalid call to function {name}, none of its type signatures match (known type signatures: {signatures})");
    }

    private Selection PlanToken(FunctionCall call)
    {
        CheckArguments(call, table.PartitionKey.Count);
        var arguments = new List<Selection>();
        for (int i = 0; i < call.Arguments.Length; i++)
        {
            CqlType type = table.PartitionKey[i].Type;
            Expression argument = call.Arguments[i];
            if (argument is ColumnReference reference && !Source(reference.Column).Column.Type.Unreversed.Equals(type))
            {
                throw new InvalidQueryException(
                    $"Type error: {ExpressionText.Of(argument)} cannot be passed as argument {i} of function system.token of type {type.Name}");
            }

            arguments.Add(argument is ColumnReference ? Plan(argument) : new ConstantSelection(Tokens.PrepareArgument(call, i, table, terms), type));
        }

        return new TokenSelection(table.Partitioner, arguments);
    }

    private ConstantSelection PlanHint(TypeHint hint, CqlType type)
    {
        var receiver = new Receiver(ExpressionText.Of(hint), type);
        return terms.Test(hint.Operand, receiver) == Assignment.None
            ? throw new InvalidQueryException($"Cannot assign value {ExpressionText.Of(hint)} to {receiver.Name} of type {type.Name}")
            : new ConstantSelection(terms.Prepare(hint.Operand, receiver), type);
    }

    private FieldSelectionPlan PlanField(FieldSelection field)
    {
        Selection operand = Plan(field.Receiver);
        if (operand.Type is not UserType type)
            throw new InvalidQueryException($"Invalid field selection: {ExpressionText.Of(field.Receiver)} of type {operand.Type.Name} is not a user type");
        for (int i = 0; i < type.FieldNames.Count; i++)
        {
            if (type.FieldNames[i] == field.Field.Text)
                return new FieldSelectionPlan(operand, field.Field.Text, i, type.Fields[i]);
        }

        throw new InvalidQueryException($"{ExpressionText.Of(field.Receiver)} of type {operand.Type.Name} has no field {field.Field}");
    }

    private ElementSelectionPlan PlanElement(ElementSelection element)
    {
        Selection operand = Plan(element.Receiver);
        string receiver = ExpressionText.Of(element.Receiver);
        return operand.Type switch
        {
            MapType map => new ElementSelectionPlan(operand, terms.Prepare(element.Key, new Receiver($"key({receiver})", map.Keys)), map.Keys, map.Values),
            SetType set => new ElementSelectionPlan(operand, terms.Prepare(element.Key, new Receiver($"value({receiver})", set.Elements)), set.Elements, set.Elements),
            ListType => throw new InvalidQueryException($"Element selection is only allowed on sets and maps, but {receiver} is a list"),
            _ => throw new InvalidQueryException($"Invalid element selection: {receiver} is of type {operand.Type.Name} is not a collection"),
        };
    }

    private SliceSelectionPlan PlanSlice(SliceSelection slice)
    {
        Selection operand = Plan(slice.Receiver);
        string receiver = ExpressionText.Of(slice.Receiver);
        (string part, CqlType type) = operand.Type switch
        {
            MapType map => ("key", map.Keys),
            SetType set => ("value", set.Elements),
            ListType => throw new InvalidQueryException($"Slice selection is only allowed on sets and maps, but {receiver} is a list"),
            _ => throw new InvalidQueryException($"Invalid slice selection: {receiver} of type {operand.Type.Name} is not a collection"),
        };
        var bound = new Receiver($"{part}({receiver})", type);
        return new SliceSelectionPlan(
            operand,
            slice.From is null ? null : terms.Prepare(slice.From, bound),
            slice.To is null ? null : terms.Prepare(slice.To, bound),
            type);
    }

    private static void CheckArguments(FunctionCall call, int count)
    {
        if (call.Arguments.Length != count)
        {
            throw new InvalidQueryException(
                $"Invalid number of arguments in call to function system.{call.Function.Name}: {count} required but {call.Arguments.Length} provided");
        }
    }

    private static InvalidQueryException Unknown(FunctionCall call) => new($"Unknown function '{call.Function}'");
}
