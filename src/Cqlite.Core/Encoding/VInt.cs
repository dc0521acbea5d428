using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Encoding;

/// <summary>
/// Cassandra's variable-length integers: the number of leading one bits of the first byte is the number of bytes that
/// follow; the value is big-endian in the remaining bits. Signed values are zig-zag encoded first.
/// </summary>
/// <remarks>
/// <code>
/// 0xxxxxxx                             7 bits, one byte
/// 10xxxxxx xxxxxxxx                   14 bits, two bytes
/// ...
/// 11111111 then 8 bytes               64 bits, nine bytes
/// </code>
/// Source: org/apache/cassandra/utils/vint/VIntCoding.java.
/// </remarks>
internal static class VInt
{
    /// <summary>The longest encoding, in bytes.</summary>
    public const int MaxLength = 9;

    /// <summary>Reads an unsigned value. Returns false where the span ends too early.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadUnsigned(ReadOnlySpan<byte> source, out ulong value, out int lengthBytes)
    {
        if (source.Length > 0 && source[0] < 0x80)
        {
            value = source[0];
            lengthBytes = 1;
            return true;
        }

        return TryReadLong(source, out value, out lengthBytes);
    }

    private static bool TryReadLong(ReadOnlySpan<byte> source, out ulong value, out int lengthBytes)
    {
        value = 0;
        lengthBytes = 0;
        if (source.IsEmpty)
            return false;

        int extra = BitOperations.LeadingZeroCount(~((uint)source[0] << 24));
        if (source.Length >= MaxLength)
        {
            // One load of the eight bytes after the first serves every length.
            ulong tail = BinaryPrimitives.ReadUInt64BigEndian(source[1..]);
            lengthBytes = extra + 1;
            if (extra == 8)
            {
                value = tail;
                return true;
            }

            ulong head = source[0] & (0xFFu >> extra);
            value = (head << (8 * extra)) | (tail >> (64 - (8 * extra)));
            return true;
        }

        if (source.Length <= extra)
            return false;

        ulong result = extra == 8 ? 0 : source[0] & (0xFFu >> extra);
        for (int i = 1; i <= extra; i++)
            result = (result << 8) | source[i];

        value = result;
        lengthBytes = extra + 1;
        return true;
    }

    /// <summary>Undoes the zig-zag encoding of a signed value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long DecodeZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Zig-zag encodes: small magnitudes of either sign become small unsigned values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EncodeZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>Bytes that the unsigned value takes: 1 to 9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int UnsignedLength(ulong value)
    {
        int magnitude = BitOperations.LeadingZeroCount(value | 1);
        return 9 - ((magnitude - 1) / 7);
    }

    /// <summary>Writes an unsigned value and returns its length. The destination must hold <see cref="MaxLength"/> bytes, of which those behind the value are undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteUnsigned(Span<byte> destination, ulong value)
    {
        if (value >= 0x80)
            return WriteLong(destination, value);
        destination[0] = (byte)value;
        return 1;
    }

    /// <summary>Writes an unsigned value where the caller has seen to it that there is room for <see cref="MaxLength"/> bytes, and returns the place behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte WriteUnsigned(ref byte destination, ulong value)
    {
        if (value >= 0x80)
            return ref Unsafe.Add(ref destination, WriteLong(MemoryMarshal.CreateSpan(ref destination, MaxLength), value));
        destination = (byte)value;
        return ref Unsafe.Add(ref destination, 1);
    }

    private static int WriteLong(Span<byte> destination, ulong value)
    {
        int length = UnsignedLength(value);
        if (length == MaxLength)
        {
            destination[0] = 0xFF;
            BinaryPrimitives.WriteUInt64BigEndian(destination[1..], value);
            return MaxLength;
        }

        // One store of eight bytes serves every length: the value at the top, and as many ones before it as bytes follow the first.
        BinaryPrimitives.WriteUInt64BigEndian(destination, (value << (64 - (8 * length))) | ~(ulong.MaxValue >> (length - 1)));
        return length;
    }
}
