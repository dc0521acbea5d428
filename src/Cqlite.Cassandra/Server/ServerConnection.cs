using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// One client, over any pair of pipes: the handshake, the framing, and requests on many streams at once, each answered when it is done.
/// What the client does wrong is answered as Cassandra answers it.
/// </summary>
/// <remarks>
/// <code>
/// established      OPTIONS, STARTUP                    READY or AUTHENTICATE leads on
/// authenticating   AUTH_RESPONSE                       AUTH_SUCCESS leads on
/// ready            everything but STARTUP
/// source   org/apache/cassandra/transport/ServerConnection.java, InitialConnectionHandler.java, messages/StartupMessage.java
/// </code>
/// </remarks>
internal sealed class ServerConnection : IDisposable
{
    private readonly IDuplexPipe _transport;
    private readonly ServerOptions _options;
    private readonly IRequestHandler _handler;
    private readonly IAuthenticator? _authenticator;
    private readonly EndPoint? _client;
    private readonly MemoryBudget _memory;
    private readonly RequestDeadline _deadline;
    private readonly EnvelopeReader _reader;
    private readonly Outbox _outbox;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _ending = new();
    private bool _isDisposed;
    private Stage _stage;
    private ProtocolVersion _version = ProtocolVersion.V5;
    private bool _throwsOnOverload;
    private volatile IReadOnlyList<EventKind> _registered = [];

    /// <summary>Creates the server's side of a connection.</summary>
    /// <param name="transport">What the client sends, and what it is sent.</param>
    /// <param name="handler">Executes requests.</param>
    /// <param name="authenticator">Checks who the client is; null where everybody may come.</param>
    /// <param name="options">Limits.</param>
    /// <param name="client">Where the client is, if anywhere.</param>
    /// <param name="memory">The memory of all connections; null where this is the only one.</param>
    public ServerConnection(
        IDuplexPipe transport,
        IRequestHandler handler,
        IAuthenticator? authenticator = null,
        ServerOptions? options = null,
        EndPoint? client = null,
        MemoryBudget? memory = null)
    {
        _transport = transport;
        _handler = handler;
        _authenticator = authenticator;
        _options = options ?? ServerOptions.Default;
        _client = client;
        _reader = new EnvelopeReader(_options.Limits, fromServer: false);
        _memory = memory ?? new MemoryBudget(_options.MaxMemoryBytes);
        _deadline = new RequestDeadline(_options.RequestTimeout, _lifetime.Token);
        _outbox = new Outbox(transport.Output, _options.MaxPendingBytes, _memory);
        _slots = new SemaphoreSlim(_options.MaxConcurrentRequests);
    }

    private enum Stage
    {
        Established,
        Authenticating,
        Ready,
    }

    /// <summary>Who is connected; null before STARTUP.</summary>
    public ServerSession? Session { get; private set; }

    /// <summary>Serves the client until it leaves, does what can't be answered, or <see cref="Stop"/> is called.</summary>
    public async Task RunAsync()
    {
        Task sending = SendAsync();
        try
        {
            await ReceiveAsync();

            // What is being executed is finished and answered first.
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.Token);
            patience.CancelAfter(_options.StopTimeout);
            for (int i = 0; i < _options.MaxConcurrentRequests; i++)
                await _slots.WaitAsync(patience.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or too slow to wait for: there is nobody to tell.
        }
        finally
        {
            _outbox.Complete();
            _lifetime.CancelAfter(_options.StopTimeout);
            await sending;
            await _lifetime.CancelAsync();
            await _transport.Input.CompleteAsync();
            await _transport.Output.CompleteAsync();
        }
    }

    /// <summary>Takes no more requests; those that are being executed are answered. Does nothing once the connection has ended, which it may at the same moment.</summary>
    public void Stop()
    {
        // What is cancelled may go on here, and end the connection: the lock lets its own thread in again.
        lock (_ending)
        {
            if (!_isDisposed)
                _stopping.Cancel();
        }
    }

    /// <summary>Tells the client of an event, if it has asked for its kind.</summary>
    public void Publish(EventMessage message)
    {
        if (_registered.Contains(message.Kind))
            Answer(stream: -1, message);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_ending)
            _isDisposed = true;
        _lifetime.Dispose();
        _stopping.Dispose();
        _outbox.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            await _outbox.SendAsync(_lifetime.Token);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody reads any more, so that nothing more need be read either.
            await _lifetime.CancelAsync();
        }
    }

    private async Task ReceiveAsync()
    {
        using CancellationTokenSource reading = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.Token, _stopping.Token);
        reading.CancelAfter(_options.StartupTimeout);
        TimeSpan? patience = null;
        while (true)
        {
            await _outbox.WaitForRoomAsync(reading.Token);

            // The time of a message counts while it is waited for, and not while the server is busy with what came before.
            long started = Stopwatch.GetTimestamp();
            if (patience is { } left)
                reading.CancelAfter(left);
            ReadResult read = await _transport.Input.ReadAsync(reading.Token);
            if (patience is not null)
            {
                reading.CancelAfter(Timeout.InfiniteTimeSpan);
                TimeSpan spent = Stopwatch.GetElapsedTime(started);
                patience = patience > spent ? patience - spent : TimeSpan.Zero;
            }

            ReadOnlySequence<byte> input = read.Buffer;
            SequencePosition end = input.End;
            bool goesOn = true;
            while (goesOn && TryRead(ref input, out Received received))
            {
                goesOn = received.Problem is { } problem ? Refuse(problem) : await DispatchAsync(received, reading.Token);
                patience = null;
                if (_stage == Stage.Ready)
                    reading.CancelAfter(Timeout.InfiniteTimeSpan);
            }

            bool isWithinMessage = _stage == Stage.Ready && (!input.IsEmpty || _reader.IsWithinEnvelope);
            patience = isWithinMessage ? patience ?? _options.MessageTimeout : null;
            _transport.Input.AdvanceTo(input.Start, end);
            if (!goesOn || read.IsCompleted)
                return;
        }
    }

    /// <summary>An envelope, its body in rented memory, as requests outlive what they were read from; or what is wrong with one.</summary>
    private readonly record struct Received(Envelope Envelope, byte[]? Rented, ProtocolException? Problem);

    private bool TryRead(ref ReadOnlySequence<byte> input, out Received received)
    {
        received = default;
        try
        {
            if (!_reader.TryRead(ref input, out Envelope envelope))
                return false;
            byte[] rented = ArrayPool<byte>.Shared.Rent(envelope.Body.Length);
            envelope.Body.CopyTo(rented);
            received = new(envelope with { Body = rented.AsMemory(0, envelope.Body.Length) }, rented, null);
        }
        catch (ProtocolException problem)
        {
            received = new(default, null, problem);
        }

        return true;
    }

    /// <summary>Answers what is no envelope; false where nothing after it can be one.</summary>
    private bool Refuse(ProtocolException problem)
    {
        ErrorMessage error = new(problem.Code, problem.Message);
        Answer(problem.Stream ?? 0, error, problem.AnswerVersion ?? _version);
        return !problem.IsFatal;
    }

    /// <summary>Does or begins what an envelope asks for; false where the connection ends.</summary>
    private async ValueTask<bool> DispatchAsync(Received received, CancellationToken cancellation)
    {
        EnvelopeHeader header = received.Envelope.Header;
        bool isHandedOn = false;
        try
        {
            if (FindWrongMoment(header.Opcode) is { } problem)
            {
                Answer(header.Stream, new ErrorMessage(ErrorCode.ProtocolError, problem), _stage == Stage.Established ? header.Version : _version);
                return _stage != Stage.Established;
            }

            if (_stage == Stage.Established)
                _version = header.Version;
            Message message = Message.Read(received.Envelope, out EnvelopeExtras extras);
            switch (message)
            {
                case OptionsMessage:
                    Answer(header.Stream, Supported());
                    break;
                case StartupMessage startup:
                    Start(header.Stream, startup);
                    break;
                case AuthResponseMessage response:
                    await AuthenticateAsync(header.Stream, response, cancellation);
                    break;
                case RegisterMessage register:
                    _registered = [.. _registered.Union(register.Kinds)];
                    Answer(header.Stream, ReadyMessage.Instance);
                    break;
                default:
                    isHandedOn = await TryBeginAsync(header, message, extras, received.Rented!, cancellation);
                    break;
            }
        }
        catch (ProtocolException problem)
        {
            Answer(header.Stream, new ErrorMessage(problem.Code, problem.Message));
        }
        finally
        {
            if (!isHandedOn)
                ArrayPool<byte>.Shared.Return(received.Rented!);
        }

        return true;
    }

    private string? FindWrongMoment(Opcode opcode) => _stage switch
    {
        Stage.Established when opcode is not (Opcode.Startup or Opcode.Options) => $"Unexpected message {opcode.Name()}, expecting STARTUP or OPTIONS",
        Stage.Authenticating when opcode != Opcode.AuthResponse => $"Unexpected message {opcode.Name()}, expecting SASL_RESPONSE",
        Stage.Ready when opcode == Opcode.Startup => "Unexpected message STARTUP, the connection is already initialized",
        _ => null,
    };

    private SupportedMessage Supported() => new(
    [
        new("PROTOCOL_VERSIONS", ProtocolVersion.SpokenNames),
        new(StartupMessage.Compression, ["snappy", "lz4"]),
        new(StartupMessage.CqlVersion, [_options.CqlVersion]),
    ]);

    private void Start(short stream, StartupMessage startup)
    {
        if (startup.Find(StartupMessage.CqlVersion) is not { } cqlVersion)
            throw new ProtocolException("Missing value CQL_VERSION in STARTUP message");
        if (!int.TryParse(cqlVersion.Split('.', '-')[0], out int major) || major < 3)
            throw new ProtocolException($"CQL version {cqlVersion} is not supported by the binary protocol (supported version are >= 3.0.0)");

        WireCompression compression = FindCompression(startup.Find(StartupMessage.Compression));
        _throwsOnOverload = startup.Find(StartupMessage.ThrowOnOverload) == "1";
        Session = new ServerSession(_version, startup, _client);
        _stage = _authenticator is null ? Stage.Ready : Stage.Authenticating;
        _reader.UseVersion(_version);
        if (_version.HasOuterFrames)
            _reader.UseOuterFrames(compression);
        else
            _reader.UseBodyCompression(compression);

        using ServerResponse response = new(_version);
        response.Write(_authenticator is null ? ReadyMessage.Instance : new AuthenticateMessage(AuthenticateMessage.Password));
        _outbox.AddLastPlain(HeaderOf(stream, response.Opcode, _version, EnvelopeFlags.None), response.Body(out _), compression);
    }

    private WireCompression FindCompression(string? name) => name?.ToLowerInvariant() switch
    {
        null => WireCompression.None,
        "lz4" => WireCompression.Lz4,
        "snappy" when _version.HasSnappy => WireCompression.Snappy,
        "snappy" => throw new ProtocolException("Snappy compression is not supported in protocol V5"),
        { } unknown => throw new ProtocolException($"Unknown compression algorithm: {unknown}"),
    };

    private async ValueTask AuthenticateAsync(short stream, AuthResponseMessage response, CancellationToken cancellation)
    {
        if (_authenticator is not null && _stage == Stage.Authenticating)
        {
            try
            {
                PlainCredentials credentials = PlainCredentials.Read(response.Token.GetValueOrDefault().Span);
                await _authenticator.AuthenticateAsync(credentials.User, credentials.Password, cancellation);
                Session!.User = credentials.User;
                _stage = Stage.Ready;
            }
            catch (AuthenticationException problem)
            {
                Answer(stream, new ErrorMessage(AuthenticationException.Code, problem.Message));
                return;
            }
        }

        Answer(stream, new AuthSuccessMessage(Token: null));
    }

    /// <summary>Begins a request once there is a slot for it; false where there is no memory, or no slot and the client does not want to wait.</summary>
    private async ValueTask<bool> TryBeginAsync(EnvelopeHeader header, Message message, EnvelopeExtras extras, byte[] rented, CancellationToken cancellation)
    {
        if (!_memory.TryTake(rented.Length))
        {
            Answer(header.Stream, RequestErrors.ToMessage(MemoryBudget.Refusal()));
            return false;
        }

        if (!_slots.Wait(0, CancellationToken.None))
        {
            if (_throwsOnOverload)
            {
                _memory.Return(rented.Length);
                Answer(header.Stream, new ErrorMessage(ErrorCode.Overloaded, $"{_options.MaxConcurrentRequests} requests of this connection are being executed. Server is currently in an overloaded state and cannot accept more requests."));
                return false;
            }

            try
            {
                await _slots.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                _memory.Return(rented.Length);
                throw;
            }
        }

        _ = ExecuteAsync(header.Stream, message, extras, rented);
        return true;
    }

    private async Task ExecuteAsync(short stream, Message request, EnvelopeExtras extras, byte[] rented)
    {
        using ServerResponse response = new(_version, _memory);
        try
        {
            await _handler.ExecuteAsync(Session!, request, extras, response, _deadline.Begin());
            if (!response.IsWritten)
                throw new InvalidOperationException($"No answer was given to {request.Opcode.Name()}.");
        }
        catch (CqliteException problem)
        {
            response.Write(RequestErrors.ToMessage(problem));
        }
        catch (OperationCanceledException)
        {
            response.Write(_lifetime.IsCancellationRequested
                ? new ErrorMessage(ErrorCode.ServerError, "The server is stopping.")
                : RequestErrors.Timeout(request, _options.RequestTimeout));
        }
        finally
        {
            // A handler's own defect ends its task with it; the client still gets an answer, and the slot is free again.
            if (!response.IsWritten)
                response.Write(new ErrorMessage(ErrorCode.ServerError, "The request could not be executed."));
            Send(stream, response, _version);
            _memory.Return(rented.Length);
            ArrayPool<byte>.Shared.Return(rented);
            _slots.Release();
        }
    }

    private void Answer(short stream, Message message) => Answer(stream, message, _version);

    private void Answer(short stream, Message message, ProtocolVersion version)
    {
        using ServerResponse response = new(version);
        response.Write(message);
        Send(stream, response, version);
    }

    private void Send(short stream, ServerResponse response, ProtocolVersion version)
    {
        ReadOnlySpan<byte> body = response.Body(out EnvelopeFlags flags);
        _outbox.Add(HeaderOf(stream, response.Opcode, version, flags), body);
    }

    private static EnvelopeHeader HeaderOf(short stream, Opcode opcode, ProtocolVersion version, EnvelopeFlags flags) =>
        new(version, IsResponse: true, version.IsBeta ? flags | EnvelopeFlags.UseBeta : flags, stream, opcode, 0);
}
