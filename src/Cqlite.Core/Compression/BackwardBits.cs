using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Compression;

/// <summary>
/// A bit stream of Zstandard, read from its end to its start. The last byte's highest set bit marks where the bits end.
/// </summary>
/// <remarks>
/// Reading on past the start yields bits of no meaning but touches no byte outside; <see cref="IsOverrun"/> tells of it. At most 57
/// bits may be taken between two refills.
/// </remarks>
internal unsafe struct BackwardBits
{
    private byte* _start;
    private byte* _at;
    private ulong _bits;
    private int _consumed;

    /// <summary>Whether more bits were taken than there are.</summary>
    public readonly bool IsOverrun => _consumed > 64;

    /// <summary>Whether exactly all bits were taken.</summary>
    public readonly bool IsFinished => _at == _start && _consumed == 64;

    /// <summary>Begins at the end of these bytes; false when there is none, or no bit is set in the last.</summary>
    public bool TryStart(byte* start, long length)
    {
        if (length <= 0 || start[length - 1] == 0)
        {
            return false;
        }

        _start = start;
        _consumed = BitOperations.LeadingZeroCount((uint)start[length - 1]) - 24 + 1;
        if (length >= 8)
        {
            _at = start + length - 8;
            _bits = ReadUInt64(_at);
        }
        else
        {
            _at = start;
            _bits = 0;
            for (int index = 0; index < length; index++)
            {
                _bits |= (ulong)start[index] << (index * 8);
            }

            _consumed += (8 - (int)length) * 8;
        }

        return true;
    }

    /// <summary>The next 0 to 57 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Peek(int count) => (_bits << (_consumed & 63)) >> 1 >> (63 - count);

    /// <summary>Passes over bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count) => _consumed += count;

    /// <summary>Takes 0 to 57 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Take(int count)
    {
        ulong value = Peek(count);
        _consumed += count;
        return value;
    }

    /// <summary>Makes 57 bits available, or as many as are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refill()
    {
        if (_at >= _start + 8)
        {
            _at -= _consumed >> 3;
            _consumed &= 7;
            _bits = ReadUInt64(_at);
        }
        else if (_at != _start && _consumed <= 64)
        {
            // Reached only by streams of more than 8 bytes, so that a whole read at the start is inside.
            int bytes = (int)Math.Min(_consumed >> 3, _at - _start);
            _at -= bytes;
            _consumed -= bytes * 8;
            _bits = ReadUInt64(_at);
        }
    }

    /// <summary>The form for the fast loop of <see cref="ZstdHuffman"/>; the stream has 8 bytes or more, few bits of which were taken.</summary>
    public readonly HuffmanCursor ToCursor() => new((_bits | 1) << _consumed, _at);

    /// <summary>Goes on where the fast loop stopped.</summary>
    public void Resume(HuffmanCursor cursor)
    {
        _at = cursor.At;
        _bits = ReadUInt64(_at);
        _consumed = BitOperations.TrailingZeroCount(cursor.Bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong ReadUInt64(byte* at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
