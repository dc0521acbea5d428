using System.Net;
using System.Net.Sockets;
using Cqlite.Testing;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Stands between clients and a server. Everything passes as it is, but for the answers that a test exchanges; behind one of these its connection is closed.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private const int HeaderLength = 9;
    private const byte Version = 4;
    private readonly ConnectionRelay _relay;
    private Func<byte[], byte[]>? _exchange;

    public FaultyProxy(IPEndPoint server) => _relay = new ConnectionRelay(server, first => first == Version ? null : RefusalOfOtherVersions, AnswerAsync);

    /// <summary>Where clients find it.</summary>
    public IPEndPoint EndPoint => _relay.EndPoint;

    /// <summary>What is sent to a client that begins with another version than 4, before its connection is closed; null where any version may pass.</summary>
    public byte[]? RefusalOfOtherVersions { get; init; }

    /// <summary>Whether the next answer is still to be exchanged.</summary>
    public bool IsArmed => Volatile.Read(ref _exchange) is not null;

    /// <summary>Exchanges the next answer that passes on the newest connection, given as it came, for other bytes.</summary>
    public void ExchangeNext(Func<byte[], byte[]> exchange) => Volatile.Write(ref _exchange, exchange);

    /// <summary>Has the next answer pass after all.</summary>
    public void Disarm() => Volatile.Write(ref _exchange, null);

    public ValueTask DisposeAsync() => _relay.DisposeAsync();

    private async Task AnswerAsync(NetworkStream fromServer, NetworkStream toClient, int number, CancellationToken cancellation)
    {
        byte[] buffer = new byte[256 * 1024];
        while (true)
        {
            int count = await fromServer.ReadAtLeastAsync(buffer, HeaderLength, throwOnEndOfStream: false, cancellation);
            if (count == 0)
                return;
            if (number != _relay.Newest || Interlocked.Exchange(ref _exchange, null) is not { } exchange)
            {
                await toClient.WriteAsync(buffer.AsMemory(0, count), cancellation);
                continue;
            }

            await toClient.WriteAsync(exchange(buffer[..count]), cancellation);
            return;
        }
    }
}
