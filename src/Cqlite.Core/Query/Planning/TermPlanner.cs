using System.Collections.Immutable;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>How well an expression suits a receiver.</summary>
internal enum Assignment
{
    None,
    Weak,
    Exact,
}

/// <summary>Turns the expressions of a statement into values of the types they are for, with Cassandra's refusals, and collects what bind markers are for.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/{Constants,Lists,Sets,Maps,Tuples,UserTypes,Vectors}.java (prepare, testAssignment).</remarks>
internal sealed class TermPlanner(int markerCount)
{
    private readonly Receiver?[] _markers = new Receiver?[markerCount];

    /// <summary>What each marker is for.</summary>
    public ImmutableArray<Receiver> Markers => [.. _markers.Select((m, i) => m ?? throw new InvalidQueryException($"Bind marker {i} is not used."))];

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
        return Marker(marker, receiver);
    }

    /// <summary>How well an expression suits a receiver.</summary>
    public Assignment Test(Expression expression, Receiver receiver)
    {
        CqlType type = receiver.Type.Unreversed;
        switch (expression)
        {
            case Literal literal:
                return TestLiteral(literal, type);
            case NullLiteral:
                return type.IsCounter ? Assignment.None : Assignment.Weak;
            case BindMarker:
                return Assignment.Weak;
            case ListLiteral list:
                return type switch
                {
                    ListType t => TestAll(list.Elements, new Receiver($"value({receiver.Name})", t.Elements)),
                    VectorType t when t.Dimension == list.Elements.Length => TestAll(list.Elements, new Receiver($"value({receiver.Name})", t.Elements)),
                    _ => Assignment.None,
                };
            case SetLiteral set:
                return type switch
                {
                    SetType t => TestAll(set.Elements, new Receiver($"value({receiver.Name})", t.Elements)),
                    MapType when set.Elements.IsEmpty => Assignment.Weak,
                    _ => Assignment.None,
                };
            case MapLiteral map:
                if (type is not MapType mapType)
                    return Assignment.None;
                return Least(
                    TestAll([.. map.Entries.Select(e => e.Key)], new Receiver($"key({receiver.Name})", mapType.Keys)),
                    TestAll([.. map.Entries.Select(e => e.Value)], new Receiver($"value({receiver.Name})", mapType.Values)));
            case UserTypeLiteral user:
                return type is UserType userType && user.Fields.All(f => TestField(f, receiver.Name, userType)) ? Assignment.Weak : Assignment.None;
            case TupleLiteral tuple when tuple.Elements.Length == 1 && type is not FieldedType:
                return Test(tuple.Elements[0], receiver);
            case TupleLiteral tuple:
                if (type is not FieldedType tupleType || tuple.Elements.Length > tupleType.Fields.Count)
                    return Assignment.None;
                return tuple.Elements.Select((e, i) => Test(e, new Receiver($"{receiver.Name}[{i}]", tupleType.Fields[i]))).DefaultIfEmpty(Assignment.Exact).Min();
            case TypeHint hint:
                return string.Equals(hint.Type.ToString(), type.Name, StringComparison.Ordinal) ? Assignment.Exact : Assignment.None;
            default:
                return Assignment.None;
        }
    }

    private Term PrepareDeferred(Expression expression, Receiver receiver)
    {
        CqlType type = receiver.Type.Unreversed;
        switch (expression)
        {
            case Literal literal:
                if (TestLiteral(literal, type) == Assignment.None)
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
                    throw new InvalidQueryException($"Invalid list literal for {receiver.Name} of type {type.Name}");
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
            case TupleLiteral tuple when tuple.Elements.Length == 1 && type is not FieldedType:
                return PrepareDeferred(tuple.Elements[0], receiver);
            case TupleLiteral tuple:
                return PrepareTupleValue(tuple, receiver, type);
            case TypeHint hint:
                if (Test(hint, receiver) == Assignment.None)
                    throw new InvalidQueryException($"Cannot assign value {ExpressionText.Of(hint)} to {receiver.Name} of type {type.Name}");
                return PrepareDeferred(hint.Operand, receiver);
            default:
                throw new InvalidQueryException($"{ExpressionText.Of(expression)} can't be computed here: functions and arithmetic are not available in WHERE clauses.");
        }
    }

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
            if (Test(expression, element) == Assignment.None)
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
            if (Test(expression, element) == Assignment.None)
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
            if (Test(tuple.Elements[i], element) == Assignment.None)
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
            if (!TestField(value, receiver.Name, userType))
            {
                CqlType fieldType = userType.Fields[IndexOf(userType, value.Field.Text)];
                throw new InvalidQueryException($"Invalid user type literal for {receiver.Name}: field {value.Field} is not of type {fieldType.Name}");
            }
        }

        foreach (FieldValue value in literal.Fields)
        {
            if (IndexOf(userType, value.Field.Text) < 0)
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

    // A field that the type does not have passes here and is refused later, as in Cassandra.
    private bool TestField(FieldValue value, string receiver, UserType type)
    {
        int index = IndexOf(type, value.Field.Text);
        return index < 0 || Test(value.Value, new Receiver($"{receiver}.{value.Field}", type.Fields[index])) != Assignment.None;
    }

    private static int IndexOf(UserType type, string field)
    {
        for (int i = 0; i < type.FieldNames.Count; i++)
        {
            if (type.FieldNames[i] == field)
                return i;
        }

        return -1;
    }

    private Assignment TestAll(ImmutableArray<Expression> elements, Receiver element)
    {
        if (elements.IsEmpty)
            return Assignment.Weak;
        Assignment least = Assignment.Exact;
        foreach (Expression expression in elements)
            least = Least(least, Test(expression, element));
        return least;
    }

    private static Assignment Least(Assignment left, Assignment right) => left < right ? left : right;

    private static Assignment TestLiteral(Literal literal, CqlType type)
    {
        if (type is ListType or SetType or MapType or VectorType or UserType)
            return Assignment.None;
        string name = type.Name;
        if (type is TupleType || name.StartsWith('\''))
            return Assignment.Weak;
        bool suits = literal.Kind switch
        {
            LiteralKind.String => name is "ascii" or "text" or "varchar" or "inet" or "date" or "time" or "timestamp",
            LiteralKind.Integer => name is "bigint" or "counter" or "date" or "decimal" or "double" or "duration" or "float" or "int" or "smallint" or "time"
                or "timestamp" or "tinyint" or "varint",
            LiteralKind.Uuid => name is "uuid" or "timeuuid",
            LiteralKind.Float => name is "decimal" or "double" or "float",
            LiteralKind.Boolean => name is "boolean",
            LiteralKind.Hex => name is "blob",
            _ => name is "duration",
        };
        return suits ? Assignment.Weak : Assignment.None;
    }

    private static byte[] Parse(Literal literal, CqlType type)
    {
        if (literal.Kind == LiteralKind.Hex)
            return ParseHex(literal.Text);
        var output = new BufferWriter();
        type.ParseText(literal.Text, output);
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
