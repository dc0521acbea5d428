using System.Runtime.CompilerServices;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>How far nodes are from what is looked for; the smaller, the nearer. A struct, so that the search is compiled for it.</summary>
internal interface INodeDistance
{
    /// <summary>The distance of a node.</summary>
    float To(int node);
}

/// <summary>
/// Finds the nodes of a graph that are nearest to something, in memory that serves one search after the other. Not for several threads at once.
/// </summary>
internal sealed class GraphSearch
{
    /// <summary>How many nodes are kept in the upper layers. More than one: groups of vectors that lie far apart may not be linked below.</summary>
    public const int RoutingWidth = 16;

    private const long Expanded = 1;
    private ulong[] _visited = [];
    private long[] _beam = [];
    private int _count;

    /// <summary>How many distances were computed so far.</summary>
    public long Distances { get; private set; }

    /// <summary>How many nodes were found.</summary>
    public int Count => _count;

    /// <summary>The found node of a rank; the nearest has rank 0.</summary>
    public int Node(int rank) => NodeOf(_beam[rank]);

    /// <summary>Its distance.</summary>
    public float Distance(int rank) => FromOrder((int)(_beam[rank] >> 32));

    /// <summary>Finds the nearest nodes.</summary>
    /// <param name="graph">The graph, which has a node at least.</param>
    /// <param name="distance">How far nodes are.</param>
    /// <param name="width">How many nodes are kept while walking, and found in the end.</param>
    public void Find<TDistance>(ProximityGraph graph, TDistance distance, int width)
        where TDistance : struct, INodeDistance
    {
        Enter(graph, distance, Math.Max(width, RoutingWidth));
        for (int layer = graph.Layers - 1; layer > 0; layer--)
            Walk(graph, layer, distance, RoutingWidth);
        Walk(graph, 0, distance, width);
    }

    /// <summary>Begins at the top.</summary>
    public void Enter<TDistance>(ProximityGraph graph, TDistance distance, int capacity)
        where TDistance : struct, INodeDistance
    {
        int words = (graph.Count + 63) / 64;
        if (_visited.Length < words)
            _visited = new ulong[words];
        if (_beam.Length < capacity)
            _beam = new long[capacity];
        _beam[0] = Key(distance.To(0), 0);
        _count = 1;
    }

    /// <summary>Walks a layer from the nodes that were found in the one above.</summary>
    public void Walk<TDistance>(ProximityGraph graph, int layer, TDistance distance, int width)
        where TDistance : struct, INodeDistance
    {
        Span<ulong> visited = _visited.AsSpan(0, (graph.SizeOf(layer) + 63) / 64);
        visited.Clear();
        _count = Math.Min(_count, width);
        foreach (ref long key in _beam.AsSpan(0, _count))
        {
            key &= ~Expanded;
            Visit(visited, NodeOf(key));
        }

        // All before this rank have been expanded.
        int rank = 0;
        while (rank < _count)
        {
            long key = _beam[rank];
            if ((key & Expanded) != 0)
            {
                rank++;
                continue;
            }

            _beam[rank] = key | Expanded;
            int nearest = rank + 1;
            foreach (int neighbor in graph.Links(layer, NodeOf(key)))
            {
                if (!Visit(visited, neighbor))
                    continue;
                Distances++;
                long found = Key(distance.To(neighbor), neighbor);
                if (_count == width && found >= _beam[_count - 1])
                    continue;
                nearest = Math.Min(nearest, Insert(found, width));
            }

            rank = nearest;
        }
    }

    private static bool Visit(Span<ulong> visited, int node)
    {
        ref ulong word = ref visited[node >> 6];
        ulong bit = 1UL << (node & 63);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        return true;
    }

    private int Insert(long key, int width)
    {
        int place = ~_beam.AsSpan(0, _count).BinarySearch(key);
        int moved = Math.Min(_count, width - 1) - place;
        Array.Copy(_beam, place, _beam, place + 1, moved);
        _beam[place] = key;
        _count = Math.Min(_count + 1, width);
        return place;
    }

    // The distance above, so that keys sort by it; then the node, and whether its neighbors were looked at.
    private static long Key(float distance, int node) => ((long)ToOrder(distance) << 32) | ((uint)node << 1);

    private static int NodeOf(long key) => (int)((uint)key >> 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ToOrder(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    private static float FromOrder(int order) => BitConverter.Int32BitsToSingle(order ^ ((order >> 31) & int.MaxValue));
}
