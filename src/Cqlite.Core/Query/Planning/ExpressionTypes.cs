using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Query.Definition;
using Cqlite.Core.Query.Functions;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Planning;

/// <summary>
/// The types of expressions: which one they have by themselves, and how well they suit one that is wanted. Terms and the expressions
/// of SELECT clauses differ: only these have columns, and a call there is resolved without regard to what it is for.
/// </summary>
/// <remarks>
/// Source: testAssignment, getExactTypeIfKnown and getCompatibleTypeIfKnown of org/apache/cassandra/cql3/{Term,Constants,Lists,Sets,Maps,
/// Tuples,UserTypes,TypeCast,functions/FunctionCall,selection/Selectable}.java.
/// </remarks>
internal sealed class ExpressionTypes(KeyspaceMetadata? keyspace, TableMetadata? table, bool inSelection)
{
    private readonly Dictionary<CallKey, Function?> _functions = [];
    private Dictionary<CallKey, string>? _failures;

    private bool IsSelection => inSelection;

    /// <summary>How well an expression suits a type.</summary>
    public Fit Test(Expression expression, CqlType type)
    {
        type = type.Unreversed;
        switch (expression)
        {
            case Literal literal:
                return TestLiteral(literal, type);
            case NullLiteral:
                return type.IsCounter ? Fit.None : Fit.Weak;
            case BindMarker:
                return Fit.Weak;
            case ListLiteral list:
                return type switch
                {
                    ListType t => TestAll(list.Elements, t.Elements),
                    VectorType t when inSelection || t.Dimension == list.Elements.Length => TestAll(list.Elements, t.Elements),
                    _ => Fit.None,
                };
            case SetLiteral set:
                return type switch
                {
                    SetType t => TestAll(set.Elements, t.Elements),
                    MapType when set.Elements.IsEmpty => Fit.Weak,
                    _ => Fit.None,
                };
            case MapLiteral map when inSelection && type is UserType user:
                return FieldsOf(map, user).All(f => TestField(f, user)) ? Fit.Weak : Fit.None;
            case MapLiteral map:
                return type is MapType mapType
                    ? Least(TestAll([.. map.Entries.Select(e => e.Key)], mapType.Keys), TestAll([.. map.Entries.Select(e => e.Value)], mapType.Values))
                    : Fit.None;
            case UserTypeLiteral user:
                return type is UserType userType && user.Fields.All(f => TestField(f, userType)) ? Fit.Weak : Fit.None;
            case TupleLiteral tuple when tuple.Elements.Length == 1 && type is not TupleType:
                return Test(tuple.Elements[0], type);
            case TupleLiteral tuple:
                if (type is not FieldedType tupleType || tuple.Elements.Length > tupleType.Fields.Count)
                    return Fit.None;
                return tuple.Elements.Select((e, i) => Test(e, tupleType.Fields[i])).DefaultIfEmpty(Fit.Exact).Min();
            case TypeHint hint:
                CqlType hinted = TypeOf(hint);
                return type.Equals(hinted) ? Fit.Exact : TypeCompatibility.CanRead(type, hinted) ? Fit.Weak : Fit.None;
            case FunctionCall or BinaryOperation or Negation or CastExpression when !inSelection:
                return TestCall(expression, type);
            default:
                return ExactType(expression) is { } exact ? TypeCompatibility.Test(exact, type) : Fit.None;
        }
    }

    /// <summary>The type that an expression has whatever it is for; null if it depends on that.</summary>
    public CqlType? ExactType(Expression expression)
    {
        switch (expression)
        {
            case ColumnReference reference when table is not null:
                return ColumnSource.Find(table, reference.Column).Type.Unreversed;
            case CountRows:
                return CqlTypes.BigInt;
            case CellMetadata metadata when table is not null:
                return CellMetadataSelection.TypeOf(metadata.Kind, ColumnSource.Find(table, metadata.Column).Type.IsMultiCell);
            case TypeHint hint:
                return TypeOf(hint);
            case CastExpression cast when inSelection:
                return CqlTypes.ByName[cast.Type.Name];
            case FunctionCall or BinaryOperation or Negation or CastExpression:
                return TypeOfCall(expression);
            case FieldSelection field:
                return ExactType(field.Receiver) is UserType user && user.IndexOf(field.Field.Text) is >= 0 and int index ? user.Fields[index] : null;
            case ElementSelection element:
                return ExactType(element.Receiver) switch
                {
                    MapType map => map.Values,
                    SetType set => set.Elements,
                    ListType list => list.Elements,
                    _ => null,
                };
            case SliceSelection slice:
                return ExactType(slice.Receiver) as CollectionType;
            case ListLiteral list:
                return FirstKnown(list.Elements, ExactType) is { } element1 ? new ListType(element1, false) : null;
            case SetLiteral set:
                return FirstKnown(set.Elements, ExactType) is { } element2 ? new SetType(element2, false) : null;
            case MapLiteral map when !inSelection:
                return FirstKnown([.. map.Entries.Select(e => e.Key)], ExactType) is { } key && FirstKnown([.. map.Entries.Select(e => e.Value)], ExactType) is { } value
                    ? new MapType(key, value, false)
                    : null;
            case TupleLiteral tuple when !(inSelection && tuple.Elements.Length == 1):
                return TupleOf(tuple, ExactType);
            default:
                return null;
        }
    }

    /// <summary>A type that an expression surely has a form in; null if nothing tells one.</summary>
    public CqlType? CompatibleType(Expression expression)
    {
        switch (expression)
        {
            case Literal literal:
                return PreferredType(literal);
            case ListLiteral list:
                return Common(list.Elements) is { } element1 ? new ListType(element1, false) : null;
            case SetLiteral set:
                return Common(set.Elements) is { } element2 ? new SetType(element2, false) : null;
            case MapLiteral map when !inSelection:
                return Common([.. map.Entries.Select(e => e.Key)]) is { } key && Common([.. map.Entries.Select(e => e.Value)]) is { } value ? new MapType(key, value, false) : null;
            case TupleLiteral tuple when inSelection && tuple.Elements.Length > 1:
                return TupleOf(tuple, CompatibleType);
            default:
                return ExactType(expression);
        }
    }

    /// <summary>An expression as messages have it.</summary>
    public string TextOf(Expression expression)
    {
        if (!inSelection)
            return ExpressionText.Of(expression);
        switch (expression)
        {
            case ColumnReference reference:
                return reference.Column.Text;
            case CountRows:
                return "count";
            case CastExpression cast:
                return $"cast({TextOf(cast.Operand)} as {cast.Type})";
            case FunctionCall or BinaryOperation or Negation:
                Call call = Call.Of(expression)!;
                string[] arguments = [.. call.Arguments.Select(TextOf)];
                return IsCountOfLiteral(expression) ? "count" : Function(expression, null)?.ColumnName(arguments) ?? ExpressionText.Of(expression);
            case ListLiteral list:
                return $"[{Join(list.Elements)}]";
            case SetLiteral set:
                return $"{{{Join(set.Elements)}}}";
            case MapLiteral map:
                return $"{{{string.Join(", ", map.Entries.Select(e => $"{TextOf(e.Key)}: {TextOf(e.Value)}"))}}}";
            case TupleLiteral tuple:
                return $"({Join(tuple.Elements)})";
            case TypeHint hint:
                return $"({TextOf(hint.Type)}){TextOf(hint.Operand)}";
            case CellMetadata metadata:
                return $"{ExpressionText.Name(metadata.Kind)}({TextOf(metadata.Target)})";
            case FieldSelection field:
                return $"{TextOf(field.Receiver)}.{field.Field}";
            case ElementSelection element:
                return $"{TextOf(element.Receiver)}[{ExpressionText.Of(element.Key)}]";
            case SliceSelection slice:
                return $"{TextOf(slice.Receiver)}[{BoundText(slice.From)}..{BoundText(slice.To)}]";
            default:
                return ExpressionText.Of(expression);
        }
    }

    /// <summary>The function that a call, operator or cast means; null if there is none of the name.</summary>
    /// <param name="expression">The call.</param>
    /// <param name="receiver">The type of what its result is for; null in SELECT clauses.</param>
    public Function? Function(Expression expression, CqlType? receiver)
    {
        var key = new CallKey(expression, inSelection ? null : receiver);
        if (_functions.TryGetValue(key, out Function? function))
            return function;
        if (_failures is not null && _failures.TryGetValue(key, out string? message))
            throw new InvalidQueryException(message);

        Call call = Call.Of(expression)!;
        try
        {
            function = FunctionResolver.Resolve(call, [.. call.Arguments.Select(a => new Argument(this, a))], key.Receiver, keyspace, table);
        }
        catch (InvalidQueryException error)
        {
            // Remembered as well, or else nested calls would be tried again for each candidate of each call around them.
            (_failures ??= []).Add(key, error.Message);
            throw;
        }

        _functions.Add(key, function);
        return function;
    }

    /// <summary>Whether a call is <c>count(1)</c>, or of another constant, which counts rows.</summary>
    public static bool IsCountOfLiteral(Expression expression) =>
        expression is FunctionCall { Function: { Name: "count", Keyspace: null or "system" }, Arguments: [Literal] };

    /// <summary>A hint's type as names of columns show it.</summary>
    public string TextOf(TypeSyntax type) => keyspace is null ? type.ToString()! : new TypeResolver(keyspace).QualifiedText(type);

    /// <summary>The type of a hint, frozen in SELECT clauses.</summary>
    public CqlType TypeOf(TypeHint hint)
    {
        CqlType type = keyspace is null ? TypeParser.ParseCql(hint.Type.ToString()!) : new TypeResolver(keyspace).Resolve(hint.Type);
        return inSelection ? type.Freeze() : type;
    }

    /// <summary>A map literal of a SELECT clause as the fields of a user type.</summary>
    public static IEnumerable<FieldValue> FieldsOf(MapLiteral map, UserType type)
    {
        foreach (MapEntry entry in map.Entries)
        {
            if (entry.Key is not ColumnReference field)
                throw new InvalidQueryException($"{ExpressionText.Of(entry.Key)} is not a valid field identifier of type {type.TypeName} ");
            if (type.IndexOf(field.Column.Text) < 0)
                throw new InvalidQueryException($"Unknown field '{field.Column.Text}' in value of user defined type {type.TypeName}");
            yield return new FieldValue(field.Column, entry.Value);
        }
    }

    /// <summary>How well a constant suits a type.</summary>
    public static Fit TestLiteral(Literal literal, CqlType type)
    {
        if (!CanBe(literal, type))
            return Fit.None;
        return TypeCompatibility.IsSame(type, PreferredType(literal)) ? Fit.Exact : Fit.Weak;
    }

    /// <summary>Whether a constant is a value of a type.</summary>
    public static bool CanBe(Literal literal, CqlType type)
    {
        if (type is CollectionType or VectorType or UserType)
            return false;
        string name = type.Name;
        return type is TupleType || name.StartsWith('\'') || literal.Kind switch
        {
            LiteralKind.String => name is "ascii" or "text" or "inet" or "date" or "time" or "timestamp",
            LiteralKind.Integer => name is "bigint" or "counter" or "date" or "decimal" or "double" or "duration" or "float" or "int" or "smallint" or "time"
                or "timestamp" or "tinyint" or "varint",
            LiteralKind.Uuid => name is "uuid" or "timeuuid",
            LiteralKind.Float => name is "decimal" or "double" or "float",
            LiteralKind.Boolean => name is "boolean",
            LiteralKind.Hex => name is "blob" or "tinyint",
            _ => name is "duration",
        };
    }

    private static string BoundText(Expression? expression) => expression is null ? "" : ExpressionText.Of(expression);

    private string Join(ImmutableArray<Expression> expressions) => string.Join(", ", expressions.Select(TextOf));

    // Integers and floats have the smallest type that holds them, of three and two; a blob, by an oversight of Cassandra, tinyint.
    private static CqlType PreferredType(Literal literal)
    {
        switch (literal.Kind)
        {
            case LiteralKind.String:
                return System.Text.Ascii.IsValid(literal.Text) ? CqlTypes.Ascii : CqlTypes.Text;
            case LiteralKind.Integer when literal.Text.Length < 10:
                return CqlTypes.Int;
            case LiteralKind.Integer:
                BigInteger integer = BigInteger.Parse(literal.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                return integer == (int)(uint)(integer & uint.MaxValue) ? CqlTypes.Int : integer == (long)(ulong)(integer & ulong.MaxValue) ? CqlTypes.BigInt : CqlTypes.VarInt;
            case LiteralKind.Float:
                return IsDouble(literal.Text) ? CqlTypes.Double : CqlTypes.Decimal;
            case LiteralKind.Boolean:
                return CqlTypes.Boolean;
            case LiteralKind.Duration:
                return CqlTypes.Duration;
            case LiteralKind.Uuid:
                return literal.Text[14] == '1' ? CqlTypes.TimeUuid : CqlTypes.Uuid;
            default:
                return CqlTypes.TinyInt;
        }
    }

    private static bool IsDouble(string text)
    {
        if (text is "NaN" or "-NaN" or "Infinity" or "-Infinity")
            return true;
        double value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return CqlDecimal.TryParse(text, out CqlDecimal exact) && exact.CompareTo(DecimalMath.FromDouble(value)) == 0;
    }

    private CqlType? TypeOfCall(Expression expression)
    {
        if (IsCountOfLiteral(expression))
            return CqlTypes.BigInt;
        try
        {
            return Function(expression, null)?.ReturnType;
        }
        catch (InvalidQueryException) when (!inSelection)
        {
            // What is wrong is told when the call itself is planned.
            return null;
        }
    }

    private Fit TestCall(Expression expression, CqlType type)
    {
        try
        {
            Function? function = Function(expression, type);
            if (function is null || function.IsMadeForCall)
                return Fit.Weak;
            CqlType wanted = TypeCompatibility.OfArgument(type);
            if (TypeCompatibility.IsSame(wanted, function.ReturnType))
                return Fit.Exact;
            return TypeCompatibility.CanRead(wanted, function.ReturnType) ? Fit.Weak : Fit.None;
        }
        catch (InvalidQueryException)
        {
            // Likewise.
            return Fit.Weak;
        }
    }

    private Fit TestAll(ImmutableArray<Expression> elements, CqlType type)
    {
        if (elements.IsEmpty)
            return Fit.Weak;
        Fit least = Fit.Exact;
        foreach (Expression expression in elements)
        {
            least = Least(least, Test(expression, type));
            if (least == Fit.None)
                break;
        }

        return least;
    }

    // A field that the type does not have passes here and is refused later, as in Cassandra.
    private bool TestField(FieldValue value, UserType type)
    {
        int index = type.IndexOf(value.Field.Text);
        return index < 0 || Test(value.Value, type.Fields[index]) != Fit.None;
    }

    private static Fit Least(Fit left, Fit right) => left < right ? left : right;

    private static CqlType? FirstKnown(ImmutableArray<Expression> expressions, Func<Expression, CqlType?> typeOf) =>
        expressions.Select(typeOf).FirstOrDefault(t => t is not null);

    private static TupleType? TupleOf(TupleLiteral tuple, Func<Expression, CqlType?> typeOf)
    {
        CqlType?[] types = [.. tuple.Elements.Select(typeOf)];
        return Array.TrueForAll(types, t => t is not null) ? new TupleType([.. types.Select(t => t!.Freeze())]) : null;
    }

    // The first type that all the others can be read as.
    private CqlType? Common(ImmutableArray<Expression> expressions)
    {
        CqlType[] types = [.. expressions.Select(CompatibleType).OfType<CqlType>().Distinct()];
        return Array.Find(types, type => Array.TrueForAll(types, t => TypeCompatibility.Test(t, type) != Fit.None));
    }

    private readonly record struct CallKey(Expression Expression, CqlType? Receiver)
    {
        public bool Equals(CallKey other) => ReferenceEquals(Expression, other.Expression) && Equals(Receiver, other.Receiver);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(Expression), Receiver);
    }

    private sealed class Argument(ExpressionTypes types, Expression expression) : CallArgument
    {
        public override CqlType? CompatibleType => types.CompatibleType(expression);

        public override int? ArrayLength => types.IsSelection && expression is ListLiteral list ? list.Elements.Length : null;

        public override Fit Test(CqlType type) => types.Test(expression, type);

        public override string ToString() => types.TextOf(expression);
    }

}
