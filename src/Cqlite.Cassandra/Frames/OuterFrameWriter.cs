using System.Buffers;
using System.Buffers.Binary;
using Cqlite.Core.Compression;

namespace Cqlite.Cassandra.Frames;

/// <summary>Writes outer frames.</summary>
internal static class OuterFrameWriter
{
    /// <summary>Writes one frame; what LZ4 does not make smaller is sent as it is.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="payload">At most <see cref="OuterFrameHeader.MaxPayload"/> bytes.</param>
    /// <param name="isSelfContained">Whether the payload is one or more whole envelopes.</param>
    /// <param name="isLz4">Whether the connection compresses.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, bool isSelfContained, bool isLz4)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, OuterFrameHeader.MaxPayload, nameof(payload));
        int headerLength = OuterFrameHeader.LengthOf(isLz4);
        int room = isLz4 ? Lz4Encoder.MaxCompressedLength(payload.Length) : payload.Length;
        Span<byte> frame = output.GetSpan(headerLength + room + OuterFrameHeader.TrailerLength);
        Span<byte> body = frame[headerLength..];
        int sent = isLz4 ? Lz4Encoder.Encode(payload, body[..room]) : payload.Length;
        bool isCompressed = isLz4 && sent < payload.Length;
        if (!isCompressed)
        {
            payload.CopyTo(body);
            sent = payload.Length;
        }

        new OuterFrameHeader(sent, isCompressed ? payload.Length : 0, isSelfContained).Write(frame, isLz4);
        BinaryPrimitives.WriteUInt32LittleEndian(body[sent..], OuterFrameHeader.ChecksumOf(body[..sent]));
        output.Advance(headerLength + sent + OuterFrameHeader.TrailerLength);
    }
}
