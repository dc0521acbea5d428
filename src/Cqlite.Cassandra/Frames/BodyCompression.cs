using System.Buffers;
using System.Buffers.Binary;
using Cqlite.Core.Compression;

namespace Cqlite.Cassandra.Frames;

/// <summary>What a connection compresses with, as agreed upon in STARTUP.</summary>
internal enum WireCompression
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>LZ4: outer frames from version 5 on, bodies before.</summary>
    Lz4,

    /// <summary>Snappy: bodies, up to version 4.</summary>
    Snappy,
}

/// <summary>Compressed bodies of versions 3 and 4.</summary>
/// <remarks>
/// <code>
/// LZ4      length of the body (4 bytes, big-endian), LZ4 block
/// Snappy   Snappy block, which begins with the length itself
/// source   org/apache/cassandra/transport/Compressor.java
/// </code>
/// </remarks>
internal static class BodyCompression
{
    /// <summary>No byte of an LZ4 block makes more bytes than this.</summary>
    private const int MaxLz4Ratio = 255;

    /// <summary>A copy of Snappy that makes 64 bytes, the most, has 3 itself.</summary>
    private const int MaxSnappyRatio = 22;

    /// <summary>Decompresses a body into memory that the caller keeps for it.</summary>
    /// <param name="compression">LZ4 or Snappy.</param>
    /// <param name="body">The compressed body.</param>
    /// <param name="maxLength">The most bytes it may be.</param>
    /// <param name="buffer">Gives the memory, once the claimed length was found possible.</param>
    /// <exception cref="ProtocolException">It is not compressed so, or too large.</exception>
    public static ReadOnlyMemory<byte> Decompress(WireCompression compression, ReadOnlySpan<byte> body, int maxLength, ScratchBuffer buffer)
    {
        bool isLz4 = compression == WireCompression.Lz4;
        long length = isLz4 ? ReadLz4Length(body) : ReadSnappyLength(body);
        ReadOnlySpan<byte> block = isLz4 && body.Length >= sizeof(uint) ? body[sizeof(uint)..] : body;
        if (length < 0 || length > (long)block.Length * (isLz4 ? MaxLz4Ratio : MaxSnappyRatio))
            ThrowMalformed(compression);
        if (length > maxLength)
        {
            long limit = (long)maxLength + EnvelopeHeader.Length;
            throw new ProtocolException($"Request is too big: length {length + EnvelopeHeader.Length} exceeds maximum allowed length {limit}.") { Code = ErrorCode.Invalid };
        }


        Memory<byte> data = buffer.Take((int)length);
        if ((isLz4 ? Lz4Decoder.Decode(block, data.Span) : SnappyDecoder.Decode(block, data.Span)) != length)
            ThrowMalformed(compression);
        return data;
    }

    /// <summary>Appends a compressed body.</summary>
    /// <returns>The bytes written.</returns>
    public static int Compress(WireCompression compression, ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        int written;
        if (compression == WireCompression.Lz4)
        {
            Span<byte> destination = output.GetSpan(sizeof(uint) + Lz4Encoder.MaxCompressedLength(body.Length));
            BinaryPrimitives.WriteInt32BigEndian(destination, body.Length);
            written = sizeof(uint) + Lz4Encoder.Encode(body, destination[sizeof(uint)..]);
        }
        else
        {
            written = SnappyEncoder.Encode(body, output.GetSpan(SnappyEncoder.MaxCompressedLength(body.Length)));
        }

        output.Advance(written);
        return written;
    }

    private static long ReadLz4Length(ReadOnlySpan<byte> body) => BinaryPrimitives.TryReadInt32BigEndian(body, out int length) ? length : -1;

    private static long ReadSnappyLength(ReadOnlySpan<byte> body)
    {
        long length = 0;
        for (int i = 0; i < Math.Min(5, body.Length); i++)
        {
            length |= (long)(body[i] & 0x7F) << (7 * i);
            if (body[i] < 0x80)
                return length;
        }

        return -1;
    }

    private static void ThrowMalformed(WireCompression compression) =>
        ProtocolException.Throw(compression == WireCompression.Snappy ? "Provided frame does not appear to be Snappy compressed" : "Provided frame does not appear to be LZ4 compressed");
}
