using System.Collections;
using System.Management.Automation;
using Cqlite.Core.Types;

namespace CqlitePS.Values;

/// <summary>
/// Values as a user of PowerShell expects them: .NET's own types where they hold the value exactly (a timestamp is a
/// <see cref="DateTimeOffset"/>), arrays for lists, sets, tuples and vectors, dictionaries for maps, objects with properties for user types.
/// </summary>
internal static class PowerShellValue
{
    /// <summary>Converts what a type decoded.</summary>
    public static object? From(object? decoded) => decoded switch
    {
        null => null,
        string or int or long or bool or Guid or double or byte[] => decoded,
        INativeForm value => value.ToNativeForm(),
        object?[] elements => InPlace(elements),
        CqlTuple tuple => Array.ConvertAll<object?, object?>([.. tuple], From),
        CqlUdtValue udt => OfUserType(udt),
        CqlMap map => new CqlMap(map.Select<KeyValuePair<object?, object?>, KeyValuePair<object?, object?>>(e => new(From(e.Key), From(e.Value)))),
        _ => decoded,
    };

    /// <summary>Takes PowerShell's wrappers off: <see cref="PSObject"/>, and a custom object becomes the dictionary of its properties.</summary>
    public static object? Unwrap(object? value)
    {
        if (value is not PSObject wrapped)
            return value;
        if (wrapped.BaseObject is not PSCustomObject)
            return wrapped.BaseObject;
        Hashtable properties = new(StringComparer.Ordinal);
        foreach (PSPropertyInfo property in wrapped.Properties)
            properties[property.Name] = property.Value;
        return properties;
    }

    private static object?[] InPlace(object?[] elements)
    {
        for (int i = 0; i < elements.Length; i++)
            elements[i] = From(elements[i]);
        return elements;
    }

    private static PSObject OfUserType(CqlUdtValue udt)
    {
        PSObject value = new();
        foreach ((string name, object? field) in udt)
        {
            // PowerShell does not tell names apart by case; a second field of such a name keeps its place under a longer one.
            string unique = name;
            while (value.Properties[unique] is not null)
                unique += "_";
            value.Properties.Add(new PSNoteProperty(unique, From(field)), preValidated: true);
        }

        return value;
    }
}
