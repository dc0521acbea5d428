using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>What the encoders share: unaligned reads in the order of the bytes, and the length of a match.</summary>
internal static unsafe class MatchFinding
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ReadUInt32(byte* at)
    {
        uint value = Unsafe.ReadUnaligned<uint>(at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ReadUInt64(byte* at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>How many bytes two places have in common, the later one read up to the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CommonLength(byte* later, byte* earlier, byte* limit)
    {
        byte* start = later;
        while (limit - later >= 8)
        {
            ulong difference = ReadUInt64(later) ^ ReadUInt64(earlier);
            if (difference != 0)
            {
                return later - start + (BitOperations.TrailingZeroCount(difference) >> 3);
            }

            later += 8;
            earlier += 8;
        }

        return later - start + CommonLengthAtEnd(later, earlier, limit);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long CommonLengthAtEnd(byte* later, byte* earlier, byte* limit)
    {
        byte* start = later;
        while (later < limit && *later == *earlier)
        {
            later++;
            earlier++;
        }

        return later - start;
    }
}
