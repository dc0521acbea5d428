using System.Collections;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Values;

/// <summary>
/// Serializes .NET values for bind markers: whatever holds a value of the type, with elements and fields converted alike. A text for a type that is none is read
/// as CQL reads it.
/// </summary>
/// <param name="unwrap">Takes off what a caller wraps values in; null for nothing.</param>
internal sealed class ValueEncoder(Func<object?, object?>? unwrap = null)
{
    /// <summary>The encoder of plain .NET values.</summary>
    public static ValueEncoder Plain { get; } = new();

    /// <summary>A value's serialized form; null for null.</summary>
    /// <exception cref="InvalidQueryException">It is no value of the type.</exception>
    public byte[]? Encode(object? value, CqlType type)
    {
        if (ReferenceEquals(value, BindValues.Unset))
            return BindValues.Unset;
        if (Convert(value, type) is not { } known)
            return null;
        BufferWriter output = new(32);
        type.Unreversed.Encode(known, output);
        return output.ToArray();
    }

    /// <summary>The values of a statement's markers.</summary>
    /// <exception cref="InvalidQueryException">A value is none of the marker's type; the text names the marker.</exception>
    public BindValues Encode(PreparedStatement query, IReadOnlyList<object?> values)
    {
        if (values.Count != query.Markers.Length)
            throw new ArgumentException($"The statement has {query.Markers.Length} bind markers, and {values.Count} values were given.");
        byte[]?[] bound = new byte[]?[values.Count];
        for (int i = 0; i < bound.Length; i++)
        {
            try
            {
                bound[i] = Encode(values[i], query.Markers[i].Type);
            }
            catch (InvalidQueryException e)
            {
                throw new InvalidQueryException($"The value of '{query.Markers[i].Name}' is no {query.Markers[i].Type.Unreversed.Name}: {e.Message}", e.Code);
            }
        }

        return new BindValues(bound);
    }

    private object? Convert(object? given, CqlType type)
    {
        object? value = unwrap is null ? given : unwrap(given);
        CqlType plain = type.Unreversed;
        return value switch
        {
            null or DBNull => null,
            string text when plain is UserType or TupleType or ListType or SetType or MapType or VectorType => throw new InvalidQueryException($"a text ('{text}') was given."),
            string text => FromText(text, plain),
            Enum number when plain is not TextType => System.Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture),
            Enum name => name.ToString(),
            DateTime { Kind: DateTimeKind.Unspecified } moment when plain is TimestampType => new DateTimeOffset(moment, TimeSpan.Zero),
            DateTime moment when plain is DateType => DateOnly.FromDateTime(moment),
            TimeSpan time when plain is TimeType => TimeOnly.FromTimeSpan(time),
            Memory<byte> bytes => bytes.ToArray(),
            ReadOnlyMemory<byte> bytes => bytes.ToArray(),
            _ => plain switch
            {
                ListType list => Elements(value, list.Elements),
                SetType set => Elements(value, set.Elements),
                VectorType when value is float[] => value,
                VectorType vector => Elements(value, vector.Elements),
                MapType map when value is IDictionary entries => Map(entries, map),
                UserType user when value is IDictionary fields => Fields(fields, user),
                TupleType tuple when value is IList items => Tuple([.. items.Cast<object?>()], tuple),
                TupleType tuple when value is System.Runtime.CompilerServices.ITuple items => Tuple([.. Enumerable.Range(0, items.Length).Select(i => items[i])], tuple),
                _ => value,
            },
        };
    }

    private static object? FromText(string text, CqlType type)
    {
        if (type is TextType)
            return text;
        if (text.Length == 0 && type.IsEmptyMeaningless)
            return null;
        BufferWriter bytes = new(32);
        if (type is BlobType && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            text = text[2..];
        type.ParseText(text, bytes);
        return type.Decode(bytes.WrittenSpan);
    }

    private object?[] Elements(object value, CqlType type) => value is IEnumerable elements
        ? [.. elements.Cast<object?>().Select(e => Convert(e, type))]
        : [Convert(value, type)];

    private CqlMap Map(IDictionary entries, MapType type)
    {
        List<KeyValuePair<object?, object?>> converted = [];
        foreach (DictionaryEntry entry in entries)
            converted.Add(new KeyValuePair<object?, object?>(Convert(entry.Key, type.Keys), Convert(entry.Value, type.Values)));
        return new CqlMap(converted);
    }

    private CqlUdtValue Fields(IDictionary given, UserType type)
    {
        foreach (object key in given.Keys)
        {
            if (key is not string name || !type.FieldNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new InvalidQueryException($"{type.TypeName} has no field '{key}'.");
        }

        object?[] values = new object?[type.Fields.Count];
        foreach (DictionaryEntry entry in given)
        {
            int field = type.FieldNames.Select((name, i) => (name, i)).First(f => f.name.Equals((string)entry.Key, StringComparison.OrdinalIgnoreCase)).i;
            values[field] = Convert(entry.Value, type.Fields[field]);
        }

        return new CqlUdtValue(type.TypeName, type.FieldNames, values);
    }

    private CqlTuple Tuple(IReadOnlyList<object?> items, TupleType type)
    {
        if (items.Count > type.Fields.Count)
            throw new InvalidQueryException($"{type.Name} has {type.Fields.Count} fields, and {items.Count} values were given.");
        return new CqlTuple([.. items.Select((item, i) => Convert(item, type.Fields[i]))]);
    }
}
