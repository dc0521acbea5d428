namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>What a thread needs for its searches, one after the other.</summary>
internal sealed class VectorSearchMemory
{
    [ThreadStatic]
    private static VectorSearchMemory? t_memory;

    private VectorSearchMemory(int dimension, int width)
    {
        Vector = new float[dimension];
        Query = new float[width];
    }

    /// <summary>Walks graphs.</summary>
    public GraphSearch Search { get; private init; } = new();

    /// <summary>A vector.</summary>
    public float[] Vector { get; }

    /// <summary>What codes are multiplied with.</summary>
    public float[] Query { get; }

    /// <summary>A record, and its checksum.</summary>
    public byte[] Record = [];

    /// <summary>The calling thread's memory, for vectors of a space.</summary>
    public static VectorSearchMemory OfThread(VectorSpace space)
    {
        if (t_memory is not { } memory || memory.Vector.Length != space.Dimension)
            t_memory = memory = new VectorSearchMemory(space.Dimension, space.Width) { Search = t_memory?.Search ?? new GraphSearch() };
        return memory;
    }
}
