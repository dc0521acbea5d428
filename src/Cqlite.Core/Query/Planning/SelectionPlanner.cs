using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Plans the expressions of a SELECT clause, and names their result columns as Cassandra does.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/selection/Selectable.java.</remarks>
internal sealed class SelectionPlanner(KeyspaceMetadata keyspace, TableMetadata table, TermPlanner terms, bool unmask)
{
    private readonly ExpressionTypes _types = new(keyspace, table, inSelection: true);

    /// <summary>The first column of the clause, which messages about a cast name.</summary>
    private string? _firstColumn;

    /// <summary>A planned expression and the name of its result column.</summary>
    public readonly record struct Named(Selection Selection, string Name);

    /// <summary>The selection of a column, through its mask if there is one and the user may not see beyond it.</summary>
    public ColumnSelection Plan(ColumnMetadata column) => new(ColumnSource.Of(table, column), unmask ? null : column.Mask);

    /// <summary>Plans an expression, of which columns and functions are known to exist (<see cref="Check"/>).</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="expected">The type that is wanted where the expression could be of several.</param>
    public Named Plan(Expression expression, CqlType? expected = null)
    {
        switch (expression)
        {
            case ColumnReference reference:
                _firstColumn ??= reference.Column.Text;
                return new Named(Plan(ColumnSource.Find(table, reference.Column)), reference.Column.Text);
            case CountRows:
                return new Named(new AggregateSelection(AggregateFunctions.CountRows, null), "count");
            case CellMetadata metadata:
                return new Named(PlanMetadata(metadata), _types.TextOf(metadata));
            case CastExpression cast:
                return PlanCast(cast);
            case FunctionCall or BinaryOperation or Negation:
                return PlanCall(expression);
            case TypeHint hint:
                return PlanHint(hint);
            case FieldSelection field:
                return PlanField(field);
            case ElementSelection element:
                return new Named(PlanElement(element), _types.TextOf(element));
            case SliceSelection slice:
                return new Named(PlanSlice(slice, expected), _types.TextOf(slice));
            case ListLiteral or SetLiteral or MapLiteral or TupleLiteral:
                return PlanConstructed(expression, expected);
            default:
                CqlType type = Known(expression, expected);
                return new Named(new ConstantSelection(terms.Prepare(expression, new Receiver("[selection]", type)), type), ExpressionText.Of(expression));
        }
    }

    /// <summary>Refuses columns and functions that do not exist, and calls that suit no function.</summary>
    public void Check(Expression expression)
    {
        foreach (Expression part in PartsOf(expression))
            Check(part);
        switch (expression)
        {
            case ColumnReference reference:
                ColumnSource.Find(table, reference.Column);
                break;
            case CellMetadata metadata:
                ColumnSource.Find(table, metadata.Column);
                break;
            case FunctionCall or BinaryOperation or Negation:
                if (!ExpressionTypes.IsCountOfLiteral(expression) && _types.Function(expression, null) is null)
                    throw new InvalidQueryException($"Unknown function '{Call.Of(expression)}'");
                break;
            case TypeHint hint:
                _types.TypeOf(hint);
                break;
        }
    }

    /// <summary>The columns that an expression names.</summary>
    public IEnumerable<ColumnMetadata> ColumnsOf(Expression expression) => expression switch
    {
        ColumnReference reference => [ColumnSource.Find(table, reference.Column)],
        MapLiteral map => map.Entries.SelectMany(e => e.Key is ColumnReference ? ColumnsOf(e.Value) : ColumnsOf(e.Key).Concat(ColumnsOf(e.Value))),
        _ => PartsOf(expression).SelectMany(ColumnsOf),
    };

    // A map's entries are not among them: it may be a user type, whose fields' names are no columns.
    private static ImmutableArray<Expression> PartsOf(Expression expression) => expression switch
    {
        CellMetadata metadata => [metadata.Target],
        CastExpression or FunctionCall or BinaryOperation or Negation => Call.Of(expression)!.Arguments,
        TypeHint hint => [hint.Operand],
        FieldSelection field => [field.Receiver],
        ElementSelection element => [element.Receiver],
        SliceSelection slice => [slice.Receiver],
        ListLiteral list => list.Elements,
        SetLiteral set => set.Elements,
        TupleLiteral tuple => tuple.Elements,
        _ => [],
    };

    // The type that an expression has, or else the one that is wanted.
    private CqlType Known(Expression expression, CqlType? expected) => _types.ExactType(expression) ?? expected
        ?? throw new InvalidQueryException($"Cannot infer type for term {_types.TextOf(expression)} in selection clause (try using a cast to force a type)");

    private CellMetadataSelection PlanMetadata(CellMetadata metadata)
    {
        ColumnSource source = ColumnSource.Of(table, ColumnSource.Find(table, metadata.Column));
        if (source.Column.IsPrimaryKey)
        {
            throw new InvalidQueryException(
                $"Cannot use selection function {ExpressionText.Name(metadata.Kind)} on PRIMARY KEY part {source.Column.Name}");
        }

        return new CellMetadataSelection(metadata.Kind, source, Plan(metadata.Target).Selection);
    }

    private Named PlanCall(Expression expression)
    {
        if (ExpressionTypes.IsCountOfLiteral(expression))
            return new Named(new AggregateSelection(AggregateFunctions.CountRows, null), "count");
        Function function = _types.Function(expression, null)!;
        ImmutableArray<Expression> operands = Call.Of(expression)!.Arguments;
        return Apply(function, [.. operands.Select((o, i) => Plan(o, function.ArgumentTypes[i]))]);
    }

    private static Named Apply(Function function, Named[] arguments)
    {
        Selection[] operands = [.. arguments.Select(a => a.Selection)];
        if (function.IsAggregate && Array.Exists(operands, o => o.IsAggregate))
            throw new InvalidQueryException("aggregate functions cannot be used as arguments of aggregate functions");
        Selection selection = function switch
        {
            TokenFunction token => new TokenSelection(token.Table, operands),
            AggregateFunction aggregate => new AggregateSelection(aggregate, operands.Length == 0 ? null : operands[0]),
            _ => new FunctionSelection((ScalarFunction)function, operands),
        };
        return new Named(selection, function.ColumnName([.. arguments.Select(a => a.Name)]));
    }

    // To its own type nothing is cast, nor named so.
    private Named PlanCast(CastExpression cast)
    {
        Named operand = Plan(cast.Operand);
        if (CqlTypes.ByName[cast.Type.Name].Equals(operand.Selection.Type))
            return operand;
        Function function = _types.Function(cast, null)
            ?? throw new InvalidQueryException($"{_firstColumn ?? operand.Name} cannot be cast to {cast.Type}");
        return Apply(function, [operand]);
    }

    private Named PlanHint(TypeHint hint)
    {
        CqlType type = _types.TypeOf(hint);
        if (_types.Test(hint.Operand, type) == Fit.None)
        {
            string text = _types.TextOf(hint);
            throw new InvalidQueryException($"Cannot assign value {text} to {text} of type {type.Name}");
        }

        Named operand = Plan(hint.Operand, type);
        string name = $"({_types.TextOf(hint.Type)}){operand.Name}";
        return operand.Selection.Type.Equals(type) ? operand with { Name = name } : new Named(new HintedSelection(operand.Selection, type), name);
    }

    private Named PlanField(FieldSelection field)
    {
        // One selection in parentheses is no tuple where a field of it is selected.
        CqlType? expected = field.Receiver is TupleLiteral tuple ? _types.ExactType(tuple.Elements[0]) : null;
        Named operand = Plan(field.Receiver, expected);
        if (operand.Selection.Type is not UserType type)
            throw new InvalidQueryException($"Invalid field selection: {_types.TextOf(field.Receiver)} of type {operand.Selection.Type.Name} is not a user type");
        int index = type.IndexOf(field.Field.Text);
        return index >= 0
            ? new Named(new FieldSelectionPlan(operand.Selection, field.Field.Text, index, type.Fields[index]), $"{operand.Name}.{field.Field}")
            : throw new InvalidQueryException($"{_types.TextOf(field.Receiver)} of type {type.Name} has no field {field.Field}");
    }

    private ElementSelectionPlan PlanElement(ElementSelection element)
    {
        Named operand = Plan(element.Receiver);
        string receiver = _types.TextOf(element.Receiver);
        CqlType type = operand.Selection.Type;
        return type switch
        {
            MapType map => new ElementSelectionPlan(operand.Selection, terms.Prepare(element.Key, new Receiver($"key({operand.Name})", map.Keys)), map.Keys, map.Values),
            SetType set => new ElementSelectionPlan(operand.Selection, terms.Prepare(element.Key, new Receiver($"value({operand.Name})", set.Elements)), set.Elements, set.Elements),
            ListType => throw new InvalidQueryException($"Element selection is only allowed on sets and maps, but {receiver} is a list"),
            _ => throw new InvalidQueryException($"Invalid element selection: {receiver} is of type {type.Name} is not a collection"),
        };
    }

    private SliceSelectionPlan PlanSlice(SliceSelection slice, CqlType? expected)
    {
        Named operand = Plan(slice.Receiver, expected);
        string receiver = _types.TextOf(slice.Receiver);
        (string part, CqlType type) = operand.Selection.Type switch
        {
            MapType map => ("key", map.Keys),
            SetType set => ("value", set.Elements),
            ListType => throw new InvalidQueryException($"Slice selection is only allowed on sets and maps, but {receiver} is a list"),
            CqlType other => throw new InvalidQueryException($"Invalid slice selection: {receiver} of type {other.Name} is not a collection"),
        };
        var bound = new Receiver($"{part}({operand.Name})", type);
        return new SliceSelectionPlan(
            operand.Selection,
            slice.From is null ? null : terms.Prepare(slice.From, bound),
            slice.To is null ? null : terms.Prepare(slice.To, bound),
            type);
    }

    private Named PlanConstructed(Expression expression, CqlType? expected)
    {
        switch (expression)
        {
            case ListLiteral list when expected is VectorType vector:
                if (vector.Dimension != list.Elements.Length)
                    throw new InvalidQueryException($"Unable to create a vector selector of type {vector.Name} from {list.Elements.Length} elements");
                return Construct(vector, list.Elements, _ => vector.Elements, "[{0}]");
            case ListLiteral list when Known(list, expected) is ListType type:
                return Construct(type, list.Elements, _ => type.Elements, "[{0}]");
            case SetLiteral set when Known(set, expected) is var type:
                if (type is MapType)
                    return new Named(new ConstructedSelection(type, []), "{}");
                if (type is not SetType setType)
                    break;
                if (setType.Elements is DurationType)
                    throw new InvalidQueryException($"Durations are not allowed inside sets: {setType.Name}");
                return Construct(setType, set.Elements, _ => setType.Elements, "{{{0}}}");
            case MapLiteral map when Known(map, expected) is var type:
                if (type is UserType user)
                    return ConstructFields(user, map);
                if (type is MapType mapType)
                    return ConstructMap(mapType, map);
                break;
            case TupleLiteral { Elements: [var inner] } parentheses when Known(parentheses, expected) is not TupleType:
                Named only = Plan(inner, expected);
                return only with { Name = $"({only.Name})" };
            case TupleLiteral tuple when Known(tuple, expected) is TupleType type:
                return Construct(type, tuple.Elements, i => type.Fields[i], "({0})");
        }

        throw new InvalidQueryException($"{_types.TextOf(expression)} is not of type {expected?.Name}");
    }

    private Named Construct(CqlType type, ImmutableArray<Expression> elements, Func<int, CqlType> typeOf, string format)
    {
        Named[] parts = [.. elements.Select((e, i) => Plan(e, typeOf(i)))];
        string text = string.Join(", ", parts.Select(p => p.Name));
        return new Named(new ConstructedSelection(type, [.. parts.Select(p => p.Selection)]), string.Format(null, format, text));
    }

    private Named ConstructMap(MapType type, MapLiteral map)
    {
        if (type.Keys is DurationType)
            throw new InvalidQueryException($"Durations are not allowed as map keys: {type.Name}");
        var parts = new List<Selection>();
        var names = new List<string>();
        foreach (MapEntry entry in map.Entries)
        {
            Check(entry.Key);
            Check(entry.Value);
            Named key = Plan(entry.Key, type.Keys);
            Named value = Plan(entry.Value, type.Values);
            parts.AddRange([key.Selection, value.Selection]);
            names.Add($"{key.Name}: {value.Name}");
        }

        return new Named(new ConstructedSelection(type, parts), $"{{{string.Join(", ", names)}}}");
    }

    private Named ConstructFields(UserType type, MapLiteral map)
    {
        var parts = new Selection?[type.Fields.Count];
        var names = new List<string>();
        foreach (FieldValue field in ExpressionTypes.FieldsOf(map, type))
        {
            int index = type.IndexOf(field.Field.Text);
            Check(field.Value);
            Named value = Plan(field.Value, type.Fields[index]);
            parts[index] = value.Selection;
            names.Add($"{field.Field}: {value.Name}");
        }

        return new Named(new ConstructedSelection(type, parts), $"{{{string.Join(", ", names)}}}");
    }
}
