using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>A graph of as many vectors as memory allows to build at once, and where each vector's record is. Serves all threads.</summary>
/// <remarks>
/// <code>
/// segment      vint nodes, vint layers, codes (vint offset, vint length), offsets of records, lengths of records, links of each layer (the same each)
/// codes        1 byte an element, padded to a multiple of 16, node after node
/// offsets      int64 each
/// lengths      int32 each
/// links        int32 each: of each node of the layer how many, then those that there are, then 0 up to the layer's capacity
/// </code>
/// </remarks>
internal sealed class VectorSegment
{
    private readonly VectorCodes _codes;
    private readonly ProximityGraph _graph;
    private readonly long[] _offsets;
    private readonly int[] _lengths;
    private readonly float[]? _squares;

    /// <summary>Takes what was built or read.</summary>
    /// <param name="codes">The vectors.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="offsets">Where records are.</param>
    /// <param name="lengths">How long they are.</param>
    public VectorSegment(VectorCodes codes, ProximityGraph graph, long[] offsets, int[] lengths)
        : this(codes, graph, offsets, lengths, needsSquares: false)
    {
    }

    private VectorSegment(VectorCodes codes, ProximityGraph graph, long[] offsets, int[] lengths, bool needsSquares)
    {
        _codes = codes;
        _graph = graph;
        _offsets = offsets;
        _lengths = lengths;
        if (!needsSquares)
            return;
        _squares = new float[codes.Count];
        sbyte[] origin = new sbyte[codes.Width];
        for (int node = 0; node < codes.Count; node++)
            _squares[node] = VectorCodes.SquaredDistance(codes[node], origin);
    }

    /// <summary>How many vectors.</summary>
    public int Count => _codes.Count;

    /// <summary>Bytes of memory that a vector takes while the segment is built.</summary>
    /// <param name="width">Bytes of its code.</param>
    /// <param name="connections">Links of a node.</param>
    public static long BytesOfNode(int width, int connections) => width + ProximityGraph.BytesOf(1, connections) + sizeof(long) + sizeof(int) + sizeof(int) + sizeof(float);

    /// <summary>Where a vector's record is.</summary>
    public BlockRef RecordOf(int node) => new(_offsets[node], _lengths[node]);

    /// <summary>Finds vectors that are near to one.</summary>
    /// <param name="query">The factors of <see cref="VectorSpace.Query"/>.</param>
    /// <param name="width">How many.</param>
    /// <param name="search">Finds them, and has them afterwards.</param>
    public void Find(float[] query, int width, GraphSearch search) => search.Find(_graph, new QueryDistance(_codes, query, _squares), width);

    /// <summary>Reads a segment.</summary>
    /// <exception cref="CorruptDataException">It does not decode.</exception>
    public static VectorSegment Read(IndexFile file, BlockRef place, VectorSpace space, int connections)
    {
        SpanReader reader = new(file.ReadBlock(place), file.Path, place.Offset);
        int count = reader.ReadUnsignedVInt32();
        int layers = reader.ReadUnsignedVInt32();
        if (count == 0 || (long)count * space.Width > int.MaxValue)
            reader.Throw($"a segment of {count:N0} vectors of {space.Width:N0} bytes can't be.");
        BlockRef codesPlace = BlockRef.Read(ref reader);
        BlockRef offsetsPlace = BlockRef.Read(ref reader);
        BlockRef lengthsPlace = BlockRef.Read(ref reader);
        if (codesPlace.LengthBytes != count * space.Width || ProximityGraph.BytesOf(count, connections) > file.LengthBytes * 2)
            reader.Throw($"{count:N0} codes take {(long)count * space.Width:N0} bytes; there are {codesPlace.LengthBytes:N0}.");
        VectorCodes codes = new(count, space.Width);
        file.ReadBlock(codesPlace).CopyTo(MemoryMarshal.AsBytes(codes.All));
        ProximityGraph graph = new(count, connections);
        if (graph.Layers != layers)
            reader.Throw($"a graph of {count:N0} nodes has {graph.Layers} layers; {layers} are stored.");
        for (int layer = 0; layer < layers; layer++)
        {
            BlockRef links = BlockRef.Read(ref reader);
            ReadInts(file, links, graph.LayerLinks(layer));
            if (!graph.IsSound(layer))
                throw new CorruptDataException(file.Path, links.Offset, $"a link leads to no node of layer {layer}.");
        }

        long[] offsets = new long[count];
        ReadOnlySpan<long> stored = MemoryMarshal.Cast<byte, long>(ReadArray(file, offsetsPlace, count * sizeof(long)));
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(stored, offsets);
        else
            stored.CopyTo(offsets);
        int[] lengths = new int[count];
        ReadInts(file, lengthsPlace, lengths);
        return new VectorSegment(codes, graph, offsets, lengths, space.Similarity == VectorSimilarity.Euclidean);
    }

    /// <summary>Writes the segment's blocks.</summary>
    /// <returns>Where the block is from which the others are found.</returns>
    public BlockRef Write(IndexFileWriter output)
    {
        BufferWriter root = new();
        root.WriteUnsignedVInt((ulong)Count);
        root.WriteUnsignedVInt((ulong)_graph.Layers);
        output.WriteBlock(MemoryMarshal.AsBytes(_codes.All)).Write(root);
        BufferWriter block = new(Count * sizeof(long));
        foreach (long offset in _offsets)
            block.WriteInt64(offset);
        output.WriteBlock(block.WrittenSpan).Write(root);
        WriteInts(_lengths);
        for (int layer = 0; layer < _graph.Layers; layer++)
            WriteInts(_graph.LayerLinks(layer));
        return output.WriteBlock(root.WrittenSpan);

        void WriteInts(ReadOnlySpan<int> values)
        {
            block.Clear();
            foreach (int value in values)
                block.WriteInt32(value);
            output.WriteBlock(block.WrittenSpan).Write(root);
        }
    }

    private static void ReadInts(IndexFile file, BlockRef place, Span<int> values)
    {
        ReadOnlySpan<int> stored = MemoryMarshal.Cast<byte, int>(ReadArray(file, place, values.Length * sizeof(int)));
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(stored, values);
        else
            stored.CopyTo(values);
    }

    private static ReadOnlySpan<byte> ReadArray(IndexFile file, BlockRef place, int lengthBytes) => place.LengthBytes == lengthBytes
        ? file.ReadBlock(place)
        : throw new CorruptDataException(file.Path, place.Offset, $"a block of {lengthBytes:N0} bytes is expected; it has {place.LengthBytes:N0}.");

    // The smaller, the nearer; of a Euclidean distance without the query's own square.
    private readonly struct QueryDistance(VectorCodes codes, float[] query, float[]? squares) : INodeDistance
    {
        public float To(int node)
        {
            float product = VectorCodes.Dot(query, codes[node]);
            return squares is null ? product : squares[node] + product;
        }
    }
}
