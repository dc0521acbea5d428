using System.Buffers;
using System.Buffers.Binary;
using Cqlite.Cassandra.Frames;
using Cqlite.Core.Encoding;
using Xunit;

namespace Cqlite.Cassandra.Tests.Frames;

public sealed class FrameFactsTests
{
    /// <summary>From a recorded frame: 31 bytes, self-contained.</summary>
    [Fact]
    public void The_checksums_of_a_frame_are_known()
    {
        byte[] frame = Convert.FromHexString("1f000253fafc0500000101000000160001000b43514c5f56455253494f4e0005332e302e305dc132a1");

        Assert.Equal(0xFCFA53u, Crc24.Compute(frame.AsSpan(0, 3)));
        Assert.Equal(0xA132C15Du, OuterFrameHeader.ChecksumOf(frame.AsSpan(6..^4)));
        Assert.Equal(new(31, 0, true), OuterFrameHeader.Read(frame, isLz4: false));
    }

    [Theory]
    [InlineData((int)WireCompression.None, 0)]
    [InlineData((int)WireCompression.None, 131_062)]
    [InlineData((int)WireCompression.None, 131_063)]
    [InlineData((int)WireCompression.None, 5_000_000)]
    [InlineData((int)WireCompression.Lz4, 131_062)]
    [InlineData((int)WireCompression.Lz4, 131_063)]
    [InlineData((int)WireCompression.Lz4, 5_000_000)]
    public void A_body_of_any_length_goes_through_outer_frames(int compression, int length)
    {
        byte[] body = new byte[length];
        new Random(length).NextBytes(body.AsSpan(length / 2));
        BufferWriter written = new();
        EnvelopeWriter writer = new(written);
        writer.UseOuterFrames((WireCompression)compression);
        EnvelopeHeader header = new(ProtocolVersion.V5, IsResponse: true, EnvelopeFlags.None, 7, Opcode.Result, 0);
        writer.Write(header with { Stream = 1 }, [1, 2, 3]);
        writer.Write(header, body);
        writer.Write(header with { Stream = 2 }, []);
        writer.Flush();

        foreach (int pieceBytes in (int[])[int.MaxValue, 65_537])
        {
            EnvelopeReader reader = new(FrameLimits.Server, fromServer: true);
            reader.UseOuterFrames((WireCompression)compression);
            ReadOnlySequence<byte> input = Pieces.Cut(written.ToArray(), Math.Min(pieceBytes, written.Length));
            Assert.True(reader.TryRead(ref input, out Envelope first));
            Assert.Equal([1, 2, 3], first.Body.ToArray());
            Assert.True(reader.TryRead(ref input, out Envelope second));
            Assert.Equal((7, (uint)length), (second.Header.Stream, second.Header.BodyLength));
            Assert.True(second.Body.Span.SequenceEqual(body));
            Assert.True(reader.TryRead(ref input, out Envelope third));
            Assert.Equal((2, 0), (third.Header.Stream, third.Body.Length));
            Assert.False(reader.TryRead(ref input, out _));
            Assert.True(input.IsEmpty);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_body_that_is_longer_than_was_wanted_is_thrown_away_and_the_next_one_is_read(bool isFramed)
    {
        ProtocolVersion version = isFramed ? ProtocolVersion.V5 : ProtocolVersion.V4;
        BufferWriter written = new();
        EnvelopeWriter writer = new(written);
        if (isFramed)
            writer.UseOuterFrames(WireCompression.None);
        EnvelopeHeader header = new(version, IsResponse: true, EnvelopeFlags.None, 7, Opcode.Result, 0);
        writer.Write(header, new byte[1_000_000]);
        writer.Write(header with { Stream = 8 }, new byte[1_000_000]);
        writer.Flush();

        EnvelopeReader reader = new(FrameLimits.Client, fromServer: true) { LongestBody = h => h.Stream == 7 ? 999_999 : int.MaxValue };
        if (isFramed)
            reader.UseOuterFrames(WireCompression.None);
        ReadOnlySequence<byte> input = Pieces.Cut(written.ToArray(), 65_537);
        ProtocolException refusal = Assert.Throws<ProtocolException>(() => Read(reader, ref input));
        Assert.Equal(((short?)7, 1_000_000L, false), (refusal.Stream, refusal.RefusedBytes, refusal.IsFatal));
        Envelope next = Read(reader, ref input);
        Assert.Equal((8, 1_000_000), (next.Header.Stream, next.Body.Length));

        static Envelope Read(EnvelopeReader reader, ref ReadOnlySequence<byte> input)
        {
            Envelope envelope;
            while (!reader.TryRead(ref input, out envelope))
            {
                // What was refused is passed over with a call of its own.
            }

            return envelope;
        }
    }

    [Fact]
    public void A_body_in_one_piece_is_not_copied()
    {
        BufferWriter written = new();
        new EnvelopeWriter(written).Write(new(ProtocolVersion.V4, IsResponse: false, EnvelopeFlags.None, 1, Opcode.Query, 0), new byte[100]);
        byte[] bytes = written.ToArray();
        ReadOnlySequence<byte> input = new(bytes);
        Assert.True(new EnvelopeReader(FrameLimits.Server, fromServer: false).TryRead(ref input, out Envelope envelope));
        Assert.True(envelope.Body.Span.Overlaps(bytes, out int offset));
        Assert.Equal(-EnvelopeHeader.Length, offset);
    }

    [Theory]
    [InlineData("7fffffff00")]
    [InlineData("00ffffff1f00000000")]
    [InlineData("ffffffff00")]
    [InlineData("")]
    public void A_compressed_body_can_not_claim_more_than_it_can_hold(string hex)
    {
        byte[] bomb = Convert.FromHexString(hex);
        foreach (WireCompression compression in (WireCompression[])[WireCompression.Lz4, WireCompression.Snappy])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ProtocolException>(() => BodyCompression.Decompress(compression, bomb, 256 << 20, new ScratchBuffer()));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
        }
    }

    [Fact]
    public void A_body_that_decompresses_to_more_than_the_limit_is_refused_before_memory_is_asked_for()
    {
        BufferWriter compressed = new();
        BodyCompression.Compress(WireCompression.Lz4, new byte[20 << 20], compressed);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ProtocolException problem = Assert.Throws<ProtocolException>(() => BodyCompression.Decompress(WireCompression.Lz4, compressed.WrittenSpan, 16 << 20, new ScratchBuffer()));
        Assert.Equal(ErrorCode.Invalid, problem.Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
    }

    [Fact]
    public void An_envelope_that_claims_two_gigabytes_takes_no_memory_and_is_thrown_away_as_it_comes()
    {
        EnvelopeReader reader = new(FrameLimits.Server, fromServer: false);
        byte[] head = Convert.FromHexString("04000001077fffffff");
        ReadOnlySequence<byte> input = new(head);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(reader.TryRead(ref input, out _));
        byte[] megabyte = new byte[1 << 20];
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before - megabyte.Length;
        ProtocolException? refusal = null;
        for (long sent = 0; sent < int.MaxValue; sent += megabyte.Length)
        {
            input = new(megabyte.AsMemory(0, (int)Math.Min(megabyte.Length, int.MaxValue - sent)));
            refusal = Record.Exception(() => Assert.False(reader.TryRead(ref input, out _))) as ProtocolException;
            Assert.True(input.IsEmpty);
        }

        Assert.Equal((ErrorCode.Invalid, (short?)1), (refusal?.Code, refusal?.Stream));
        Assert.True(allocated < 64 * 1024);
        BufferWriter next = new();
        new EnvelopeWriter(next).Write(new(ProtocolVersion.V4, IsResponse: false, EnvelopeFlags.None, 2, Opcode.Options, 0), []);
        input = new(next.ToArray());
        Assert.True(reader.TryRead(ref input, out Envelope good));
        Assert.Equal(2, good.Header.Stream);
    }

    [Fact]
    public void A_part_that_is_longer_than_what_its_envelope_lacks_ends_the_connection()
    {
        byte[] part = new byte[60];
        new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, 3, Opcode.Query, 50).Write(part);
        BufferWriter written = new();
        OuterFrameWriter.Write(written, part, isSelfContained: false, isLz4: false);
        EnvelopeReader reader = new(FrameLimits.Server, fromServer: false);
        reader.UseOuterFrames(WireCompression.None);
        ReadOnlySequence<byte> input = new(written.ToArray());
        Assert.True(Assert.Throws<ProtocolException>(() => reader.TryRead(ref input, out _)).IsFatal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(OuterFrameHeader.MaxPayload)]
    [InlineData(-5000)]
    public void A_compressed_frame_that_lies_about_its_length_ends_the_connection(int more)
    {
        byte[] payload = new byte[8000];
        new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, 3, Opcode.Query, (uint)(payload.Length - EnvelopeHeader.Length)).Write(payload);
        int stated = Math.Min(payload.Length + more, OuterFrameHeader.MaxPayload);
        byte[] lie = Lz4Frame(payload, stated);
        EnvelopeReader reader = Lz4Reader();
        ReadOnlySequence<byte> input = new(lie);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(Assert.Throws<ProtocolException>(() => reader.TryRead(ref input, out _)).IsFatal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 * 1024);

        input = new(Lz4Frame(payload, payload.Length));
        Assert.True(Lz4Reader().TryRead(ref input, out Envelope honest));
        Assert.Equal(payload.Length - EnvelopeHeader.Length, honest.Body.Length);
    }

    [Theory]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(7992u)]
    public void An_envelope_that_is_longer_than_its_compressed_frame_ends_the_connection(uint stated)
    {
        byte[] payload = new byte[8000];
        new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, 3, Opcode.Query, stated).Write(payload);
        EnvelopeReader reader = Lz4Reader();
        ReadOnlySequence<byte> input = new(Lz4Frame(payload, payload.Length));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(Assert.Throws<ProtocolException>(() => reader.TryRead(ref input, out _)).IsFatal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512 * 1024);
    }

    [Fact]
    public void Compressed_parts_of_an_envelope_that_would_be_huge_take_no_memory()
    {
        // 128 KiB of zeros are some 500 bytes on the wire: a gigabyte would be bought for four megabytes.
        byte[] head = new byte[EnvelopeHeader.Length];
        new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, 3, Opcode.Query, 1u << 30).Write(head);
        byte[] first = Lz4Frame(head, head.Length, isSelfContained: false);
        byte[] part = Lz4Frame(new byte[1 << 16], 1 << 16, isSelfContained: false);
        EnvelopeReader reader = Lz4Reader();
        ReadOnlySequence<byte> input = new(first);
        Assert.False(reader.TryRead(ref input, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ProtocolException? refusal = null;
        for (int i = 0; i < 1 << 14; i++)
        {
            Assert.Null(refusal);
            Assert.True(reader.IsWithinEnvelope);
            input = new(part);
            refusal = Record.Exception(() => Assert.False(reader.TryRead(ref input, out _))) as ProtocolException;
        }

        Assert.Equal((ErrorCode.Invalid, (short?)3), (refusal?.Code, refusal?.Stream));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        Assert.False(reader.IsWithinEnvelope);
    }

    [Fact]
    public void Wrong_envelopes_in_one_frame_are_answered_until_they_are_too_many()
    {
        byte[] payload = new byte[3 * EnvelopeHeader.Length];
        for (int i = 0; i < 3; i++)
        {
            new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, (short)i, Opcode.Query, 0).Write(payload.AsSpan(i * EnvelopeHeader.Length));
            payload[(i * EnvelopeHeader.Length) + 4] = 0x30;
        }

        BufferWriter written = new();
        OuterFrameWriter.Write(written, payload, isSelfContained: true, isLz4: false);
        EnvelopeReader reader = new(FrameLimits.Server, fromServer: false);
        reader.UseOuterFrames(WireCompression.None);
        ReadOnlySequence<byte> input = new(written.ToArray());
        Assert.False(Assert.Throws<ProtocolException>(() => reader.TryRead(ref input, out _)).IsFatal);
        ProtocolException last = Assert.Throws<ProtocolException>(() => reader.TryRead(ref input, out _));
        Assert.Equal((true, "Unknown opcode 48", (short?)1), (last.IsFatal, last.Message, last.Stream));
    }

    private static EnvelopeReader Lz4Reader()
    {
        EnvelopeReader reader = new(FrameLimits.Server, fromServer: false);
        reader.UseOuterFrames(WireCompression.Lz4);
        return reader;
    }

    /// <summary>A frame of a compressed payload, all its checksums right, that says what length it decompresses to.</summary>
    internal static byte[] Lz4Frame(byte[] payload, int statedLength, bool isSelfContained = true)
    {
        BufferWriter compressed = new();
        BodyCompression.Compress(WireCompression.Lz4, payload, compressed);
        ReadOnlySpan<byte> block = compressed.WrittenSpan[sizeof(int)..];
        byte[] frame = new byte[OuterFrameHeader.Lz4Length + block.Length + OuterFrameHeader.TrailerLength];
        new OuterFrameHeader(block.Length, statedLength, isSelfContained).Write(frame, isLz4: true);
        block.CopyTo(frame.AsSpan(OuterFrameHeader.Lz4Length));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(frame.Length - OuterFrameHeader.TrailerLength), OuterFrameHeader.ChecksumOf(block));
        return frame;
    }
}
