using System.Collections;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>A value of <c>tuple</c>. It may have fewer fields than its type: those of a type that grew later are not there, which is not the same bytes as null.</summary>
public sealed class CqlTuple : IReadOnlyList<object?>, IEquatable<CqlTuple>
{
    private readonly object?[] _fields;

    /// <summary>Creates a tuple of fields.</summary>
    public CqlTuple(params object?[] fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        _fields = fields;
    }

    /// <summary>Number of fields that the value has.</summary>
    public int Count => _fields.Length;

    /// <summary>A field by position; null also for one that is not there.</summary>
    public object? this[int index] => index >= 0 && index < _fields.Length ? _fields[index] : null;

    /// <inheritdoc/>
    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)_fields).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(CqlTuple? other) => other is not null && CqlValueComparer.Instance.Equals(_fields, other._fields);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CqlTuple);

    /// <inheritdoc/>
    public override int GetHashCode() => CqlValueComparer.Instance.GetHashCode(_fields);

    /// <inheritdoc/>
    public override string ToString() => $"({string.Join(", ", _fields.Select(f => f ?? "null"))})";
}

/// <summary>A value of a user type: fields by name. Fields that the type got after the value was written are not there, and read as null.</summary>
public sealed class CqlUdtValue : IReadOnlyCollection<KeyValuePair<string, object?>>, IEquatable<CqlUdtValue>
{
    private readonly IReadOnlyList<string> _names;
    private readonly object?[] _fields;

    /// <summary>Creates a value of a user type.</summary>
    /// <param name="typeName">The type's name.</param>
    /// <param name="fieldNames">Names of all fields of the type, in order.</param>
    /// <param name="fields">As many values as the value has fields, from the first on.</param>
    public CqlUdtValue(string typeName, IReadOnlyList<string> fieldNames, params object?[] fields)
    {
        ArgumentNullException.ThrowIfNull(fieldNames);
        ArgumentNullException.ThrowIfNull(fields);
        if (fields.Length > fieldNames.Count)
            throw new ArgumentException($"{fields.Length} fields for {fieldNames.Count} names.", nameof(fields));
        TypeName = typeName;
        _names = fieldNames;
        _fields = fields;
    }

    /// <summary>The type's name.</summary>
    public string TypeName { get; }

    /// <summary>Names of all fields of the type, in order.</summary>
    public IReadOnlyList<string> FieldNames => _names;

    /// <summary>Number of fields that are stored, from the first on.</summary>
    public int StoredFields => _fields.Length;

    /// <summary>Number of fields of the type.</summary>
    public int Count => _names.Count;

    /// <summary>A field by position; null also for one that is not there.</summary>
    public object? this[int index] => index >= 0 && index < _fields.Length ? _fields[index] : null;

    /// <summary>A field by name; null also for one that is not there.</summary>
    public object? this[string name]
    {
        get
        {
            for (int i = 0; i < _fields.Length; i++)
            {
                if (string.Equals(_names[i], name, StringComparison.Ordinal))
                    return _fields[i];
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int i = 0; i < _names.Count; i++)
            yield return new KeyValuePair<string, object?>(_names[i], this[i]);
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(CqlUdtValue? other) =>
        other is not null && string.Equals(TypeName, other.TypeName, StringComparison.Ordinal) && CqlValueComparer.Instance.Equals(_fields, other._fields);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CqlUdtValue);

    /// <inheritdoc/>
    public override int GetHashCode() => CqlValueComparer.Instance.GetHashCode(_fields);

    /// <inheritdoc/>
    public override string ToString()
    {
        BufferWriter text = new(64);
        text.WriteByte((byte)'{');
        foreach ((string name, object? value) in this)
        {
            if (text.Length > 1)
                text.Write(", "u8);
            text.WriteText(name);
            text.Write(": "u8);
            text.WriteText(value?.ToString() ?? "null");
        }

        text.WriteByte((byte)'}');
        return text.ToString();
    }
}
