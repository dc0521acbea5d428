using System.Net;
using System.Net.Sockets;
using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Servers that say what no server should: each ends with a typed error, in bounded time.</summary>
public sealed class HostileServerTests
{
    public static TheoryData<string> Manners => ["garbage", "http", "silence", "closes", "cut", "wrong stream", "oversized", "request", "old version", "event garbage"];

    [Theory, MemberData(nameof(Manners))]
    public async Task Connecting_fails_with_a_typed_error(string manner)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource stop = new();
        Task serving = ServeAsync(listener, manner, stop.Token);
        CassandraOptions options = new()
        {
            ContactPoints = [listener.LocalEndpoint.ToString()!],
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
            Timeout = TimeSpan.FromMilliseconds(500),
        };
        Task<CassandraConnection> connecting = CassandraConnection.ConnectAsync(options, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConnectionFailedException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, string manner, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop);
                NetworkStream stream = client.GetStream();
                byte[] request = new byte[256];
                _ = await stream.ReadAsync(request, stop);
                byte[] answer = Answer(manner);
                await stream.WriteAsync(answer, stop);

                // All but who closes keep the connection, as if more were to come.
                if (manner is not ("closes" or "cut"))
                    _ = await stream.ReadAsync(request, stop);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // The test is over, or the client has left.
        }
    }

    private static byte[] Answer(string manner)
    {
        byte[] supported = Supported();
        switch (manner)
        {
            case "garbage":
                byte[] garbage = new byte[4096];
                new Random(6).NextBytes(garbage);
                return garbage;
            case "http":
                return "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray();
            case "cut":
                return supported[..^3];
            case "wrong stream":
                supported[2] = 0x7;
                return supported;
            case "oversized":
                supported[5] = 0x7F;
                return supported;
            case "request":
                supported[4] = (byte)Opcode.Query;
                return supported;
            case "old version":
                supported[0] = 0x82;
                return supported;
            case "event garbage":
                supported[4] = (byte)Opcode.Event;
                return supported;
            default:
                return [];
        }
    }

    private static byte[] Supported()
    {
        BufferWriter body = new();
        new SupportedMessage([new("COMPRESSION", ["lz4"]), new("CQL_VERSION", ["3.4.7"])]).Write(body, ProtocolVersion.V5);
        BufferWriter frame = new();
        new EnvelopeWriter(frame).Write(new(ProtocolVersion.V5, IsResponse: true, EnvelopeFlags.None, 0, Opcode.Supported, 0), body.WrittenSpan);
        return frame.ToArray();
    }
}
