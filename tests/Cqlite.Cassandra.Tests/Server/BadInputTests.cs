using System.IO.Pipelines;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Cassandra.Tests.Frames;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>Clients that say what none should, to a server with a database behind it: it answers or hangs up, goes on serving others, and its memory returns.</summary>
public sealed class BadInputTests
{
    /// <summary>Damaged forms of one recorded connection that are tried.</summary>
    private const int FormsOfEach = 12;

    /// <summary>Longer recordings say the same more often.</summary>
    private const int LongestBytes = 64 * 1024;

    public static TheoryData<string> Conversations =>
        [.. ProtocolConversation.All.Where(c => c.Name.Contains("-v", StringComparison.Ordinal) && !c.Name.StartsWith("events", StringComparison.Ordinal)).Select(c => c.Name)];

    [Theory, MemberData(nameof(Conversations))]
    public async Task What_recorded_clients_sent_is_answered_or_refused_however_it_is_damaged(string name)
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient canary = await database.ConnectAsync();
        DatabaseRequestHandler handler = new(database.Engine, ServerOptions.Default);
        var conversation = ProtocolConversation.Parse(name, null);
        foreach (int connection in conversation.Records.Select(r => r.Connection).Distinct())
        {
            byte[] sent = conversation.Wire(connection, fromClient: true);
            if (sent.Length is 0 or > LongestBytes)
                continue;

            // The same places each time, over the whole of it.
            Random places = new(sent.Length);
            MemoryBudget memory = new(256 << 20);
            for (int i = 0; i < FormsOfEach; i++)
            {
                byte[] damaged = [.. sent];
                int place = places.Next(sent.Length);
                if (i % 3 == 0)
                    damaged = damaged[..place];
                else
                    damaged[place] ^= i % 3 == 1 ? (byte)0xFF : (byte)(1 << places.Next(8));
                await ServeAsync(damaged, handler, memory);
            }

            Assert.Equal(0, memory.UsedBytes);
            Assert.IsType<RowsResult>(await canary.AskAsync("SELECT key FROM system.local"));
        }
    }

    [Fact]
    public async Task Garbage_at_any_time_ends_in_an_answer_or_in_the_connections_end()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient canary = await database.ConnectAsync();
        DatabaseRequestHandler handler = new(database.Engine, ServerOptions.Default);
        byte[] start = ProtocolConversation.Parse("handshake-v5", null).Records.First(r => r is { FromClient: true, Opcode: "STARTUP" }).Bytes;
        Random random = new(20);
        MemoryBudget memory = new(256 << 20);
        for (int i = 0; i < 300; i++)
        {
            byte[] garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);

            // Some look like the beginning of a frame.
            if (i % 2 == 0)
                garbage[0] = (byte)(3 + (i % 4));
            await ServeAsync(i % 3 == 0 ? [.. start, .. garbage] : garbage, handler, memory);
        }

        Assert.Equal(0, memory.UsedBytes);
        Assert.IsType<RowsResult>(await canary.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(-1, 32)]
    [InlineData(100_000, 32)]
    [InlineData(0, 0x7FFFFFFF)]
    [InlineData(0, -1)]
    [InlineData(0, 33)]
    public async Task A_compressed_frame_whose_lengths_lie_ends_its_connection_and_no_other(int more, int statedBody)
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient other = await database.ConnectAsync(5, "lz4");
        using WireClient liar = await database.ConnectAsync(5, "lz4");
        Assert.IsType<RowsResult>(await liar.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        byte[] payload = new byte[EnvelopeHeader.Length + 32];
        new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, 9, Opcode.Query, (uint)statedBody).Write(payload);
        await liar.SendRawAsync(FrameFactsTests.Lz4Frame(payload, payload.Length + more));
        Assert.Equal(ErrorCode.ProtocolError, Assert.IsType<ErrorMessage>((await liar.ReceiveAsync()).Message).Code);
        await Assert.ThrowsAsync<EndOfStreamException>(() => liar.ReceiveAsync());
        Assert.IsType<RowsResult>(await other.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
    }

    private static async Task ServeAsync(byte[] sent, DatabaseRequestHandler handler, MemoryBudget memory)
    {
        Pipe toServer = new(new PipeOptions(pauseWriterThreshold: 0));
        Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 0));
        await toServer.Writer.WriteAsync(sent);
        await toServer.Writer.CompleteAsync();
        using ServerConnection server = new(new Transport(toServer.Reader, toClient.Writer), handler, memory: memory);
        await server.RunAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class Transport(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
