using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
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
    private readonly ConcurrentDictionary<ServerConnection, Task> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private NativeServer(Socket listener, IRequestHandler handler, IAuthenticator? authenticator, ServerOptions options)
    {
        _listener = listener;
        _handler = handler;
        _authenticator = authenticator;
        _options = options;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens; the port is the real one where 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Clients that are connected.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Begins to listen.</summary>
    /// <param name="endPoint">Address and port; port 0 for any that is free.</param>
    /// <param name="handler">Executes requests.</param>
    /// <param name="authenticator">Checks who clients are; null where everybody may come.</param>
    /// <param name="options">Limits.</param>
    /// <exception cref="ArgumentException">The address is not this machine's own, and everybody might come.</exception>
    /// <exception cref="SocketException">The address can't be listened on.</exception>
    public static NativeServer Start(IPEndPoint endPoint, IRequestHandler handler, IAuthenticator? authenticator = null, ServerOptions? options = null)
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

        return new NativeServer(listener, handler, authenticator, options ?? ServerOptions.Default);
    }

    /// <summary>Tells an event to each client that has asked for its kind.</summary>
    public void Publish(EventMessage message)
    {
        foreach (ServerConnection connection in _connections.Keys)
            connection.Publish(message);
    }

    /// <summary>Takes no more clients and requests, finishes those that are being executed, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (ServerConnection connection in _connections.Keys)
            connection.Stop();
        await Task.WhenAll(_connections.Values);
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

            if (_connections.Count >= _options.MaxConnections)
                client.Dispose();
            else
                Serve(client);
        }
    }

    private void Serve(Socket client)
    {
        client.NoDelay = true;
        NetworkStream stream = new(client, ownsSocket: true);
        ServerConnection connection = new(new StreamTransport(stream), _handler, _authenticator, _options, client.RemoteEndPoint);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = done.Task;
        _ = RunAsync(connection, stream, done);
    }

    private async Task RunAsync(ServerConnection connection, NetworkStream stream, TaskCompletionSource done)
    {
        try
        {
            await Task.Yield();
            await connection.RunAsync();
        }
        finally
        {
            await stream.DisposeAsync();
            _ = _connections.TryRemove(connection, out _);
            connection.Dispose();
            done.SetResult();
        }
    }

    /// <summary>A stream as a pair of pipes.</summary>
    private sealed class StreamTransport(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 16 * 1024, leaveOpen: true));
    }
}
