using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.SSTables;

/// <summary>
/// Variable-length integers from a buffer that has slack behind its last byte, so that nothing is checked here: the caller sees to it
/// that the position is not behind the end by more than the slack less nine bytes, and checks the position afterwards.
/// </summary>
internal static class VIntDecoder
{
    /// <summary>Reads an unsigned value and moves the position behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ref byte buffer, ref int position)
    {
        byte first = Unsafe.Add(ref buffer, position);
        if (first < 0x80)
        {
            position++;
            return first;
        }

        return ReadLong(ref buffer, ref position, first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadLong(ref byte buffer, ref int position, uint first)
    {
        int extra = BitOperations.LeadingZeroCount(~(first << 24));
        ulong tail = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref buffer, position + 1));
        if (BitConverter.IsLittleEndian)
            tail = BinaryPrimitives.ReverseEndianness(tail);
        position += extra + 1;
        if (extra == 8)
            return tail;
        ulong head = first & (0xFFu >> extra);
        return (head << (8 * extra)) | (tail >> (64 - (8 * extra)));
    }

    /// <summary>The first byte of an array, for <see cref="Read"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Start(byte[] buffer) => ref MemoryMarshal.GetArrayDataReference(buffer);
}
