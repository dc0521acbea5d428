using Cqlite.Core.Types;

namespace Cqlite.Core.Schema;

/// <summary>What types are made of, as far as definitions ask.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/AbstractType.java (subTypes, referencesUserType, expandUserTypes, isSerializationCompatibleWith) and its heirs.</remarks>
internal static class TypeParts
{
    /// <summary>The types that a type is made of: elements, keys and values, fields. Empty for others.</summary>
    public static IReadOnlyList<CqlType> Of(CqlType type) => type.Unreversed switch
    {
        ListType list => [list.Elements],
        SetType set => [set.Elements],
        MapType map => [map.Keys, map.Values],
        VectorType vector => [vector.Elements],
        FieldedType fielded => fielded.Fields,
        _ => [],
    };

    /// <summary>Whether it is a list, a set or a map.</summary>
    public static bool IsCollection(CqlType type) => type.Unreversed is CollectionType;

    /// <summary>Whether it is a map.</summary>
    public static bool IsMap(CqlType type) => type.Unreversed is MapType;

    /// <summary>Whether it is a tuple, which a user type is not.</summary>
    public static bool IsTuple(CqlType type) => type.Unreversed is TupleType;

    /// <summary>Whether it is a vector.</summary>
    public static bool IsVector(CqlType type) => type.Unreversed is VectorType;

    /// <summary>Number of elements of a vector.</summary>
    public static int VectorDimension(CqlType type) => ((VectorType)type.Unreversed).Dimension;

    /// <summary>Whether it is a user type.</summary>
    public static bool IsUserType(CqlType type) => type.Unreversed is UserType;

    /// <summary>A user type's name.</summary>
    public static string UserTypeName(CqlType type) => ((UserType)type.Unreversed).TypeName;

    /// <summary>The keyspace of a user type.</summary>
    public static string UserTypeKeyspace(CqlType type) => ((UserType)type.Unreversed).Keyspace;

    /// <summary>Names and types of a user type's fields.</summary>
    public static IReadOnlyList<(string Name, CqlType Type)> Fields(CqlType type)
    {
        var user = (UserType)type.Unreversed;
        return [.. user.FieldNames.Zip(user.Fields)];
    }

    /// <summary>Whether it is the user type of that name, or contains it at any depth.</summary>
    public static bool References(CqlType type, string userType) =>
        (type.Unreversed is UserType user && string.Equals(user.TypeName, userType, StringComparison.Ordinal)) || Of(type).Any(part => References(part, userType));

    /// <summary>Whether it is a duration, or contains one at any depth.</summary>
    public static bool ReferencesDuration(CqlType type) => type.Unreversed is DurationType || Of(type).Any(ReferencesDuration);

    /// <summary>The type with another in the place of the user type of that name, at any depth; frozen where the old one was.</summary>
    public static CqlType Replace(CqlType type, string userType, CqlType replacement) => Rebuild(
        type,
        user => string.Equals(user.TypeName, userType, StringComparison.Ordinal)
            ? (user.IsMultiCell ? replacement : replacement.Freeze())
            : new UserType(user.Keyspace, user.TypeName, user.FieldNames, [.. user.Fields.Select(f => Replace(f, userType, replacement))], user.IsMultiCell));

    /// <summary>The type with tuples in the place of user types, so that it stays readable when those are gone.</summary>
    public static CqlType ExpandUserTypes(CqlType type) => Rebuild(type, user => new TupleType([.. user.Fields.Select(ExpandUserTypes)]));

    /// <summary>The user types in a type at any depth, those first that others are made of.</summary>
    public static IEnumerable<CqlType> UserTypesIn(CqlType type)
    {
        foreach (CqlType inner in Of(type).SelectMany(UserTypesIn))
            yield return inner;
        if (IsUserType(type))
            yield return type.Unreversed;
    }

    /// <summary>The type with its user types, at any depth, as definitions of these say; frozen where they were.</summary>
    /// <param name="type">The type.</param>
    /// <param name="definition">The definition of a user type, not frozen, by the one that is there.</param>
    public static CqlType Define(CqlType type, Func<CqlType, CqlType> definition) => Rebuild(type, user => user.IsMultiCell ? definition(user) : definition(user).Freeze());

    /// <summary>A user type in a keyspace, not frozen, with other types of its fields.</summary>
    public static CqlType UserType(string keyspace, CqlType type, Func<CqlType, CqlType> field)
    {
        var user = (UserType)type.Unreversed;
        return new UserType(keyspace, user.TypeName, user.FieldNames, [.. user.Fields.Select(field)], isMultiCell: true);
    }

    /// <summary>Whether cells that were written with one type can be read with another.</summary>
    public static bool CanReadCellsOf(CqlType type, CqlType written)
    {
        if (type.Unreversed is CollectionType && written.Unreversed is CollectionType && CanReadValuesOf(type, written))
            return type.IsMultiCell == written.IsMultiCell && CanReadCellsOf(Of(type)[^1], Of(written)[^1]);
        return type.Unreversed is not CollectionType
            && CanReadValuesOf(type, written)
            && type.FixedLength == written.FixedLength
            && type.IsMultiCell == written.IsMultiCell;
    }

    private static bool CanReadValuesOf(CqlType type, CqlType written)
    {
        if (type.Equals(written))
            return true;
        IReadOnlyList<CqlType> parts = Of(type);
        IReadOnlyList<CqlType> writtenParts = Of(written);
        switch (type.Unreversed)
        {
            case CollectionType:
                // The order of elements must stay: of a list that of positions, of sets and maps that of their keys.
                return type.Unreversed.GetType() == written.Unreversed.GetType()
                    && type.IsMultiCell == written.IsMultiCell
                    && (parts.Count == 2 || type.Unreversed is SetType ? parts[0].Equals(writtenParts[0]) : CanReadValuesOf(parts[0], writtenParts[0]))
                    && CanReadValuesOf(parts[^1], writtenParts[^1]);
            case FieldedType:
                return written.Unreversed is FieldedType
                    && IsTuple(type) == IsTuple(written)
                    && parts.Count >= writtenParts.Count
                    && writtenParts.Select((part, i) => CanReadValuesOf(parts[i], part)).All(can => can);
            case VectorType:
                return false;
        }

        return (type.Name, written.Name) switch
        {
            ("blob", _) => true,
            ("text", "ascii") => true,
            ("bigint", "timestamp") or ("timestamp", "bigint") => true,
            ("varint", "int" or "bigint" or "timestamp") => true,
            ("date", "int") => true,
            ("time", "bigint") => true,
            ("uuid", "timeuuid") => true,
            _ => false,
        };
    }

    private static CqlType Rebuild(CqlType type, Func<UserType, CqlType> userType) => type switch
    {
        ReversedType => new ReversedType(Rebuild(type.Unreversed, userType)),
        ListType list => new ListType(Rebuild(list.Elements, userType), list.IsMultiCell),
        SetType set => new SetType(Rebuild(set.Elements, userType), set.IsMultiCell),
        MapType map => new MapType(Rebuild(map.Keys, userType), Rebuild(map.Values, userType), map.IsMultiCell),
        VectorType vector => new VectorType(Rebuild(vector.Elements, userType), vector.Dimension),
        UserType user => userType(user),
        TupleType tuple => new TupleType([.. tuple.Fields.Select(field => Rebuild(field, userType))]),
        _ => type,
    };
}
