using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Cqlite.Core.Errors;

namespace Cqlite.Core.Encoding;

/// <summary>
/// Reads big-endian values from a span and is the one place that checks bounds: what runs past the end becomes a
/// <see cref="CorruptDataException"/> that names the file and the offset.
/// </summary>
internal ref struct SpanReader
{
    private readonly ReadOnlySpan<byte> _span;
    private readonly string _file;
    private readonly long _baseOffset;
    private int _position;

    /// <summary>Starts at the beginning of a span.</summary>
    /// <param name="span">The bytes.</param>
    /// <param name="file">The file they come from, for errors.</param>
    /// <param name="baseOffset">Offset of the span's first byte in that file.</param>
    public SpanReader(ReadOnlySpan<byte> span, string file, long baseOffset = 0)
    {
        _span = span;
        _file = file;
        _baseOffset = baseOffset;
    }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _span.Length - _position;

    /// <summary>The file that errors name.</summary>
    public readonly string File => _file;

    /// <summary>Offset in the file of the next byte.</summary>
    public readonly long Offset => _baseOffset + _position;

    /// <summary>What is left, unread.</summary>
    public readonly ReadOnlySpan<byte> Rest => _span[_position..];

    /// <summary>One byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if ((uint)_position >= (uint)_span.Length)
            ThrowShort(1);
        return _span[_position++];
    }

    /// <summary>A Boolean stored as one byte, zero meaning false.</summary>
    public bool ReadBoolean() => ReadByte() != 0;

    /// <summary>Big-endian 16-bit integer.</summary>
    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    /// <summary>Big-endian unsigned 16-bit integer.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>Big-endian 32-bit integer.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    /// <summary>Big-endian unsigned 32-bit integer.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Big-endian 64-bit integer.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>Big-endian IEEE double.</summary>
    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>Unsigned variable-length integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadUnsignedVInt()
    {
        if (!VInt.TryReadUnsigned(_span[_position..], out ulong value, out int length))
            ThrowShort(1);
        _position += length;
        return value;
    }

    /// <summary>Unsigned variable-length integer that must fit a non-negative <see cref="int"/> (a count or a length).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadUnsignedVInt32()
    {
        ulong value = ReadUnsignedVInt();
        if (value > int.MaxValue)
            Throw($"a count or length of {value:N0} does not fit 31 bits.");
        return (int)value;
    }

    /// <summary>Zig-zag encoded signed variable-length integer.</summary>
    public long ReadVInt() => VInt.DecodeZigZag(ReadUnsignedVInt());

    /// <summary>The next bytes, without a copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes(int lengthBytes) => Take(lengthBytes);

    /// <summary>Bytes preceded by a 16-bit length.</summary>
    public ReadOnlySpan<byte> ReadShortBytes() => Take(ReadUInt16());

    /// <summary>Bytes preceded by a 32-bit length, which must not be negative.</summary>
    public ReadOnlySpan<byte> ReadIntBytes()
    {
        int length = ReadInt32();
        if (length < 0)
            Throw($"a length of {length:N0} is negative.");
        return Take(length);
    }

    /// <summary>Bytes preceded by an unsigned variable-length length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadVIntBytes() => Take(ReadUnsignedVInt32());

    /// <summary>Text of Java's <c>writeUTF</c>: a 16-bit length, then (modified) UTF-8.</summary>
    public string ReadShortText() => System.Text.Encoding.UTF8.GetString(ReadShortBytes());

    /// <summary>Passes over bytes.</summary>
    public void Skip(int lengthBytes) => Take(lengthBytes);

    /// <summary>Checks, before memory is asked for, that a count of items can be in what is left.</summary>
    /// <param name="count">The number of items that the file claims.</param>
    /// <param name="minimumItemBytes">What an item takes at least.</param>
    public readonly int CheckCount(long count, int minimumItemBytes)
    {
        if (count < 0 || count * minimumItemBytes > Remaining)
            Throw($"{count:N0} items of at least {minimumItemBytes} bytes can't be in the {Remaining:N0} bytes that are left.");
        return (int)count;
    }

    /// <summary>Fails at the current position.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public readonly void Throw(string problem) => throw new CorruptDataException(_file, Offset, problem);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int lengthBytes)
    {
        if ((uint)lengthBytes > (uint)(_span.Length - _position))
            ThrowShort(lengthBytes);
        ReadOnlySpan<byte> taken = _span.Slice(_position, lengthBytes);
        _position += lengthBytes;
        return taken;
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private readonly void ThrowShort(long needed) => Throw($"needs {needed:N0} bytes, {Remaining:N0} left.");
}
