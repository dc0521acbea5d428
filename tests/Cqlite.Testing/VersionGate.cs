using System.Net;
using System.Net.Sockets;

namespace Cqlite.Testing;

/// <summary>
/// Stands before a server of the native protocol and lets pass only clients that speak a version which a node of an older release knows. Others get what such a node
/// sends them; then it closes the connection once they have.
/// </summary>
public sealed class VersionGate : IAsyncDisposable
{
    private const int VersionMask = 0x7F;
    private readonly TcpListener _listener;
    private readonly IPEndPoint _server;
    private readonly byte[] _refusal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile int _newest;
    private int _refused;

    /// <summary>Begins to listen.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="newest">The newest version that may pass.</param>
    /// <param name="refusal">What others are sent.</param>
    public VersionGate(IPEndPoint server, int newest, byte[] refusal)
    {
        _server = server;
        _newest = newest;
        _refusal = refusal;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>The newest version that may pass.</summary>
    public int Newest
    {
        get => _newest;
        set => _newest = value;
    }

    /// <summary>How many clients did not pass.</summary>
    public int Refused => Volatile.Read(ref _refused);

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
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client)
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
                if ((first[0] & VersionMask) > Newest)
                {
                    Interlocked.Increment(ref _refused);
                    await fromClient.WriteAsync(_refusal, _stop.Token);
                    await fromClient.CopyToAsync(Stream.Null, _stop.Token);
                    return;
                }

                await server.ConnectAsync(_server, _stop.Token);
                NetworkStream fromServer = server.GetStream();
                await fromServer.WriteAsync(first, _stop.Token);
                using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Task asking = fromClient.CopyToAsync(fromServer, either.Token);
                Task answering = fromServer.CopyToAsync(fromClient, either.Token);
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
