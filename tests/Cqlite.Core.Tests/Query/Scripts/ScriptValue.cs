using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Cqlite.Core.Cql;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Encoding;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Planning;
using Cqlite.Core.Types;

namespace Cqlite.Core.Tests.Query.Scripts;

/// <summary>Types and values as the scripts write them.</summary>
internal static class ScriptValue
{
    /// <summary>The serialized form of a literal.</summary>
    public static byte[]? Parse(CqlType type, string literal) => literal switch
    {
        "null" => null,
        "empty" => [],
        "0x" when type is EmptyType => [],
        _ when literal.StartsWith("bytes 0x", StringComparison.Ordinal) => Convert.FromHexString(literal["bytes 0x".Length..]),
        _ => Bind(type, CqlParser.ParseTerm(Unescape(literal))),
    };

    // A client can send a list that has null in it, though no literal can.
    private static byte[]? Bind(CqlType type, Expression expression)
    {
        if (type is ListType list && expression is ListLiteral literal && literal.Elements.Any(e => e is NullLiteral))
        {
            var output = new BufferWriter();
            output.WriteInt32(literal.Elements.Length);
            foreach (Expression element in literal.Elements)
            {
                if (Bind(list.Elements, element) is { } value)
                    output.WriteIntBytes(value);
                else
                    output.WriteInt32(-1);
            }

            return output.ToArray();
        }

        return new TermPlanner(0).Prepare(expression, new Receiver("value", type.IsCounter ? CqlTypes.BigInt : type)).Bind(BindValues.None);
    }

    /// <summary>The literal of a serialized value.</summary>
    public static string TextOf(CqlType type, byte[]? value)
    {
        if (value is null)
            return "null";
        if (IsLegacy(type))
            return $"0x{Convert.ToHexStringLower(value)}";
        if (type is IntType && value.Length != sizeof(int))
            return new BigInteger(value, isBigEndian: true).ToString(CultureInfo.InvariantCulture);
        if (type is ListType { Elements: IntType } list)
            return $"[{string.Join(", ", Elements(value).Select(e => TextOf(list.Elements, e)))}]";
        if (type is TimeType && value.Length == sizeof(long) && value[0] > 0x7F)
            return TextOfNegativeTime(BinaryPrimitives.ReadInt64BigEndian(value));
        var output = new BufferWriter();
        type.WriteLiteral(value, output);
        return output.ToString();
    }

    /// <summary>A type as results announce it, whether frozen or not.</summary>
    public static string TextOf(CqlType type) => type.Unreversed switch
    {
        ListType list => $"list<{TextOf(list.Elements)}>",
        SetType set => $"set<{TextOf(set.Elements)}>",
        MapType map => $"map<{TextOf(map.Keys)}, {TextOf(map.Values)}>",
        VectorType vector => string.Create(CultureInfo.InvariantCulture, $"vector<{TextOf(vector.Elements)}, {vector.Dimension}>"),
        TupleType tuple => $"tuple<{string.Join(", ", tuple.Fields.Select(TextOf))}>",
        UserType user => $"{user.Keyspace}.{user.TypeName}{{{string.Join(", ", user.FieldNames.Zip(user.Fields, (n, t) => $"{CqlIdentifier.Quote(n)} {TextOf(t)}"))}}}",

        // What the protocol has no code for is a class.
        EmptyType => $"'{type.Unreversed.ClassName}'",
        _ when IsLegacy(type) => $"'{type.Unreversed.ClassName}'",
        CqlType other => other.Name,
    };

    private static List<byte[]?> Elements(byte[] collection)
    {
        ElementReader reader = ElementReader.OfCollection(collection, "list", out int count);
        List<byte[]?> elements = new(count);
        for (int i = 0; i < count; i++)
            elements.Add(reader.Read(out ReadOnlySpan<byte> element) ? element.ToArray() : null);
        return elements;
    }

    // The hours are negative, all smaller parts are not.
    private static string TextOfNegativeTime(long nanos)
    {
        (long hours, long rest) = Math.DivRem(nanos, 3_600_000_000_000);
        if (rest < 0)
            (hours, rest) = (hours - 1, rest + 3_600_000_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"'{hours}:{rest / 60_000_000_000:00}:{rest / 1_000_000_000 % 60:00}.{rest % 1_000_000_000:000000000}'");
    }

    private static bool IsLegacy(CqlType type) => type.Unreversed.Equals(CqlTypes.LegacyTimeUuid);

    /// <summary>A text with the escapes <c>\n \r \t \\ \u{hex}</c> undone.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var output = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                output.Append(text[i]);
                continue;
            }

            char escape = text[++i];
            if (escape == 'u')
            {
                int end = text.IndexOf('}', i);
                output.Append(new Rune(int.Parse(text.AsSpan(i + 2, end - i - 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                i = end;
            }
            else
            {
                output.Append(escape switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escape });
            }
        }

        return output.ToString();
    }
}
