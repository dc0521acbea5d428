using System.Buffers.Binary;
using System.Numerics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>How a numeric type's values are computed with.</summary>
internal enum NumberKind
{
    /// <summary>One to eight bytes in two's complement.</summary>
    Integer,

    /// <summary>varint.</summary>
    BigInteger,

    /// <summary>float.</summary>
    Single,

    /// <summary>double.</summary>
    Double,

    /// <summary>decimal.</summary>
    Decimal,
}

/// <summary>Reads and writes serialized numbers, converted as Java's numbers are.</summary>
/// <remarks>Source: org/apache/cassandra/db/marshal/NumberType.java and its heirs; java.lang.Number.</remarks>
internal static class Numbers
{
    /// <summary>The numeric types.</summary>
    public static readonly CqlType[] Types =
    [
        CqlTypes.TinyInt, CqlTypes.SmallInt, CqlTypes.Int, CqlTypes.BigInt, CqlTypes.Float, CqlTypes.Double, CqlTypes.Decimal, CqlTypes.VarInt, CqlTypes.Counter,
    ];

    /// <summary>Whether values of a type are numbers.</summary>
    public static bool IsNumeric(CqlType type) => type is TinyIntType or SmallIntType or IntType or BigIntType or FloatType or DoubleType or DecimalType or VarintType or CounterType;

    public static NumberKind KindOf(CqlType type) => type switch
    {
        VarintType => NumberKind.BigInteger,
        FloatType => NumberKind.Single,
        DoubleType => NumberKind.Double,
        DecimalType => NumberKind.Decimal,
        _ => NumberKind.Integer,
    };

    /// <summary>Bytes of a number; <see cref="int.MaxValue"/> where there is no limit.</summary>
    public static int SizeOf(CqlType type) => type switch
    {
        TinyIntType => 1,
        SmallIntType => 2,
        IntType or FloatType => 4,
        VarintType or DecimalType => int.MaxValue,
        _ => 8,
    };

    /// <summary>An integer of one, two, four or eight bytes.</summary>
    public static long ReadInteger(ReadOnlySpan<byte> value) => value.Length switch
    {
        1 => (sbyte)value[0],
        2 => BinaryPrimitives.ReadInt16BigEndian(value),
        4 => BinaryPrimitives.ReadInt32BigEndian(value),
        sizeof(long) => BinaryPrimitives.ReadInt64BigEndian(value),
        _ => throw new InvalidQueryException($"{value.Length} bytes are no integer"),
    };

    /// <summary>Appends the low bytes of an integer.</summary>
    public static void WriteInteger(long value, int sizeBytes, BufferWriter output)
    {
        switch (sizeBytes)
        {
            case 1:
                output.WriteByte((byte)value);
                break;
            case 2:
                output.WriteUInt16((ushort)value);
                break;
            case 4:
                output.WriteInt32((int)value);
                break;
            default:
                output.WriteInt64(value);
                break;
        }
    }

    public static void WriteSingle(float value, BufferWriter output) => output.WriteInt32(BitConverter.SingleToInt32Bits(value));

    /// <summary>A number as a float (Number.floatValue).</summary>
    public static float ReadSingle(NumberKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        NumberKind.Single => BinaryPrimitives.ReadSingleBigEndian(value),
        NumberKind.Integer => ReadInteger(value),
        NumberKind.Double => (float)BinaryPrimitives.ReadDoubleBigEndian(value),
        NumberKind.BigInteger => DecimalMath.ToSingle(new CqlDecimal(ReadBigInteger(value), 0)),
        _ => DecimalMath.ToSingle(ReadDecimal(value)),
    };

    /// <summary>A number as a double (Number.doubleValue).</summary>
    public static double ReadDouble(NumberKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        NumberKind.Double => BinaryPrimitives.ReadDoubleBigEndian(value),
        NumberKind.Single => BinaryPrimitives.ReadSingleBigEndian(value),
        NumberKind.Integer => ReadInteger(value),
        NumberKind.BigInteger => DecimalMath.ToDouble(new CqlDecimal(ReadBigInteger(value), 0)),
        _ => DecimalMath.ToDouble(ReadDecimal(value)),
    };

    /// <summary>A number as a 64-bit integer (Number.longValue): low bits of larger integers, the nearest one of floats.</summary>
    public static long ReadLong(NumberKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        NumberKind.Integer => ReadInteger(value),
        NumberKind.Single => ToLong(BinaryPrimitives.ReadSingleBigEndian(value)),
        NumberKind.Double => ToLong(BinaryPrimitives.ReadDoubleBigEndian(value)),
        NumberKind.BigInteger => LowBits(ReadBigInteger(value)),
        _ => LowBits(DecimalMath.Truncate(ReadDecimal(value))),
    };

    public static BigInteger ReadBigInteger(ReadOnlySpan<byte> value) => new(value, isBigEndian: true);

    public static CqlDecimal ReadDecimal(ReadOnlySpan<byte> value) =>
        new(new BigInteger(value[sizeof(int)..], isBigEndian: true), BinaryPrimitives.ReadInt32BigEndian(value));

    /// <summary>A number as a decimal: integers of fixed length and floats by way of a double, as Cassandra's arithmetic has it.</summary>
    public static CqlDecimal ReadAsDecimal(NumberKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        NumberKind.Decimal => ReadDecimal(value),
        NumberKind.BigInteger => new CqlDecimal(ReadBigInteger(value), 0),
        _ => DecimalMath.FromDouble(ReadDouble(kind, value)),
    };

    /// <summary>A number as a varint: of floats and decimals the 64-bit part.</summary>
    public static BigInteger ReadAsBigInteger(NumberKind kind, ReadOnlySpan<byte> value) =>
        kind == NumberKind.BigInteger ? ReadBigInteger(value) : ReadLong(kind, value);

    /// <summary>A double as Java narrows it to a long: toward zero, to the nearest there is, NaN to 0.</summary>
    public static long ToLong(double value)
    {
        if (double.IsNaN(value))
            return 0;
        if (value >= long.MaxValue)
            return long.MaxValue;
        return value <= long.MinValue ? long.MinValue : (long)value;
    }

    /// <summary>A double as Java narrows it to an int.</summary>
    public static int ToInt(double value) => (int)Math.Clamp(ToLong(value), int.MinValue, int.MaxValue);

    private static long LowBits(BigInteger value) => (long)(ulong)(value & ulong.MaxValue);
}
