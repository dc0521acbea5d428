using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>Bits from the least significant one on, 56 or more after a refill; zeros after the end, which are counted.</summary>
internal unsafe ref struct InflateBits(byte* at, byte* end)
{
    private readonly byte* _end = end;
    private int _count;
    private long _overrun;

    public ulong Bits;
    public byte* At = at;

    public readonly byte* End => _end;

    public readonly int Count => _count;

    public readonly long Remaining => _end - At;

    /// <summary>Whether bits from after the end were taken.</summary>
    public readonly bool IsOverrun => _overrun * 8 > _count;

    /// <summary>Whether all bytes were taken, and no bit more.</summary>
    public readonly bool IsAtEnd => !IsOverrun && At == _end && _count - (_overrun * 8) < 8;

    public void Set(byte* at, ulong bits, int count)
    {
        At = at;
        Bits = bits;
        _count = count;
    }

    public void Refill()
    {
        if (_end - At >= 8)
        {
            ulong next = Unsafe.ReadUnaligned<ulong>(At);
            Bits |= (BitConverter.IsLittleEndian ? next : BinaryPrimitives.ReverseEndianness(next)) << _count;
            At += (63 - _count) >> 3;
            _count |= 56;
        }
        else
        {
            RefillAtEnd();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Drop(int bits)
    {
        Bits >>= bits;
        _count -= bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong TakeLong(int bits)
    {
        ulong value = Bits & ((1UL << bits) - 1);
        Drop(bits);
        return value;
    }

    public uint Take(int bits) => (uint)TakeLong(bits);

    /// <summary>Drops to the next byte, gives whole bytes back, and reads the length of a stored block; -1 when it is wrong.</summary>
    public long TakeStoredLength()
    {
        if (IsOverrun)
        {
            return -1;
        }

        At -= (_count >> 3) - _overrun;
        Bits = 0;
        _count = 0;
        _overrun = 0;
        if (_end - At < 4)
        {
            return -1;
        }

        int length = At[0] | (At[1] << 8);
        int complement = At[2] | (At[3] << 8);
        At += 4;
        return (length ^ complement) == 0xFFFF ? length : -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RefillAtEnd()
    {
        while (_count < 56)
        {
            if (At < _end)
            {
                Bits |= (ulong)*At++ << _count;
            }
            else
            {
                _overrun++;
            }

            _count += 8;
        }
    }
}
