using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Definition;

/// <summary>Types of a statement, resolved in a keyspace and checked by the rules for what may contain what.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/CQL3Type.java (Raw.prepare).</remarks>
internal sealed class TypeResolver(KeyspaceMetadata keyspace)
{
    /// <summary>The type that a statement means.</summary>
    public CqlType Resolve(TypeSyntax syntax) => Resolve(syntax, frozen: false);

    /// <summary>Whether it is the type counter itself.</summary>
    public static bool IsCounter(TypeSyntax syntax) => syntax is NativeTypeSyntax { Name: "counter" };

    /// <summary>Whether it is a user type that is not frozen.</summary>
    public static bool IsUnfrozenUserType(TypeSyntax syntax) => syntax is UserTypeSyntax;

    /// <summary>Whether it says <c>frozen</c> where it would not be frozen without.</summary>
    public static bool IsExplicitlyFrozen(TypeSyntax syntax) => syntax is FrozenTypeSyntax { Inner: not (TupleTypeSyntax or VectorTypeSyntax) };

    /// <summary>
    /// The type's text with its user types qualified, which Cassandra's messages and names of columns show once they are resolved: <c>frozen</c> stands with
    /// collections and user types, each for itself, and never with tuples and vectors.
    /// </summary>
    public string QualifiedText(TypeSyntax syntax) => QualifiedText(syntax, frozen: false);

    private string QualifiedText(TypeSyntax syntax, bool frozen)
    {
        return syntax switch
        {
            UserTypeSyntax user => OfFreezable($"{user.Name.Keyspace?.Text ?? keyspace.Name}.{user.Name.Name.Text}"),
            FrozenTypeSyntax inner => QualifiedText(inner.Inner, frozen: true),
            ListTypeSyntax list => OfFreezable($"list<{QualifiedText(list.Element, frozen)}>"),
            SetTypeSyntax set => OfFreezable($"set<{QualifiedText(set.Element, frozen)}>"),
            MapTypeSyntax map => OfFreezable($"map<{QualifiedText(map.Key, frozen)}, {QualifiedText(map.Value, frozen)}>"),
            TupleTypeSyntax tuple => $"tuple<{string.Join(", ", tuple.Elements.Select(e => QualifiedText(e, frozen: true)))}>",
            VectorTypeSyntax vector => $"vector<{QualifiedText(vector.Element)}, {vector.Dimension}>",
            _ => syntax.ToString()!,
        };

        string OfFreezable(string text) => frozen ? $"frozen<{text}>" : text;
    }

    private CqlType Resolve(TypeSyntax syntax, bool frozen)
    {
        switch (syntax)
        {
            case NativeTypeSyntax native:
                return CqlTypes.ByName.GetValueOrDefault(native.Name) ?? throw new InvalidQueryException($"Unknown type {native.Name}");
            case CustomTypeSyntax custom when TypeParser.UnknownClassIn(custom.ClassName) is { } unknown:
                throw new CqlSyntaxException($"Error setting type {custom.ClassName}: Unable to find abstract-type class '{unknown}'", custom.Position.Line, custom.Position.Column);
            case CustomTypeSyntax custom:
                return TypeParser.ParseClassName(custom.ClassName);
            case FrozenTypeSyntax inner:
                return Resolve(inner.Inner, frozen: true);
            case ListTypeSyntax list:
                CheckElement(list, list.Element, frozen);
                return new ListType(Resolve(list.Element, frozen), !frozen);
            case SetTypeSyntax set:
                CheckElement(set, set.Element, frozen);
                if (set.Element is NativeTypeSyntax { Name: "duration" })
                    throw new InvalidQueryException($"Durations are not allowed inside sets: {Text(set, frozen)}");
                return new SetType(Resolve(set.Element, frozen), !frozen);
            case MapTypeSyntax map:
                CheckElement(map, map.Value, frozen);
                CheckKey(map, frozen);
                CqlType value = Resolve(map.Value, frozen);
                return new MapType(Resolve(map.Key, frozen), value, !frozen);
            case TupleTypeSyntax tuple:
                return new TupleType([.. tuple.Elements.Select(TupleElement)]);
            case VectorTypeSyntax vector:
                CqlType element = Resolve(vector.Element, frozen: false);
                if (vector.Dimension <= 0)
                    throw new InvalidQueryException($"vectors may only have positive dimensions; given {vector.Dimension}");
                return new VectorType(element, vector.Dimension);
            case UserTypeSyntax user:
                return UserType(user.Name, frozen);
            default:
                throw new InvalidQueryException($"Unknown type {syntax}");
        }
    }

    private CqlType TupleElement(TypeSyntax element) => IsCounter(element)
        ? throw new InvalidQueryException("Counters are not allowed inside tuples")
        : Resolve(element, frozen: true);

    private CqlType UserType(QualifiedName name, bool frozen)
    {
        if (name.Keyspace is { } other && !string.Equals(other.Text, keyspace.Name, StringComparison.Ordinal))
        {
            throw new InvalidQueryException(
                $"Statement on keyspace {keyspace.Name} cannot refer to a user type in keyspace {other.Text}; user types can only be used in the keyspace they are defined in");
        }

        CqlType type = keyspace.UserTypes.GetValueOrDefault(name.Name.Text)
            ?? throw new InvalidQueryException($"Unknown type {keyspace.Name}.{name.Name.Text}");
        return frozen ? type.Freeze() : type;
    }

    private static void CheckElement(TypeSyntax collection, TypeSyntax element, bool frozen)
    {
        CheckNested(collection, element, frozen);
        if (IsCounter(element))
            throw new InvalidQueryException($"Counters are not allowed inside collections: {Text(collection, frozen)}");
    }

    private static void CheckKey(MapTypeSyntax map, bool frozen)
    {
        if (IsCounter(map.Key))
            throw new InvalidQueryException($"Counters are not allowed inside collections: {Text(map, frozen)}");
        if (map.Key is NativeTypeSyntax { Name: "duration" })
            throw new InvalidQueryException($"Durations are not allowed as map keys: {Text(map, frozen)}");
        CheckNested(map, map.Key, frozen);
    }

    private static void CheckNested(TypeSyntax collection, TypeSyntax element, bool frozen)
    {
        if (frozen)
            return;
        if (element is ListTypeSyntax or SetTypeSyntax or MapTypeSyntax)
            throw new InvalidQueryException($"Non-frozen collections are not allowed inside collections: {collection}");
        if (element is UserTypeSyntax)
            throw new InvalidQueryException($"Non-frozen UDTs are not allowed inside collections: {collection}");
    }

    /// <summary>The text in which a frozen collection's parts are frozen too, as Cassandra has it by then.</summary>
    private static string Text(TypeSyntax syntax, bool frozen) => frozen ? $"frozen<{FrozenText(syntax)}>" : syntax.ToString()!;

    private static string FrozenText(TypeSyntax syntax) => syntax switch
    {
        ListTypeSyntax list => $"list<{FrozenPart(list.Element)}>",
        SetTypeSyntax set => $"set<{FrozenPart(set.Element)}>",
        MapTypeSyntax map => $"map<{FrozenPart(map.Key)}, {FrozenPart(map.Value)}>",
        _ => syntax.ToString()!,
    };

    private static string FrozenPart(TypeSyntax syntax) => syntax is ListTypeSyntax or SetTypeSyntax or MapTypeSyntax or UserTypeSyntax
        ? $"frozen<{FrozenText(syntax)}>"
        : syntax.ToString()!;
}
