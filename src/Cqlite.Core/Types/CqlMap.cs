using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Cqlite.Core.Types;

/// <summary>
/// A value of <c>map</c>: entries in the keys' order. Keys are looked up by content: arrays by their elements, floating-point
/// numbers by their bits. A key of no bytes, which a number may be, is null.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is CQL's map, as CqlTuple is CQL's tuple.")]
public sealed class CqlMap : IReadOnlyCollection<KeyValuePair<object?, object?>>, IDictionary
{
    private readonly List<KeyValuePair<object?, object?>> _entries;

    /// <summary>Creates a map of entries in their order.</summary>
    public CqlMap(IEnumerable<KeyValuePair<object?, object?>> entries) => _entries = [.. entries];

    internal CqlMap(int capacity) => _entries = new List<KeyValuePair<object?, object?>>(capacity);

    /// <inheritdoc cref="ICollection.Count"/>
    public int Count => _entries.Count;

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<object?> Keys => [.. _entries.Select(e => e.Key)];

    /// <summary>The values in the order of their keys.</summary>
    public IReadOnlyList<object?> Values => [.. _entries.Select(e => e.Value)];

    /// <inheritdoc/>
    bool IDictionary.IsFixedSize => true;

    /// <inheritdoc/>
    bool IDictionary.IsReadOnly => true;

    /// <inheritdoc/>
    bool ICollection.IsSynchronized => false;

    /// <inheritdoc/>
    object ICollection.SyncRoot => _entries;

    /// <inheritdoc/>
    ICollection IDictionary.Keys => _entries.ConvertAll(e => e.Key ?? DBNull.Value);

    /// <inheritdoc/>
    ICollection IDictionary.Values => _entries.ConvertAll(e => e.Value);

    /// <summary>The value of a key, or null.</summary>
    public object? this[object? key] => TryGetValue(key, out object? value) ? value : null;

    /// <inheritdoc/>
    object? IDictionary.this[object key]
    {
        get => this[key];
        set => throw new NotSupportedException("A CqlMap can't be changed.");
    }

    /// <summary>Looks a key up.</summary>
    public bool TryGetValue(object? key, out object? value)
    {
        foreach (KeyValuePair<object?, object?> entry in _entries)
        {
            if (CqlValueComparer.Instance.Equals(entry.Key, key))
            {
                value = entry.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Whether the key is there.</summary>
    public bool ContainsKey(object? key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object?, object?>> GetEnumerator() => _entries.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    IDictionaryEnumerator IDictionary.GetEnumerator() => new EntryEnumerator(_entries);

    /// <inheritdoc/>
    bool IDictionary.Contains(object key) => ContainsKey(key);

    /// <inheritdoc/>
    void ICollection.CopyTo(Array array, int index)
    {
        ArgumentNullException.ThrowIfNull(array);
        foreach (KeyValuePair<object?, object?> entry in _entries)
            array.SetValue(new DictionaryEntry(entry.Key ?? DBNull.Value, entry.Value), index++);
    }

    /// <inheritdoc/>
    void IDictionary.Add(object key, object? value) => throw new NotSupportedException("A CqlMap can't be changed.");

    /// <inheritdoc/>
    void IDictionary.Clear() => throw new NotSupportedException("A CqlMap can't be changed.");

    /// <inheritdoc/>
    void IDictionary.Remove(object key) => throw new NotSupportedException("A CqlMap can't be changed.");

    internal void Append(object? key, object? value) => _entries.Add(new KeyValuePair<object?, object?>(key, value));

    private sealed class EntryEnumerator(List<KeyValuePair<object?, object?>> entries) : IDictionaryEnumerator
    {
        private int _index = -1;

        public DictionaryEntry Entry => new(Key, Value);

        public object Key => entries[_index].Key ?? DBNull.Value;

        public object? Value => entries[_index].Value;

        public object Current => Entry;

        public bool MoveNext() => ++_index < entries.Count;

        public void Reset() => _index = -1;
    }
}
