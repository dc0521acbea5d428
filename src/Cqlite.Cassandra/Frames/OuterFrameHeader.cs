using System.Buffers.Binary;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Frames;

/// <summary>The header of an outer frame of version 5, guarded by a CRC of 24 bits, and the CRC32 at its end.</summary>
/// <remarks>
/// <code>
/// plain     17 bits length of the payload, 1 bit self-contained, 6 bits zero; CRC24 (3 bytes)
/// LZ4       17 bits length as sent, 17 bits length decompressed (0: sent as it is), 1 bit self-contained, 5 bits zero; CRC24 (3 bytes)
/// then      payload; CRC32 over the bytes FA 2D 55 CA and the payload as sent (4 bytes)
///           all little-endian; self-contained: one or more whole envelopes, else a part of one
/// source    org/apache/cassandra/net/FrameEncoderCrc.java, FrameEncoderLZ4.java, Crc.java
/// </code>
/// </remarks>
internal readonly record struct OuterFrameHeader(int SentLength, int DecompressedLength, bool IsSelfContained)
{
    /// <summary>Bytes of a plain header.</summary>
    public const int PlainLength = 6;

    /// <summary>Bytes of an LZ4 header.</summary>
    public const int Lz4Length = 8;

    /// <summary>Bytes of the CRC32 after the payload.</summary>
    public const int TrailerLength = 4;

    /// <summary>The longest payload in bytes.</summary>
    public const int MaxPayload = (1 << LengthBits) - 1;

    private const int LengthBits = 17;

    private static readonly uint s_payloadSeed = Crc32.Compute([0xFA, 0x2D, 0x55, 0xCA]);

    /// <summary>Bytes of a header.</summary>
    public static int LengthOf(bool isLz4) => isLz4 ? Lz4Length : PlainLength;

    /// <summary>The CRC32 of a payload.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> payload) => Crc32.Update(s_payloadSeed, payload);

    /// <summary>Reads a header and checks it.</summary>
    /// <exception cref="ProtocolException">The CRC differs: where the frame ends can't be known.</exception>
    public static OuterFrameHeader Read(ReadOnlySpan<byte> bytes, bool isLz4)
    {
        ulong word = 0;
        for (int i = LengthOf(isLz4) - 1; i >= 0; i--)
            word = (word << 8) | bytes[i];
        int checkedBytes = LengthOf(isLz4) - 3;
        uint read = (uint)(word >> (8 * checkedBytes));
        uint computed = Crc24.Compute(bytes[..checkedBytes]);
        if (read != computed)
            throw new ProtocolException($"invalid, unrecoverable CRC mismatch detected in frame header. Read {read}, Computed {computed}") { IsFatal = true, Stream = 0 };

        int sent = (int)(word & MaxPayload);
        return isLz4
            ? new(sent, (int)(word >> LengthBits) & MaxPayload, (word >> (2 * LengthBits) & 1) != 0)
            : new(sent, 0, (word >> LengthBits & 1) != 0);
    }

    /// <summary>Writes the header.</summary>
    public void Write(Span<byte> destination, bool isLz4)
    {
        ulong word = (uint)SentLength;
        if (isLz4)
            word |= (ulong)(uint)DecompressedLength << LengthBits;
        if (IsSelfContained)
            word |= 1UL << (isLz4 ? 2 * LengthBits : LengthBits);

        int checkedBytes = LengthOf(isLz4) - 3;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, word);
        word |= (ulong)Crc24.Compute(bytes[..checkedBytes]) << (8 * checkedBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, word);
        bytes[..LengthOf(isLz4)].CopyTo(destination);
    }
}
