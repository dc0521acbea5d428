using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema.SystemTables;
using Cqlite.Core.Types;

namespace Cqlite.Cassandra.Client;

/// <summary>
/// One connection to a node: many requests at once, each on its stream. What the node sends that the protocol does not allow ends the connection, and each request
/// that waits gets a typed error; nothing waits longer than its time.
/// </summary>
internal sealed class NodeConnection : IDisposable
{
    private const long IdleMillis = 30_000;
    private readonly Stream _stream;
    private readonly PipeReader _input;
    private readonly SendQueue _queue;
    private readonly EnvelopeReader _reader;
    private readonly StreamTable _streams = new();
    private readonly SemaphoreSlim _keyspaceTurn = new(1, 1);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly CassandraOptions _options;
    private readonly Action<EventMessage>? _onEvent;
    private readonly Timer _watch;
    private ClosingReason? _closing;
    private string? _keyspace;
    private bool _isFramed;
    private long _lastReceivedMillis = Environment.TickCount64;
    private int _isProbing;

    private NodeConnection(Stream stream, NodeAddress address, ProtocolVersion version, CassandraOptions options, Action<EventMessage>? onEvent)
    {
        _stream = stream;
        Address = address;
        Version = version;
        _options = options;
        _onEvent = onEvent;
        _reader = new EnvelopeReader(FrameLimits.Client, fromServer: true) { LongestBody = header => _streams.LongestBodyOf(header.Stream) };
        _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        _queue = new SendQueue(PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 16 * 1024, leaveOpen: true)));
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(options.Timeout.TotalMilliseconds / 8, 5, 250));
        _watch = new Timer(static connection => ((NodeConnection)connection!).Watch(), this, period, period);
    }

    private sealed record ClosingReason(string Problem, Exception? Inner);

    /// <summary>The node.</summary>
    public NodeAddress Address { get; }

    /// <summary>The version that is spoken.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>Requests that were sent and not answered.</summary>
    public int InFlight => _streams.InFlight;

    /// <summary>Whether it takes requests.</summary>
    public bool IsOpen => Volatile.Read(ref _closing) is null;

    /// <summary>Is cancelled when the connection ends.</summary>
    public CancellationToken Closed => _lifetime.Token;

    /// <summary>Connects and shakes hands.</summary>
    /// <exception cref="VersionRefusedException">The node does not speak the version.</exception>
    /// <exception cref="ConnectionFailedException">It can't be reached, or what answers speaks another protocol.</exception>
    /// <exception cref="AuthenticationFailedException">It does not believe who we are.</exception>
    public static async Task<NodeConnection> OpenAsync(NodeAddress address, ProtocolVersion version, CassandraOptions options, Action<EventMessage>? onEvent, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.ConnectTimeout);
        NodeConnection? connection = null;
        try
        {
            Stream stream = await ConnectAsync(address, options, patience.Token).ConfigureAwait(false);
            connection = new NodeConnection(stream, address, version, options, onEvent);
            _ = connection.ReceiveAsync();
            _ = Task.Run(connection.SendAsync, CancellationToken.None);
            await Handshake.RunAsync(connection, options, patience.Token).ConfigureAwait(false);
            NodeConnection opened = connection;
            connection = null;
            return opened;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ConnectionFailedException(address.ToString(), $"did not answer within {options.ConnectTimeout.TotalMilliseconds:N0} ms.");
        }
        catch (OutcomeUnknownException problem)
        {
            throw new ConnectionFailedException(address.ToString(), connection?._closing?.Problem ?? "did not answer in time.", problem);
        }
        catch (ProtocolException problem)
        {
            throw new ConnectionFailedException(address.ToString(), $"what answers does not speak the protocol: {problem.Message}", problem);
        }
        catch (AuthenticationException problem)
        {
            throw new ConnectionFailedException(address.ToString(), $"TLS: {problem.Message} {problem.InnerException?.Message}".TrimEnd(), problem);
        }
        catch (CryptographicException problem)
        {
            throw new ConnectionFailedException(address.ToString(), $"TLS: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            throw new ConnectionFailedException(address.ToString(), problem.Message, problem);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="ConnectionFailedException">It was not sent.</exception>
    /// <exception cref="OutcomeUnknownException">It was sent, and no answer came.</exception>
    /// <exception cref="AnswerTooLongException">The answer was longer than was wanted.</exception>
    public async Task<NodeAnswer> AskAsync(Message message, TimeSpan timeout, CancellationToken cancellation, int? longestBody = null)
    {
        PendingRequest request = new(Environment.TickCount64 + (long)Math.Min(timeout.TotalMilliseconds, int.MaxValue), longestBody);
        short stream = await _streams.TakeAsync(request, timeout, cancellation).ConfigureAwait(false);
        if (stream < 0)
            throw new OverloadedException($"{Address}: {StreamTable.Count:N0} requests wait for their answers on one connection.", -1);
        if (_closing is { } closing)
        {
            _ = _streams.Release(stream);
            throw new ConnectionFailedException(Address.ToString(), closing.Problem, closing.Inner);
        }

        Send(stream, message);
        Envelope answer;
        using (cancellation.UnsafeRegister(static (state, token) => ((PendingRequest)state!).TrySetCanceled(token), request))
        {
            // Whoever closes looks at the streams only once: a request that came in later would wait for its time.
            if (_closing is not null)
                request.TrySetException(Lost());
            answer = await request.Task.ConfigureAwait(false);
        }

        return Read(answer);
    }

    /// <summary>Sends a request whose names without a keyspace are of one: before version 5 the connection's own must be set for that, and kept until the answer.</summary>
    public async Task<NodeAnswer> AskWithinAsync(string? keyspace, Message message, TimeSpan timeout, CancellationToken cancellation)
    {
        if (Version.HasPrepareFlags || (keyspace is null && Volatile.Read(ref _keyspace) is null))
            return await AskAsync(message, timeout, cancellation).ConfigureAwait(false);

        // A USE can't be taken back: a name without a keyspace must at least not find somebody else's table.
        keyspace ??= SystemKeyspaces.System;
        await _keyspaceTurn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_keyspace != keyspace)
            {
                _keyspace = null;
                NodeAnswer used = await AskAsync(new QueryMessage($"USE {CqlIdentifier.Quote(keyspace)}", new()), timeout, cancellation).ConfigureAwait(false);
                if (used.Message is ErrorMessage error)
                    throw ServerFailure.Of(error, Address);
                _keyspace = keyspace;
            }

            return await AskAsync(message, timeout, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _keyspaceTurn.Release();
        }
    }

    /// <summary>Ends the connection: what waits fails.</summary>
    public void Close(string problem, Exception? inner = null)
    {
        if (Interlocked.CompareExchange(ref _closing, new ClosingReason(problem, inner), null) is not null)
            return;
        _watch.Dispose();
        _lifetime.Cancel();
        _stream.Dispose();
        _streams.Fail(Lost);
    }

    /// <inheritdoc/>
    public void Dispose() => Close("the connection was closed.");

    private static async Task<Stream> ConnectAsync(NodeAddress address, CassandraOptions options, CancellationToken cancellation)
    {
        Socket socket = new(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = options.IsNoDelay };
        if (options.SocketBufferBytes is { } bytes)
            (socket.SendBufferSize, socket.ReceiveBufferSize) = (bytes, bytes);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address.EndPoint, cancellation).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } tls)
            {
                SslStream secured = new(stream, leaveInnerStreamOpen: false);
                stream = secured;
                await secured.AuthenticateAsClientAsync(tls.ForHost(address.HostName), cancellation).ConfigureAwait(false);
            }

            Stream connected = stream;
            (socket, stream) = (null!, null);
            return connected;
        }
        finally
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            socket?.Dispose();
        }
    }

    private OutcomeUnknownException Lost() =>
        new($"{Address}: {_closing?.Problem} Whether the request was executed is not known.", inner: _closing?.Inner);

    private void Send(short stream, Message message)
    {
        BufferWriter body = new();
        bool isSent = false;
        try
        {
            message.Write(body, Version);
            _queue.Add(new EnvelopeHeader(Version, IsResponse: false, EnvelopeFlags.None, stream, message.Opcode, 0), body.WrittenSpan);
            isSent = true;
        }
        finally
        {
            if (!isSent)
                _ = _streams.Release(stream);
        }
    }

    private NodeAnswer Read(in Envelope answer)
    {
        try
        {
            return new NodeAnswer(Message.Read(answer, out EnvelopeExtras extras), extras);
        }
        catch (ProtocolException problem)
        {
            Close($"sent an answer that does not decode: {problem.Message}.", problem);
            throw Lost();
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await _queue.SendAsync(_lifetime.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Close($"the connection was lost: {problem.Message}", problem);
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                ReadResult read = await _input.ReadAsync(_lifetime.Token).ConfigureAwait(false);
                ReadOnlySequence<byte> input = read.Buffer;
                SequencePosition end = input.End;
                _lastReceivedMillis = Environment.TickCount64;
                while (TryRead(ref input, out Envelope? envelope))
                {
                    if (envelope is { } whole)
                        Dispatch(whole);
                }

                _input.AdvanceTo(input.Start, end);
                if (read.IsCompleted)
                {
                    Close("the node closed the connection.");
                    return;
                }
            }
        }
        catch (ProtocolException problem)
        {
            Close($"what answers does not speak the protocol: {problem.Message}.", problem);
        }
        catch (OutOfMemoryException problem)
        {
            // Nobody reads on: whoever waits must not do so until the time is over.
            Close("there is no memory for an answer.", problem);
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Close($"the connection was lost: {problem.Message}", problem);
        }
        finally
        {
            await _input.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes an envelope off what has arrived; false where none is whole, null for one that was too long, whose request is told so.</summary>
    private bool TryRead(ref ReadOnlySequence<byte> input, out Envelope? envelope)
    {
        envelope = null;
        try
        {
            if (!_reader.TryRead(ref input, out Envelope read))
                return false;
            envelope = read;
        }
        catch (ProtocolException refusal) when (refusal is { RefusedBytes: not null, Stream: not null })
        {
            _ = _streams.Release(refusal.Stream.Value)?.TrySetException(new AnswerTooLongException(Address, refusal.RefusedBytes.Value));
        }

        return true;
    }

    private void Dispatch(in Envelope envelope)
    {
        EnvelopeHeader header = envelope.Header;
        if (header.Opcode == Opcode.Event)
        {
            if (_onEvent is not null && Message.Read(envelope with { Body = envelope.Body.ToArray() }, out _) is EventMessage told)
                _onEvent(told);
            return;
        }

        if (!_isFramed && header.Opcode is Opcode.Ready or Opcode.Authenticate)
        {
            _isFramed = true;
            _reader.UseVersion(Version);
            WireCompression compression = _options.IsCompressed ? WireCompression.Lz4 : WireCompression.None;
            if (Version.HasOuterFrames)
                _reader.UseOuterFrames(compression);
            _queue.ChangeFraming(Version, compression);
        }

        PendingRequest request = _streams.Release(header.Stream)
            ?? throw new ProtocolException($"an answer ({header.Opcode.Name()}) came on stream {header.Stream}, where nothing was asked");
        _ = request.TrySetResult(request.LongestBody is null ? envelope with { Body = envelope.Body.ToArray() } : Rent(envelope));
    }

    private static Envelope Rent(in Envelope envelope)
    {
        if (envelope.IsBodyRented)
            return envelope;
        byte[] rented = ArrayPool<byte>.Shared.Rent(envelope.Body.Length);
        envelope.Body.CopyTo(rented);
        return envelope with { Body = rented.AsMemory(0, envelope.Body.Length), IsBodyRented = true };
    }

    /// <summary>Before READY bodies may be compressed already, in versions that compress them.</summary>
    public void ExpectCompressedBodies()
    {
        if (!Version.HasOuterFrames && _options.IsCompressed)
            _reader.UseBodyCompression(WireCompression.Lz4);
    }

    private void Watch()
    {
        if (!IsOpen)
            return;
        long now = Environment.TickCount64;
        _streams.Expire(Address.ToString(), now);
        if (_isFramed && now - _lastReceivedMillis > IdleMillis && Interlocked.Exchange(ref _isProbing, 1) == 0)
            _ = ProbeAsync();
    }

    /// <summary>Asks something small of a node that has been silent, so that one that is gone without a word is noticed.</summary>
    private async Task ProbeAsync()
    {
        try
        {
            _ = await AskAsync(OptionsMessage.Instance, _options.ConnectTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CqliteException problem)
        {
            Close("the node does not answer any more.", problem);
        }
        finally
        {
            Volatile.Write(ref _isProbing, 0);
        }
    }
}

/// <summary>What a node answered.</summary>
internal readonly record struct NodeAnswer(Message Message, EnvelopeExtras Extras);
