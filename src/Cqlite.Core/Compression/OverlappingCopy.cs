using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Cqlite.Core.Compression;

/// <summary>
/// The copies of LZ decoders: in whole vectors, past the end of what was asked for, and of matches that overlap what they produce.
/// </summary>
internal static unsafe class OverlappingCopy
{
    /// <summary>How many bytes after its end a wild copy may write, and a wild copy of literals may read.</summary>
    public const int Slack = 32;

    /// <summary>Row d repeats the first d bytes of a vector over the whole of it.</summary>
    private static ReadOnlySpan<byte> Patterns =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
        0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
        0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
        0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
    ];

    /// <summary>How far a store of a pattern of d bytes gets: the largest multiple of d in 16.</summary>
    private static ReadOnlySpan<byte> PatternSteps => [16, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy16(byte* to, byte* from) => Vector128.Store(Vector128.Load(from), to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy32(byte* to, byte* from) => Vector256.Store(Vector256.Load(from), to);

    /// <summary>Copies what does not overlap, at least one byte, and up to <see cref="Slack"/> - 1 bytes more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyWild(byte* to, byte* from, long length)
    {
        byte* end = to + length;
        do
        {
            Copy32(to, from);
            to += 32;
            from += 32;
        }
        while (to < end);
    }

    /// <summary>
    /// Repeats what lies <paramref name="offset"/> bytes back; needs <see cref="Slack"/> bytes of room after the end. The offset is
    /// at least 1 and was checked against the start.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyMatchWild(byte* to, long offset, long length)
    {
        Debug.Assert(offset > 0, "An offset of zero is refused before this.");
        byte* from = to - offset;
        byte* end = to + length;
        if (offset >= 32)
        {
            do
            {
                Copy32(to, from);
                to += 32;
                from += 32;
            }
            while (to < end);
        }
        else if (offset >= 16)
        {
            do
            {
                Copy16(to, from);
                to += 16;
                from += 16;
            }
            while (to < end);
        }
        else
        {
            Vector128<byte> pattern = Pattern(from, offset);
            long step = PatternStep(offset);
            do
            {
                Vector128.Store(pattern, to);
                to += step;
            }
            while (to < end);
        }
    }

    /// <summary>The same without touching a byte after the end.</summary>
    public static void CopyMatchExact(byte* to, long offset, long length)
    {
        byte* from = to - offset;
        if (offset >= length)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)length);
            return;
        }

        for (byte* end = to + length; to < end; to++, from++)
        {
            *to = *from;
        }
    }

    /// <summary>Sixteen bytes that repeat the first ones; reads 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Pattern(byte* from, long offset)
    {
        Vector128<byte> indices = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Patterns), (nuint)(offset * 16));
        Vector128<byte> bytes = Vector128.Load(from);
        return Ssse3.IsSupported ? Ssse3.Shuffle(bytes, indices)
            : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.VectorTableLookup(bytes, indices)
            : Vector128.Shuffle(bytes, indices);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long PatternStep(long offset) =>
        Unsafe.Add(ref MemoryMarshal.GetReference(PatternSteps), (nint)offset);
}
