using System.Buffers.Binary;
using System.Net.Sockets;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Xunit;

namespace Cqlite.Cassandra.Tests.Server;

/// <summary>Tests that measure the process's memory, which others would disturb.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Clients that say what none should, or leave at any moment, cost a server no memory that it does not get back.</summary>
[Collection(nameof(AloneCollection))]
public sealed class BadInputMemoryTests
{
    [Theory]
    [InlineData("lz4", 0x7FFFFFFF)]
    [InlineData("lz4", 0x10000000)]
    [InlineData("lz4", -1)]
    [InlineData("snappy", 0x7FFFFFFF)]
    [InlineData("snappy", 0x10000000)]
    public async Task A_compressed_body_that_would_be_huge_is_refused_before_memory_is_asked_for(string compression, int declaredBytes)
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient client = await database.ConnectAsync(4, compression);
        Assert.IsType<RowsResult>(await client.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        byte[] body = new byte[64];
        if (compression == "lz4")
        {
            BinaryPrimitives.WriteInt32BigEndian(body, declaredBytes);
        }
        else
        {
            uint left = (uint)declaredBytes;
            int position = 0;
            for (; left > 0x7F; left >>= 7)
                body[position++] = (byte)(left | 0x80);
            body[position] = (byte)left;
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        byte[] request = [4, (byte)EnvelopeFlags.Compressed, 0, 9, (byte)Opcode.Query, 0, 0, 0, (byte)body.Length, .. body];
        await client.SendRawAsync(request);
        (EnvelopeHeader header, Message answer) = await client.ReceiveAsync();
        Assert.Equal(9, header.Stream);
        Assert.IsType<ErrorMessage>(answer);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 128 << 20);
        using WireClient other = await database.ConnectAsync(4, compression);
        Assert.IsType<RowsResult>(await other.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
    }

    [Fact]
    public async Task Ten_thousand_connections_come_and_go_and_leave_nothing()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        using WireClient canary = await database.ConnectAsync();
        byte[] options = [4, 0, 0, 1, (byte)Opcode.Options, 0, 0, 0, 0];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int round = 0; round < 100; round++)
        {
            Socket[] sockets = [.. Enumerable.Range(0, 100).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) })];
            await Task.WhenAll(sockets.Select(s => s.ConnectAsync(database.Server.EndPoint)));

            // Some leave without a word, some in the middle of one, some with an answer on its way.
            for (int i = 0; i < sockets.Length; i++)
            {
                if (i % 3 > 0)
                    _ = await sockets[i].SendAsync(options.AsMemory(0, i % 3 == 1 ? 5 : options.Length));
                sockets[i].Dispose();
            }

            Assert.IsType<RowsResult>(await canary.AskAsync("SELECT v FROM ks.t WHERE k = 1"));
        }

        for (int i = 0; database.Server.ConnectionCount > 1 && i < 6000; i++)
            await Task.Delay(10);
        Assert.Equal(1, database.Server.ConnectionCount);

        // The last answer's memory is given back once it is sent, which its client may see before.
        for (int i = 0; database.Server.UsedBytes != 0 && i < 6000; i++)
            await Task.Delay(10);
        Assert.Equal(0, database.Server.UsedBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 << 20);
    }
}
