namespace Cqlite.Core.Query;

/// <summary>The values for a statement's bind markers, serialized, in the order of the markers.</summary>
public sealed class BindValues
{
    private readonly byte[]?[] _values;

    /// <summary>Holds values; null stands for null, <see cref="Unset"/> for a value that is left unset.</summary>
    public BindValues(params byte[]?[] values) => _values = values;

    /// <summary>No values.</summary>
    public static BindValues None { get; } = new();

    /// <summary>Marks a value as unset; told apart from others by identity.</summary>
    public static byte[] Unset { get; } = [0];

    /// <summary>Number of values.</summary>
    public int Count => _values.Length;

    /// <summary>The value of a marker.</summary>
    public byte[]? this[int index] => _values[index];

    /// <summary>Whether a value is the unset one.</summary>
    internal static bool IsUnset(byte[]? value) => ReferenceEquals(value, Unset);
}
