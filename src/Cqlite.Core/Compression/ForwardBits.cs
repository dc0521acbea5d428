using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Writes the bit streams that <see cref="BackwardBits"/> reads from their end. The caller sees to the room.</summary>
internal unsafe struct ForwardBits(byte* to)
{
    /// <summary>How many bytes behind its end a stream may write zeros to.</summary>
    public const int Slack = 8;

    private ulong _bits;
    private int _count;
    private byte* _to = to;

    /// <summary>Adds up to 25 bits at a time, up to 56 between two flushes; bits above the count are cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong value, int count)
    {
        _bits |= (value & ((1UL << count) - 1)) << _count;
        _count += count;
    }

    /// <summary>Adds bits that have none above the count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddClean(ulong value, int count)
    {
        _bits |= value << _count;
        _count += count;
    }

    /// <summary>Moves whole bytes out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        ulong bits = BitConverter.IsLittleEndian ? _bits : BinaryPrimitives.ReverseEndianness(_bits);
        Unsafe.WriteUnaligned(_to, bits);
        int bytes = _count >> 3;
        _to += bytes;
        _bits >>= bytes * 8;
        _count &= 7;
    }

    /// <summary>Moves all out, the last byte filled with zeros; answers where the stream ends.</summary>
    public byte* Close()
    {
        Flush();
        return _to + (_count > 0 ? 1 : 0);
    }

    /// <summary>The same after the bit that marks the end for a reader who comes from there.</summary>
    public byte* CloseMarked()
    {
        Add(1, 1);
        return Close();
    }
}
