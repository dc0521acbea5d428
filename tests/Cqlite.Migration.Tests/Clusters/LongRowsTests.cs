using System.Buffers.Binary;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Clusters;

/// <summary>Rows of very different lengths are read whole with little memory for pages; one that is too long for all of it is told of, and not read.</summary>
public sealed class LongRowsTests
{
    private const int PageMemoryBytes = 4 << 20;
    private const int LongBytes = 3_500_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_of_any_length_are_read_with_little_memory(bool isCompressed)
    {
        using TemporaryFolder folder = new();
        await using ServedFolder served = await StartAsync(folder["source"], isCompressed);
        for (int i = 0; i < 1000; i++)
            Insert(served.Engine, i % 50, i, i % 97 == 0 ? 300_000 : i % 331 == 0 ? LongBytes : i);

        using ClusterSource cluster = new(served.Connection, new ClusterReading { PageMemoryBytes = PageMemoryBytes });
        using QueryEngine copy = Create(folder["copy"]);
        CopySettings settings = new() { Ranges = RangeRunOptions.Default with { Throttle = 4, RangeCount = 4 } };
        TransferResult copied = await new Copier(cluster, new DatabaseTarget(copy), settings).RunAsync(Cancellation);

        Assert.True(copied.Succeeded, copied.ToJson());
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using StoredSource files = new(served.Engine, OperandKind.Database);
        using StoredSource database = new(copy, OperandKind.Database);
        string[] expected = await files.LiveAsync("k", "t", now);
        string[] actual = await database.LiveAsync("k", "t", now);
        Assert.True(expected.SequenceEqual(actual), "The copy is not what it was made of.");
    }

    [Fact]
    public async Task A_row_that_is_longer_than_the_memory_for_pages_ends_the_table_with_its_length()
    {
        using TemporaryFolder folder = new();
        await using ServedFolder served = await StartAsync(folder["source"], isCompressed: false);
        for (int i = 0; i < 20; i++)
            Insert(served.Engine, i, i, i == 13 ? PageMemoryBytes : 10);

        using ClusterSource cluster = new(served.Connection, new ClusterReading { PageMemoryBytes = PageMemoryBytes });
        using QueryEngine copy = Create(folder["copy"]);
        TransferResult copied = await new Copier(cluster, new DatabaseTarget(copy)).RunAsync(Cancellation);

        TableTransfer table = Assert.Single(copied.Tables);
        Assert.Equal(TransferOutcome.Failed, table.Outcome);
        Assert.Contains("4,194,", table.Message, StringComparison.Ordinal);
    }

    private static async Task<ServedFolder> StartAsync(string folder, bool isCompressed)
    {
        Create(folder).Dispose();
        ServedFolder served = await ServedFolder.StartAsync(folder, client: new() { IsCompressed = isCompressed });
        served.Engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        served.Engine.Execute("CREATE TABLE k.t (p int, s blob static, c int, v blob, PRIMARY KEY (p, c))").Dispose();
        return served;
    }

    private static QueryEngine Create(string folder)
    {
        Database.Create(folder);
        return QueryEngine.Open(folder, new DatabaseOptions { CompactionThreads = 0, CacheSizeBytes = 0 });
    }

    private static void Insert(QueryEngine engine, int p, int c, int bytes)
    {
        byte[] value = new byte[bytes];
        value.AsSpan().Fill((byte)c);
        engine.Execute(engine.Prepare("INSERT INTO k.t (p, s, c, v) VALUES (?, ?, ?, ?)"), new BindValues(Int(p), Int(c), Int(c), value)).Dispose();
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
