using System.Net;
using System.Net.Sockets;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Stands between clients and a server. Everything passes as it is, but for the answers that a test exchanges; behind one of these its connection is closed.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const int HeaderLength = 9;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private Func<byte[], byte[]>? _exchange;
    private int _newest;

    public FaultyProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>What is sent to a client that begins with another version than 4, before its connection is closed; null where any version may pass.</summary>
    public byte[]? RefusalOfOtherVersions { get; init; }

    /// <summary>Whether the next answer is still to be exchanged.</summary>
    public bool IsArmed => Volatile.Read(ref _exchange) is not null;

    /// <summary>Exchanges the next answer that passes on the newest connection, given as it came, for other bytes.</summary>
    public void ExchangeNext(Func<byte[], byte[]> exchange) => Volatile.Write(ref _exchange, exchange);

    /// <summary>Has the next answer pass after all.</summary>
    public void Disarm() => Volatile.Write(ref _exchange, null);

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
                await server.ConnectAsync(_server, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                NetworkStream fromClient = client.GetStream();
                NetworkStream fromServer = server.GetStream();
                byte[] first = new byte[1];
                await fromClient.ReadExactlyAsync(first, _stop.Token);
                if (RefusalOfOtherVersions is { } refusal && first[0] != 4)
                {
                    await fromClient.WriteAsync(refusal, _stop.Token);
                    return;
                }

                await fromServer.WriteAsync(first, _stop.Token);
                using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Task asking = fromClient.CopyToAsync(fromServer, either.Token);
                Task answering = AnswerAsync(fromServer, fromClient, number, either.Token);
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

    private async Task AnswerAsync(NetworkStream fromServer, NetworkStream toClient, int number, CancellationToken cancellation)
    {
        byte[] buffer = new byte[256 * 1024];
        while (true)
        {
            int count = await fromServer.ReadAtLeastAsync(buffer, HeaderLength, throwOnEndOfStream: false, cancellation);
            if (count == 0)
                return;
            if (number != Volatile.Read(ref _newest) || Interlocked.Exchange(ref _exchange, null) is not { } exchange)
            {
                await toClient.WriteAsync(buffer.AsMemory(0, count), cancellation);
                continue;
            }

            await toClient.WriteAsync(exchange(buffer[..count]), cancellation);
            return;
        }
    }
}
