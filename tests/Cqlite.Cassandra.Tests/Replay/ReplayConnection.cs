using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Tests.Server;

namespace Cqlite.Cassandra.Tests.Replay;

/// <summary>The client's side of one recorded connection: sends its bytes to a server, and gives the answers of each stream in order.</summary>
internal sealed class ReplayConnection : IDisposable
{
    // Once an answer did not come, others are not waited for as long.
    private TimeSpan _patience = TimeSpan.FromSeconds(20);
    private readonly TcpClient _tcp = new();
    private readonly RecordedAnswers _recorded;
    private readonly EnvelopeReader _reader = new(FrameLimits.Client, fromServer: true);
    private readonly List<Envelope> _received = [];
    private PipeReader? _input;
    private bool _isStarted;

    public ReplayConnection(RecordedAnswers recorded)
    {
        _recorded = recorded;
        if (recorded.Version is < 5)
            _reader.UseBodyCompression(recorded.Compression);
    }

    /// <summary>Connects.</summary>
    public async Task ConnectAsync(IPEndPoint server)
    {
        await _tcp.ConnectAsync(server);
        _tcp.NoDelay = true;
        _input = PipeReader.Create(_tcp.GetStream());
    }

    /// <summary>Sends bytes as they are. A server that has hung up takes no more.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _tcp.GetStream().WriteAsync(bytes);
        }
        catch (IOException)
        {
            // What was answered before can still be read.
        }
    }

    /// <summary>Sends envelopes in the connection's framing.</summary>
    public Task SendAsync(IEnumerable<Envelope> envelopes)
    {
        Core.Encoding.BufferWriter output = new();
        EnvelopeWriter writer = new(output);
        if (_isStarted && _recorded.Version >= 5)
            writer.UseOuterFrames(_recorded.Compression);
        else if (_isStarted)
            writer.UseBodyCompression(_recorded.Compression);
        foreach (Envelope envelope in envelopes)
            writer.Write(envelope.Header with { BodyLength = (uint)envelope.Body.Length }, envelope.Body.Span);
        writer.Flush();
        return SendAsync(output.ToArray());
    }

    /// <summary>The next answer on a stream; null where the server hangs up, or takes too long.</summary>
    public async Task<Envelope?> ReceiveAsync(short stream)
    {
        using CancellationTokenSource patience = new(_patience);
        while (true)
        {
            int index = _received.FindIndex(e => e.Header.Stream == stream);
            if (index >= 0)
            {
                Envelope found = _received[index];
                _received.RemoveAt(index);
                return found;
            }

            if (!await ReceiveMoreAsync(patience.Token))
            {
                _patience = TimeSpan.FromMilliseconds(100);
                return null;
            }
        }
    }

    /// <summary>The bytes that a server of an old version sends, which are no envelope of today's.</summary>
    public async Task<byte[]> ReceiveBytesAsync(int count)
    {
        using CancellationTokenSource patience = new(_patience);
        ReadResult read = await _input!.ReadAtLeastAsync(count, patience.Token);
        byte[] bytes = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length)).ToArray();
        _input.AdvanceTo(read.Buffer.GetPosition(bytes.Length));
        return bytes;
    }

    /// <summary>Whether the server hangs up after what it has answered.</summary>
    public async Task<bool> IsClosedAsync()
    {
        using CancellationTokenSource patience = new(_patience);
        while (await ReceiveMoreAsync(patience.Token))
        {
            // Answers before the end are not asked for.
        }

        return !patience.IsCancellationRequested;
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<bool> ReceiveMoreAsync(CancellationToken cancellation)
    {
        ReadResult read;
        try
        {
            read = await _input!.ReadAsync(cancellation);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return false;
        }

        ReadOnlySequence<byte> input = read.Buffer;
        while (_reader.TryRead(ref input, out Envelope envelope))
        {
            _received.Add(envelope with { Body = envelope.Body.ToArray() });
            if (!_isStarted && envelope.Header.Opcode is Opcode.Ready or Opcode.Authenticate)
            {
                _isStarted = true;
                if (_recorded.Version >= 5)
                    _reader.UseOuterFrames(_recorded.Compression);
            }
        }

        _input.AdvanceTo(input.Start, read.Buffer.End);
        return !read.IsCompleted || _received.Count > 0;
    }
}
