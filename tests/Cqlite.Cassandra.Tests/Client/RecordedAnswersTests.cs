using System.Net;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Encoding;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Rows that real nodes sent arrive at the client as they were, in the framing and compression of the recording.</summary>
public sealed class RecordedAnswersTests
{
    [Theory]
    [InlineData("types-v4")]
    [InlineData("results-v3")]
    [InlineData("results-v5")]
    [InlineData("paging-v5")]
    [InlineData("large-v5")]
    [InlineData("prepared-v4")]
    [InlineData("compression-lz4-v4")]
    [InlineData("compression-lz4-v5")]
    public async Task Rows_arrive_as_they_were_sent(string name)
    {
        var conversation = ProtocolConversation.Parse(name, null);
        int compared = 0;
        foreach (int connection in conversation.Records.Select(r => r.Connection).Distinct())
        {
            RecordedAnswers answers = new(conversation, connection);
            if (answers.Compression != WireCompression.Snappy && answers.Version is >= 3 and <= 5)
                compared += await CompareAsync(answers, conversation.Records.Count(r => r.Connection == connection && r.FromClient));
        }

        Assert.True(compared > 0, "no rows were compared");
    }

    private static async Task<int> CompareAsync(RecordedAnswers answers, int requests)
    {
        await using NativeServer server = NativeServer.Start(new IPEndPoint(IPAddress.Loopback, 0), answers);
        ProtocolVersion version = new((byte)answers.Version);
        CassandraOptions options = new() { IsCompressed = answers.Compression == WireCompression.Lz4 };
        using NodeConnection client = await NodeConnection.OpenAsync(new NodeAddress(server.EndPoint, "localhost"), version, options, onEvent: null, TestContext.Current.CancellationToken);
        HashSet<string> received = [];
        for (int i = 0; i < requests; i++)
        {
            NodeAnswer answer = await client.AskAsync(new QueryMessage("anything", new()), options.Timeout, TestContext.Current.CancellationToken);
            _ = received.Add(Text(answer.Message, version));
        }

        int compared = 0;
        foreach ((ProtocolRecord record, Envelope envelope) in answers.FromServer.Where(e => e.Envelope.Header.Opcode == Opcode.Result && e.Envelope.Header.Version == version))
        {
            Message sent = Message.Read(envelope, out _);
            if (sent is not RowsResult)
                continue;
            Assert.True(received.Contains(Text(sent, version)), $"record {record.Number} did not arrive");
            compared++;
        }

        return compared;
    }

    private static string Text(Message message, ProtocolVersion version)
    {
        BufferWriter body = new();
        message.Write(body, version);
        return Convert.ToHexString(body.WrittenSpan);
    }
}
