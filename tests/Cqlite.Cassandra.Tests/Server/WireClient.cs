using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Server;
using Cqlite.Core.Encoding;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>A client that says exactly what a test wants.</summary>
internal sealed class WireClient : IDisposable
{
    private readonly Queue<(EnvelopeHeader, Message, EnvelopeExtras)> _received = [];
    private readonly TcpClient _tcp;
    private readonly EnvelopeReader _reader = new(FrameLimits.Client, fromServer: true);
    private readonly ProtocolVersion _version;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly EnvelopeWriter _writer;

    private WireClient(TcpClient tcp, ProtocolVersion version)
    {
        _tcp = tcp;
        _version = version;
        _input = PipeReader.Create(tcp.GetStream());
        _output = PipeWriter.Create(tcp.GetStream());
        _writer = new EnvelopeWriter(_output);
    }

    /// <summary>The connection itself, for who wants to say what no client says.</summary>
    public TcpClient Tcp => _tcp;

    /// <summary>What came with the last message.</summary>
    public EnvelopeExtras Extras { get; private set; } = EnvelopeExtras.None;

    /// <summary>Connects and shakes hands.</summary>
    public static async Task<WireClient> ConnectAsync(IPEndPoint server, int version, string compression, params KeyValuePair<string, string>[] options)
    {
        (WireClient client, Message answer) = await StartAsync(server, version, compression, options);
        return answer is ReadyMessage ? client : throw new InvalidOperationException("not ready");
    }

    /// <summary>Connects and logs in.</summary>
    public static async Task<WireClient> LogInAsync(IPEndPoint server, int version, string user, string password)
    {
        (WireClient client, Message answer) = await StartAsync(server, version, "", []);
        if (answer is not AuthenticateMessage)
            throw new InvalidOperationException("no password was asked for");
        return await client.AskAsync(new AuthResponseMessage(System.Text.Encoding.UTF8.GetBytes($"\0{user}\0{password}"))) switch
        {
            AuthSuccessMessage => client,
            ErrorMessage error => throw new AuthenticationException(error.Text),
            _ => throw new InvalidOperationException("no answer to a password"),
        };
    }

    private static async Task<(WireClient Client, Message Answer)> StartAsync(IPEndPoint server, int version, string compression, KeyValuePair<string, string>[] options)
    {
        TcpClient tcp = new();
        await tcp.ConnectAsync(server);
        WireClient client = new(tcp, new((byte)version));
        WireCompression agreed = compression switch { "lz4" => WireCompression.Lz4, "snappy" => WireCompression.Snappy, _ => WireCompression.None };
        List<KeyValuePair<string, string>> all = [new(StartupMessage.CqlVersion, "3.0.0"), .. options];
        if (agreed != WireCompression.None)
            all.Add(new(StartupMessage.Compression, compression));
        client.Add(0, new StartupMessage(all));
        await client.SendAsync();
        if (version < 5)
            client._reader.UseBodyCompression(agreed);
        Message answer = (await client.ReceiveAsync()).Message;
        if (version < 5)
        {
            client._writer.UseBodyCompression(agreed);
        }
        else
        {
            client._reader.UseOuterFrames(agreed);
            client._writer.UseOuterFrames(agreed);
        }

        return (client, answer);
    }

    /// <summary>Adds a request to what is sent next.</summary>
    public void Add(short stream, Message message, EnvelopeFlags flags = EnvelopeFlags.None)
    {
        BufferWriter body = new();
        message.Write(body, _version);
        _writer.Write(new(_version, IsResponse: false, flags, stream, message.Opcode, 0), body.WrittenSpan);
    }

    /// <summary>Sends what was added.</summary>
    public async Task SendAsync()
    {
        _writer.Flush();
        await _output.FlushAsync();
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => _ = await _output.WriteAsync(bytes);

    /// <summary>Waits for the next message.</summary>
    public async Task<(EnvelopeHeader Header, Message Message)> ReceiveAsync()
    {
        while (_received.Count == 0)
        {
            ReadResult read = await _input.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            ReadOnlySequence<byte> input = read.Buffer;

            // The answer to STARTUP is the last message before the framing changes.
            while (_reader.TryRead(ref input, out Envelope envelope))
            {
                Message message = Message.Read(envelope with { Body = envelope.Body.ToArray() }, out EnvelopeExtras extras);
                _received.Enqueue((envelope.Header, message, extras));
            }

            _input.AdvanceTo(input.Start, read.Buffer.End);
            if (read.IsCompleted && _received.Count == 0)
                throw new EndOfStreamException("the server closed the connection");
        }

        (EnvelopeHeader header, Message received, Extras) = _received.Dequeue();
        return (header, received);
    }

    /// <summary>Sends a request and waits for what comes next.</summary>
    public async Task<Message> AskAsync(Message request)
    {
        Add(0, request);
        await SendAsync();
        return (await ReceiveAsync()).Message;
    }

    /// <summary>Executes a statement.</summary>
    public Task<Message> AskAsync(string cql) => AskAsync(new QueryMessage(cql, new()));

    /// <summary>Prepares a statement.</summary>
    public async Task<PreparedResult> PrepareAsync(string cql) => (PreparedResult)await AskAsync(new PrepareMessage(cql));

    /// <inheritdoc/>
    public void Dispose() => _tcp.Dispose();
}
