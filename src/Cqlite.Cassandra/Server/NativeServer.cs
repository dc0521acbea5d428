using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Cqlite.Cassandra.Messages;

namespace Cqlite.Cassandra.Server;

/// <summary>Listens on a socket and serves each client that comes. Sockets without a framework around them: see docs/decisions.</summary>
internal sealed class NativeServer : IAsyncDisposable
{
    private const int Backlog = 512;
    private readonly Socket _listener;
    private readonly IRequestHandler _handler;
    private readonly IAuthenticator? _authenticator;
    private readonly ServerOptions _options;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly ConcurrentDictionary<long, Task> _clients = new();
    private readonly ConcurrentDictionary<long, ServerConnection> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private long _taken;

    private NativeServer(Socket listener, IRequestHandler handler, IAuthenticator? authenticator, ServerOptions options, SslServerAuthenticationOptions? tls)
    {
        _tls = tls;
        Memory = new MemoryBudget(options.MaxMemoryBytes);
        _listener = listener;
        _handler = handler;
        _authenticator = authenticator;
        _options = options;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens; the port is the real one where 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Clients that are connected.</summary>
    public int ConnectionCount => _clients.Count;

    /// <summary>The memory of all connections.</summary>
    public MemoryBudget Memory { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="endPoint">Address and port; port 0 for any that is free.</param>
    /// <param name="handler">Executes requests.</param>
    /// <param name="authenticator">Checks who clients are; null where everybody may come.</param>
    /// <param name="options">Limits.</param>
    /// <param name="tls">How connections are secured; null for plain ones.</param>
    /// <exception cref="ArgumentException">The address is not this machine's own, and everybody might come.</exception>
    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public static NativeServer Start(
        IPEndPoint endPoint, IRequestHandler handler, IAuthenticator? authenticator = null, ServerOptions? options = null, SslServerAuthenticationOptions? tls = null)
    {
        if (!IPAddress.IsLoopback(endPoint.Address) && authenticator is null)
            throw new ArgumentException($"{endPoint.Address} can be reached by others: a server there needs authentication.", nameof(endPoint));
        Socket listener = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Backlog);
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }

        return new NativeServer(listener, handler, authenticator, options ?? ServerOptions.Default, tls);
    }

    /// <summary>Tells an event to each client that has asked for its kind.</summary>
    public void Publish(EventMessage message)
    {
        foreach (ServerConnection connection in _connections.Values)
            connection.Publish(message);
    }

    /// <summary>Takes no more clients and requests, finishes those that are being executed, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (ServerConnection connection in _connections.Values)
            connection.Stop();
        await Task.WhenAll(_clients.Values);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that left before it was taken, or no more handles for now: the next may have better luck.
                await Task.Delay(TimeSpan.FromMilliseconds(10));
                continue;
            }

            if (_clients.Count >= _options.MaxConnections)
                client.Dispose();
            else
                Serve(client);
        }
    }

    private void Serve(Socket client)
    {
        client.NoDelay = true;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long number = Interlocked.Increment(ref _taken);
        _clients[number] = done.Task;
        _ = RunAsync(number, client, done);
    }

    private async Task RunAsync(long number, Socket client, TaskCompletionSource done)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        EndPoint? address = client.RemoteEndPoint;
        Stream stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            if (_tls is not null)
                stream = await SecureAsync(stream, _tls);
            using ServerConnection connection = new(new StreamTransport(stream), _handler, _authenticator, _options, address, Memory);
            _connections[number] = connection;
            if (_stopping.IsCancellationRequested)
                connection.Stop();
            await connection.RunAsync();
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // No TLS, or none that both sides speak: there is no way to say so.
        }
        finally
        {
            _ = _connections.TryRemove(number, out _);
            await stream.DisposeAsync();
            _ = _clients.TryRemove(number, out _);
            done.SetResult();
        }
    }

    private async Task<Stream> SecureAsync(Stream plain, SslServerAuthenticationOptions tls)
    {
        SslStream secured = new(plain, leaveInnerStreamOpen: false);
        bool isSecured = false;
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            patience.CancelAfter(_options.StartupTimeout);
            await secured.AuthenticateAsServerAsync(tls, patience.Token);
            isSecured = true;
            return secured;
        }
        finally
        {
            if (!isSecured)
                await secured.DisposeAsync();
        }
    }

    /// <summary>A stream as a pair of pipes.</summary>
    private sealed class StreamTransport(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 16 * 1024, leaveOpen: true));
    }
}
