using System.Net.Sockets;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Encoding;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>Clients that send a byte at a time, so that a server would wait for each of them for ever: they are let go, and others are served meanwhile.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_handshake_that_trickles_is_ended(int version)
    {
        await using ServedDatabase database = new(new DatabaseServerOptions { Limits = new ServerOptions { StartupTimeout = s_short } }, DatabaseServerTests.Fill);
        using TcpClient slow = new();
        await slow.ConnectAsync(database.Server.EndPoint, Stop);

        // OPTIONS may be asked before STARTUP any number of times, and is no handshake.
        BufferWriter request = new();
        new EnvelopeWriter(request).Write(new(new ProtocolVersion((byte)version), IsResponse: false, EnvelopeFlags.None, 1, Opcode.Options, 0), []);
        await TrickleUntilClosedAsync(slow, request.ToArray());
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 8)]
    [InlineData(4, 100)]
    [InlineData(5, 0)]
    [InlineData(5, 100)]
    public async Task A_request_that_trickles_is_ended_and_others_are_served(int version, int sentAtOnce)
    {
        await using ServedDatabase database = new(new DatabaseServerOptions { Limits = new ServerOptions { MessageTimeout = s_short } }, DatabaseServerTests.Fill);
        using WireClient other = await database.ConnectAsync();
        using WireClient slow = await database.ConnectAsync(version);
        Assert.IsType<RowsResult>(await slow.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        byte[] request = Request(version, new string('x', 1 << 20));
        await slow.SendRawAsync(request.AsMemory(0, sentAtOnce));
        Task trickling = TrickleUntilClosedAsync(slow.Tcp, request[sentAtOnce..]);
        do
            Assert.IsType<RowsResult>(await other.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        while (!trickling.IsCompleted);
        await trickling;
    }

    [Fact]
    public async Task Parts_of_a_large_message_that_trickle_are_ended()
    {
        await using ServedDatabase database = new(new DatabaseServerOptions { Limits = new ServerOptions { MessageTimeout = s_short } }, DatabaseServerTests.Fill);
        using WireClient slow = await database.ConnectAsync();

        // Whole frames, each with a little of an envelope that would have a megabyte.
        byte[] head = new byte[EnvelopeHeader.Length];
        new EnvelopeHeader(ProtocolVersion.V5, IsResponse: false, EnvelopeFlags.None, 3, Opcode.Query, 1 << 20).Write(head);
        BufferWriter first = new();
        OuterFrameWriter.Write(first, head, isSelfContained: false, isLz4: false);
        await slow.SendRawAsync(first.ToArray());
        BufferWriter part = new();
        OuterFrameWriter.Write(part, new byte[1], isSelfContained: false, isLz4: false);
        await TrickleUntilClosedAsync(slow.Tcp, part.ToArray(), step: part.Length);
    }

    [Fact]
    public async Task A_client_that_is_silent_between_its_messages_stays()
    {
        await using ServedDatabase database = new(new DatabaseServerOptions { Limits = new ServerOptions { MessageTimeout = s_short } }, DatabaseServerTests.Fill);
        using WireClient idle = await database.ConnectAsync();
        using WireClient slow = await database.ConnectAsync();
        Assert.IsType<RowsResult>(await idle.AskAsync("SELECT v FROM ks.t WHERE k = 1"));

        // As long as it takes to end one that is not.
        await TrickleUntilClosedAsync(slow.Tcp, Request(5, new string('x', 1 << 20)));
        Assert.IsType<RowsResult>(await idle.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
    }

    private static byte[] Request(int version, string text)
    {
        BufferWriter body = new();
        body.WriteInt32(text.Length);
        body.Write(System.Text.Encoding.UTF8.GetBytes(text));
        BufferWriter request = new();
        EnvelopeWriter writer = new(request);
        if (version == 5)
            writer.UseOuterFrames(WireCompression.None);
        writer.Write(new(new ProtocolVersion((byte)version), IsResponse: false, EnvelopeFlags.None, 7, Opcode.Query, 0), body.WrittenSpan);
        writer.Flush();
        return request.ToArray();
    }

    // Sends again and again, a step at a time, what is answered or not, until nobody takes it any more.
    private static async Task TrickleUntilClosedAsync(TcpClient slow, byte[] bytes, int step = 1)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(s_generous);
        NetworkStream stream = slow.GetStream();
        Task reading = ReadToEndAsync(stream, patience.Token);
        for (int at = 0; !reading.IsCompleted; at = (at + step) % bytes.Length)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                await stream.WriteAsync(bytes.AsMemory(at, Math.Min(step, bytes.Length - at)), patience.Token);
            }
            catch (IOException)
            {
                break;
            }

            await Task.WhenAny(reading, Task.Delay(1, patience.Token));
        }

        await reading;
    }

    private static async Task ReadToEndAsync(NetworkStream stream, CancellationToken cancellation)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancellation) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It was not closed politely.
        }
    }
}
