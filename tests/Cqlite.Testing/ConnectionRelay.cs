using System.Net;
using System.Net.Sockets;

namespace Cqlite.Testing;

/// <summary>Stands between clients and a server. Everything passes as it is, but for clients that are refused, and what is done with answers.</summary>
public sealed class ConnectionRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly Func<byte, byte[]?> _refusal;
    private readonly Func<NetworkStream, NetworkStream, int, CancellationToken, Task> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _newest;

    /// <summary>Begins to listen.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="refusal">Given a client's first byte, what it is sent before its connection is closed; null where it may pass.</param>
    /// <param name="answer">Brings the server's answers to the client, on the connection of a number, until it returns; null where they pass as they are.</param>
    public ConnectionRelay(IPEndPoint server, Func<byte, byte[]?> refusal, Func<NetworkStream, NetworkStream, int, CancellationToken, Task>? answer = null)
    {
        _server = server;
        _refusal = refusal;
        _answer = answer ?? ((fromServer, toClient, _, stop) => fromServer.CopyToAsync(toClient, stop));
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The number of the newest connection; they are counted from 1 on.</summary>
    public int Newest => Volatile.Read(ref _newest);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token), Interlocked.Increment(ref _newest)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client, int number)
    {
        using (client)
        using (TcpClient server = new())
        {
            try
            {
                client.NoDelay = server.NoDelay = true;
                NetworkStream fromClient = client.GetStream();
                byte[] first = new byte[1];
                await fromClient.ReadExactlyAsync(first, _stop.Token);
                if (_refusal(first[0]) is { } refusal)
                {
                    // Closed with bytes of the client unread, the refusal itself could be lost.
                    await fromClient.WriteAsync(refusal, _stop.Token);
                    await fromClient.CopyToAsync(Stream.Null, _stop.Token);
                    return;
                }

                await server.ConnectAsync(_server, _stop.Token);
                NetworkStream fromServer = server.GetStream();
                await fromServer.WriteAsync(first, _stop.Token);
                using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Task asking = fromClient.CopyToAsync(fromServer, either.Token);
                Task answering = _answer(fromServer, fromClient, number, either.Token);
                await Task.WhenAny(asking, answering);
                await either.CancelAsync();
                await Task.WhenAll(asking, answering);
            }
            catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // One of the sides has left.
            }
        }
    }
}
