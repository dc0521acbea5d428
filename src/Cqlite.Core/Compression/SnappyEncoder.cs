using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Compression;

/// <summary>Makes raw Snappy blocks: one candidate for each hash of 4 bytes, fragments of 64 KiB that know nothing of each other.</summary>
internal static unsafe class SnappyEncoder
{
    private const int FragmentBytes = 64 * 1024;
    private const int MaxTableBits = 14;

    // Where fewer bytes are left no match is looked for, so that reads of 8 bytes and copies of 16 stay inside.
    private const int Margin = 16;

    /// <summary>The most bytes that a block of so many can take, as Snappy itself reckons.</summary>
    public static int MaxCompressedLength(int length) => (int)Math.Min(32L + length + (length / 6), int.MaxValue);

    /// <summary>Makes one block.</summary>
    /// <returns>The bytes written, or -1 when the destination is smaller than <see cref="MaxCompressedLength"/>.</returns>
    [SkipLocalsInit]
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < MaxCompressedLength(source.Length))
        {
            return -1;
        }

        ushort* table = stackalloc ushort[1 << MaxTableBits];
        fixed (byte* from = &MemoryMarshal.GetReference(source))
        fixed (byte* to = &MemoryMarshal.GetReference(destination))
        {
            byte* op = to;
            uint length = (uint)source.Length;
            for (; length >= 0x80; length >>= 7)
            {
                *op++ = (byte)(length | 0x80);
            }

            *op++ = (byte)length;
            for (int at = 0; at < source.Length; at += FragmentBytes)
            {
                int fragment = Math.Min(FragmentBytes, source.Length - at);
                int bits = Math.Clamp(BitOperations.Log2((uint)fragment - 1 | 1) + 1, 8, MaxTableBits);
                new Span<ushort>(table, 1 << bits).Clear();
                op = EncodeFragment(table, 32 - bits, from + at, fragment, op);
            }

            return (int)(op - to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte* EncodeFragment(ushort* table, int shift, byte* source, int length, byte* op)
    {
        byte* end = source + length;
        byte* anchor = source;
        if (length > Margin)
        {
            byte* findEnd = end - Margin;
            byte* ip = source + 1;
            while (true)
            {
                byte* match;
                int searched = 32;
                while (true)
                {
                    if (ip > findEnd)
                    {
                        goto Rest;
                    }

                    ushort* slot = table + Hash(ip, shift);
                    match = source + *slot;
                    *slot = (ushort)(ip - source);
                    if (Unsafe.ReadUnaligned<uint>(match) == Unsafe.ReadUnaligned<uint>(ip))
                    {
                        break;
                    }

                    ip += searched++ >> 5;
                }

                while (ip > anchor && match > source && ip[-1] == match[-1])
                {
                    ip--;
                    match--;
                }

                if (ip > anchor)
                {
                    op = WriteLiterals(op, anchor, ip - anchor, isFarFromEnd: true);
                }

                while (true)
                {
                    long matched = 4 + MatchFinding.CommonLength(ip + 4, match + 4, end);
                    op = WriteCopy(op, (uint)(ip - match), matched);
                    ip += matched;
                    anchor = ip;
                    if (ip > findEnd)
                    {
                        goto Rest;
                    }

                    table[Hash(ip - 1, shift)] = (ushort)(ip - 1 - source);
                    ushort* slot = table + Hash(ip, shift);
                    match = source + *slot;
                    *slot = (ushort)(ip - source);
                    if (Unsafe.ReadUnaligned<uint>(match) != Unsafe.ReadUnaligned<uint>(ip))
                    {
                        break;
                    }
                }

                ip++;
            }
        }

    Rest:
        return end > anchor ? WriteLiterals(op, anchor, end - anchor, isFarFromEnd: false) : op;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(byte* at, int shift) => (MatchFinding.ReadUInt32(at) * 0x1E35A7BDU) >> shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteLiterals(byte* op, byte* literals, long count, bool isFarFromEnd)
    {
        uint less = (uint)count - 1;
        if (less < 60)
        {
            *op++ = (byte)(less << 2);
            if (isFarFromEnd && count <= 16)
            {
                OverlappingCopy.Copy16(op, literals);
                return op + count;
            }
        }
        else
        {
            byte* tag = op++;
            int bytes = 0;
            for (; less != 0; less >>= 8, bytes++)
            {
                *op++ = (byte)less;
            }

            *tag = (byte)((59 + bytes) << 2);
        }

        Unsafe.CopyBlockUnaligned(op, literals, (uint)count);
        return op + count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteCopy(byte* op, uint offset, long length)
    {
        // Long ones in pieces of 64; never a rest below 4, which the short form cannot say.
        while (length >= 68)
        {
            op = WriteCopy2(op, offset, 64);
            length -= 64;
        }

        if (length > 64)
        {
            op = WriteCopy2(op, offset, 60);
            length -= 60;
        }

        if (length < 12 && offset < 2048)
        {
            op[0] = (byte)(1 | ((uint)(length - 4) << 2) | ((offset >> 8) << 5));
            op[1] = (byte)offset;
            return op + 2;
        }

        return WriteCopy2(op, offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteCopy2(byte* op, uint offset, long length)
    {
        op[0] = (byte)(2 | ((uint)(length - 1) << 2));
        op[1] = (byte)offset;
        op[2] = (byte)(offset >> 8);
        return op + 3;
    }
}
