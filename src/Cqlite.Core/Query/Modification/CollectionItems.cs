using Cqlite.Core.Encoding;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Modification;

/// <summary>Serialized collections as clients send them, which need not be in order.</summary>
internal static class CollectionItems
{
    /// <summary>A set or map in the order of its elements or keys, each once; any other value as it is.</summary>
    public static byte[] Normalize(CqlType type, byte[] value)
    {
        CqlType? order = type.Unreversed switch
        {
            SetType set => set.Elements,
            MapType map => map.Keys,
            _ => null,
        };
        if (order is null || IsOrdered(order, type.Unreversed is MapType, value))
            return value;
        var items = new ElementList(order, type.Unreversed is MapType);
        ElementReader reader = ElementReader.OfCollection(value, "collection", out int count);
        for (; count > 0; count--)
        {
            byte[] key = reader.ReadValue().ToArray();
            byte[]? mapped = type.Unreversed is MapType ? reader.ReadValue().ToArray() : null;
            items.Add(output => output.Write(key), mapped is null ? null : output => output.Write(mapped));
        }

        var output = new BufferWriter(value.Length);
        items.Write(output);
        return output.ToArray();
    }

    /// <summary>The elements of a serialized collection; a map's keys and values alternate.</summary>
    public static List<byte[]?> Split(CqlType type, ReadOnlySpan<byte> value)
    {
        ElementReader reader = ElementReader.OfCollection(value, "collection", out int count);
        long parts = (long)Math.Max(0, count) * (type.Unreversed is MapType ? 2 : 1);
        List<byte[]?> elements = [];
        for (; parts > 0; parts--)
            elements.Add(reader.Read(out ReadOnlySpan<byte> element) ? element.ToArray() : null);
        return elements;
    }

    private static bool IsOrdered(CqlType order, bool pairs, byte[] value)
    {
        ElementReader reader = ElementReader.OfCollection(value, "collection", out int count);
        ReadOnlySpan<byte> previous = default;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = reader.ReadValue();
            if (pairs)
                reader.ReadValue();
            if (i > 0 && order.Compare(previous, key) >= 0)
                return false;
            previous = key;
        }

        return true;
    }
}
