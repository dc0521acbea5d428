using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cqlite.Core.Engine.Indexes.Vectors;

/// <summary>
/// Vectors as one byte an element, one behind the other: a quarter of the memory of floats, near enough to walk a graph by. Which of the vectors that
/// are found is the nearest, the vectors themselves tell.
/// </summary>
/// <param name="count">How many vectors.</param>
/// <param name="width">Bytes of one: the elements, and zeroes up to a multiple of <see cref="Padding"/>.</param>
internal sealed class VectorCodes(int count, int width)
{
    /// <summary>What a vector's bytes are filled up to a multiple of, so that distances need no loop for what is left over.</summary>
    public const int Padding = 16;

    private readonly sbyte[] _codes = new sbyte[checked(count * width)];

    /// <summary>How many vectors.</summary>
    public int Count => count;

    /// <summary>Bytes of one vector.</summary>
    public int Width => width;

    /// <summary>All bytes.</summary>
    public Span<sbyte> All => _codes;

    /// <summary>A vector's bytes.</summary>
    public Span<sbyte> this[int index] => _codes.AsSpan(index * width, width);

    /// <summary>The width of vectors of so many elements.</summary>
    public static int WidthOf(int dimension) => (dimension + Padding - 1) / Padding * Padding;

    /// <summary>The square of the distance of two vectors of one width. Of 8,192 elements, the most that a type has, it is below 2^30.</summary>
    public static int SquaredDistance(ReadOnlySpan<sbyte> left, ReadOnlySpan<sbyte> right)
    {
        Debug.Assert(left.Length == right.Length && left.Length % Padding == 0, "both are padded");
        ref sbyte l = ref MemoryMarshal.GetReference(left);
        ref sbyte r = ref MemoryMarshal.GetReference(right);
        if (Avx2.IsSupported)
        {
            Vector256<int> sums = Vector256<int>.Zero;
            for (nuint i = 0; i < (nuint)left.Length; i += Padding)
            {
                Vector256<short> difference = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref l, i)) - Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref r, i));
                sums += Avx2.MultiplyAddAdjacent(difference, difference);
            }

            return Vector256.Sum(sums);
        }

        Vector128<uint> sum = Vector128<uint>.Zero;
        for (nuint i = 0; i < (nuint)left.Length; i += Padding)
        {
            (Vector128<short> leftLow, Vector128<short> leftHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref l, i));
            (Vector128<short> rightLow, Vector128<short> rightHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref r, i));
            sum += Squares(leftLow - rightLow) + Squares(leftHigh - rightHigh);
        }

        return (int)Vector128.Sum(sum);
    }

    /// <summary>The product of a vector of floats, padded as the codes are, and one of codes.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<sbyte> right)
    {
        Debug.Assert(left.Length == right.Length && left.Length % Padding == 0, "both are padded");
        ref float l = ref MemoryMarshal.GetReference(left);
        ref sbyte r = ref MemoryMarshal.GetReference(right);
        if (Avx2.IsSupported && Fma.IsSupported)
        {
            Vector256<float> low = Vector256<float>.Zero;
            Vector256<float> high = Vector256<float>.Zero;
            for (nuint i = 0; i < (nuint)left.Length; i += Padding)
            {
                Vector128<sbyte> codes = Vector128.LoadUnsafe(ref r, i);
                low = Fma.MultiplyAdd(Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(codes)), Vector256.LoadUnsafe(ref l, i), low);
                Vector128<sbyte> upper = Sse2.ShiftRightLogical128BitLane(codes, 8);
                high = Fma.MultiplyAdd(Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(upper)), Vector256.LoadUnsafe(ref l, i + 8), high);
            }

            return Vector256.Sum(low + high);
        }

        Vector128<float> sum = Vector128<float>.Zero;
        for (nuint i = 0; i < (nuint)left.Length; i += Padding)
        {
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.LoadUnsafe(ref r, i));
            sum += Products(ref l, i, low) + Products(ref l, i + 8, high);
        }

        return Vector128.Sum(sum);
    }

    // A difference has nine bits, so that its square fits 16 without sign.
    private static Vector128<uint> Squares(Vector128<short> differences)
    {
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen((differences * differences).AsUInt16());
        return low + high;
    }

    private static Vector128<float> Products(ref float left, nuint index, Vector128<short> right)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(right);
        return (Vector128.ConvertToSingle(low) * Vector128.LoadUnsafe(ref left, index)) + (Vector128.ConvertToSingle(high) * Vector128.LoadUnsafe(ref left, index + 4));
    }
}
