namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>Links the nodes of a graph, in the order of their numbers. The same vectors give the same graph.</summary>
internal sealed class GraphBuilder
{
    private readonly ProximityGraph _graph;
    private readonly VectorCodes _codes;
    private readonly float[]? _heights;
    private readonly int _width;
    private readonly GraphSearch _search = new();
    private readonly int[] _selected;
    private readonly (float Distance, int Node)[] _candidates;

    private GraphBuilder(ProximityGraph graph, VectorCodes codes, float[]? heights, int beamWidth)
    {
        _graph = graph;
        _codes = codes;
        _heights = heights;
        _width = Math.Max(beamWidth, graph.Connections);
        _selected = new int[graph.Capacity(0)];
        _candidates = new (float, int)[Math.Max(_width, graph.Capacity(0) + 1)];
    }

    /// <summary>Links vectors.</summary>
    /// <param name="codes">The vectors, in an order of chance.</param>
    /// <param name="heights">Of each vector a further element, in the codes' unit; null where they have none.</param>
    /// <param name="connections">To how many others a vector is linked.</param>
    /// <param name="beamWidth">How many candidates the links are chosen from. More make a better graph, and take longer.</param>
    /// <param name="cancellation">Ends it.</param>
    public static ProximityGraph Build(VectorCodes codes, float[]? heights, int connections, int beamWidth, CancellationToken cancellation)
    {
        var graph = new ProximityGraph(codes.Count, connections);
        var builder = new GraphBuilder(graph, codes, heights, beamWidth);
        for (int node = 1; node < codes.Count; node++)
        {
            if ((node & 0xFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            builder.Insert(node);
        }

        return graph;
    }

    private void Insert(int node)
    {
        NodeDistance distance = DistanceTo(node);
        _search.Enter(_graph, distance, _width);
        for (int layer = _graph.Layers - 1; layer >= 0; layer--)
        {
            bool isIn = node < _graph.SizeOf(layer);
            _search.Walk(_graph, layer, distance, isIn ? _width : Math.Min(_width, GraphSearch.RoutingWidth));
            if (isIn)
                Link(layer, node);
        }
    }

    private void Link(int layer, int node)
    {
        for (int rank = 0; rank < _search.Count; rank++)
            _candidates[rank] = (_search.Distance(rank), _search.Node(rank));
        int count = Select(_search.Count, _graph.Capacity(layer));
        _graph.SetLinks(layer, node, _selected.AsSpan(0, count));
        foreach (int other in _graph.Links(layer, node))
        {
            if (!_graph.TryAddLink(layer, other, node))
                Exchange(layer, other, node);
        }
    }

    // A node that has all its links: of these and the further one those stay that are selected.
    private void Exchange(int layer, int node, int further)
    {
        NodeDistance distance = DistanceTo(node);
        int count = 0;
        foreach (int other in _graph.Links(layer, node))
            _candidates[count++] = (distance.To(other), other);
        _candidates[count++] = (distance.To(further), further);
        _candidates.AsSpan(0, count).Sort();
        int selected = Select(count, _graph.Capacity(layer));
        _graph.SetLinks(layer, node, _selected.AsSpan(0, selected));
    }

    // Of the candidates, nearest first, those that are nearer to the node than to any that was selected: links go in all directions.
    private int Select(int candidates, int greatest)
    {
        int count = 0;
        int hidden = 0;
        for (int i = 0; i < candidates && count < greatest; i++)
        {
            (float toNode, int candidate) = _candidates[i];
            NodeDistance distance = DistanceTo(candidate);
            bool isHidden = false;
            for (int j = 0; j < count && !isHidden; j++)
                isHidden = distance.To(_selected[j]) <= toNode;
            if (!isHidden)
                _selected[count++] = candidate;
            else
                _candidates[hidden++].Node = candidate;
        }

        // Groups of vectors all alike would otherwise have but few links.
        for (int i = 0; i < hidden && count < greatest / 2; i++)
            _selected[count++] = _candidates[i].Node;
        return count;
    }

    private NodeDistance DistanceTo(int node) => new(_codes, _heights, node);

    private readonly struct NodeDistance(VectorCodes codes, float[]? heights, int from) : INodeDistance
    {
        public float To(int node)
        {
            float squared = VectorCodes.SquaredDistance(codes[from], codes[node]);
            if (heights is null)
                return squared;
            float rise = heights[from] - heights[node];
            return squared + (rise * rise);
        }
    }
}
