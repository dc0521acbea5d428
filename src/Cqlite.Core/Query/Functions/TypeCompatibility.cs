using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>How well an expression or a type suits what it is for.</summary>
internal enum Fit
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>It can be read as such a value.</summary>
    Weak,

    /// <summary>It is such a value.</summary>
    Exact,
}

/// <summary>Which types' values can stand for another type's, by their serialized form.</summary>
/// <remarks>Source: the methods testAssignment and isValueCompatibleWith of org/apache/cassandra/db/marshal/*Type.java.</remarks>
internal static class TypeCompatibility
{
    /// <summary>How well a value of a type suits another type. Frozen or reversed or not makes no difference for a match.</summary>
    public static Fit Test(CqlType from, CqlType to)
    {
        from = from.Unreversed;
        to = to.Unreversed;
        if (IsSame(from, to) || (!from.IsMultiCell && IsSame(from, to.Freeze())))
            return Fit.Exact;
        return CanRead(to, from) ? Fit.Weak : Fit.None;
    }

    /// <summary>Whether two types are one; those of time-based UUIDs are.</summary>
    public static bool IsSame(CqlType left, CqlType right) => left.Equals(right) || (left is TimeUuidType && right is TimeUuidType);

    /// <summary>The type as functions see it (AbstractType.udfType).</summary>
    public static CqlType OfArgument(CqlType type) => type.Unreversed is TimeUuidType ? CqlTypes.LegacyTimeUuid : type.Unreversed;

    /// <summary>Whether the second type's values are read as the first's (isValueCompatibleWith).</summary>
    public static bool CanRead(CqlType type, CqlType from)
    {
        type = type.Unreversed;
        from = from.Unreversed;
        if (IsSame(type, from))
            return true;
        return (type, from) switch
        {
            (BlobType, _) => true,
            (Utf8Type, AsciiType) => true,
            (BigIntType, TimestampType) => true,
            (VarintType, IntType or BigIntType or TimestampType) => true,
            (TimestampType, TimestampType or BigIntType) => true,
            (DateType, IntType) => true,
            (TimeType, BigIntType) => true,
            (UuidType, TimeUuidType) => true,
            (ListType t, ListType f) => CanReadCollection(t, f, CanRead(t.Elements, f.Elements)),
            (SetType t, SetType f) => CanReadCollection(t, f, IsOrderedAs(t.Elements, f.Elements)),
            (MapType t, MapType f) => CanReadCollection(t, f, IsOrderedAs(t.Keys, f.Keys) && CanRead(t.Values, f.Values)),
            (UserType t, UserType f) => t.IsMultiCell == f.IsMultiCell && t.Keyspace == f.Keyspace && t.TypeName == f.TypeName && CanReadFields(t, f),
            (TupleType t, TupleType f) => CanReadFields(t, f),
            (VectorType t, VectorType f) => t.Dimension == f.Dimension && IsSame(t.Elements, f.Elements),
            _ => false,
        };
    }

    // What is stored as cells only takes what is stored so too.
    private static bool CanReadCollection(CqlType type, CqlType from, bool canReadElements) => canReadElements && (!type.IsMultiCell || from.IsMultiCell);

    private static bool CanReadFields(FieldedType type, FieldedType from)
    {
        if (type.Fields.Count < from.Fields.Count)
            return false;
        for (int i = 0; i < from.Fields.Count; i++)
        {
            if (!CanRead(type.Fields[i], from.Fields[i]))
                return false;
        }

        return true;
    }

    // Keys must be in the same order besides (isCompatibleWith).
    private static bool IsOrderedAs(CqlType type, CqlType from) =>
        IsSame(type, from) || (type, from) is (Utf8Type, AsciiType) or (BlobType, AsciiType or Utf8Type);
}
