using Cqlite.Core.Encoding;

namespace Cqlite.Core.Types;

/// <summary>Gathers serialized elements, or pairs of them, to put them into the order of a set or a map.</summary>
internal sealed class ElementList(CqlType order, bool pairs)
{
    private readonly BufferWriter _bytes = new();
    private readonly List<(int Key, int Value, int End)> _items = [];

    /// <summary>Adds an element.</summary>
    /// <param name="writeKey">Appends the element, or the key of a pair.</param>
    /// <param name="writeValue">Appends the value of a pair.</param>
    public void Add(Action<BufferWriter> writeKey, Action<BufferWriter>? writeValue = null)
    {
        int key = _bytes.Length;
        writeKey(_bytes);
        int value = _bytes.Length;
        writeValue?.Invoke(_bytes);
        _items.Add((key, value, _bytes.Length));
    }

    /// <summary>Adds an element, or a pair.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value = default)
    {
        int start = _bytes.Length;
        _bytes.Write(key);
        int middle = _bytes.Length;
        _bytes.Write(value);
        _items.Add((start, middle, _bytes.Length));
    }

    /// <summary>Forgets all elements.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _items.Clear();
    }

    /// <summary>Appends the collection: sorted, of equal elements the first, with the last value of equal keys.</summary>
    public void Write(BufferWriter output)
    {
        // A stable sort, so that "first" and "last" are those of the input.
        (int Key, int Value, int End)[] sorted = [.. _items.OrderBy(i => i, Comparer<(int Key, int Value, int End)>.Create(Compare))];
        List<(int First, int Last)> distinct = [];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && Compare(sorted[i - 1], sorted[i]) == 0)
                distinct[^1] = (distinct[^1].First, i);
            else
                distinct.Add((i, i));
        }

        output.WriteInt32(distinct.Count);
        foreach ((int first, int last) in distinct)
        {
            output.WriteIntBytes(_bytes.WrittenSpan[sorted[first].Key..sorted[first].Value]);
            if (pairs)
                output.WriteIntBytes(_bytes.WrittenSpan[sorted[last].Value..sorted[last].End]);
        }
    }

    private int Compare((int Key, int Value, int End) left, (int Key, int Value, int End) right) =>
        order.Compare(_bytes.WrittenSpan[left.Key..left.Value], _bytes.WrittenSpan[right.Key..right.Value]);
}
