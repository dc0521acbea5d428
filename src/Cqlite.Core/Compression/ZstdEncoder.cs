using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cqlite.Core.Encoding;

namespace Cqlite.Core.Compression;

/// <summary>Makes Zstandard frames: one segment, the size of the content given, a checksum at the end.</summary>
/// <remarks>The bytes are drawn on <see cref="ZstdDecoder"/>.</remarks>
internal sealed unsafe class ZstdEncoder
{
    // What the encoders of a block want to have behind it.
    private const int MarginBytes = 1024;

    [ThreadStatic]
    private static ZstdEncoder? t_encoder;

    private readonly ZstdMatchFinder _finder = new();
    private readonly ZstdSequences _sequences = new();
    private readonly ZstdLiteralEncoder _literals = new();
    private readonly ZstdSequenceEncoder _sequenceEncoder = new();

    /// <summary>The most bytes that a frame of so many can take, with room for the encoder to try.</summary>
    public static int MaxCompressedLength(int length) => (int)Math.Min(length + (length >> 8) + (long)MarginBytes, int.MaxValue);

    /// <summary>Makes one frame.</summary>
    /// <returns>The bytes written, or -1 when the destination is smaller than <see cref="MaxCompressedLength"/>.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, int level)
    {
        if (destination.Length < MaxCompressedLength(source.Length))
        {
            return -1;
        }

        ZstdEncoder encoder = t_encoder ??= new ZstdEncoder();
        fixed (byte* from = &MemoryMarshal.GetReference(source))
        fixed (byte* to = &MemoryMarshal.GetReference(destination))
        {
            return (int)(encoder.WriteFrame(from, source.Length, to, to + destination.Length, level) - to);
        }
    }

    private byte* WriteFrame(byte* source, int length, byte* to, byte* end, int level)
    {
        const int SingleSegment = 0x20;
        const int Checksum = 0x04;
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(to, 4), ZstdCodes.FrameMagic);
        int sizeFlag = length < 256 ? 0 : length < 65536 + 256 ? 1 : 2;
        to[4] = (byte)(SingleSegment | Checksum | (sizeFlag << 6));
        to += 5;
        int sizeBytes = sizeFlag == 0 ? 1 : sizeFlag * 2;
        uint size = (uint)(sizeFlag == 1 ? length - 256 : length);
        for (int index = 0; index < sizeBytes; index++)
        {
            *to++ = (byte)(size >> (index * 8));
        }

        _finder.StartFrame(length, level == 0 ? ZstdCompressor.DefaultLevel : level);
        _sequences.StartFrame();
        int at = 0;
        do
        {
            int block = Math.Min(length - at, ZstdCodes.MaxBlockBytes);
            to = WriteBlock(source, source + at, block, at + block == length, to, end);
            at += block;
        }
        while (at < length);

        _finder.EndFrame(length);
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(to, 4), (uint)XxHash64.Compute(new ReadOnlySpan<byte>(source, length)));
        return to + 4;
    }

    private byte* WriteBlock(byte* frame, byte* source, int length, bool isLast, byte* to, byte* end)
    {
        const int HeaderBytes = 3;
        const int RawKind = 0;
        const int RepeatedKind = 1;
        const int CompressedKind = 2;
        ReadOnlySpan<byte> data = new(source, length);
        int kind = RawKind;
        int stored = length;
        byte* content = to + HeaderBytes;
        if (length > 1 && !data.ContainsAnyExcept(data[0]))
        {
            kind = RepeatedKind;
            stored = 1;
            *content = data[0];
        }
        else if (length >= 16)
        {
            _sequences.StartBlock();
            _finder.FindBlock(frame, source, source + length, _sequences);
            byte* written;
            fixed (byte* literals = _sequences.Literals)
            {
                byte dummy = 0;
                written = _literals.Write(literals is null ? &dummy : literals, _sequences.LiteralCount, content, end);
            }

            written = written is null ? null : _sequenceEncoder.Write(_sequences.All, written, end);
            if (written is not null && written - content < length)
            {
                kind = CompressedKind;
                stored = (int)(written - content);
            }
            else
            {
                _sequences.DropBlock();
            }
        }

        if (kind == RawKind)
        {
            Unsafe.CopyBlockUnaligned(content, source, (uint)length);
        }

        int size = kind == CompressedKind ? stored : length;
        int header = (isLast ? 1 : 0) | (kind << 1) | (size << 3);
        to[0] = (byte)header;
        to[1] = (byte)(header >> 8);
        to[2] = (byte)(header >> 16);
        return content + stored;
    }
}
