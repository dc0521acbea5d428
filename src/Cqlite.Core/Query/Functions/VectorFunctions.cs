using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Types;

namespace Cqlite.Core.Query.Functions;

/// <summary>The similarity of two vectors of floats: 1 for the most similar ones.</summary>
/// <remarks>
/// <code>
/// cosine        (1 + cos) / 2
/// euclidean     1 / (1 + distance^2)
/// dot product   (1 + product) / 2
/// </code>
/// Source: org/apache/cassandra/cql3/functions/VectorFcts.java.
/// </remarks>
internal static class VectorFunctions
{
    private delegate float Similarity(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    public static IEnumerable<FunctionFactory> Factories()
    {
        yield return Factory("similarity_cosine", Cosine);
        yield return Factory("similarity_euclidean", Euclidean);
        yield return Factory("similarity_dot_product", DotProduct);
    }

    private static FunctionFactory Factory(string name, Similarity similarity) =>
        new(name, [new SameAsParameter(1, false, new FloatVectorParameter()), new SameAsParameter(0, false, new FloatVectorParameter())], (types, _) =>
        {
            if (((VectorType)types[0]).Dimension != ((VectorType)types[1]).Dimension)
                throw new InvalidQueryException("All arguments must have the same vector dimensions");
            return new ScalarFunction(name, (in a, output) => Result.Single(similarity(a.First, a.Second), output), CqlTypes.Float, types[0], types[1]) { IsMadeForCall = true };
        });

    private static float Cosine(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (IsZero(left) || IsZero(right))
            throw new InvalidQueryException("Function system.similarity_cosine doesn't support all-zero vectors.");
        float product = 0;
        float leftNorm = 0;
        float rightNorm = 0;
        for (int i = 0; i < left.Length; i += sizeof(float))
        {
            float l = BinaryPrimitives.ReadSingleBigEndian(left[i..]);
            float r = BinaryPrimitives.ReadSingleBigEndian(right[i..]);
            product += l * r;
            leftNorm += l * l;
            rightNorm += r * r;
        }

        return (1 + (float)(product / Math.Sqrt((double)leftNorm * rightNorm))) / 2;
    }

    private static bool IsZero(ReadOnlySpan<byte> vector)
    {
        for (; !vector.IsEmpty; vector = vector[sizeof(float)..])
        {
            if (BinaryPrimitives.ReadSingleBigEndian(vector) != 0)
                return false;
        }

        return true;
    }

    private static float Euclidean(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        float distance = 0;
        for (int i = 0; i < left.Length; i += sizeof(float))
        {
            float difference = BinaryPrimitives.ReadSingleBigEndian(left[i..]) - BinaryPrimitives.ReadSingleBigEndian(right[i..]);
            distance += difference * difference;
        }

        return 1 / (1 + distance);
    }

    private static float DotProduct(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        float product = 0;
        for (int i = 0; i < left.Length; i += sizeof(float))
            product += BinaryPrimitives.ReadSingleBigEndian(left[i..]) * BinaryPrimitives.ReadSingleBigEndian(right[i..]);
        return (1 + product) / 2;
    }
}
