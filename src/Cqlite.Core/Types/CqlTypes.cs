using System.Collections.Frozen;

namespace Cqlite.Core.Types;

/// <summary>
/// The types of CQL. Each value has one .NET type that loses nothing; what .NET's own types have no room for has its own, which
/// converts (<see cref="INativeForm"/>).
/// </summary>
/// <remarks>
/// <code>
/// ascii, text         string                  boolean             bool
/// tinyint             sbyte                   smallint            short
/// int                 int                     bigint, counter     long
/// varint              BigInteger              decimal             CqlDecimal (decimal)
/// float               float                   double              double
/// blob                byte[]                  inet                IPAddress
/// uuid, timeuuid      Guid                    timestamp           CqlTimestamp (DateTimeOffset)
/// date                CqlDate (DateOnly)      time                CqlTime (TimeOnly)
/// duration            CqlDuration             list, set           object?[] in order
/// map                 CqlMap, in order        tuple               CqlTuple
/// user type           CqlUdtValue             vector              float[] of float, else object?[]
/// composite types     byte[]
/// </code>
/// Empty values of types for which they mean nothing decode to null.
/// </remarks>
public static class CqlTypes
{
    /// <summary><c>ascii</c>.</summary>
    public static CqlType Ascii { get; } = new AsciiType();

    /// <summary><c>bigint</c>.</summary>
    public static CqlType BigInt { get; } = new BigIntType();

    /// <summary><c>blob</c>.</summary>
    public static CqlType Blob { get; } = new BlobType();

    /// <summary><c>boolean</c>.</summary>
    public static CqlType Boolean { get; } = new BooleanType();

    /// <summary><c>counter</c>.</summary>
    public static CqlType Counter { get; } = new CounterType();

    /// <summary><c>date</c>.</summary>
    public static CqlType Date { get; } = new DateType();

    /// <summary><c>decimal</c>.</summary>
    public static CqlType Decimal { get; } = new DecimalType();

    /// <summary><c>double</c>.</summary>
    public static CqlType Double { get; } = new DoubleType();

    /// <summary><c>duration</c>.</summary>
    public static CqlType Duration { get; } = new DurationType();

    /// <summary><c>empty</c>.</summary>
    public static CqlType Empty { get; } = new EmptyType();

    /// <summary><c>float</c>.</summary>
    public static CqlType Float { get; } = new FloatType();

    /// <summary><c>inet</c>.</summary>
    public static CqlType Inet { get; } = new InetType();

    /// <summary><c>int</c>.</summary>
    public static CqlType Int { get; } = new IntType();

    /// <summary><c>smallint</c>.</summary>
    public static CqlType SmallInt { get; } = new SmallIntType();

    /// <summary><c>text</c>, also called <c>varchar</c>.</summary>
    public static CqlType Text { get; } = new Utf8Type();

    /// <summary><c>time</c>.</summary>
    public static CqlType Time { get; } = new TimeType();

    /// <summary><c>timestamp</c>.</summary>
    public static CqlType Timestamp { get; } = new TimestampType("TimestampType");

    /// <summary><c>timeuuid</c>.</summary>
    public static CqlType TimeUuid { get; } = new TimeUuidType("TimeUUIDType");

    /// <summary><c>tinyint</c>.</summary>
    public static CqlType TinyInt { get; } = new TinyIntType();

    /// <summary><c>uuid</c>.</summary>
    public static CqlType Uuid { get; } = new UuidType();

    /// <summary><c>varint</c>.</summary>
    public static CqlType VarInt { get; } = new VarintType();

    /// <summary>Cassandra's class DateType: <c>timestamp</c> as Thrift's time had it, ordered as unsigned.</summary>
    internal static CqlType LegacyTimestamp { get; } = new TimestampType("DateType");

    /// <summary>Cassandra's class LegacyTimeUUIDType: <c>timeuuid</c> whose version is not checked.</summary>
    internal static CqlType LegacyTimeUuid { get; } = new TimeUuidType("LegacyTimeUUIDType");

    /// <summary>Cassandra's class LexicalUUIDType.</summary>
    internal static CqlType LexicalUuid { get; } = new LexicalUuidType();

    /// <summary>The types without parameters that have a name in CQL, by that name; <c>varchar</c> included.</summary>
    internal static FrozenDictionary<string, CqlType> ByName { get; } =
        new[]
        {
            Ascii, BigInt, Blob, Boolean, Counter, Date, Decimal, Double, Duration, Empty, Float, Inet, Int, SmallInt, Text, Time, Timestamp, TimeUuid,
            TinyInt, Uuid, VarInt,
        }.Select(t => KeyValuePair.Create(t.Name, t)).Append(KeyValuePair.Create("varchar", Text)).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The types without parameters by Cassandra's simple class name.</summary>
    internal static FrozenDictionary<string, CqlType> ByClass { get; } =
        ByName.Values.Distinct().Concat([LegacyTimestamp, LegacyTimeUuid, LexicalUuid])
            .ToFrozenDictionary(t => t.ClassName[NativeType.Package.Length..], StringComparer.Ordinal);

    /// <summary>The list type of elements; multi-cell unless frozen.</summary>
    public static CqlType List(CqlType elements, bool frozen = false) => new ListType(elements, !frozen);

    /// <summary>The set type of elements; multi-cell unless frozen.</summary>
    public static CqlType Set(CqlType elements, bool frozen = false) => new SetType(elements, !frozen);

    /// <summary>The map type of keys and values; multi-cell unless frozen.</summary>
    public static CqlType Map(CqlType keys, CqlType values, bool frozen = false) => new MapType(keys, values, !frozen);

    /// <summary>The tuple type of fields.</summary>
    public static CqlType Tuple(params IEnumerable<CqlType> fields) => new TupleType(fields);

    /// <summary>The user type of a name and fields; multi-cell unless frozen.</summary>
    public static CqlType UserType(string keyspace, string name, IReadOnlyList<string> fieldNames, IReadOnlyList<CqlType> fields, bool frozen = false)
    {
        ArgumentNullException.ThrowIfNull(fieldNames);
        ArgumentNullException.ThrowIfNull(fields);
        return new UserType(keyspace, name, fieldNames, fields, !frozen);
    }

    /// <summary>The vector type of elements.</summary>
    public static CqlType Vector(CqlType elements, int dimension)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new VectorType(elements, dimension);
    }

    /// <summary>A type in reverse order, as of a DESC clustering column; a reversed type as it is.</summary>
    public static CqlType Reversed(CqlType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.IsReversed ? type : new ReversedType(type);
    }

    /// <summary>The composite type of a partition key of several columns.</summary>
    public static CqlType Composite(params IReadOnlyList<CqlType> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        return new CompositeType(components);
    }
}
