using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Errors;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>The server on a real socket, with clients that behave and that do not.</summary>
public sealed class NativeServerTests
{
    private static readonly IPEndPoint s_anyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(3, "")]
    [InlineData(4, "lz4")]
    [InlineData(4, "snappy")]
    [InlineData(5, "")]
    [InlineData(5, "lz4")]
    public async Task Requests_on_many_streams_are_answered(int version, string compression)
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler());
        using WireClient client = await WireClient.ConnectAsync(server.EndPoint, version, compression);
        for (short stream = 1; stream <= 200; stream++)
            client.Add(stream, new QueryMessage($"text {stream}", new()));
        await client.SendAsync();
        HashSet<short> streams = [];
        for (int i = 0; i < 200; i++)
        {
            (EnvelopeHeader header, Message message) = await client.ReceiveAsync();
            Assert.Equal($"text {header.Stream}", Assert.IsType<SetKeyspaceResult>(message).Keyspace);
            streams.Add(header.Stream);
        }

        Assert.Equal(200, streams.Count);
    }

    [Fact]
    public async Task Large_requests_and_answers_go_both_ways()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler());
        foreach ((int version, string compression) in ((int, string)[])[(4, "lz4"), (5, ""), (5, "lz4")])
        {
            using WireClient client = await WireClient.ConnectAsync(server.EndPoint, version, compression);
            string text = string.Concat(Enumerable.Range(0, 300_000).Select(i => (char)('a' + (i * 7 % 26))));
            client.Add(1, new PrepareMessage(text));
            await client.SendAsync();
            _ = await client.ReceiveAsync();
            Assert.Equal(text, string.Concat(client.Extras.Warnings!));
        }
    }

    [Fact]
    public async Task A_server_stops_while_its_clients_leave()
    {
        for (int round = 0; round < 100; round++)
        {
            NativeServer server = NativeServer.Start(s_anyPort, new Handler());
            List<WireClient> clients = [];
            for (int i = 0; i < 8; i++)
                clients.Add(await WireClient.ConnectAsync(server.EndPoint, 5, ""));
            using Barrier together = new(2);
            Task leaving = Task.Run(() =>
            {
                together.SignalAndWait();
                clients.ForEach(c => c.Dispose());
            });
            together.SignalAndWait();
            await server.DisposeAsync();
            await leaving;
        }
    }

    [Fact]
    public async Task A_failure_of_the_engine_is_an_error_with_its_code()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler());
        using WireClient client = await WireClient.ConnectAsync(server.EndPoint, 5, "");
        client.Add(1, new QueryMessage("invalid", new()));
        client.Add(2, new QueryMessage("syntax", new()));
        await client.SendAsync();
        Dictionary<short, ErrorMessage> errors = [];
        for (int i = 0; i < 2; i++)
        {
            (EnvelopeHeader header, Message message) = await client.ReceiveAsync();
            errors[header.Stream] = (ErrorMessage)message;
        }

        Assert.Equal((ErrorCode.Invalid, "no such thing"), (errors[1].Code, errors[1].Text));
        Assert.Equal((ErrorCode.SyntaxError, "line 1:0 no"), (errors[2].Code, errors[2].Text));
    }

    [Fact]
    public async Task Beyond_its_slots_a_client_waits_or_is_told_overloaded_as_it_asked_for()
    {
        Handler handler = new();
        await using NativeServer server = NativeServer.Start(s_anyPort, handler, options: new() { MaxConcurrentRequests = 2 });
        using WireClient impatient = await WireClient.ConnectAsync(server.EndPoint, 5, "", [new(StartupMessage.ThrowOnOverload, "1")]);
        for (short stream = 1; stream <= 3; stream++)
            impatient.Add(stream, new QueryMessage("wait", new()));
        await impatient.SendAsync();
        (EnvelopeHeader header, Message message) = await impatient.ReceiveAsync();
        Assert.Equal(((short)3, ErrorCode.Overloaded), (header.Stream, Assert.IsType<ErrorMessage>(message).Code));

        using WireClient patient = await WireClient.ConnectAsync(server.EndPoint, 5, "");
        for (short stream = 1; stream <= 5; stream++)
            patient.Add(stream, new QueryMessage("wait", new()));
        await patient.SendAsync();
        handler.Release();
        for (int i = 0; i < 5; i++)
            Assert.IsType<SetKeyspaceResult>((await patient.ReceiveAsync()).Message);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_let_go()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler(), options: new() { StartupTimeout = TimeSpan.FromMilliseconds(50) });
        using TcpClient client = new();
        await client.ConnectAsync(server.EndPoint);

        // What comes when the server has hung up, or was not read by then, has it say so less politely.
        Exception? ended = await Record.ExceptionAsync(async () =>
        {
            await client.GetStream().WriteAsync(new byte[] { 5, 0 });
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        });
        Assert.True(ended is null or IOException, $"{ended}");
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_nobody_else()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler(), options: new() { MaxPendingBytes = 1 << 20, StopTimeout = TimeSpan.FromMilliseconds(200) });
        using WireClient deaf = await WireClient.ConnectAsync(server.EndPoint, 5, "");
        for (short stream = 1; stream <= 500; stream++)
            deaf.Add(stream, new QueryMessage(new string('x', 60_000), new()));
        Task sending = deaf.SendAsync();

        using WireClient other = await WireClient.ConnectAsync(server.EndPoint, 5, "");
        for (short stream = 1; stream <= 20; stream++)
        {
            other.Add(stream, new QueryMessage("a", new()));
            await other.SendAsync();
            Assert.Equal(stream, (await other.ReceiveAsync()).Header.Stream);
        }

        deaf.Dispose();
        _ = await Record.ExceptionAsync(() => sending);
    }

    [Fact]
    public async Task Connections_that_come_and_go_leave_nothing()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler());
        for (int i = 0; i < 300; i++)
        {
            using TcpClient client = new();
            await client.ConnectAsync(server.EndPoint);
            if (i % 3 == 0)
                await client.GetStream().WriteAsync("GET / HTTP/1.1\r\n"u8.ToArray());
        }

        for (int i = 0; server.ConnectionCount > 0 && i < 600; i++)
            await Task.Delay(50);
        Assert.Equal(0, server.ConnectionCount);
        using WireClient good = await WireClient.ConnectAsync(server.EndPoint, 5, "");
    }

    [Fact]
    public async Task Events_go_to_those_who_asked_for_them()
    {
        await using NativeServer server = NativeServer.Start(s_anyPort, new Handler());
        using WireClient client = await WireClient.ConnectAsync(server.EndPoint, 5, "");
        client.Add(1, new RegisterMessage([EventKind.SchemaChange]));
        await client.SendAsync();
        Assert.IsType<ReadyMessage>((await client.ReceiveAsync()).Message);
        SchemaChange change = new(SchemaChangeKind.Created, SchemaTarget.Table, "k", "t");
        server.Publish(new NodeEvent(NodeChange.Up, s_anyPort));
        server.Publish(new SchemaEvent(change));
        (EnvelopeHeader header, Message message) = await client.ReceiveAsync();
        Assert.Equal((-1, change), (header.Stream, Assert.IsType<SchemaEvent>(message).Change));
    }

    [Fact]
    public async Task A_stop_finishes_what_is_being_executed()
    {
        Handler handler = new();
        NativeServer server = NativeServer.Start(s_anyPort, handler);
        using WireClient client = await WireClient.ConnectAsync(server.EndPoint, 5, "");
        client.Add(1, new QueryMessage("wait", new()));
        await client.SendAsync();
        await handler.Waiting;
        Task stopping = server.DisposeAsync().AsTask();
        handler.Release();
        Assert.IsType<SetKeyspaceResult>((await client.ReceiveAsync()).Message);
        await stopping.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Without_authentication_nobody_else_may_come() =>
        Assert.Throws<ArgumentException>(() => NativeServer.Start(new IPEndPoint(IPAddress.Any, 0), new Handler()));

    /// <summary>Answers a query with its own text, for which any result with a text serves; "wait" waits.</summary>
    private sealed class Handler : IRequestHandler
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => _waiting.Task;

        public void Release() => _released.SetResult();

        public async ValueTask ExecuteAsync(ServerSession session, Message request, EnvelopeExtras extras, ServerResponse response, CancellationToken cancellation)
        {
            switch (request)
            {
                case QueryMessage { Query: "invalid" }:
                    throw new InvalidQueryException("no such thing");
                case QueryMessage { Query: "syntax" }:
                    throw new CqlSyntaxException("line 1:0 no", 1, 0);
                case QueryMessage { Query: "wait" }:
                    _waiting.TrySetResult();
                    await _released.Task.WaitAsync(cancellation);
                    response.Write(new SetKeyspaceResult("waited"));
                    break;
                case QueryMessage query:
                    response.Write(new SetKeyspaceResult(query.Query));
                    break;
                case PrepareMessage prepare:
                    response.Extras = new() { Warnings = [.. prepare.Query.Chunk(50_000).Select(c => new string(c))] };
                    response.Write(new ErrorMessage(ErrorCode.Invalid, ""));
                    break;
            }
        }
    }
}
