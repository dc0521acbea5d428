using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cqlite.Core.Encoding;

/// <summary>The checksum at the end of a zlib stream (RFC 1950), as <c>java.util.zip.Adler32</c>.</summary>
/// <remarks>Cassandra's SSTables from 3.0 on use it only there; Digest.adler32 belonged to older formats.</remarks>
internal static class Adler32
{
    private const uint Modulus = 65521;

    // The most bytes after which the second sum still fits into 32 bits (zlib's NMAX), a multiple of 32 below it.
    private const int BlockBytes = 5536;

    /// <summary>The checksum of one run of bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Update(1, data);

    /// <summary>Carries a checksum on over more bytes; the checksum of nothing is 1.</summary>
    public static uint Update(uint adler, ReadOnlySpan<byte> data)
    {
        uint sum = adler & 0xFFFF;
        uint weighted = adler >> 16;
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> block = data[..Math.Min(data.Length, BlockBytes)];
            data = data[block.Length..];
            if (Avx2.IsSupported && block.Length >= 32)
            {
                int vectors = block.Length & ~31;
                AddVectors(block[..vectors], ref sum, ref weighted);
                block = block[vectors..];
            }

            foreach (byte value in block)
            {
                sum += value;
                weighted += sum;
            }

            sum %= Modulus;
            weighted %= Modulus;
        }

        return (weighted << 16) | sum;
    }

    private static void AddVectors(ReadOnlySpan<byte> block, ref uint sum, ref uint weighted)
    {
        ref byte source = ref MemoryMarshal.GetReference(block);
        Vector256<sbyte> weights = Vector256.Create(
            (sbyte)32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        Vector256<uint> sums = Vector256<uint>.Zero;
        Vector256<uint> sumsBefore = Vector256<uint>.Zero;
        Vector256<int> weightedSums = Vector256<int>.Zero;
        for (nuint at = 0; at < (nuint)block.Length; at += 32)
        {
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref source, at);
            sumsBefore += sums;
            sums += Avx2.SumAbsoluteDifferences(bytes, Vector256<byte>.Zero).AsUInt32();
            weightedSums += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(bytes, weights), Vector256<short>.One);
        }

        weighted += (sum * (uint)block.Length) + (Vector256.Sum(sumsBefore) * 32) + (uint)Vector256.Sum(weightedSums);
        sum += Vector256.Sum(sums);
    }
}
