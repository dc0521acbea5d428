using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>Turns the expressions of a statement into values of the types they are for, with Cassandra's refusals, and collects what bind markers are for.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/{Constants,Lists,Sets,Maps,Tuples,UserTypes,Vectors}.java (prepare, testAssignment).</remarks>
internal sealed class TermPlanner
{
    private readonly Receiver?[] _markers;
    private readonly List<Function> _called = [];
    private readonly ExpressionTypes _types;

    /// <summary>Prepares to plan a statement's terms.</summary>
    /// <param name="markerCount">Number of its bind markers.</param>
    /// <param name="keyspace">The keyspace whose user types and functions its terms may name.</param>
    /// <param name="table">The table that token() in its terms is of.</param>
    public TermPlanner(int markerCount, KeyspaceMetadata? keyspace = null, TableMetadata? table = null)
    {
        _markers = new Receiver?[markerCount];
        _types = new ExpressionTypes(keyspace, table, inSelection: false);
    }

    private TermPlanner(Receiver?[] markers, ExpressionTypes types)
    {
        _markers = markers;
        _types = types;
    }

    /// <summary>A planner of the terms of one of several statements that share their markers, as those of a batch do.</summary>
    /// <param name="keyspace">The keyspace whose user types and functions its terms may name.</param>
    /// <param name="table">The table that token() in its terms is of.</param>
    public TermPlanner Of(KeyspaceMetadata keyspace, TableMetadata table) => new(_markers, new ExpressionTypes(keyspace, table, inSelection: false));

    /// <summary>What each marker is for.</summary>
    public ImmutableArray<Receiver> Markers => [.. _markers.Select((m, i) => m ?? throw new InvalidQueryException($"Bind marker {i} is not used."))];

    /// <summary>The functions of the user that the terms planned so far call, those in arguments first.</summary>
    public ImmutableArray<Function> Called => [.. _called];

    /// <summary>The value of an expression for a receiver.</summary>
    public Term Prepare(Expression expression, Receiver receiver)
    {
        Term term = PrepareDeferred(expression, receiver);
        return term is ConstantTerm or MarkerTerm || term.IsDeferred ? term : new ConstantTerm(term.Bind(BindValues.None), ExpressionText.Of(expression));
    }

    /// <summary>The values of a tuple for several columns at once: a tuple, or a marker for one.</summary>
    public Term PrepareTuple(Expression expression, IReadOnlyList<Receiver> receivers)
    {
        if (expression is BindMarker marker)
        {
            string name = $"({string.Join(',', receivers.Select(r => r.Name))})";
            return Marker(marker, new Receiver(name, new TupleType([.. receivers.Select(r => r.Type)])));
        }

        var tuple = (TupleLiteral)expression;
        if (tuple.Elements.Length != receivers.Count)
            throw new InvalidQueryException($"Expected {receivers.Count} elements in value tuple, but got {tuple.Elements.Length}: {ExpressionText.Of(tuple)}");
        return new TupleTerm([.. tuple.Elements.Select((e, i) => Prepare(e, receivers[i]))]);
    }

    /// <summary>The marker for a whole list of IN values.</summary>
    public Term PrepareInMarker(BindMarker marker, IReadOnlyList<Receiver> receivers, bool tuple)
    {
        Receiver receiver = tuple
            ? new Receiver($"in({string.Join(',', receivers.Select(r => r.Name))})", new ListType(new TupleType([.. receivers.Select(r => r.Type)]), isMultiCell: false))
            : new Receiver($"in({receivers[0].Name})", new ListType(receivers[0].Type, isMultiCell: false));
        return Marker(marker, receiver) with { IsInList = true };
    }

    /// <summary>How well an expression suits a receiver.</summary>
    public Fit Test(Expression expression, Receiver receiver) => _types.Test(expression, receiver.Type);

    private Term PrepareDeferred(Expression expression, Receiver receiver)
    {
        CqlType type = receiver.Type.Unreversed;
        switch (expression)
        {
            case Literal literal:
                if (!ExpressionTypes.CanBe(literal, type))
                    throw new InvalidQueryException($"Invalid {Kind(literal.Kind)} constant ({literal.Text}) for \"{receiver.Name}\" of type {type.Name}");
                return new ConstantTerm(Parse(literal, type), ExpressionText.Of(literal));
            case NullLiteral when type.IsCounter:
                throw new InvalidQueryException("Invalid null value for counter increment/decrement");
            case NullLiteral:
                return new ConstantTerm(null, "null");
            case BindMarker marker:
                return Marker(marker, receiver with { Type = type });
            case ListLiteral list when type is VectorType vector:
                return PrepareVector(list, receiver, vector);
            case ListLiteral list:
                if (type is not ListType listType)
                    throw new InvalidQueryException($"Unexpected receiver type '{type.Name}'; only list and vector are expected");
                return new CollectionTerm(type, PrepareElements(list.Elements, receiver, "list", "value", listType.Elements));
            case SetLiteral set:
                if (type is MapType && set.Elements.IsEmpty)
                    return new CollectionTerm(type, []);
                if (type is not SetType setType)
                    throw new InvalidQueryException($"Invalid set literal for {receiver.Name} of type {type.Name}");
                return new CollectionTerm(type, PrepareElements(set.Elements, receiver, "set", "value", setType.Elements));
            case MapLiteral map:
                return PrepareMap(map, receiver, type);
            case UserTypeLiteral user:
                return PrepareUserType(user, receiver, type);
            case TupleLiteral tuple when tuple.Elements.Length == 1 && type is not TupleType:
                return PrepareDeferred(tuple.Elements[0], receiver);
            case TupleLiteral tuple:
                return PrepareTupleValue(tuple, receiver, type);
            case TypeHint hint:
                if (_types.Test(hint.Operand, _types.TypeOf(hint)) == Fit.None)
                    throw new InvalidQueryException($"Cannot cast value {ExpressionText.Of(hint.Operand)} to type {hint.Type}");
                if (Test(hint, receiver) == Fit.None)
                    throw new InvalidQueryException($"Cannot assign value {ExpressionText.Of(hint)} to {receiver.Name} of type {type.Name}");
                return PrepareDeferred(hint.Operand, receiver);
            default:
                return PrepareCall(expression, receiver with { Type = type });
        }
    }

    private Term PrepareCall(Expression expression, Receiver receiver)
    {
        Call call = Call.Of(expression)
            ?? throw new InvalidQueryException($"{ExpressionText.Of(expression)} cannot be used as a value");
        Function function = _types.Function(expression, receiver.Type) ?? throw new InvalidQueryException($"Unknown function {call} called");
        if (function.IsAggregate)
            throw new InvalidQueryException("Aggregation function are not supported in the where clause");
        if (!CanAssign(function.ReturnType, receiver.Type))
        {
            string what = call.Operator is { } op ? $"operation {op}" : $"function {function.QualifiedName}";
            throw new InvalidQueryException(
                $"Type error: cannot assign result of {what} (type {function.ReturnType.Name}) to {receiver.Name} (type {receiver.Type.Name})");
        }

        Term[] arguments = [.. call.Arguments.Select((a, i) => Prepare(a, ArgumentOf(function, i)))];
        if (function.Keyspace != Function.System)
            _called.Add(function);
        return function is TokenFunction token ? new TokenTerm(token.Table, arguments) : new FunctionTerm((ScalarFunction)function, arguments);
    }

    // Results of functions are never multi-cell, which is no reason to refuse them.
    private static bool CanAssign(CqlType result, CqlType receiver) =>
        TypeCompatibility.Test(receiver.IsMultiCell ? result : result.Freeze(), receiver) != Fit.None
        || TypeCompatibility.Test(result.Freeze(), receiver.Freeze()) == Fit.Exact;

    private static Receiver ArgumentOf(Function function, int index) => new($"arg{index}({function.QualifiedName})", function.ArgumentTypes[index]);

    private MarkerTerm Marker(BindMarker marker, Receiver receiver)
    {
        _markers[marker.Index] = marker.Name is { } name ? receiver with { Name = name.Text } : receiver;
        return new MarkerTerm(marker.Index, receiver);
    }

    private List<Term> PrepareElements(ImmutableArray<Expression> elements, Receiver receiver, string kind, string part, CqlType type)
    {
        var element = new Receiver($"{part}({receiver.Name})", type);
        foreach (Expression expression in elements)
        {
            if (Test(expression, element) == Fit.None)
                throw new InvalidQueryException($"Invalid {kind} literal for {receiver.Name}: {part} {ExpressionText.Of(expression)} is not of type {type.Name}");
        }

        return [.. elements.Select(e => WithoutMarker(Prepare(e, element), receiver, kind))];
    }

    private static Term WithoutMarker(Term term, Receiver receiver, string kind) => term.HasMarker
        ? throw new InvalidQueryException($"Invalid {kind} literal for {receiver.Name}: bind variables are not supported inside collection literals")
        : term;

    private CollectionTerm PrepareMap(MapLiteral map, Receiver receiver, CqlType type)
    {
        if (type is not MapType mapType)
            throw new InvalidQueryException($"Invalid map literal for {receiver.Name} of type {type.Name}");
        List<Term> keys = PrepareElements([.. map.Entries.Select(e => e.Key)], receiver, "map", "key", mapType.Keys);
        List<Term> values = PrepareElements([.. map.Entries.Select(e => e.Value)], receiver, "map", "value", mapType.Values);
        return new CollectionTerm(type, [.. keys.Zip(values).SelectMany(e => new[] { e.First, e.Second })]);
    }

    private CollectionTerm PrepareVector(ListLiteral list, Receiver receiver, VectorType vector)
    {
        if (list.Elements.Length != vector.Dimension)
        {
            throw new InvalidQueryException(
                $"Invalid vector literal for {receiver.Name} of type {vector.Name}; expected {vector.Dimension} elements, but given {list.Elements.Length}");
        }

        var element = new Receiver($"value({receiver.Name})", vector.Elements);
        foreach (Expression expression in list.Elements)
        {
            if (Test(expression, element) == Fit.None)
                throw new InvalidQueryException($"Invalid vector literal for {receiver.Name}: value {ExpressionText.Of(expression)} is not of type {vector.Elements.Name}");
        }

        return new CollectionTerm(vector, [.. list.Elements.Select(e => Prepare(e, element))]);
    }

    private TupleTerm PrepareTupleValue(TupleLiteral tuple, Receiver receiver, CqlType type)
    {
        if (type is not FieldedType tupleType)
            throw new InvalidQueryException($"Invalid tuple type literal for {receiver.Name} of type {type.Name}");
        if (tuple.Elements.Length > tupleType.Fields.Count)
        {
            throw new InvalidQueryException(
                $"Invalid tuple literal for {receiver.Name}: too many elements. Type {type.Name} expects {tupleType.Fields.Count} but got {tuple.Elements.Length}");
        }

        var terms = new List<Term>();
        for (int i = 0; i < tuple.Elements.Length; i++)
        {
            var element = new Receiver($"{receiver.Name}[{i}]", tupleType.Fields[i]);
            if (Test(tuple.Elements[i], element) == Fit.None)
                throw new InvalidQueryException($"Invalid tuple literal for {receiver.Name}: component {i} is not of type {element.Type.Name}");
            terms.Add(Prepare(tuple.Elements[i], element));
        }

        return new TupleTerm(terms);
    }

    private UserTypeTerm PrepareUserType(UserTypeLiteral literal, Receiver receiver, CqlType type)
    {
        if (type is not UserType userType)
            throw new InvalidQueryException($"Invalid user type literal for {receiver.Name} of type {type.Name}");
        foreach (FieldValue value in literal.Fields)
        {
            int index = userType.IndexOf(value.Field.Text);
            if (index >= 0 && _types.Test(value.Value, userType.Fields[index]) == Fit.None)
            {
                CqlType fieldType = userType.Fields[index];
                throw new InvalidQueryException($"Invalid user type literal for {receiver.Name}: field {value.Field} is not of type {fieldType.Name}");
            }
        }

        foreach (FieldValue value in literal.Fields)
        {
            if (userType.IndexOf(value.Field.Text) < 0)
                throw new InvalidQueryException($"Unknown field '{value.Field}' in value of user defined type {userType.Name}");
        }

        var terms = new List<Term>();
        for (int i = 0; i < userType.Fields.Count; i++)
        {
            string field = userType.FieldNames[i];
            FieldValue given = literal.Fields.LastOrDefault(f => f.Field.Text == field);
            terms.Add(given.Value is null ? new ConstantTerm(null, "null") : Prepare(given.Value, new Receiver($"{receiver.Name}.{field}", userType.Fields[i])));
        }

        return new UserTypeTerm(userType.FieldNames, terms, userType.Name);
    }

    private static byte[] Parse(Literal literal, CqlType type)
    {
        if (literal.Kind == LiteralKind.Hex)
            return ParseHex(literal.Text);
        var output = new BufferWriter();
        (type.IsCounter ? CqlTypes.BigInt : type).ParseText(literal.Text, output);
        return output.ToArray();
    }

    private static byte[] ParseHex(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan(2);
        return digits.Length % 2 == 0
            ? Convert.FromHexString(digits)
            : throw new InvalidQueryException($"cannot parse '{digits}' as hex bytes");
    }

    private static string Kind(LiteralKind kind) => kind.ToString().ToUpperInvariant();
}
