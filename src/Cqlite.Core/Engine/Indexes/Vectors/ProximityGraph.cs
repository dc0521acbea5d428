namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>
/// Which vectors are near which: a hierarchical navigable small world. Its layers get thinner upwards: the lowest has all nodes, each one above the first
/// 1/M of those below it. A search comes down from the top, where steps are wide, and walks the lowest layer to the nearest nodes.
/// </summary>
/// <remarks>
/// Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable small world graphs" (2016). It differs from
/// the paper in that nodes are numbered by chance and inserted in that order, so that a node's number alone tells its layers.
/// </remarks>
internal sealed class ProximityGraph
{
    private readonly int[][] _links;

    /// <summary>A graph without links.</summary>
    /// <param name="count">How many nodes.</param>
    /// <param name="connections">To how many others a new node is linked (M); others' links to it make twice as many at most in the lowest layer.</param>
    public ProximityGraph(int count, int connections)
    {
        Count = count;
        Connections = connections;
        _links = new int[LayersOf(count, connections)][];
        for (int layer = 0; layer < _links.Length; layer++)
            _links[layer] = new int[checked(SizeOf(layer) * Stride(layer))];
    }

    /// <summary>How many nodes.</summary>
    public int Count { get; }

    /// <summary>To how many others a new node is linked.</summary>
    public int Connections { get; }

    /// <summary>How many layers.</summary>
    public int Layers => _links.Length;

    /// <summary>Bytes that the links of so many nodes take.</summary>
    public static long BytesOf(long count, int connections) => count * ((2 * connections) + 2) * sizeof(int);

    /// <summary>The first number that is not a node of a layer.</summary>
    public int SizeOf(int layer)
    {
        int size = Count;
        for (; layer > 0; layer--)
            size = (size + Connections - 1) / Connections;
        return size;
    }

    /// <summary>How many links a node may have in a layer.</summary>
    public int Capacity(int layer) => layer == 0 ? 2 * Connections : Connections;

    /// <summary>A layer's links: of each node their number, then those that there are, then room up to the capacity.</summary>
    public Span<int> LayerLinks(int layer) => _links[layer];

    /// <summary>To which nodes a node is linked in a layer.</summary>
    public ReadOnlySpan<int> Links(int layer, int node)
    {
        int[] links = _links[layer];
        int start = node * Stride(layer);
        return links.AsSpan(start + 1, links[start]);
    }

    /// <summary>Gives a node its links.</summary>
    public void SetLinks(int layer, int node, ReadOnlySpan<int> links)
    {
        int start = node * Stride(layer);
        _links[layer][start] = links.Length;
        links.CopyTo(_links[layer].AsSpan(start + 1, Capacity(layer)));
    }

    /// <summary>Adds a link; false where there is no room.</summary>
    public bool TryAddLink(int layer, int node, int other)
    {
        int[] links = _links[layer];
        int start = node * Stride(layer);
        if (links[start] == Capacity(layer))
            return false;
        links[start + ++links[start]] = other;
        return true;
    }

    /// <summary>Whether the links of a layer that was read are as many as there is room for, and lead to nodes.</summary>
    public bool IsSound(int layer)
    {
        int size = SizeOf(layer);
        int capacity = Capacity(layer);
        ReadOnlySpan<int> links = _links[layer];
        for (; !links.IsEmpty; links = links[(capacity + 1)..])
        {
            if ((uint)links[0] > (uint)capacity)
                return false;
            foreach (int node in links.Slice(1, links[0]))
            {
                if ((uint)node >= (uint)size)
                    return false;
            }
        }

        return true;
    }

    private static int LayersOf(int count, int connections)
    {
        int layers = 1;
        for (int size = count; size > connections; size = (size + connections - 1) / connections)
            layers++;
        return layers;
    }

    private int Stride(int layer) => Capacity(layer) + 1;
}
