using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Tests.Types;

/// <summary>Valid serialized values of any type, near each other and at the edges, from a seed.</summary>
internal static class RandomValues
{
    private static readonly string[] Texts = ["", "a", "aa", "ab", "b", "a\0", "a\0\0", "a\0b", "\0", "é", "日本語", "😀", "it's \"quoted\" \\", "line\nbreak\t\u0001", ":@!"];

    /// <summary>The types that the tests of all types go over.</summary>
    public static IReadOnlyList<string> TypeNames { get; } =
    [
        "ascii", "bigint", "blob", "boolean", "date", "decimal", "double", "duration", "float", "inet", "int", "smallint", "text", "time", "timestamp", "timeuuid",
        "tinyint", "uuid", "varint", "frozen<list<int>>", "frozen<list<text>>", "frozen<set<text>>", "frozen<set<decimal>>", "frozen<map<text, int>>", "frozen<map<int, frozen<list<text>>>>",
        "tuple<int, text, double>", "tuple<text, frozen<tuple<int, blob>>>", "vector<float, 3>", "vector<text, 2>", "frozen<list<frozen<tuple<varint, timeuuid>>>>", "frozen<person>",
        "'org.apache.cassandra.db.marshal.LexicalUUIDType'", "'org.apache.cassandra.db.marshal.DateType'",
        "'org.apache.cassandra.db.marshal.CompositeType(UTF8Type,Int32Type)'", "'org.apache.cassandra.db.marshal.DynamicCompositeType(s=>UTF8Type,i=>Int32Type,r=>ReversedType(UTF8Type))'",
        "'org.apache.cassandra.db.marshal.PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner)'",
        "'org.apache.cassandra.db.marshal.PartitionerDefinedOrder(org.apache.cassandra.dht.RandomPartitioner)'",
    ];

    /// <summary>The type of one of these names.</summary>
    public static CqlType Type(string name) => TypeParser.ParseCql(name, (_, user) =>
        CqlTypes.UserType("ks", user, ["name", "Age", "tags"], [CqlTypes.Text, CqlTypes.Int, CqlTypes.List(CqlTypes.Text, frozen: true)]));

    /// <summary>A value of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="seed">What to make it of.</param>
    /// <param name="allowEmpty">Whether it, or a field of it, may be the zero-length one where that means nothing.</param>
    public static byte[] Make(CqlType type, int seed, bool allowEmpty = true)
    {
        BufferWriter output = new();
        Write(type, new Random(seed), output, allowEmpty);
        return output.ToArray();
    }

    private static void Write(CqlType type, Random random, BufferWriter output, bool allowEmpty)
    {
        if (allowEmpty && type.IsEmptyMeaningless && random.Next(12) == 0)
            return;
        switch (type)
        {
            case ListType list:
                WriteList([.. Many(list.Elements, random)], output);
                break;
            case SetType set:
                WriteList(Distinct(set.Elements, [.. Many(set.Elements, random)]), output);
                break;
            case MapType map:
                byte[][] keys = Distinct(map.Keys, [.. Many(map.Keys, random)]);
                output.WriteInt32(keys.Length);
                foreach (byte[] key in keys)
                {
                    output.WriteIntBytes(key);
                    output.WriteIntBytes(Make(map.Values, random.Next(), allowEmpty: false));
                }

                break;
            case FieldedType fields:
                int count = random.Next(4) == 0 ? random.Next(1, fields.Fields.Count + 1) : fields.Fields.Count;
                for (int i = 0; i < count; i++)
                {
                    if (random.Next(4) == 0)
                        output.WriteInt32(-1);
                    else
                        output.WriteIntBytes(Make(fields.Fields[i], random.Next(), allowEmpty));
                }

                break;
            case VectorType vector:
                for (int i = 0; i < vector.Dimension; i++)
                {
                    byte[] element = Make(vector.Elements, random.Next(), allowEmpty: false);
                    if (vector.Elements.FixedLength >= 0)
                        output.Write(element);
                    else
                        output.WriteVIntBytes(element);
                }

                break;
            case CompositeType composite:
                if (random.Next(8) == 0)
                    output.WriteUInt16(0xFFFF);
                int components = random.Next(1, composite.Components.Count + 1);
                for (int i = 0; i < components; i++)
                {
                    output.WriteShortBytes(Make(composite.Components[i], random.Next()));
                    output.WriteByte(i == components - 1 ? (byte)random.Next(-1, 2) : (byte)0);
                }

                break;
            case DynamicCompositeType:
                int parts = random.Next(1, 3);
                for (int i = 0; i < parts; i++)
                {
                    string[] names = ["s", "i", "r", "UTF8Type", "org.apache.cassandra.db.marshal.Int32Type"];
                    int which = random.Next(names.Length);
                    if (which < 3)
                        output.WriteUInt16((ushort)(0x8000 | names[which][0]));
                    else
                        output.WriteShortBytes(System.Text.Encoding.UTF8.GetBytes(names[which]));
                    output.WriteShortBytes(Make(which is 1 or 4 ? CqlTypes.Int : CqlTypes.Text, random.Next(), allowEmpty: false));
                    output.WriteByte(i == parts - 1 ? (byte)random.Next(-1, 2) : (byte)0);
                }

                break;
            case PartitionerOrderType:
                output.Write(Make(CqlTypes.Blob, random.Next()));
                break;
            default:
                WriteNative(type, random, output);
                break;
        }
    }

    private static void WriteNative(CqlType type, Random random, BufferWriter output)
    {
        long number = Number(random);
        switch (type)
        {
            case Utf8Type:
                output.WriteText(random.Next(2) == 0 ? Texts[random.Next(Texts.Length)] : Texts[random.Next(Texts.Length)] + Texts[random.Next(Texts.Length)]);
                break;
            case AsciiType:
                output.WriteText(new string([.. Enumerable.Range(0, random.Next(5)).Select(_ => (char)random.Next(128))]));
                break;
            case BlobType:
                output.Write([.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(random.Next(2) * 255))]);
                break;
            case BooleanType or TinyIntType:
                output.WriteByte((byte)number);
                break;
            case SmallIntType:
                output.WriteUInt16((ushort)number);
                break;
            case IntType or DateType:
                output.WriteInt32((int)number);
                break;
            case BigIntType or TimestampType:
                output.WriteInt64(number);
                break;
            case TimeType:
                output.WriteInt64((long)((ulong)number % CqlTime.DayNanoseconds));
                break;
            case FloatType:
                float[] floats = [0f, -0f, 1.5f, -1.5f, float.MaxValue, float.Epsilon, float.NaN, float.PositiveInfinity, float.NegativeInfinity, BitConverter.Int32BitsToSingle((int)number)];
                float single = floats[random.Next(floats.Length)];

                // Of NaN only Java's own: the byte-comparable forms of others are out of order in Cassandra too.
                output.WriteInt32(float.IsNaN(single) ? 0x7FC00000 : BitConverter.SingleToInt32Bits(single));
                break;
            case DoubleType:
                double[] doubles = [0, -0.0, 1.5, -1.5, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, BitConverter.Int64BitsToDouble(number)];
                double number64 = doubles[random.Next(doubles.Length)];
                output.WriteInt64(double.IsNaN(number64) ? 0x7FF8000000000000 : BitConverter.DoubleToInt64Bits(number64));
                break;
            case VarintType:
                output.Write(Integer(random).ToByteArray(isBigEndian: true));
                break;
            case DecimalType:
                output.WriteInt32(random.Next(8) == 0 ? random.Next(-3000, 3000) : random.Next(-5, 6));
                output.Write((random.Next(3) == 0 ? Integer(random) : random.Next(-200, 200)).ToByteArray(isBigEndian: true));
                break;
            case DurationType:
                int sign = random.Next(2) == 0 ? 1 : -1;
                output.WriteVInt(sign * random.Next(0, 30));
                output.WriteVInt(sign * random.Next(0, 30));
                output.WriteVInt(sign * (long)((ulong)number >> 1));
                break;
            case InetType:
                byte[] address = new byte[random.Next(2) == 0 ? 4 : 16];
                random.NextBytes(address.AsSpan(random.Next(address.Length)));
                output.Write(address);
                break;
            case AnyUuidType:
                byte[] uuid = new byte[16];
                random.NextBytes(uuid.AsSpan(random.Next(3) == 0 ? 0 : 8));
                if (random.Next(2) == 0)
                    BinaryPrimitives.WriteInt64BigEndian(uuid, number);
                uuid[6] = (byte)((uuid[6] & 0x0F) | (type is TimeUuidType || random.Next(2) == 0 ? 0x10 : random.Next(16) << 4));
                output.Write(uuid);
                break;
            default:
                throw new ArgumentException($"no random values of {type.Name}", nameof(type));
        }
    }

    private static long Number(Random random) => random.Next(5) switch
    {
        0 => random.Next(-3, 4),
        1 => random.NextInt64() >> random.Next(64),
        2 => -(random.NextInt64() >> random.Next(64)),
        3 => 1L << random.Next(64),
        _ => random.NextInt64(long.MinValue, long.MaxValue),
    };

    private static BigInteger Integer(Random random)
    {
        BigInteger number = random.Next(4) switch
        {
            0 => Number(random),
            1 => BigInteger.One << random.Next(300),
            2 => (BigInteger.One << random.Next(80)) - random.Next(0, 3),
            _ => new BigInteger(Number(random)) * Number(random) * Number(random),
        };
        return random.Next(2) == 0 ? number : -number;
    }

    private static IEnumerable<byte[]> Many(CqlType elements, Random random)
    {
        for (int count = random.Next(4); count > 0; count--)
            yield return Make(elements, random.Next(), allowEmpty: false);
    }

    private static byte[][] Distinct(CqlType type, byte[][] values)
    {
        Array.Sort(values, (a, b) => type.Compare(a, b));
        return [.. values.Where((v, i) => i == 0 || type.Compare(values[i - 1], v) != 0)];
    }

    private static void WriteList(byte[][] elements, BufferWriter output)
    {
        output.WriteInt32(elements.Length);
        foreach (byte[] element in elements)
            output.WriteIntBytes(element);
    }
}
