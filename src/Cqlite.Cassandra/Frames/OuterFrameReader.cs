using System.Buffers;
using System.Buffers.Binary;
using Cqlite.Core.Compression;

namespace Cqlite.Cassandra.Frames;

/// <summary>Takes the payloads of outer frames out of what has arrived. A payload in one piece is not copied unless it is compressed.</summary>
internal sealed class OuterFrameReader(bool isLz4)
{
    private readonly bool _isLz4 = isLz4;
    private readonly ScratchBuffer _joined = new();
    private readonly ScratchBuffer _decompressed = new();

    /// <summary>Takes one frame off the input, if a whole one is there.</summary>
    /// <param name="input">What has arrived; the frame is cut off.</param>
    /// <param name="payload">The payload, decompressed; valid until the next call and while the input is.</param>
    /// <param name="isSelfContained">Whether it holds whole envelopes.</param>
    /// <exception cref="ProtocolException">A checksum differs, or the payload does not decompress; the connection is lost.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> input, out ReadOnlyMemory<byte> payload, out bool isSelfContained)
    {
        payload = default;
        isSelfContained = false;
        int headerLength = OuterFrameHeader.LengthOf(_isLz4);
        if (input.Length < headerLength)
            return false;

        Span<byte> head = stackalloc byte[OuterFrameHeader.Lz4Length];
        input.Slice(0, headerLength).CopyTo(head);
        OuterFrameHeader header = OuterFrameHeader.Read(head[..headerLength], _isLz4);
        int length = headerLength + header.SentLength + OuterFrameHeader.TrailerLength;
        if (input.Length < length)
            return false;

        ReadOnlyMemory<byte> sent = Join(input.Slice(headerLength, header.SentLength + OuterFrameHeader.TrailerLength));
        uint read = BinaryPrimitives.ReadUInt32LittleEndian(sent.Span[header.SentLength..]);
        sent = sent[..header.SentLength];
        uint computed = OuterFrameHeader.ChecksumOf(sent.Span);
        if (read != computed)
            throw new ProtocolException($"invalid, unrecoverable CRC mismatch detected in frame body. Read {(int)read}, Computed {(int)computed}") { IsFatal = true, Stream = 0 };

        input = input.Slice(length);
        isSelfContained = header.IsSelfContained;
        payload = header.DecompressedLength == 0 ? sent : Decompress(sent.Span, header.DecompressedLength);
        return true;
    }

    private ReadOnlyMemory<byte> Join(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return bytes.First;
        Memory<byte> joined = _joined.Take((int)bytes.Length);
        bytes.CopyTo(joined.Span);
        return joined;
    }

    private ReadOnlyMemory<byte> Decompress(ReadOnlySpan<byte> sent, int length)
    {
        Memory<byte> data = _decompressed.Take(length);
        if (Lz4Decoder.Decode(sent, data.Span) != length)
            throw new ProtocolException("the payload of a frame does not decompress to the length in its header") { IsFatal = true, Stream = 0 };
        return data;
    }
}
