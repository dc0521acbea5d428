using System.Buffers.Binary;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Fixtures;

public sealed class ProtocolConversationTests
{
    [Theory, ProtocolConversations]
    public void Every_envelope_has_the_header_that_its_head_tells(ProtocolConversation conversation)
    {
        Assert.NotEmpty(conversation.Records);
        foreach (var envelope in conversation.Records.Where(record => record.Kind == ProtocolRecordKind.Envelope))
        {
            Assert.Equal(envelope.Version | (envelope.FromClient ? 0 : 0x80), envelope.Bytes[0]);
            Assert.Equal(envelope.Flags, envelope.Bytes[1]);
            var header = envelope.Bytes.AsSpan(..^envelope.BodyLength);
            Assert.Equal(envelope.Stream, header.Length == 8 ? (sbyte)header[2] : BinaryPrimitives.ReadInt16BigEndian(header[2..]));
            Assert.Equal(envelope.BodyLength, BinaryPrimitives.ReadInt32BigEndian(header[^4..]));
            Assert.Equal(envelope.BodyLength, envelope.Body.Length);
            Assert.True(envelope.DecompressedBody is null || envelope.DecompressedBody.Length == envelope.PlainBodyLength);
        }
    }

    [Fact]
    public void Records_and_remarks_come_in_order()
    {
        var conversation = ProtocolConversation.Parse("auth-v4", null);

        Assert.StartsWith("AUTHENTICATE", conversation.Head.First(), StringComparison.Ordinal);
        Assert.Equal("STARTUP", conversation.Records.First().Opcode);
        var closed = conversation.Entries.OfType<ProtocolRemark>().First(remark => remark.ClosedConnection is not null);
        Assert.Equal((1, false), (closed.ClosedConnection, closed.ClosedByServer));
        Assert.Equal(Enumerable.Range(1, conversation.Records.Count()), conversation.Records.Select(record => record.Number));
    }

    [Fact]
    public void A_repeated_line_is_written_out()
    {
        var record = Assert.IsType<ProtocolRecord>(Assert.Single(ProtocolConversationParser.Parse("some", ["@1 c2 > RAW bytes=9", "  0102", "  0304", "  *2", "  ff", "  ; a comment"])));

        Assert.Equal([1, 2, 3, 4, 3, 4, 3, 4, 0xff], record.Bytes);
        Assert.Equal((2, true), (record.Connection, record.FromClient));
        Assert.Equal(["a comment"], record.Comments);
    }

    [Fact]
    public void A_large_envelope_is_joined_from_its_outer_frames()
    {
        var conversation = ProtocolConversation.Parse("errors-cdc-v5", null);

        var envelope = conversation.Records.First(record => record.BodyLength == 256_064);

        Assert.True(envelope.IsInner);
        Assert.Equal(9 + 256_064, envelope.Bytes.Length);
        Assert.Equal("INSERT INTO changes (k, v) VALUES (?, ?)"u8, envelope.Body.Slice(4, 40));
    }

    [Theory]
    [InlineData("some.txt:1: the head speaks of 3 bytes, 2 stand there.", "@1 c1 > RAW bytes=3", "  0102")]
    [InlineData("some.txt:2: expected hex, found \"010\".", "@1 c1 > RAW bytes=3", "  010")]
    [InlineData("some.txt:1: unexpected \"void\".", "void")]
    [InlineData("some.txt:1: an envelope of 10 bytes, but its outer frames have 0 left.", "@1 c1 > v5 flags=0x00 stream=0 QUERY body=1 inner", "  (bytes: as in the plain outer frames above)")]
    public void What_is_not_in_the_format_is_refused(string message, params string[] lines) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ProtocolConversationParser.Parse("some", lines)).Message);
}
