using System.Buffers;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Frames;

/// <summary>
/// Writes the envelopes of one connection in its framing: as they are, with compressed bodies, or within outer frames. Small envelopes
/// share an outer frame until <see cref="Flush"/>; one that is too long for a frame is split. For one caller at a time.
/// </summary>
internal sealed class EnvelopeWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;
    private readonly BufferWriter _pending = new();
    private readonly BufferWriter _compressed = new();
    private WireCompression _compression;
    private bool _hasOuterFrames;

    /// <summary>Compresses the bodies of what follows (versions 3 and 4).</summary>
    public void UseBodyCompression(WireCompression compression) => _compression = compression;

    /// <summary>Writes what follows within outer frames (version 5).</summary>
    public void UseOuterFrames(WireCompression compression)
    {
        _hasOuterFrames = true;
        _compression = compression;
    }

    /// <summary>Writes an envelope; the header's length and compression are set here.</summary>
    public void Write(EnvelopeHeader header, ReadOnlySpan<byte> body)
    {
        if (_hasOuterFrames)
        {
            WriteWithinFrames(header with { BodyLength = (uint)body.Length }, body);
            return;
        }

        if (_compression != WireCompression.None && !header.Opcode.IsNeverCompressed())
        {
            _compressed.Clear();
            _ = BodyCompression.Compress(_compression, body, _compressed);
            body = _compressed.WrittenSpan;
            header = header with { Flags = header.Flags | EnvelopeFlags.Compressed };
        }

        _output.Advance((header with { BodyLength = (uint)body.Length }).Write(_output.GetSpan(EnvelopeHeader.Length)));
        _output.Write(body);
    }

    /// <summary>Puts what is kept for a shared frame into the output.</summary>
    public void Flush()
    {
        if (_pending.Length == 0)
            return;
        OuterFrameWriter.Write(_output, _pending.WrittenSpan, isSelfContained: true, _compression == WireCompression.Lz4);
        _pending.Clear();
    }

    private void WriteWithinFrames(in EnvelopeHeader header, ReadOnlySpan<byte> body)
    {
        int length = EnvelopeHeader.Length + body.Length;
        if (_pending.Length + (long)length > OuterFrameHeader.MaxPayload)
            Flush();
        _pending.Advance(header.Write(_pending.GetSpan(EnvelopeHeader.Length)));
        if (length <= OuterFrameHeader.MaxPayload)
        {
            _pending.Write(body);
            return;
        }

        int first = OuterFrameHeader.MaxPayload - EnvelopeHeader.Length;
        _pending.Write(body[..first]);
        WritePart(_pending.WrittenSpan);
        _pending.Clear();
        for (body = body[first..]; !body.IsEmpty; body = body[Math.Min(body.Length, OuterFrameHeader.MaxPayload)..])
            WritePart(body[..Math.Min(body.Length, OuterFrameHeader.MaxPayload)]);
    }

    private void WritePart(ReadOnlySpan<byte> part) => OuterFrameWriter.Write(_output, part, isSelfContained: false, _compression == WireCompression.Lz4);
}
