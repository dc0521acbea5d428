using Cqlite.Cassandra.Client;
using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Cassandra.Tests.Server;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cassandra.Tests.Client;

/// <summary>Answers of real nodes, whole and damaged, that come where others belong: the client gives a result or a typed error, in bounded time, and goes on with a good answer.</summary>
public sealed class DamagedAnswersTests
{
    private const string Select = "SELECT v FROM ks.t WHERE k = 1";
    private const int FormsOfEach = 4;
    private const int LongestBytes = 16 * 1024;
    private const int KeyBytes = 32;
    private static readonly TimeSpan s_generous = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_recorded_answer_cut_and_flipped_is_survived()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        await using FaultyProxy proxy = new(database.Server.EndPoint) { RefusalOfOtherVersions = Refusal() };
        using CassandraConnection cluster = await ConnectAsync(proxy);
        Assert.Equal(4, cluster.ProtocolVersion);
        CassandraStatement select = await cluster.PrepareAsync(Select, cancellation: Stop);
        int count = 0;
        foreach (byte[] recorded in RecordedAnswers())
        {
            Random places = new(recorded.Length);
            for (int form = 0; form < FormsOfEach; form++)
            {
                await AskUntilAnsweredAsync(cluster, select);
                byte[] damaged = [.. recorded];
                int place = places.Next(recorded.Length);
                proxy.ExchangeNext(good =>
                {
                    good.AsSpan(2, sizeof(short)).CopyTo(damaged.AsSpan(2));
                    if (form > 1)
                        damaged[place] ^= form == 2 ? (byte)0xFF : (byte)(1 << (place % 8));
                    return form == 1 ? damaged[..place] : damaged;
                });
                await AskOnceAsync(cluster, select);
                proxy.Disarm();
                count++;
            }
        }

        Assert.True(count > 400, $"{count} forms were tried");
        await AskUntilAnsweredAsync(cluster, select);
    }

    // Each frame of version 5 has checksums over all of it: a changed answer is never taken for a good one.
    [Fact]
    public async Task No_flipped_or_missing_byte_of_an_outer_frame_goes_unnoticed()
    {
        await using ServedDatabase database = new(prepare: DatabaseServerTests.Fill);
        await using FaultyProxy proxy = new(database.Server.EndPoint);
        using CassandraConnection cluster = await ConnectAsync(proxy);
        Assert.Equal(5, cluster.ProtocolVersion);
        CassandraStatement select = await cluster.PrepareAsync($"{Select} AND c = 1", cancellation: Stop);
        int length = int.MaxValue;
        for (int place = 0; place < length; place++)
        {
            foreach (bool isCut in (bool[])[false, true])
            {
                await AskUntilAnsweredAsync(cluster, select);
                int at = place;
                proxy.ExchangeNext(good =>
                {
                    length = good.Length;
                    if (isCut)
                        return good[..at];
                    good[at] ^= (byte)(1 << (at % 8));
                    return good;
                });
                Assert.False(await AskOnceAsync(cluster, select), $"byte {place} of {length}");
                Assert.False(proxy.IsArmed);
            }
        }

        await AskUntilAnsweredAsync(cluster, select);
    }

    private static Task<CassandraConnection> ConnectAsync(FaultyProxy proxy) => CassandraConnection.ConnectAsync(
        new()
        {
            ContactPoints = [proxy.EndPoint.ToString()],
            ConnectTimeout = s_generous,
            Timeout = s_generous,
            PoolSize = 1,
            MaxRetries = 0,
            ReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(10),
        },
        Stop);

    /// <summary>What nodes sent in answer to requests by versions 3 and 4, each kind and beginning once, as version 4 has it.</summary>
    private static IEnumerable<byte[]> RecordedAnswers()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ProtocolConversation conversation in ProtocolConversation.All)
        {
            foreach (ProtocolRecord record in conversation.Records.Where(r => r is { FromClient: false, Kind: ProtocolRecordKind.Envelope, IsInner: false } && r.Bytes.Length is > EnvelopeHeader.Length and < LongestBytes))
            {
                if (record.Bytes[0] is 0x83 or 0x84 && seen.Add(Convert.ToHexString(record.Bytes.AsSpan(4, Math.Min(KeyBytes, record.Bytes.Length - 4)))))
                    yield return [0x84, .. record.Bytes.AsSpan(1)];
            }
        }
    }

    private static byte[] Refusal()
    {
        BufferWriter body = new();
        new ErrorMessage(ErrorCode.ProtocolError, "Invalid or unsupported protocol version (5); supported versions are (4/v4)").Write(body, ProtocolVersion.V4);
        BufferWriter frame = new();
        new EnvelopeWriter(frame).Write(new(ProtocolVersion.V4, IsResponse: true, EnvelopeFlags.None, 0, Opcode.Error, 0), body.WrittenSpan);
        return frame.ToArray();
    }

    // True with a result, read to its end; false with an error of our own. Anything else fails the test, as does waiting.
    private static async Task<bool> AskOnceAsync(CassandraConnection cluster, CassandraStatement select)
    {
        try
        {
            using QueryResult result = await cluster.ExecuteAsync(select, options: new QueryOptions { PageSize = 100 }).WaitAsync(s_generous, Stop);
            while (result.MoveNext())
            {
                for (int i = 0; i < result.Columns.Length; i++)
                    _ = result.GetValue(i, out _);
            }

            return true;
        }
        catch (CqliteException)
        {
            return false;
        }
    }

    private static async Task AskUntilAnsweredAsync(CassandraConnection cluster, CassandraStatement select)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(s_generous);
        while (!await AskOnceAsync(cluster, select))
            await Task.Delay(1, patience.Token);
    }
}
