using System.Collections.Frozen;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Cassandra.Messages;

/// <summary>[option]: a type, as the columns of results and markers have it.</summary>
/// <remarks>
/// <code>
/// [short] id, then by id:
/// 0x00 custom           [string] Cassandra's class name; also for types that the version does not know, and vectors
/// 0x01 ascii   0x02 bigint   0x03 blob       0x04 boolean   0x05 counter   0x06 decimal    0x07 double   0x08 float    0x09 int
/// 0x0A text    0x0B timestamp  0x0C uuid     0x0D varchar   0x0E varint    0x0F timeuuid   0x10 inet
/// 0x11 date    0x12 time     0x13 smallint   0x14 tinyint   from version 4 on; 0x15 duration from version 5 on
/// 0x20 list    [option] elements          0x21 map   [option] keys, [option] values          0x22 set   [option] elements
/// 0x30 UDT     [string] keyspace, [string] name, [short] count; each: [string] name, [option] type
/// 0x31 tuple   [short] count; each: [option] type
/// source   org/apache/cassandra/transport/DataType.java
/// </code>
/// The wire does not tell frozen types from others: what stands within another type is frozen, and so are tuples.
/// </remarks>
internal static class TypeOption
{
    private const ushort Custom = 0x00;
    private const ushort Text = 0x0A;
    private const ushort List = 0x20;
    private const ushort Map = 0x21;
    private const ushort Set = 0x22;
    private const ushort UserDefined = 0x30;
    private const ushort Tuple = 0x31;

    /// <summary>An option takes at least its id.</summary>
    private const int MinimumBytes = sizeof(ushort);

    private static readonly (ushort Id, CqlType Type, byte SinceVersion)[] s_natives =
    [
        (0x01, CqlTypes.Ascii, 1), (0x02, CqlTypes.BigInt, 1), (0x03, CqlTypes.Blob, 1), (0x04, CqlTypes.Boolean, 1), (0x05, CqlTypes.Counter, 1),
        (0x06, CqlTypes.Decimal, 1), (0x07, CqlTypes.Double, 1), (0x08, CqlTypes.Float, 1), (0x09, CqlTypes.Int, 1), (0x0B, CqlTypes.Timestamp, 1),
        (0x0C, CqlTypes.Uuid, 1), (0x0D, CqlTypes.Text, 1), (0x0E, CqlTypes.VarInt, 1), (0x0F, CqlTypes.TimeUuid, 1), (0x10, CqlTypes.Inet, 1),
        (0x11, CqlTypes.Date, 4), (0x12, CqlTypes.Time, 4), (0x13, CqlTypes.SmallInt, 4), (0x14, CqlTypes.TinyInt, 4), (0x15, CqlTypes.Duration, 5),
    ];

    private static readonly FrozenDictionary<CqlType, (ushort Id, byte SinceVersion)> s_byType =
        s_natives.ToFrozenDictionary(n => n.Type, n => (n.Id, n.SinceVersion));

    private static readonly CqlType?[] s_byId = MakeIds();

    /// <summary>Reads a type.</summary>
    /// <exception cref="ProtocolException">There is no such type, or types stand within types too deep.</exception>
    public static CqlType Read(ref NotationReader reader) => Read(ref reader, 0);

    /// <summary>Appends a type as a version knows it.</summary>
    public static void Write(BufferWriter output, CqlType type, ProtocolVersion version)
    {
        type = type.Unreversed;
        if (type.Equals(CqlTypes.LegacyTimestamp))
            type = CqlTypes.Timestamp;
        if (s_byType.TryGetValue(type, out (ushort Id, byte SinceVersion) native) && version.Number >= native.SinceVersion)
        {
            output.WriteUInt16(native.Id);
            return;
        }

        switch (type)
        {
            case ListType list:
                output.WriteUInt16(List);
                Write(output, list.Elements, version);
                break;
            case SetType set:
                output.WriteUInt16(Set);
                Write(output, set.Elements, version);
                break;
            case MapType map:
                output.WriteUInt16(Map);
                Write(output, map.Keys, version);
                Write(output, map.Values, version);
                break;
            case UserType user:
                WriteUserType(output, user, version);
                break;
            case TupleType tuple:
                output.WriteUInt16(Tuple);
                output.WriteCount(tuple.Fields.Count);
                foreach (CqlType field in tuple.Fields)
                    Write(output, field, version);
                break;
            default:
                output.WriteUInt16(Custom);
                output.WriteString(type.ClassName);
                break;
        }
    }

    private static CqlType Read(ref NotationReader reader, int depth)
    {
        if (depth > TypeParser.MaxDepth)
            ProtocolException.Throw($"types stand within types more than {TypeParser.MaxDepth} deep");
        ushort id = reader.ReadUInt16();
        if (id < s_byId.Length && s_byId[id] is { } native)
            return native;

        switch (id)
        {
            case Custom:
                return ReadCustom(ref reader);
            case List:
                return CqlTypes.List(Read(ref reader, depth + 1).Freeze());
            case Set:
                return CqlTypes.Set(Read(ref reader, depth + 1).Freeze());
            case Map:
                CqlType keys = Read(ref reader, depth + 1).Freeze();
                return CqlTypes.Map(keys, Read(ref reader, depth + 1).Freeze());
            case UserDefined:
                return ReadUserType(ref reader, depth);
            case Tuple:
                var fields = new CqlType[reader.ReadCount(MinimumBytes)];
                for (int i = 0; i < fields.Length; i++)
                    fields[i] = Read(ref reader, depth + 1);
                return CqlTypes.Tuple(fields);
            default:
                throw new ProtocolException($"Unknown option id {id}");
        }
    }

    private static CqlType ReadCustom(ref NotationReader reader)
    {
        string name = reader.ReadString();
        try
        {
            return TypeParser.ParseClassName(name);
        }
        catch (CqliteException problem)
        {
            throw new ProtocolException(problem.Message, problem);
        }
    }

    private static CqlType ReadUserType(ref NotationReader reader, int depth)
    {
        string keyspace = reader.ReadString();
        string name = reader.ReadString();
        string[] names = new string[reader.ReadCount(sizeof(ushort) + MinimumBytes)];
        var types = new CqlType[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = reader.ReadString();
            types[i] = Read(ref reader, depth + 1).Freeze();
        }

        return CqlTypes.UserType(keyspace, name, names, types);
    }

    private static void WriteUserType(BufferWriter output, UserType user, ProtocolVersion version)
    {
        output.WriteUInt16(UserDefined);
        output.WriteString(user.Keyspace);
        output.WriteString(user.TypeName);
        output.WriteCount(user.Fields.Count);
        for (int i = 0; i < user.Fields.Count; i++)
        {
            output.WriteString(user.FieldNames[i]);
            Write(output, user.Fields[i], version);
        }
    }

    private static CqlType?[] MakeIds()
    {
        var byId = new CqlType?[s_natives.Max(n => n.Id) + 1];
        foreach ((ushort id, CqlType type, _) in s_natives)
            byId[id] = type;
        byId[Text] = CqlTypes.Text;
        return byId;
    }
}
