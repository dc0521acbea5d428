using Cqlite.Core.Encoding;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>
/// How vectors become codes: moved so that their mean is in the middle, and each element divided by one step. Under cosine they are made 1 long before.
/// </summary>
/// <remarks>
/// Graphs are built by Euclidean distance, which sorts vectors of length 1 as their angle does. For the dot product, which is no distance, each vector is
/// thought to have a further element, its height, that makes all equally long: then the nearest has the greatest product. (Bachrach et al.,
/// "Speeding up the Xbox recommender system using a Euclidean transformation for inner-product spaces", 2014.)
/// </remarks>
/// <param name="Similarity">What is compared.</param>
/// <param name="Mean">The mean of all vectors.</param>
/// <param name="Step">What 1 in a code means.</param>
/// <param name="LargestSquare">The square of the longest vector's length.</param>
internal sealed record VectorSpace(VectorSimilarity Similarity, float[] Mean, float Step, float LargestSquare)
{
    /// <summary>The number of elements.</summary>
    public int Dimension => Mean.Length;

    /// <summary>Bytes of a vector's code.</summary>
    public int Width => VectorCodes.WidthOf(Dimension);

    /// <summary>Whether vectors have a height.</summary>
    public bool HasHeights => Similarity == VectorSimilarity.DotProduct;

    /// <summary>Makes a vector 1 long where only its direction counts.</summary>
    public static void Prepare(VectorSimilarity similarity, Span<float> vector)
    {
        if (similarity != VectorSimilarity.Cosine)
            return;
        float factor = (float)(1 / Math.Sqrt(VectorMath.Dot(vector, vector)));
        foreach (ref float element in vector)
            element *= factor;
    }

    /// <summary>The code of a vector that was prepared.</summary>
    public void Encode(ReadOnlySpan<float> vector, Span<sbyte> code)
    {
        for (int i = 0; i < vector.Length; i++)
            code[i] = (sbyte)Math.Clamp(MathF.Round((vector[i] - Mean[i]) / Step), -sbyte.MaxValue, sbyte.MaxValue);
        code[vector.Length..].Clear();
    }

    /// <summary>The height of a vector, in the codes' unit.</summary>
    public float HeightOf(ReadOnlySpan<float> vector) => MathF.Sqrt(Math.Max(0, LargestSquare - VectorMath.Dot(vector, vector))) / Step;

    /// <summary>
    /// What codes are multiplied with to get how near they are to a vector: of a Euclidean distance it is what is left without the squares, which are those of the
    /// codes and of the vector.
    /// </summary>
    /// <param name="target">The vector; is prepared.</param>
    /// <param name="query">The factors, as many as a code has bytes.</param>
    public void Query(Span<float> target, Span<float> query)
    {
        Prepare(Similarity, target);
        query.Clear();
        for (int i = 0; i < target.Length; i++)
            query[i] = Similarity == VectorSimilarity.Euclidean ? -2 * (target[i] - Mean[i]) / Step : -target[i];
    }

    /// <summary>Reads a space.</summary>
    public static VectorSpace Read(ref SpanReader reader, VectorSimilarity similarity)
    {
        int dimension = reader.ReadUnsignedVInt32();
        float step = BitConverter.Int32BitsToSingle(reader.ReadInt32());
        float largestSquare = BitConverter.Int32BitsToSingle(reader.ReadInt32());
        float[] mean = new float[reader.CheckCount(dimension, sizeof(float))];
        VectorMath.Read(reader.ReadBytes(dimension * sizeof(float)), mean);
        if (!(step > 0))
            reader.Throw($"a step of {step} is not more than 0.");
        return new VectorSpace(similarity, mean, step, largestSquare);
    }

    /// <summary>Writes the space. Which similarity it is for, the index knows.</summary>
    public void Write(BufferWriter output)
    {
        output.WriteUnsignedVInt((ulong)Dimension);
        output.WriteInt32(BitConverter.SingleToInt32Bits(Step));
        output.WriteInt32(BitConverter.SingleToInt32Bits(LargestSquare));
        foreach (float element in Mean)
            output.WriteInt32(BitConverter.SingleToInt32Bits(element));
    }
}
