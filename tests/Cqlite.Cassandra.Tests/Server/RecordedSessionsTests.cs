using System.Buffers;
using System.IO.Pipelines;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>
/// Plays the client's side of recorded connections against our server. What the engine would answer is taken from the recording; all else
/// - handshake, authentication, refusals, framing, streams - is the server's own, and must be what the node answered, byte for byte.
/// </summary>
public sealed class RecordedSessionsTests
{
    /// <summary>Answers that are not the node's, and why.</summary>
    private static readonly Dictionary<string, string> s_different = new(StringComparer.Ordinal)
    {
        ["protocol-errors-v3 @24"] = "a node reads an unknown opcode again and again, and the connection is stuck",
        ["protocol-errors-v4 @24"] = "a node reads an unknown opcode again and again, and the connection is stuck",
        ["protocol-errors-v5 @139"] = "the text begins with the node's name for the channel",
        ["protocol-errors-v5 @145"] = "the text begins with the node's name for the channel",
        ["protocol-errors-v5 @150"] = "the text begins with the node's name for the channel",
        ["protocol-errors-v5 @171"] = "the text is Java's",
        ["results-v3 @54"] = "a function's change, of which version 3 hears as its keyspace's: once read, the function is lost",
        ["results-v3 @60"] = "a function's change, of which version 3 hears as its keyspace's: once read, the function is lost",
        ["results-v3 @64"] = "a function's change, of which version 3 hears as its keyspace's: once read, the function is lost",
        ["results-v3 @66"] = "a function's change, of which version 3 hears as its keyspace's: once read, the function is lost",
        ["auth-v4 @32"] = "the text is Java's",
        ["auth-v5 @50"] = "the text is Java's",
    };

    public static TheoryData<string> Conversations =>
        [.. ProtocolConversation.All.Where(c => c.Head.Any(h => h.Contains("server: Cassandra 5.0.9", StringComparison.Ordinal))).Select(c => c.Name)];

    [Theory, MemberData(nameof(Conversations))]
    public async Task A_recorded_client_gets_the_answers_it_got(string name)
    {
        var conversation = ProtocolConversation.Parse(name, null);
        foreach (int number in conversation.Records.Select(r => r.Connection).Distinct())
        {
            ProtocolRecord[] records = [.. conversation.Records.Where(r => r.Connection == number)];
            if (records.Any(r => r.Version == 6))
                continue;
            RecordedAnswers recorded = new(conversation, number);
            List<Envelope> answers = await PlayAsync(records, recorded);
            Dictionary<short, Queue<Envelope>> byStream = answers.GroupBy(a => a.Header.Stream).ToDictionary(g => g.Key, g => new Queue<Envelope>(g));
            foreach ((ProtocolRecord record, Envelope expected) in recorded.FromServer)
            {
                if (expected.Header.Opcode == Opcode.Event)
                    continue;
                bool isDifferent = s_different.ContainsKey($"{name} @{record.Number}");
                if (!byStream.TryGetValue(expected.Header.Stream, out Queue<Envelope>? queue) || !queue.TryDequeue(out Envelope actual))
                {
                    Assert.True(isDifferent, $"{name} @{record.Number} was not answered");
                    continue;
                }

                bool isSame = expected.Header with { BodyLength = 0 } == actual.Header with { BodyLength = 0 } && expected.Body.Span.SequenceEqual(actual.Body.Span);
                string text = actual.Header.Opcode == Opcode.Error ? Message.Read(actual, out _).ToString() : actual.Header.ToString();
                Assert.True(isSame != isDifferent, $"{name} @{record.Number}: {text}");
            }
        }
    }

    private static async Task<List<Envelope>> PlayAsync(ProtocolRecord[] records, RecordedAnswers recorded)
    {
        Pipe toServer = new(new PipeOptions(pauseWriterThreshold: 0));
        Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 0));
        foreach (ProtocolRecord record in records.Where(r => r.FromClient && !r.IsInner && !recorded.IsArtefact(r)))
            toServer.Writer.Write(record.Bytes);
        await toServer.Writer.CompleteAsync();

        using ServerConnection server = new(
            new Transport(toServer.Reader, toClient.Writer),
            recorded,
            recorded.HasAuthentication ? recorded : null,
            new ServerOptions { Limits = RecordedConnection.NodeLimits });
        await server.RunAsync().WaitAsync(TimeSpan.FromSeconds(60));

        ReadResult read = await toClient.Reader.ReadAtLeastAsync(int.MaxValue);
        ReadOnlySequence<byte> input = read.Buffer;
        List<Envelope> answers = [];
        EnvelopeReader reader = new(FrameLimits.Client, fromServer: true);
        WireCompression compression = recorded.Compression;
        if (recorded.Version is < 5)
            reader.UseBodyCompression(compression);
        while (server.Session is not null || (!input.IsEmpty && EnvelopeHeader.ReadVersion(input.FirstSpan[0]).Version.IsSpoken))
        {
            if (!reader.TryRead(ref input, out Envelope envelope))
                break;
            answers.Add(envelope with { Body = envelope.Body.ToArray() });
            if (envelope.Header.Opcode is Opcode.Ready or Opcode.Authenticate && answers.Count(a => a.Header.Opcode is Opcode.Ready or Opcode.Authenticate) == 1 && recorded.Version >= 5)
                reader.UseOuterFrames(compression);
        }

        if (!input.IsEmpty)
        {
            // Refusals of versions 1 and 2 have their header.
            byte[] old = input.ToArray();
            answers.Add(new(new(new((byte)(old[0] & 0x7F)), true, (EnvelopeFlags)old[1], (sbyte)old[2], (Opcode)old[3], 0), old.AsMemory(EnvelopeHeader.OldLength)));
        }

        return answers;
    }

    private sealed class Transport(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
