using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Encoding;

/// <summary>
/// A growing byte buffer that is written big-endian and used again and again: values, text in UTF-8, whole components.
/// It is the one output type of codecs, writers and printers.
/// </summary>
public sealed class BufferWriter : IBufferWriter<byte>
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Creates an empty buffer.</summary>
    public BufferWriter(int capacityBytes = 256) => _buffer = new byte[Math.Max(16, capacityBytes)];

    /// <summary>Creates an empty buffer in memory that is lent to it; one that grows leaves it.</summary>
    internal BufferWriter(byte[] memory) => _buffer = memory;

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>The backing array, for callers that keep offsets into it; replaced when the buffer grows.</summary>
    internal byte[] Array => _buffer;

    /// <summary>Forgets all content and keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Forgets what was written after a length noted earlier.</summary>
    public void Truncate(int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)lengthBytes, (uint)_length, nameof(lengthBytes));
        _length = lengthBytes;
    }

    /// <summary>Forgets what was written first, and moves the rest to the front.</summary>
    internal void DropFirst(int lengthBytes)
    {
        WrittenSpan[lengthBytes..].CopyTo(_buffer);
        _length -= lengthBytes;
    }

    /// <summary>A copy of what has been written.</summary>
    public byte[] ToArray() => WrittenSpan.ToArray();

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsSpan(_length);
    }

    /// <summary>Writes one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value)
    {
        if (_length == _buffer.Length)
            Grow(1);
        _buffer[_length++] = value;
    }

    /// <summary>Writes bytes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Writes a big-endian 16-bit integer.</summary>
    public void WriteUInt16(ushort value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_length), value);
        _length += 2;
    }

    /// <summary>Writes a big-endian 32-bit integer.</summary>
    public void WriteInt32(int value)
    {
        Reserve(4);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    /// <summary>Writes a big-endian 64-bit integer.</summary>
    public void WriteInt64(long value)
    {
        Reserve(8);
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length), value);
        _length += 8;
    }

    /// <summary>Writes a big-endian IEEE double.</summary>
    public void WriteDouble(double value) => WriteInt64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Writes a Boolean as one byte.</summary>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes an unsigned variable-length integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUnsignedVInt(ulong value)
    {
        Reserve(VInt.MaxLength);
        _length += VInt.WriteUnsigned(_buffer.AsSpan(_length), value);
    }

    /// <summary>Writes a zig-zag encoded variable-length integer.</summary>
    public void WriteVInt(long value) => WriteUnsignedVInt(VInt.EncodeZigZag(value));

    /// <summary>Writes bytes preceded by their length as an unsigned variable-length integer.</summary>
    public void WriteVIntBytes(ReadOnlySpan<byte> bytes)
    {
        WriteUnsignedVInt((ulong)bytes.Length);
        Write(bytes);
    }

    /// <summary>Writes bytes preceded by a 16-bit length.</summary>
    public void WriteShortBytes(ReadOnlySpan<byte> bytes)
    {
        WriteUInt16(checked((ushort)bytes.Length));
        Write(bytes);
    }

    /// <summary>Writes text as Java's <c>writeUTF</c> does ASCII: a 16-bit length, then UTF-8.</summary>
    public void WriteShortText(ReadOnlySpan<char> text)
    {
        int start = _length;
        WriteUInt16(0);
        WriteText(text);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(start), checked((ushort)(_length - start - sizeof(ushort))));
    }

    /// <summary>Writes text as UTF-8 preceded by its length in bytes as an unsigned variable-length integer.</summary>
    public void WriteVIntText(ReadOnlySpan<char> text)
    {
        WriteUnsignedVInt((ulong)System.Text.Encoding.UTF8.GetByteCount(text));
        WriteText(text);
    }

    /// <summary>Writes bytes preceded by a 32-bit length.</summary>
    public void WriteIntBytes(ReadOnlySpan<byte> bytes)
    {
        WriteInt32(bytes.Length);
        Write(bytes);
    }

    /// <summary>Writes bytes preceded by a 32-bit length, or a length of -1 for null.</summary>
    internal void WriteIntBytes(ReadOnlySpan<byte> bytes, bool isNull)
    {
        if (isNull)
            WriteInt32(-1);
        else
            WriteIntBytes(bytes);
    }

    /// <summary>Writes a 64-bit integer preceded by its 32-bit length.</summary>
    internal void WriteSizedInt64(long value)
    {
        Reserve(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length + sizeof(int)), value);
        _length += sizeof(int) + sizeof(long);
    }

    /// <summary>Writes a 32-bit integer preceded by its 32-bit length.</summary>
    internal void WriteSizedInt32(int value)
    {
        Reserve(2 * sizeof(int));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length), ((long)sizeof(int) << 32) | (uint)value);
        _length += 2 * sizeof(int);
    }

    /// <summary>Leaves room for the 32-bit length of a value that is written next, and tells where it is.</summary>
    internal int BeginIntBytes()
    {
        WriteInt32(0);
        return _length;
    }

    /// <summary>Ends a value that was begun: its length is filled in, or it is taken back and is null.</summary>
    /// <param name="start">Where <see cref="BeginIntBytes"/> said that it begins.</param>
    /// <param name="hasValue">Whether there is a value.</param>
    internal void EndIntBytes(int start, bool hasValue)
    {
        if (!hasValue)
            _length = start;
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start - sizeof(int)), hasValue ? _length - start : -1);
    }

    /// <summary>Writes text as UTF-8, with no length before it.</summary>
    public void WriteText(ReadOnlySpan<char> text)
    {
        Reserve(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += System.Text.Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    /// <summary>Writes a value's invariant text, such as a number, as UTF-8.</summary>
    public void WriteFormatted<T>(T value, ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable
    {
        int written;
        int hint = 32;
        while (!value.TryFormat(GetSpan(hint), out written, format, System.Globalization.CultureInfo.InvariantCulture))
            hint = Math.Max(hint * 2, (_buffer.Length - _length) * 2);
        _length += written;
    }

    /// <summary>The text written so far, decoded from UTF-8.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(WrittenSpan);

    /// <summary>Makes room, and returns a writable span over bytes already written (to patch a length).</summary>
    internal Span<byte> Patch(int offset, int lengthBytes) => _buffer.AsSpan(offset, lengthBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int lengthBytes)
    {
        if (_buffer.Length - _length < lengthBytes)
            Grow(lengthBytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int lengthBytes)
    {
        long wanted = Math.Max((long)_length + lengthBytes, Math.Min(_buffer.Length * 2L, System.Array.MaxLength));
        if (wanted > System.Array.MaxLength)
            throw new InvalidOperationException($"a buffer of {wanted:N0} bytes is larger than an array can be.");
        System.Array.Resize(ref _buffer, (int)wanted);
    }
}
