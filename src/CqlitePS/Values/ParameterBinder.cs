using System.Collections;
using System.Management.Automation;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Types;

namespace CqlitePS.Values;

/// <summary>
/// Takes values of PowerShell for the bind markers of a statement: by position from an array, by name from a hashtable or from an object's
/// properties. A text for a type that is none (from <c>Import-Csv</c>, say) is read as CQL would read it.
/// </summary>
internal static class ParameterBinder
{
    /// <summary>Binds.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="parameter">A hashtable, an array, an object with properties, or the value of the only marker.</param>
    /// <exception cref="ArgumentException">A marker gets no value, or there are values without a marker.</exception>
    /// <exception cref="InvalidQueryException">A value is not of the marker's type.</exception>
    public static BindValues Bind(PreparedQuery query, object? parameter)
    {
        object? value = parameter is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : parameter;
        return value switch
        {
            IDictionary named => ByName(query, name => Find(named, name), named.Keys.Count),
            string or byte[] => ByPosition(query, new object?[] { value }),
            IList positional => ByPosition(query, positional),
            _ when IsScalar(value) => ByPosition(query, new object?[] { value }),
            _ => ByName(query, name => Property(PSObject.AsPSObject(parameter!), name), given: null),
        };
    }

    /// <summary>A value as its type serializes it; null for null.</summary>
    public static byte[]? Encode(object? value, CqlType type)
    {
        if (Value(value, type) is not { } known)
            return null;
        BufferWriter output = new(32);
        type.Unreversed.Encode(known, output);
        return output.ToArray();
    }

    private static BindValues ByPosition(PreparedQuery query, IList values)
    {
        if (values.Count != query.Markers.Length)
            throw new ArgumentException($"The statement has {query.Markers.Length} bind markers, and {values.Count} values were given.");
        byte[]?[] bound = new byte[]?[values.Count];
        for (int i = 0; i < bound.Length; i++)
            bound[i] = EncodeMarker(values[i], query.Markers[i]);
        return new BindValues(bound);
    }

    private static BindValues ByName(PreparedQuery query, Func<string, (bool Found, object? Value)> find, int? given)
    {
        byte[]?[] bound = new byte[]?[query.Markers.Length];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < bound.Length; i++)
        {
            ResultColumn marker = query.Markers[i];
            names.Add(marker.Name);
            (bool found, object? value) = find(marker.Name);
            if (!found)
                throw new ArgumentException($"The bind marker '{marker.Name}' gets no value: nothing of that name was given.");
            bound[i] = EncodeMarker(value, marker);
        }

        // An object may have more properties than are needed; a hashtable was written for this statement.
        if (given > names.Count)
            throw new ArgumentException($"{given} named values were given, and the statement's bind markers are: {(names.Count == 0 ? "none" : string.Join(", ", names))}.");
        return new BindValues(bound);
    }

    private static byte[]? EncodeMarker(object? value, ResultColumn marker)
    {
        try
        {
            return Encode(value, marker.Type);
        }
        catch (InvalidQueryException e)
        {
            throw new InvalidQueryException($"The value of '{marker.Name}' is no {marker.Type.Unreversed.Name}: {e.Message}", e.Code);
        }
    }

    private static (bool Found, object? Value) Find(IDictionary named, string name)
    {
        foreach (DictionaryEntry entry in named)
        {
            if (string.Equals(entry.Key as string, name, StringComparison.OrdinalIgnoreCase))
                return (true, entry.Value);
        }

        return (false, null);
    }

    private static (bool Found, object? Value) Property(PSObject item, string name) =>
        item.Properties[name] is { } property ? (true, property.Value) : (false, null);

    private static bool IsScalar(object? value) => value is null or IConvertible or Guid or DateTimeOffset or DateOnly or TimeOnly or TimeSpan
        or System.Numerics.BigInteger or System.Net.IPAddress or INativeForm or CqlDuration or CqlTuple or CqlUdtValue;

    private static object? Value(object? given, CqlType type)
    {
        object? value = PowerShellValue.Unwrap(given);
        CqlType plain = type.Unreversed;
        return value switch
        {
            null or DBNull => null,
            string text when plain is UserType or TupleType or ListType or SetType or MapType or VectorType => throw new InvalidQueryException($"a text ('{text}') was given."),
            string text => FromText(text, plain),
            _ => plain switch
            {
                ListType list => Elements(value, list.Elements),
                SetType set => Elements(value, set.Elements),
                VectorType vector => Elements(value, vector.Elements),
                MapType map when value is IDictionary entries => Map(entries, map),
                UserType user when value is IDictionary fields => Fields(fields, user),
                TupleType tuple when value is IList items => Tuple(items, tuple),
                _ => value,
            },
        };
    }

    private static object? FromText(string text, CqlType type)
    {
        if (type.Equals(CqlTypes.Text) || type.Equals(CqlTypes.Ascii))
            return text;
        if (text.Length == 0 && type.IsEmptyMeaningless)
            return null;
        BufferWriter bytes = new(32);
        if (type.Equals(CqlTypes.Blob) && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            text = text[2..];
        type.ParseText(text, bytes);
        return type.Decode(bytes.WrittenSpan);
    }

    private static object Elements(object value, CqlType type) => value is IEnumerable elements
        ? elements.Cast<object?>().Select(e => Value(e, type)).ToArray()
        : new[] { Value(value, type) };

    private static CqlMap Map(IDictionary entries, MapType type)
    {
        List<KeyValuePair<object?, object?>> converted = [];
        foreach (DictionaryEntry entry in entries)
            converted.Add(new KeyValuePair<object?, object?>(Value(entry.Key, type.Keys), Value(entry.Value, type.Values)));
        return new CqlMap(converted);
    }

    private static CqlUdtValue Fields(IDictionary given, UserType type)
    {
        foreach (object key in given.Keys)
        {
            if (key is not string name || !type.FieldNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new InvalidQueryException($"{type.TypeName} has no field '{key}'.");
        }

        object?[] values = new object?[type.Fields.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Value(Find(given, type.FieldNames[i]).Value, type.Fields[i]);
        return new CqlUdtValue(type.TypeName, type.FieldNames, values);
    }

    private static CqlTuple Tuple(IList items, TupleType type)
    {
        if (items.Count > type.Fields.Count)
            throw new InvalidQueryException($"{type.Name} has {type.Fields.Count} fields, and {items.Count} values were given.");
        object?[] values = new object?[items.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Value(items[i], type.Fields[i]);
        return new CqlTuple(values);
    }
}
