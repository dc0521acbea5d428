using System.Collections;
using System.Management.Automation;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Values;
using Cqlite.Core.Types;

namespace CqlitePS.Values;

/// <summary>
/// Takes values of PowerShell for the bind markers of a statement: by position from an array, by name from a hashtable or from an object's
/// properties. A text for a type that is none (from <c>Import-Csv</c>, say) is read as CQL would read it.
/// </summary>
internal static class ParameterBinder
{
    private static readonly ValueEncoder s_encoder = new(PowerShellValue.Unwrap);

    /// <summary>Binds.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="parameter">A hashtable, an array, an object with properties, or the value of the only marker.</param>
    /// <exception cref="ArgumentException">A marker gets no value, or there are values without a marker.</exception>
    /// <exception cref="InvalidQueryException">A value is not of the marker's type.</exception>
    public static BindValues Bind(PreparedStatement query, object? parameter) => Bind(query, parameter, isShared: false);

    /// <summary>Binds values that may be for other statements too, so that those that this one has no marker for are no mistake.</summary>
    /// <inheritdoc cref="Bind(PreparedStatement, object?)"/>
    public static BindValues BindShared(PreparedStatement query, object? parameter) => Bind(query, parameter, isShared: true);

    /// <summary>A value as its type serializes it; null for null.</summary>
    public static byte[]? Encode(object? value, CqlType type) => s_encoder.Encode(value, type);

    private static BindValues Bind(PreparedStatement query, object? parameter, bool isShared)
    {
        object? value = parameter is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : parameter;
        return value switch
        {
            IDictionary named => ByName(query, name => Find(named, name), isShared ? null : named.Keys.Count),
            string or byte[] => ByPosition(query, new object?[] { value }),
            IList positional => ByPosition(query, positional),
            _ when IsScalar(value) => ByPosition(query, new object?[] { value }),
            _ => ByName(query, name => Property(PSObject.AsPSObject(parameter!), name), given: null),
        };
    }

    private static BindValues ByPosition(PreparedStatement query, IList values)
    {
        if (values.Count != query.Markers.Length)
            throw new ArgumentException($"The statement has {query.Markers.Length} bind markers, and {values.Count} values were given.");
        byte[]?[] bound = new byte[]?[values.Count];
        for (int i = 0; i < bound.Length; i++)
            bound[i] = EncodeMarker(values[i], query.Markers[i]);
        return new BindValues(bound);
    }

    private static BindValues ByName(PreparedStatement query, Func<string, (bool Found, object? Value)> find, int? given)
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
}
