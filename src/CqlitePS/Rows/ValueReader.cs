using System.Buffers.Binary;
using System.Reflection;
using Cqlite.Core.Query;
using Cqlite.Core.Types;
using CqlitePS.Values;

namespace CqlitePS.Rows;

/// <summary>
/// Reads a result's values as .NET's own: the types that always have one without a box in between, all others by way of
/// their type's decoding. Null stays null, and so does the empty value that a number may have.
/// </summary>
internal static class ValueReader
{
    private static readonly Dictionary<CqlType, MethodInfo> Typed = new()
    {
        [CqlTypes.Boolean] = Method(nameof(ReadBoolean)),
        [CqlTypes.TinyInt] = Method(nameof(ReadSByte)),
        [CqlTypes.SmallInt] = Method(nameof(ReadInt16)),
        [CqlTypes.Int] = Method(nameof(ReadInt32)),
        [CqlTypes.BigInt] = Method(nameof(ReadInt64)),
        [CqlTypes.Counter] = Method(nameof(ReadInt64)),
        [CqlTypes.Float] = Method(nameof(ReadSingle)),
        [CqlTypes.Double] = Method(nameof(ReadDouble)),
        [CqlTypes.Uuid] = Method(nameof(ReadGuid)),
        [CqlTypes.TimeUuid] = Method(nameof(ReadGuid)),
        [CqlTypes.Text] = Method(nameof(ReadString)),
        [CqlTypes.Ascii] = Method(nameof(ReadString)),
        [CqlTypes.Blob] = Method(nameof(ReadBytes)),
    };

    private static readonly MethodInfo Other = Method(nameof(ReadObject));

    /// <summary>The method that reads values of a type; what it returns is the type of the row's property.</summary>
    public static MethodInfo For(CqlType type) => Typed.GetValueOrDefault(type.Unreversed, Other);

    /// <summary>Reads a value of any type as an object.</summary>
    public static object? ReadBoxed(CqlType[] types, QueryResult result, int column) => ReadObject(types, result, column);

    internal static bool? ReadBoolean(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 1 ? value[0] != 0 : (bool?)Decoded(types[column], value);
    }

    internal static sbyte? ReadSByte(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 1 ? (sbyte)value[0] : (sbyte?)Decoded(types[column], value);
    }

    internal static short? ReadInt16(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 2 ? BinaryPrimitives.ReadInt16BigEndian(value) : (short?)Decoded(types[column], value);
    }

    internal static int? ReadInt32(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 4 ? BinaryPrimitives.ReadInt32BigEndian(value) : (int?)Decoded(types[column], value);
    }

    internal static long? ReadInt64(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(value) : (long?)Decoded(types[column], value);
    }

    internal static float? ReadSingle(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 4 ? BinaryPrimitives.ReadSingleBigEndian(value) : (float?)Decoded(types[column], value);
    }

    internal static double? ReadDouble(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 8 ? BinaryPrimitives.ReadDoubleBigEndian(value) : (double?)Decoded(types[column], value);
    }

    internal static Guid? ReadGuid(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull || value.IsEmpty ? null : value.Length == 16 ? new Guid(value, bigEndian: true) : (Guid?)Decoded(types[column], value);
    }

    internal static string? ReadString(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull ? null : (string?)Decoded(types[column], value);
    }

    internal static byte[]? ReadBytes(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull ? null : value.ToArray();
    }

    internal static object? ReadObject(CqlType[] types, QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        return isNull ? null : PowerShellValue.From(Decoded(types[column], value));
    }

    // A value of a wrong length gets the error of its type.
    private static object? Decoded(CqlType type, ReadOnlySpan<byte> value) => type.Decode(value);

    private static MethodInfo Method(string name) => typeof(ValueReader).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
}
