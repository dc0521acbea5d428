using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Compression;

/// <summary>Makes LZ4 blocks the fast way: one candidate for each hash, the first match taken.</summary>
/// <remarks>
/// Hash functions, table sizes, the pace at which the search speeds up where nothing matches, and the order in which positions are
/// remembered are those of liblz4's <c>LZ4_compress_default</c> (1.9), so that the blocks are the same bytes as Cassandra's, which
/// calls it through lz4-java. Below 64 KiB positions are kept as 16 bits and 4 bytes are hashed; above, 32 bits and 5 bytes.
/// </remarks>
internal static unsafe class Lz4Encoder
{
    /// <summary>The last match may not begin in the last 12 bytes of a block.</summary>
    internal const int MatchFindLimit = 12;

    /// <summary>The last 5 bytes of a block are always literals.</summary>
    internal const int LastLiterals = 5;

    internal const int MinMatch = 4;
    internal const int MaxDistance = 65535;
    private const int MinLength = MatchFindLimit + 1;
    private const int SmallLimit = 65536 + MatchFindLimit - 1;
    private const int TableBytes = 16 * 1024;
    private const int SkipTrigger = 6;
    private const int EndBehindFindEnd = MatchFindLimit - 1;

    /// <summary>The most bytes that a block of so many can take.</summary>
    public static int MaxCompressedLength(int length) => (int)Math.Min(length + (length / 255) + 16L, int.MaxValue);

    /// <summary>Makes one block; the destination must be as large as <see cref="MaxCompressedLength"/> says.</summary>
    /// <returns>The bytes written.</returns>
    [SkipLocalsInit]
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaxCompressedLength(source.Length));
        byte* table = stackalloc byte[TableBytes];
        new Span<byte>(table, TableBytes).Clear();
        fixed (byte* from = &MemoryMarshal.GetReference(source))
        fixed (byte* to = &MemoryMarshal.GetReference(destination))
        {
            return source.Length < SmallLimit
                ? Encode((ushort*)table, from, source.Length, to)
                : Encode((uint*)table, from, source.Length, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Encode<TPosition>(TPosition* table, byte* source, int length, byte* destination)
        where TPosition : unmanaged
    {
        byte* ip = source;
        byte* anchor = source;

        // The only one of the three ends that is kept: the others are near it, and registers are few.
        byte* findEnd = source + length - MatchFindLimit + 1;
        byte* op = destination;
        if (length < MinLength)
        {
            goto Last;
        }

        Put(table, Hash<TPosition>(ip), 0);
        ip++;
        nuint forwardHash = Hash<TPosition>(ip);
        while (true)
        {
            byte* match;
            byte* forward = ip;
            nuint step = 1;
            nuint searched = 1 << SkipTrigger;
            while (true)
            {
                nuint hash = forwardHash;
                uint current = (uint)(forward - source);
                uint candidate = Get(table, hash);
                ip = forward;
                forward += step;
                step = searched++ >> SkipTrigger;
                if (forward > findEnd)
                {
                    goto Last;
                }

                match = source + candidate;
                forwardHash = Hash<TPosition>(forward);
                Put(table, hash, current);
                if ((typeof(TPosition) == typeof(ushort) || candidate + MaxDistance >= current)
                    && Unsafe.ReadUnaligned<uint>(match) == Unsafe.ReadUnaligned<uint>(ip))
                {
                    break;
                }
            }

            while (ip > anchor && match > source && ip[-1] == match[-1])
            {
                ip--;
                match--;
            }

            byte* token = op++;
            long literals = ip - anchor;
            op = WriteLiterals(token, op, anchor, literals, findEnd + EndBehindFindEnd);
            while (true)
            {
                uint offset = (uint)(ip - match);
                op[0] = (byte)offset;
                op[1] = (byte)(offset >> 8);
                op += 2;
                long more = MatchFinding.CommonLength(ip + MinMatch, match + MinMatch, findEnd + EndBehindFindEnd - LastLiterals);
                ip += more + MinMatch;
                op = WriteMatchLength(token, op, more);
                anchor = ip;
                if (ip >= findEnd)
                {
                    goto Last;
                }

                Put(table, Hash<TPosition>(ip - 2), (uint)(ip - 2 - source));
                nuint hash = Hash<TPosition>(ip);
                uint current = (uint)(ip - source);
                uint candidate = Get(table, hash);
                match = source + candidate;
                Put(table, hash, current);
                if ((typeof(TPosition) != typeof(ushort) && candidate + MaxDistance < current)
                    || Unsafe.ReadUnaligned<uint>(match) != Unsafe.ReadUnaligned<uint>(ip))
                {
                    break;
                }

                // No literals before the next match.
                token = op++;
                *token = 0;
            }

            ip++;
            forwardHash = Hash<TPosition>(ip);
        }

    Last:
        return (int)(WriteLastLiterals(op, anchor, findEnd + EndBehindFindEnd - anchor) - destination);
    }

    /// <summary>Writes the count of literals into the token and after it, then the literals. Twelve bytes at least follow them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* WriteLiterals(byte* token, byte* op, byte* literals, long count, byte* sourceEnd)
    {
        if (count >= 15)
        {
            *token = 15 << 4;
            op = WriteLength(op, count - 15);
        }
        else
        {
            *token = (byte)(count << 4);
        }

        if (literals + count + 16 <= sourceEnd)
        {
            byte* to = op;
            byte* toEnd = op + count;
            do
            {
                OverlappingCopy.Copy16(to, literals);
                to += 16;
                literals += 16;
            }
            while (to < toEnd);
        }
        else
        {
            byte* to = op;
            byte* toEnd = op + count;
            do
            {
                Unsafe.WriteUnaligned(to, Unsafe.ReadUnaligned<ulong>(literals));
                to += 8;
                literals += 8;
            }
            while (to < toEnd);
        }

        return op + count;
    }

    /// <summary>Adds the length of a match, less 4, to the token and after the offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* WriteMatchLength(byte* token, byte* op, long more)
    {
        if (more >= 15)
        {
            *token += 15;
            return WriteLength(op, more - 15);
        }

        *token += (byte)more;
        return op;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static byte* WriteLastLiterals(byte* op, byte* literals, long count)
    {
        byte* token = op++;
        if (count >= 15)
        {
            *token = 15 << 4;
            op = WriteLength(op, count - 15);
        }
        else
        {
            *token = (byte)(count << 4);
        }

        Unsafe.CopyBlockUnaligned(op, literals, (uint)count);
        return op + count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* WriteLength(byte* op, long length)
    {
        for (; length >= 255; length -= 255)
        {
            *op++ = 255;
        }

        *op++ = (byte)length;
        return op;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint Hash<TPosition>(byte* at) => typeof(TPosition) == typeof(ushort)
        ? (MatchFinding.ReadUInt32(at) * 2654435761U) >> (32 - 13)
        : (nuint)(((MatchFinding.ReadUInt64(at) << 24) * 889523592379UL) >> (64 - 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Get<TPosition>(TPosition* table, nuint hash)
        where TPosition : unmanaged => typeof(TPosition) == typeof(ushort) ? ((ushort*)table)[hash] : ((uint*)table)[hash];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TPosition>(TPosition* table, nuint hash, uint position)
        where TPosition : unmanaged
    {
        if (typeof(TPosition) == typeof(ushort))
        {
            ((ushort*)table)[hash] = (ushort)position;
        }
        else
        {
            ((uint*)table)[hash] = position;
        }
    }
}
