using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Cqlite.Core.Encoding;

/// <summary>
/// The CRC32 of zlib and of <c>java.util.zip.CRC32</c>: Cassandra puts it after each compressed chunk, into CRC.db and Digest.crc32,
/// into Statistics.db and around each commit log record.
/// </summary>
/// <remarks>
/// Blocks of 16 bytes and more are folded by carry-less multiplication where the processor can (the method of Intel's white paper
/// "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ"); what is left, and other processors, go through eight tables.
/// A constant for folding over D bits is x^(D+32) mod P and x^(D-32) mod P, bits reversed and shifted left by one.
/// </remarks>
internal static class Crc32
{
    private const int TableCount = 8;
    private static readonly uint[] s_tables = MakeTables();

    /// <summary>The CRC32 of one run of bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Update(0, data);

    /// <summary>Carries a CRC32 on over more bytes. The CRC of nothing, and so the value to begin with, is 0.</summary>
    public static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        if (ArmCrc32.Arm64.IsSupported)
        {
            return ~UpdateArm64(state, data);
        }

        if (Pclmulqdq.IsSupported && BitConverter.IsLittleEndian && data.Length >= 64)
        {
            int folded = data.Length & ~15;
            state = UpdateByFolding(state, data[..folded]);
            data = data[folded..];
        }

        return ~UpdateByTables(state, data);
    }

    /// <summary>The path without special instructions, as a processor without them takes it.</summary>
    internal static uint UpdateByTables(uint state, ReadOnlySpan<byte> data)
    {
        ref uint table = ref MemoryMarshal.GetArrayDataReference(s_tables);
        while (data.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ state;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = At(ref table, 7, low & 0xFF) ^ At(ref table, 6, (low >> 8) & 0xFF) ^ At(ref table, 5, (low >> 16) & 0xFF)
                ^ At(ref table, 4, low >> 24) ^ At(ref table, 3, high & 0xFF) ^ At(ref table, 2, (high >> 8) & 0xFF)
                ^ At(ref table, 1, (high >> 16) & 0xFF) ^ At(ref table, 0, high >> 24);
            data = data[8..];
        }

        foreach (byte value in data)
        {
            state = At(ref table, 0, (state ^ value) & 0xFF) ^ (state >> 8);
        }

        return state;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint At(ref uint table, int slice, uint index) => Unsafe.Add(ref table, (slice * 256) + (nint)index);

    private static uint UpdateArm64(uint state, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 8)
        {
            state = ArmCrc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }

        foreach (byte value in data)
        {
            state = ArmCrc32.ComputeCrc32(state, value);
        }

        return state;
    }

    /// <summary>Takes a multiple of 16 bytes, at least 64.</summary>
    private static uint UpdateByFolding(uint state, ReadOnlySpan<byte> data)
    {
        ref byte source = ref MemoryMarshal.GetReference(data);
        nuint left = (nuint)data.Length;
        Vector128<ulong> remainder;
#if NET10_0_OR_GREATER
        if (Pclmulqdq.V512.IsSupported && left >= 256)
        {
            remainder = FoldWide(state, ref source, ref left);
        }
        else
#endif
        {
            remainder = FoldNarrow(state, ref source, ref left);
        }

        nuint at = (nuint)data.Length - left;
        Vector128<ulong> by128 = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        for (; left != 0; left -= 16, at += 16)
        {
            remainder = Fold(remainder, by128, Load128(ref source, at));
        }

        return Reduce(remainder);
    }

    private static Vector128<ulong> FoldNarrow(uint state, ref byte source, ref nuint left)
    {
        Vector128<ulong> x0 = Load128(ref source, 0) ^ Vector128.CreateScalar((ulong)state);
        Vector128<ulong> x1 = Load128(ref source, 16);
        Vector128<ulong> x2 = Load128(ref source, 32);
        Vector128<ulong> x3 = Load128(ref source, 48);
        Vector128<ulong> by512 = Vector128.Create(0x154442bd4UL, 0x1c6e41596UL);
        nuint at = 64;
        for (left -= 64; left >= 64; left -= 64, at += 64)
        {
            x0 = Fold(x0, by512, Load128(ref source, at));
            x1 = Fold(x1, by512, Load128(ref source, at + 16));
            x2 = Fold(x2, by512, Load128(ref source, at + 32));
            x3 = Fold(x3, by512, Load128(ref source, at + 48));
        }

        return FoldFour(x0, x1, x2, x3);
    }

    private static Vector128<ulong> FoldFour(Vector128<ulong> x0, Vector128<ulong> x1, Vector128<ulong> x2, Vector128<ulong> x3)
    {
        Vector128<ulong> by128 = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        return Fold(Fold(Fold(x0, by128, x1), by128, x2), by128, x3);
    }

#if NET10_0_OR_GREATER
    private static Vector128<ulong> FoldWide(uint state, ref byte source, ref nuint left)
    {
        Vector512<ulong> x0 = Load512(ref source, 0) ^ Vector512.CreateScalar((ulong)state);
        Vector512<ulong> x1 = Load512(ref source, 64);
        Vector512<ulong> x2 = Load512(ref source, 128);
        Vector512<ulong> x3 = Load512(ref source, 192);
        Vector512<ulong> by2048 = Vector512.Create(Vector256.Create(Vector128.Create(0x11542778aUL, 0x1322d1430UL)));
        Vector512<ulong> by512 = Vector512.Create(Vector256.Create(Vector128.Create(0x154442bd4UL, 0x1c6e41596UL)));
        nuint at = 256;
        for (left -= 256; left >= 256; left -= 256, at += 256)
        {
            x0 = Fold(x0, by2048, Load512(ref source, at));
            x1 = Fold(x1, by2048, Load512(ref source, at + 64));
            x2 = Fold(x2, by2048, Load512(ref source, at + 128));
            x3 = Fold(x3, by2048, Load512(ref source, at + 192));
        }

        x3 = Fold(Fold(Fold(x0, by512, x1), by512, x2), by512, x3);
        for (; left >= 64; left -= 64, at += 64)
        {
            x3 = Fold(x3, by512, Load512(ref source, at));
        }

        Vector256<ulong> low = x3.GetLower();
        Vector256<ulong> high = x3.GetUpper();
        return FoldFour(low.GetLower(), low.GetUpper(), high.GetLower(), high.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Fold(Vector512<ulong> remainder, Vector512<ulong> constants, Vector512<ulong> next) =>
        Vector512.Xor(
            Vector512.Xor(Pclmulqdq.V512.CarrylessMultiply(remainder, constants, 0x00), next),
            Pclmulqdq.V512.CarrylessMultiply(remainder, constants, 0x11));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load512(ref byte source, nuint at) => Vector512.LoadUnsafe(ref source, at).AsUInt64();
#endif

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector128<ulong> remainder, Vector128<ulong> constants, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(remainder, constants, 0x00) ^ next ^ Pclmulqdq.CarrylessMultiply(remainder, constants, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load128(ref byte source, nuint at) => Vector128.LoadUnsafe(ref source, at).AsUInt64();

    /// <summary>From 128 bits to 64, and by Barrett's method to the 32 that are the CRC.</summary>
    private static uint Reduce(Vector128<ulong> x)
    {
        Vector128<ulong> by128 = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        Vector128<ulong> by64 = Vector128.CreateScalar(0x163cd6124UL);
        Vector128<ulong> barrett = Vector128.Create(0x1db710641UL, 0x1f7011641UL);
        Vector128<ulong> low32 = Vector128.Create(0xFFFFFFFFUL, 0UL);

        x = Sse2.ShiftRightLogical128BitLane(x, 8) ^ Pclmulqdq.CarrylessMultiply(x, by128, 0x10);
        x = Sse2.ShiftRightLogical128BitLane(x, 4) ^ Pclmulqdq.CarrylessMultiply(x & low32, by64, 0x00);
        Vector128<ulong> quotient = Pclmulqdq.CarrylessMultiply(x & low32, barrett, 0x10) & low32;
        return (x ^ Pclmulqdq.CarrylessMultiply(quotient, barrett, 0x00)).AsUInt32().GetElement(1);
    }

    private static uint[] MakeTables()
    {
        const uint ReversedPolynomial = 0xEDB88320;
        uint[] tables = new uint[TableCount * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * ReversedPolynomial);
            }

            tables[value] = crc;
        }

        for (int index = 256; index < tables.Length; index++)
        {
            uint previous = tables[index - 256];
            tables[index] = (previous >> 8) ^ tables[previous & 0xFF];
        }

        return tables;
    }
}
