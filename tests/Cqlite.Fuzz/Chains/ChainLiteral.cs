using System.Globalization;
using System.Numerics;

namespace Cqlite.Fuzz.Chains;

/// <summary>Values as literals: ordinary ones, and those at the ends of what a type holds.</summary>
internal static class ChainLiteral
{
    private const int LongLength = 100_000;

    /// <summary>A literal of a type.</summary>
    public static string Of(ChainType type, Random random) => Of(type, random, isInner: false);

    /// <summary>Literals of so many elements, for a list, set or map that is added or taken away.</summary>
    public static string Elements(ChainType type, Random random, int count) => type.Kind switch
    {
        ChainKind.List => $"[{Join(count, () => Of(type.Arguments[0], random, isInner: true))}]",
        ChainKind.Set => $"{{{Join(count, () => Of(type.Arguments[0], random, isInner: true))}}}",

        // Of entries with one key Cassandra keeps any.
        _ => $"{{{string.Join(", ", Enumerable.Range(0, count).Select(_ => Of(type.Arguments[0], random, isInner: true)).Distinct(StringComparer.Ordinal).Select(key => $"{key}: {Of(type.Arguments[1], random, isInner: true)}"))}}}",
    };

    private static string Of(ChainType type, Random random, bool isInner)
    {
        switch (type.Kind)
        {
            case ChainKind.Native:
                return Native(type.Name, random, isInner);
            case ChainKind.Vector:
                return $"[{Join(type.Dimension, () => Of(type.Arguments[0], random, isInner: true))}]";
            case ChainKind.Tuple:
                int given = random.Next(4) == 0 ? random.Next(1, type.Arguments.Count + 1) : type.Arguments.Count;
                return $"({string.Join(", ", type.Arguments.Take(given).Select(a => random.Next(8) == 0 ? "null" : Of(a, random, isInner: true)))})";
            case ChainKind.User:
                int[] fields = [.. Enumerable.Range(0, type.Fields.Count).Where(_ => random.Next(5) > 0)];
                if (fields.Length == 0)
                    fields = [0];
                return $"{{{string.Join(", ", fields.Select(f => $"{type.Fields[f]}: {Of(type.Arguments[f], random, isInner: true)}"))}}}";
            default:
                return Elements(type, random, random.Next(5));
        }
    }

    private static string Join(int count, Func<string> part) => string.Join(", ", Enumerable.Range(0, count).Select(_ => part()));

    private static string Native(string name, Random random, bool isInner)
    {
        // No value at all is one too, of most types.
        if (!isInner && name is ("int" or "bigint" or "boolean" or "double" or "uuid" or "timestamp" or "decimal" or "varint" or "inet") && random.Next(40) == 0)
            return $"blob_as_{name}(0x)";
        bool isLong = !isInner && random.Next(200) == 0;
        return name switch
        {
            "ascii" => isLong ? Quote(new string('a', LongLength)) : Pick(random, "''", "'a'", "'b'", "'~ z'", "'it''s'"),
            "text" => isLong ? Quote(new string('é', LongLength / 2)) : Pick(random, "''", "'a'", "'B'", "'日本語'", "'😀'", "'it''s'", "'\n\t'", "'null'", "'0x00'", $"'t{random.Next(100)}'"),
            "blob" => isLong ? "0x" + new string('7', LongLength) : Pick(random, "0x", "0x00", "0xff", "0x0001", "0x80ff00", $"0x{random.Next():x8}"),
            "boolean" => Pick(random, "true", "false"),
            "tinyint" => Pick(random, "-128", "127", "0", "-1", $"{random.Next(-128, 128)}"),
            "smallint" => Pick(random, "-32768", "32767", "0", "-1", $"{random.Next(-32768, 32768)}"),
            "int" => Pick(random, "-2147483648", "2147483647", "0", "-1", $"{random.Next(50)}"),
            "bigint" => Pick(random, "-9223372036854775808", "9223372036854775807", "0", "-1", $"{random.NextInt64()}"),
            "varint" => Pick(random, "0", "-1", "128", "-129", BigInteger.Pow(10, random.Next(1, 60)).ToString(CultureInfo.InvariantCulture), $"-{BigInteger.Pow(7, random.Next(200))}"),
            "decimal" => Pick(random, "0", "0.0", "-0.00", "1.10", "1.1", "1E+10", "1e-300", "123456789012345678901234567890.123456789012345678901234567890", $"-{BigInteger.Pow(3, random.Next(150))}.5"),
            "double" => Pick(random, "NaN", "Infinity", "-Infinity", "0.0", "-0.0", "4.9E-324", "1.7976931348623157E308", "1.5", $"{random.Next(100)}.25"),
            "float" => Pick(random, "NaN", "Infinity", "-Infinity", "0.0", "-0.0", "1.4E-45", "3.4028235E38", "1.5", $"{random.Next(100)}.25"),
            "duration" => Pick(random, "1y2mo3w4d5h6m7s8ms9us10ns", "0s", "-1d", "2147483647mo", "1mo", "30d", "P1Y2M3DT4H5M6S", "9223372036854775807ns"),
            "inet" => Pick(random, "'127.0.0.1'", "'0.0.0.0'", "'255.255.255.255'", "'::1'", "'::'", "'fe80::1234'", $"'10.0.0.{random.Next(256)}'"),
            "date" => Pick(random, "0", "4294967295", "2147483648", "'1970-01-01'", "'2024-02-29'", "'0001-01-01'", "'-0044-03-15'", $"'20{random.Next(10, 60)}-01-01'"),
            "time" => Pick(random, "'00:00:00'", "'23:59:59.999999999'", "'12:34:56.789'", "1"),
            "timestamp" => Pick(random, "0", "-1", "-9223372036854775808", "9223372036854775807", "253402300800000", "'2024-02-29T12:00:00.123Z'", $"{random.Next()}000"),
            "uuid" => Pick(random, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", Uuid(random, 4), Uuid(random, 1), Uuid(random, 7)),
            "timeuuid" => Pick(random, "00000000-0000-1000-8080-808080808080", "ffffffff-ffff-1fff-bfff-ffffffffffff", Uuid(random, 1), Uuid(random, 1)),
            _ => throw new InvalidDataException($"{name} is no native type."),
        };
    }

    private static string Uuid(Random random, int version) =>
        $"{random.Next():x8}-{random.Next(0x10000):x4}-{version}{random.Next(0x1000):x3}-{"89ab"[random.Next(4)]}{random.Next(0x1000):x3}-{random.NextInt64(1L << 48):x12}";

    private static string Quote(string text) => $"'{text}'";

    private static string Pick(Random random, params ReadOnlySpan<string> literals) => literals[random.Next(literals.Length)];
}
