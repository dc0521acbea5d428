namespace Cqlite.Core.Schema.Options;

/// <summary>The value of a property behind WITH: a text, or a map of texts.</summary>
/// <param name="Text">The constant's text; null for a map.</param>
/// <param name="Map">The map; null for a text.</param>
internal readonly record struct PropertyValue(string? Text, IReadOnlyDictionary<string, string>? Map);

/// <summary>The properties behind WITH, by name.</summary>
/// <remarks>Source: org/apache/cassandra/cql3/statements/PropertyDefinitions.java.</remarks>
internal sealed class PropertySet
{
    private readonly Dictionary<string, PropertyValue> _values = new(StringComparer.Ordinal);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>Names of the properties.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Adds a property, which must not be there yet.</summary>
    public void Add(string name, PropertyValue value)
    {
        if (!_values.TryAdd(name, value))
            throw OptionErrors.Syntax($"Multiple definitions for property '{name}'");
    }

    /// <summary>Takes a property out.</summary>
    public bool Remove(string name, out PropertyValue value) => _values.Remove(name, out value);

    /// <summary>Whether the property is there.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Checks that there are no properties but these.</summary>
    public void CheckNames(IReadOnlySet<string> known)
    {
        foreach (string name in _values.Keys)
        {
            if (!known.Contains(name))
                throw OptionErrors.Syntax($"Unknown property '{name}'");
        }
    }

    /// <summary>The text of a property; null when it is absent.</summary>
    public string? Text(string name)
    {
        if (!_values.TryGetValue(name, out PropertyValue value))
            return null;
        return value.Text ?? throw OptionErrors.Syntax($"Invalid value for property '{name}'. It should be a string");
    }

    /// <summary>The map of a property; null when it is absent.</summary>
    public IReadOnlyDictionary<string, string>? Map(string name)
    {
        if (!_values.TryGetValue(name, out PropertyValue value))
            return null;
        return value.Map ?? throw OptionErrors.Syntax($"Invalid value for property '{name}'. It should be a map.");
    }

    /// <summary>The Boolean of a property, or another value when it is absent.</summary>
    public bool Boolean(string name, bool absent) => Text(name) is not { } text
        ? absent
        : text.ToLowerInvariant() switch
        {
            "1" or "true" or "yes" => true,
            "0" or "false" or "no" => false,
            _ => throw OptionErrors.Syntax(
                $"Invalid boolean value {text} for '{name}'. Positive values can be '1', 'true' or 'yes'. Negative values can be '0', 'false' or 'no'."),
        };

    /// <summary>The integer of a property, or another value when it is absent.</summary>
    public int Int32(string name, int absent) => Text(name) is not { } text
        ? absent
        : JavaNumber.TryParseInt(text, out int value) ? value : throw OptionErrors.Syntax($"Invalid integer value {text} for '{name}'");

    /// <summary>The number of a property, or another value when it is absent.</summary>
    public double Double(string name, double absent) => Text(name) is not { } text
        ? absent
        : JavaNumber.TryParseDouble(text, out double value) ? value : throw OptionErrors.Syntax($"Invalid double value {text} for '{name}'");
}
