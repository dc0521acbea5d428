using System.Buffers;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Frames;

/// <summary>Reads what drivers and nodes really sent, as a socket would bring it, and writes it again.</summary>
public sealed class RecordedFramesTests
{
    [Theory, ProtocolConversations]
    public void Each_envelope_is_found_in_the_bytes_of_its_connection(ProtocolConversation conversation) => RequireEnvelopes(conversation, int.MaxValue);

    [Theory]
    [InlineData("compression-lz4-v4")]
    [InlineData("compression-lz4-v5")]
    [InlineData("compression-snappy-v4")]
    [InlineData("large-v5")]
    [InlineData("java-v5-session")]
    [InlineData("python-v5-lz4")]
    [InlineData("pipelining-v5")]
    public void Each_envelope_is_found_however_its_bytes_arrive(string name)
    {
        var conversation = ProtocolConversation.Parse(name, null);
        foreach (int pieceBytes in (int[])[8191, 4099])
            RequireEnvelopes(conversation, pieceBytes);
    }

    [Theory]
    [InlineData("handshake-v4")]
    [InlineData("handshake-v5")]
    [InlineData("auth-v5")]
    [InlineData("pipelining-v5")]
    public void Each_envelope_is_found_when_bytes_come_one_by_one(string name) => RequireEnvelopes(ProtocolConversation.Parse(name, null), 1);

    [Theory, ProtocolConversations]
    public void Each_outer_frame_is_written_as_it_was_sent(ProtocolConversation conversation)
    {
        foreach (ProtocolRecord record in conversation.Records.Where(r => r.Kind is ProtocolRecordKind.PlainOuterFrame or ProtocolRecordKind.Lz4OuterFrame))
        {
            if (record.Comments.Any(c => c.Contains("crc32 WRONG", StringComparison.Ordinal)))
                continue;
            bool isLz4 = record.Kind == ProtocolRecordKind.Lz4OuterFrame;
            ReadOnlySequence<byte> input = new(record.Bytes);
            Assert.True(new OuterFrameReader(isLz4).TryRead(ref input, out ReadOnlyMemory<byte> payload, out bool isSelfContained));
            Assert.True(input.IsEmpty);
            Assert.Equal(record.IsSelfContained, isSelfContained);
            Assert.Equal(record.UncompressedLength == 0 ? record.PayloadLength : record.UncompressedLength, payload.Length);

            BufferWriter written = new();
            OuterFrameWriter.Write(written, payload.Span, isSelfContained, isLz4);

            // Clients have other encoders of LZ4: theirs need only be read. Cassandra's own is ours, byte for byte, where it has one frame for one payload.
            if (!isLz4 || !record.FromClient)
            {
                Assert.Equal(record.Bytes, written.ToArray());
            }
            else
            {
                ReadOnlySequence<byte> again = new(written.ToArray());
                Assert.True(new OuterFrameReader(isLz4).TryRead(ref again, out ReadOnlyMemory<byte> same, out _));
                Assert.True(payload.Span.SequenceEqual(same.Span));
            }
        }
    }

    [Theory, ProtocolConversations]
    public void Each_envelope_is_written_as_it_was_sent(ProtocolConversation conversation)
    {
        foreach (ProtocolRecord record in conversation.Records.Where(r => r.Kind == ProtocolRecordKind.Envelope && r.Version is <= 6 and > 0))
        {
            EnvelopeHeader header = record.Version >= 3
                ? EnvelopeHeader.Read(record.Bytes)
                : new(new((byte)record.Version), !record.FromClient, (EnvelopeFlags)record.Flags, (short)record.Stream, (Opcode)record.Bytes[3], (uint)record.BodyLength);
            BufferWriter written = new();
            new EnvelopeWriter(written).Write(header, record.Body);
            Assert.True(written.WrittenSpan.SequenceEqual(record.Bytes), $"@{record.Number}");
        }
    }

    [Theory]
    [InlineData("compression-lz4-v4", "Lz4")]
    [InlineData("compression-snappy-v4", "Snappy")]
    [InlineData("python-v4-lz4", "Lz4")]
    public void Each_compressed_body_is_read_and_Cassandras_own_are_written_as_it_did(string name, string kind)
    {
        WireCompression compression = Enum.Parse<WireCompression>(kind);
        foreach (ProtocolRecord record in ProtocolConversation.Parse(name, null).Records.Where(r => r.PlainBodyLength is not null))
        {
            ReadOnlyMemory<byte> body = BodyCompression.Decompress(compression, record.Body, 256 << 20, new ScratchBuffer());
            Assert.Equal(record.PlainBodyLength, body.Length);
            if (record.DecompressedBody is { } expected)
                Assert.True(body.Span.SequenceEqual(expected));
            BufferWriter written = new();
            int length = BodyCompression.Compress(compression, body.Span, written);
            Assert.Equal(length, written.Length);
            Assert.True(BodyCompression.Decompress(compression, written.WrittenSpan, 256 << 20, new ScratchBuffer()).Span.SequenceEqual(body.Span));
            if (!record.FromClient && compression == WireCompression.Lz4)
                Assert.True(written.WrittenSpan.SequenceEqual(record.Body), $"{name} @{record.Number}");
        }
    }

    private static void RequireEnvelopes(ProtocolConversation conversation, int pieceBytes)
    {
        Dictionary<int, RecordedConnection> connections = [];
        HashSet<int> lost = [];
        Dictionary<(int Connection, bool FromClient), Queue<(Envelope? Envelope, ProtocolException? Problem)>> found = [];
        foreach (ProtocolRecord record in conversation.Records)
        {
            if (!connections.TryGetValue(record.Connection, out RecordedConnection? connection))
                connections[record.Connection] = connection = new();
            if (!record.IsInner && !IsPartOfEnvelope(conversation, record))
            {
                if (!found.TryGetValue((record.Connection, record.FromClient), out Queue<(Envelope?, ProtocolException?)>? queue))
                    found[(record.Connection, record.FromClient)] = queue = [];
                foreach ((Envelope? envelope, ProtocolException? problem) in connection.Feed(record, Math.Min(pieceBytes, record.Bytes.Length)))
                {
                    if (problem is { IsFatal: true })
                        lost.Add(record.Connection);
                    if (problem is not null && record.FromClient)
                        RequireAnswer(conversation, record, problem);
                    Assert.True(problem is null || record.FromClient || record.Version < 3, $"@{record.Number}: {problem?.Message}");
                    if (record.Kind != ProtocolRecordKind.Raw && problem is not { IsFatal: true })
                        queue.Enqueue((envelope, problem));
                }
            }

            if (record.Kind != ProtocolRecordKind.Envelope)
                continue;
            if (!found[(record.Connection, record.FromClient)].TryDequeue(out (Envelope? Envelope, ProtocolException? Problem) read))
            {
                Assert.True(lost.Contains(record.Connection), $"@{record.Number} was not found");
                continue;
            }

            if (read.Envelope is { } whole)
                RequireSame(record, whole, connection.Compression);
        }

        Assert.All(found.Values, Assert.Empty);
    }

    /// <summary>An envelope that its outer frames hold only the beginning of is shown as bytes after them, which were not sent again.</summary>
    private static bool IsPartOfEnvelope(ProtocolConversation conversation, ProtocolRecord record) =>
        record.Kind == ProtocolRecordKind.Raw && conversation.Records.Any(r => r.Number < record.Number && r.Connection == record.Connection
            && r.Kind == ProtocolRecordKind.PlainOuterFrame && r.Payload.SequenceEqual(record.Bytes));

    private static void RequireSame(ProtocolRecord record, in Envelope read, WireCompression compression)
    {
        Assert.Equal(
            (record.Version, record.Flags, record.Stream, (uint)record.BodyLength),
            (read.Header.Version.Number, (int)read.Header.Flags, read.Header.Stream, read.Header.BodyLength));
        Assert.Equal(!record.FromClient, read.Header.IsResponse);
        Assert.Equal(record.Opcode, read.Header.Opcode.Name());
        bool isCompressed = record.PlainBodyLength is not null && !record.IsInner && compression != WireCompression.None;
        if (!isCompressed)
            Assert.True(read.Body.Span.SequenceEqual(record.Body), $"@{record.Number}");
        else if (record.DecompressedBody is not null)
            Assert.True(read.Body.Span.SequenceEqual(record.DecompressedBody), $"@{record.Number}");
        else
            Assert.Equal(record.PlainBodyLength, read.Body.Length);
    }

    /// <summary>What we refuse, the node refused: in these words, with this code and stream, in this version.</summary>
    private static void RequireAnswer(ProtocolConversation conversation, ProtocolRecord refused, ProtocolException problem)
    {
        Assert.NotNull(problem.Stream);
        ProtocolRecord? answer = conversation.Records.FirstOrDefault(r =>
            r.Number > refused.Number && r.Connection == refused.Connection && !r.FromClient && r.Opcode == "ERROR" && r.Stream == problem.Stream);
        Assert.True(answer is not null, $"@{refused.Number} was not refused: {problem.Message}");
        NotationReader body = new(answer.Body.ToArray());
        var error = ErrorMessage.Read(ref body, new((byte)answer.Version));
        if (problem.AnswerVersion is { } version)
            Assert.Equal(answer.Version, version.Number);

        // A node's text begins with its name for the channel where a checksum is wrong, and is Java's where a frame ends within an envelope. 3.11 knew other versions.
        if (problem.Message.Contains("CRC mismatch", StringComparison.Ordinal))
            Assert.EndsWith(problem.Message, error.Text, StringComparison.Ordinal);
        else if (conversation.Head.Any(h => h.Contains("Cassandra 3.11", StringComparison.Ordinal)))
            Assert.Equal(error.Text.Split("5/v5")[0], problem.Message.Split("5/v5")[0]);
        else if (error.Code != ErrorCode.ServerError)
            Assert.Equal(error.Text, problem.Message);
        Assert.Equal(error.Code, error.Code == ErrorCode.ServerError ? ErrorCode.ServerError : problem.Code);
    }
}
