using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Engine.Indexes;

/// <summary>How alike two vectors are said to be.</summary>
internal enum VectorSimilarity
{
    /// <summary>By their angle.</summary>
    Cosine,

    /// <summary>By their distance.</summary>
    Euclidean,

    /// <summary>By their product, which suits vectors of length 1.</summary>
    DotProduct,
}

/// <summary>Similarities of vectors of floats, several elements at once. The greater, the nearer.</summary>
/// <remarks>
/// <code>
/// cosine        (1 + cos) / 2
/// euclidean     1 / (1 + distance^2)
/// dot product   (1 + product) / 2
/// </code>
/// Source: io/github/jbellis/jvector VectorSimilarityFunction, as org/apache/cassandra/index/sai/disk/v1/IndexWriterConfig.java names it.
/// </remarks>
internal static class VectorMath
{
    /// <summary>The measure that an index's option names.</summary>
    public static VectorSimilarity Parse(string text) => text.ToUpperInvariant() switch
    {
        "EUCLIDEAN" => VectorSimilarity.Euclidean,
        "DOT_PRODUCT" => VectorSimilarity.DotProduct,
        _ => VectorSimilarity.Cosine,
    };

    /// <summary>Reads a serialized vector: big-endian floats.</summary>
    /// <param name="serialized">Four bytes an element.</param>
    /// <param name="vector">Where the elements go.</param>
    public static void Read(ReadOnlySpan<byte> serialized, Span<float> vector)
    {
        ReadOnlySpan<int> raw = MemoryMarshal.Cast<byte, int>(serialized);
        Span<int> target = MemoryMarshal.Cast<float, int>(vector);
        if (BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(raw, target);
        else
            raw.CopyTo(target);
    }

    /// <summary>Whether an index may hold a vector: its elements are finite and, where angles are compared, not all zero.</summary>
    public static bool IsIndexable(ReadOnlySpan<float> vector, VectorSimilarity similarity)
    {
        // An element is finite unless all bits of its exponent are set; it is zero when none but its sign is.
        const int exponent = 0x7F80_0000;
        const int magnitude = int.MaxValue;
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(vector);
        int i = 0;
        int any = 0;
        Vector<int> anyOf = Vector<int>.Zero;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var several = new Vector<int>(bits[i..]);
            if (Vector.EqualsAny(several & new Vector<int>(exponent), new Vector<int>(exponent)))
                return false;
            anyOf |= several;
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & exponent) == exponent)
                return false;
            any |= bits[i];
        }

        bool isZero = (any & magnitude) == 0 && (anyOf & new Vector<int>(magnitude)) == Vector<int>.Zero;
        return !isZero || similarity != VectorSimilarity.Cosine;
    }

    /// <summary>The similarity of two vectors of one length.</summary>
    public static float Compare(VectorSimilarity similarity, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => similarity switch
    {
        VectorSimilarity.Euclidean => 1 / (1 + SquaredDistance(left, right)),
        VectorSimilarity.DotProduct => (1 + Dot(left, right)) / 2,
        _ => (1 + (float)(Dot(left, right) / Math.Sqrt((double)Dot(left, left) * Dot(right, right)))) / 2,
    };

    /// <summary>The sum of the elements' products.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        int i = 0;
        Vector<float> sums = Vector<float>.Zero;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        float sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    /// <summary>The square of the distance.</summary>
    public static float SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        int i = 0;
        Vector<float> sums = Vector<float>.Zero;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> difference = new Vector<float>(left[i..]) - new Vector<float>(right[i..]);
            sums += difference * difference;
        }

        float sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
        {
            float difference = left[i] - right[i];
            sum += difference * difference;
        }

        return sum;
    }
}
