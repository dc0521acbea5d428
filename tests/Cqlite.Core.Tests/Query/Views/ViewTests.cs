using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query.Views;

/// <summary>A view has at every moment the rows that its table has then: after random writes, of several threads, after flushes and openings.</summary>
public sealed class ViewTests : IDisposable
{
    private const string ByValue = "CREATE MATERIALIZED VIEW ks.by_v AS SELECT k, c, v, w, s FROM ks.t WHERE v IS NOT NULL AND k IS NOT NULL AND c IS NOT NULL PRIMARY KEY (v, k, c)";
    private const string ByClustering = "CREATE MATERIALIZED VIEW ks.by_c AS SELECT k, c, w FROM ks.t WHERE k IS NOT NULL AND c IS NOT NULL PRIMARY KEY (c, k)";
    private const string Filtered = "CREATE MATERIALIZED VIEW ks.few AS SELECT * FROM ks.t WHERE k > 1 AND c > 2 AND c <= 5 AND k IS NOT NULL PRIMARY KEY (c, k)";
    private readonly TemporaryDatabase _database = new(new DatabaseOptions { Durability = Durability.Periodic });

    public ViewTests()
    {
        Execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute("CREATE TABLE ks.t (k int, c int, v int, w text, s set<int>, PRIMARY KEY (k, c))");
    }

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void FollowTheirTableThroughRandomWrites(int seed, bool isCreatedLate)
    {
        var random = new Random(seed);
        if (!isCreatedLate)
            CreateViews();
        for (int i = 0; i < 400; i++)
        {
            Execute(RandomWrite(random));
            if (random.Next(40) == 0)
                _database.Database.Flush();
            if (!isCreatedLate && i % 50 == 49)
                CheckViews();
        }

        if (isCreatedLate)
            CreateViews();
        CheckViews();
    }

    [Fact]
    public void FollowWritesOfSeveralThreads()
    {
        CreateViews();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 200; i++)
                Execute(RandomWrite(random));
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        CheckViews();
    }

    [Fact]
    public void AreFilledWhileOthersWrite()
    {
        for (int i = 0; i < 200; i++)
            Execute($"INSERT INTO ks.t (k, c, v) VALUES ({i % 10}, {i}, {i % 7})");
        var writer = new Thread(() =>
        {
            var random = new Random(9);
            for (int i = 0; i < 300; i++)
                Execute(RandomWrite(random));
        });
        writer.Start();
        CreateViews();
        writer.Join();
        CheckViews();
    }

    [Fact]
    public void HideARowWhoseKeyColumnExpiresOrWasWrittenEarlier()
    {
        CreateViews();
        Execute("INSERT INTO ks.t (k, c, v, w) VALUES (1, 1, 10, 'a') USING TIMESTAMP 100");
        Execute("UPDATE ks.t USING TIMESTAMP 50 SET v = 5 WHERE k = 1 AND c = 1");
        CheckViews();
        Execute("UPDATE ks.t USING TIMESTAMP 200 SET v = 11 WHERE k = 1 AND c = 1");
        Execute("UPDATE ks.t USING TIMESTAMP 300 SET v = 10 WHERE k = 1 AND c = 1");
        CheckViews();
        Execute("UPDATE ks.t USING TIMESTAMP 400 AND TTL 100 SET v = 12 WHERE k = 1 AND c = 1");
        CheckViews();
        Assert.Empty(Rows("SELECT k FROM ks.by_v", nowSeconds: DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 200));
        Assert.Equal(["1"], Rows("SELECT k FROM ks.by_c", nowSeconds: DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 200));
    }

    [Fact]
    public void AreEmptyAfterTruncateAndGoneAfterDrop()
    {
        CreateViews();
        Execute("INSERT INTO ks.t (k, c, v) VALUES (1, 1, 1)");
        Execute("TRUNCATE ks.t");
        Assert.Empty(Rows("SELECT * FROM ks.by_v"));
        Execute("DROP MATERIALIZED VIEW ks.by_v");
        Execute("INSERT INTO ks.t (k, c, v) VALUES (1, 1, 1)");
        Execute(ByValue);
        Assert.Equal(["1"], Rows("SELECT v FROM ks.by_v"));
    }

    private static string RandomWrite(Random random)
    {
        int k = random.Next(4);
        int c = random.Next(8);
        int v = random.Next(3);
        return random.Next(12) switch
        {
            0 => $"DELETE FROM ks.t WHERE k = {k} AND c = {c}",
            1 => $"DELETE FROM ks.t WHERE k = {k} AND c >= {c} AND c < {c + 3}",
            2 => random.Next(4) == 0 ? $"DELETE FROM ks.t WHERE k = {k}" : $"DELETE v FROM ks.t WHERE k = {k} AND c = {c}",
            3 => $"DELETE w, s FROM ks.t WHERE k = {k} AND c = {c}",
            4 => $"UPDATE ks.t SET w = 'w{v}' WHERE k = {k} AND c = {c}",
            5 => $"UPDATE ks.t SET v = {v} WHERE k = {k} AND c = {c}",
            6 => $"UPDATE ks.t SET s = s + {{{v}}} WHERE k = {k} AND c = {c}",
            7 => $"UPDATE ks.t SET s = s - {{{v}}}, v = {v} WHERE k = {k} AND c = {c}",
            8 => $"UPDATE ks.t SET v = null WHERE k = {k} AND c = {c} IF EXISTS",
            9 => $"BEGIN BATCH INSERT INTO ks.t (k, c, v) VALUES ({k}, {c}, {v}); DELETE FROM ks.t WHERE k = {(k + 1) % 4} AND c = {c}; APPLY BATCH",
            _ => $"INSERT INTO ks.t (k, c, v, w, s) VALUES ({k}, {c}, {v}, 'x', {{{c}}})",
        };
    }

    private void CreateViews()
    {
        Execute(ByValue);
        Execute(ByClustering);
        Execute(Filtered);
    }

    private void CheckViews()
    {
        Assert.Equal(Sorted("SELECT v, k, c, w, s FROM ks.t", row => !row.StartsWith("null", StringComparison.Ordinal)), Sorted("SELECT v, k, c, w, s FROM ks.by_v"));
        Assert.Equal(Sorted("SELECT c, k, w FROM ks.t"), Sorted("SELECT c, k, w FROM ks.by_c"));
        Assert.Equal(Sorted("SELECT * FROM ks.t WHERE k > 1 AND c > 2 AND c <= 5 ALLOW FILTERING"), Sorted("SELECT k, c, s, v, w FROM ks.few"));
    }

    private string[] Sorted(string cql, Func<string, bool>? has = null) => [.. Rows(cql).Where(r => has is null || has(r)).Order(StringComparer.Ordinal)];

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();

    private List<string> Rows(string cql, long? nowSeconds = null)
    {
        using QueryResult result = _database.Queries.Execute(cql, options: new QueryOptions { NowSeconds = nowSeconds });
        var rows = new List<string>();
        while (result.MoveNext())
            rows.Add(string.Join(", ", Enumerable.Range(0, result.Columns.Length).Select(i => Text(result, i))));
        return rows;
    }

    private static string Text(QueryResult result, int column)
    {
        ReadOnlySpan<byte> value = result.GetValue(column, out bool isNull);
        if (isNull)
            return "null";
        var output = new Cqlite.Core.Encoding.BufferWriter();
        result.Columns[column].Type.WriteLiteral(value, output);
        return output.ToString()!;
    }
}
