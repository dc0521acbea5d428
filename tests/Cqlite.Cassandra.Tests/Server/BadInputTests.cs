using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
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
    [InlineData("lz4", 0x7FFFFFFF)]
    [InlineData("lz4", 0x10000000)]
    [InlineData("lz4", -1)]
    [InlineData("snappy", 0x7FFFFFFF)]
    [InlineData("snappy", 0x10000000)]
    public async Task A_compressed_body_that_would_be_huge_is_refused_before_memory_is_asked_for(string compression, int declaredBytes)
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient client = await database.ConnectAsync(4, compression);
        Assert.IsType<RowsResult>(await client.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        byte[] body = new byte[64];
        if (compression == "lz4")
        {
            BinaryPrimitives.WriteInt32BigEndian(body, declaredBytes);
        }
        else
        {
            uint left = (uint)declaredBytes;
            int position = 0;
            for (; left > 0x7F; left >>= 7)
                body[position++] = (byte)(left | 0x80);
            body[position] = (byte)left;
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        byte[] request = [4, (byte)EnvelopeFlags.Compressed, 0, 9, (byte)Opcode.Query, 0, 0, 0, (byte)body.Length, .. body];
        await client.SendRawAsync(request);
        (EnvelopeHeader header, Message answer) = await client.ReceiveAsync();
        Assert.Equal(9, header.Stream);
        Assert.IsType<ErrorMessage>(answer);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 128 << 20);
        using WireClient other = await database.ConnectAsync(4, compression);
        Assert.IsType<RowsResult>(await other.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
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

    [Fact]
    public async Task Ten_thousand_connections_come_and_go_and_leave_nothing()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient canary = await database.ConnectAsync();
        byte[] options = [4, 0, 0, 1, (byte)Opcode.Options, 0, 0, 0, 0];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int round = 0; round < 100; round++)
        {
            Socket[] sockets = [.. Enumerable.Range(0, 100).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) })];
            await Task.WhenAll(sockets.Select(s => s.ConnectAsync(database.Server.EndPoint)));

            // Some leave without a word, some in the middle of one, some with an answer on its way.
            for (int i = 0; i < sockets.Length; i++)
            {
                if (i % 3 > 0)
                    _ = await sockets[i].SendAsync(options.AsMemory(0, i % 3 == 1 ? 5 : options.Length));
                sockets[i].Dispose();
            }

            Assert.IsType<RowsResult>(await canary.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        }

        for (int i = 0; database.Server.ConnectionCount > 1 && i < 6000; i++)
            await Task.Delay(10);
        Assert.Equal(1, database.Server.ConnectionCount);
        Assert.Equal(0, database.Server.UsedBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 << 20);
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
