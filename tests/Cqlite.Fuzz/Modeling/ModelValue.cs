using System.Buffers.Binary;
using System.Globalization;

namespace Cqlite.Fuzz.Modeling;

/// <summary>What a column of the model may be.</summary>
internal enum ValueKind
{
    /// <summary>An int, here <see cref="int"/>.</summary>
    Int,

    /// <summary>A text, here <see cref="string"/>.</summary>
    Text,

    /// <summary>A set of int with a cell an element, here a list in order.</summary>
    Set,

    /// <summary>A map of text to int with a cell an entry.</summary>
    Map,

    /// <summary>A list of int with a cell an element.</summary>
    List,

    /// <summary>A user type that is not frozen, with a cell a field.</summary>
    Fields,

    /// <summary>A frozen set of int: one cell.</summary>
    FrozenSet,
}

/// <summary>The values of the model: int, text, lists of int (sets too), maps, fields; null for none.</summary>
internal static class ModelValue
{
    /// <summary>The type's name in CQL.</summary>
    public static string TypeName(ValueKind kind) => kind switch
    {
        ValueKind.Int => "int",
        ValueKind.Text => "text",
        ValueKind.Set => "set<int>",
        ValueKind.Map => "map<text, int>",
        ValueKind.List => "list<int>",
        ValueKind.Fields => "k.u",
        _ => "frozen<set<int>>",
    };

    /// <summary>Whether each element is a cell of its own.</summary>
    public static bool IsMultiCell(ValueKind kind) => kind is ValueKind.Set or ValueKind.Map or ValueKind.List or ValueKind.Fields;

    /// <summary>The literal, as results print it.</summary>
    public static string Literal(object? value, ValueKind kind) => value switch
    {
        null => "null",
        int number => number.ToString(CultureInfo.InvariantCulture),
        string text => $"'{text}'",
        IEnumerable<int> list when kind == ValueKind.List => $"[{string.Join(", ", list)}]",
        IEnumerable<int> set => $"{{{string.Join(", ", set)}}}",
        IReadOnlyDictionary<string, int> map => $"{{{string.Join(", ", map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"'{e.Key}': {e.Value}"))}}}",
        IReadOnlyDictionary<string, object> fields => $"{{{string.Join(", ", fields.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}: {Literal(e.Value, ValueKind.Int)}"))}}}",
        _ => throw new ArgumentException($"{value.GetType()} is no value of the model.", nameof(value)),
    };

    /// <summary>The order of two values of a key or of a comparison.</summary>
    public static int Compare(object left, object right) => left is int number ? number.CompareTo((int)right) : string.CompareOrdinal((string)left, (string)right);

    /// <summary>The serialized form of an int, a text, or a frozen set.</summary>
    public static byte[] Serialize(object value)
    {
        switch (value)
        {
            case int number:
                byte[] bytes = new byte[4];
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
                return bytes;
            case string text:
                return System.Text.Encoding.UTF8.GetBytes(text);
            default:
                List<int> set = [.. (IEnumerable<int>)value];
                return [.. Serialize(set.Count), .. set.SelectMany(e => (byte[])[0, 0, 0, 4, .. Serialize(e)])];
        }
    }
}
