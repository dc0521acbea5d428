using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.Indexes.Stored;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>Makes the graphs of an SSTable's vectors. It reads the SSTable twice, and has one segment in memory at a time.</summary>
/// <remarks>The bytes are drawn on <see cref="VectorIndex"/>.</remarks>
internal static class VectorIndexWriter
{
    /// <summary>Fewer vectors are compared one by one in less time than it takes to look for a graph.</summary>
    public const int FewestForGraph = 1000;

    /// <summary>Memory that a segment takes at most while it is built, in bytes.</summary>
    private const long SegmentBytes = 256L << 20;

    private const int RowsBetweenChecks = 0x400;

    /// <summary>Writes the structure.</summary>
    /// <param name="sstable">The SSTable.</param>
    /// <param name="index">The index.</param>
    /// <param name="connections">Links of a node.</param>
    /// <param name="beamWidth">Candidates for them.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellation">Ends it.</param>
    public static void Write(SSTable sstable, ColumnIndex index, int connections, int beamWidth, IndexFileWriter output, CancellationToken cancellation)
    {
        BufferWriter root = new();
        VectorSpaceMeasure measure = Measure(sstable, index, cancellation);
        root.WriteUnsignedVInt((ulong)measure.Count);
        if (measure.Count < FewestForGraph)
        {
            root.WriteUnsignedVInt(0);
            output.Publish(root.WrittenSpan);
            return;
        }

        VectorSpace space = measure.ToSpace();
        long largest = Math.Max(FewestForGraph, SegmentBytes / VectorSegment.BytesOfNode(space.Width, connections));
        int segments = (int)((measure.Count + largest - 1) / largest);
        root.WriteUnsignedVInt((ulong)segments);
        root.WriteUnsignedVInt((ulong)connections);
        space.Write(root);
        using VectorRows rows = new(sstable.Read(ReadRequest.All), index);
        long left = measure.Count;
        for (; segments > 0; segments--)
        {
            int count = (int)(left / segments);
            left -= count;
            Segment(rows, count, space, connections, beamWidth, output, cancellation).Write(output).Write(root);
        }

        output.Publish(root.WrittenSpan);
    }

    private static VectorSpaceMeasure Measure(SSTable sstable, ColumnIndex index, CancellationToken cancellation)
    {
        using VectorRows rows = new(sstable.Read(ReadRequest.All), index);
        var measure = new VectorSpaceMeasure(index.Similarity, rows.Vector.Length);
        while (rows.MoveNext())
        {
            if (measure.Count % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            VectorSpace.Prepare(index.Similarity, rows.Vector);
            measure.Add(rows.Vector);
        }

        return measure;
    }

    private static VectorSegment Segment(VectorRows rows, int count, VectorSpace space, int connections, int beamWidth, IndexFileWriter output, CancellationToken cancellation)
    {
        var codes = new VectorCodes(count, space.Width);
        float[]? heights = space.HasHeights ? new float[count] : null;
        long[] offsets = new long[count];
        int[] lengths = new int[count];
        int[] nodes = Shuffled(count);
        BufferWriter record = new();
        for (int i = 0; i < count; i++)
        {
            if (i % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            if (!rows.MoveNext())
                throw new InvalidOperationException("An SSTable had more vectors when it was read before.");
            record.Clear();
            record.Write(rows.Serialized);
            RowLocation.Write(rows.PartitionKey, rows.Clustering, record);
            int node = nodes[i];
            (offsets[node], lengths[node]) = output.WriteBlock(record.WrittenSpan);
            VectorSpace.Prepare(space.Similarity, rows.Vector);
            space.Encode(rows.Vector, codes[node]);
            if (heights is not null)
                heights[node] = space.HeightOf(rows.Vector);
        }

        ProximityGraph graph = GraphBuilder.Build(codes, heights, connections, beamWidth, cancellation);
        return new VectorSegment(codes, graph, offsets, lengths);
    }

    // The same order of chance each time (Fisher and Yates, with splitmix64): rows that lie together may have vectors that are alike.
    private static int[] Shuffled(int count)
    {
        int[] order = new int[count];
        ulong state = (ulong)count;
        for (int i = 0; i < count; i++)
        {
            state += 0x9E3779B97F4A7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            int other = (int)((mixed ^ (mixed >> 31)) % (ulong)(i + 1));
            order[i] = order[other];
            order[other] = i;
        }

        return order;
    }
}
