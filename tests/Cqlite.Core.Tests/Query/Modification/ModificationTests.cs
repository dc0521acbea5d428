using System.Buffers.Binary;
using System.Globalization;
using Cqlite.Core.Cql.Syntax;
using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Tests.Engine;
using Xunit;

namespace Cqlite.Core.Tests.Query.Modification;

/// <summary>What the recorded scripts do not show of writes: several threads, many elements, batches of prepared statements, plans.</summary>
public sealed class ModificationTests : IDisposable
{
    private const int Threads = 4;
    private const int Times = 250;
    private readonly TemporaryDatabase _database = new(new DatabaseOptions { Durability = Durability.Periodic });

    public ModificationTests()
    {
        Execute("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        Execute("CREATE TABLE ks.t (k int, c int, v int, l list<int>, m map<text, int>, s int static, PRIMARY KEY (k, c))");
        Execute("CREATE TABLE ks.n (k int PRIMARY KEY, n counter)");
    }

    public void Dispose() => _database.Dispose();

    [Fact]
    public void ConditionalWritesOfManyThreadsFollowEachOther()
    {
        Execute("INSERT INTO ks.t (k, c, v) VALUES (1, 1, 0)");
        int applied = 0;
        InThreads(() =>
        {
            int value = int.Parse(Rows("SELECT v FROM ks.t WHERE k = 1 AND c = 1")[0], CultureInfo.InvariantCulture);
            if (Rows($"UPDATE ks.t SET v = {value + 1} WHERE k = 1 AND c = 1 IF v = {value}")[0] == "true")
                Interlocked.Increment(ref applied);
        });
        Assert.Equal([applied.ToString(CultureInfo.InvariantCulture)], Rows("SELECT v FROM ks.t WHERE k = 1 AND c = 1"));
        Assert.NotEqual(0, applied);
    }

    [Fact]
    public void OnlyOneOfManyInsertsIfNotExistsIsApplied()
    {
        int applied = 0;
        int next = 0;
        InThreads(() =>
        {
            int c = Interlocked.Increment(ref next) / Threads;
            if (Rows($"INSERT INTO ks.t (k, c) VALUES (2, {c}) IF NOT EXISTS")[0].StartsWith("true", StringComparison.Ordinal))
                Interlocked.Increment(ref applied);
        });
        Assert.Equal([applied.ToString(CultureInfo.InvariantCulture)], Rows("SELECT count(*) FROM ks.t WHERE k = 2"));
    }

    [Fact]
    public void CountersOfManyThreadsLoseNothingAndSurvive()
    {
        InThreads(() => Execute("UPDATE ks.n SET n = n + 3 WHERE k = 1"));
        string[] expected = [(3 * Threads * Times).ToString(CultureInfo.InvariantCulture)];
        Assert.Equal(expected, Rows("SELECT n FROM ks.n WHERE k = 1"));
        _database.Database.Flush();
        Execute("UPDATE ks.n SET n = n - 1 WHERE k = 1");
        Execute("UPDATE ks.n SET n = n + 1 WHERE k = 1");
        _database.Reopen();
        Assert.Equal(expected, Rows("SELECT n FROM ks.n WHERE k = 1"));
    }

    [Fact]
    public void PrependedElementsStandBeforeAllOthersInTheirOrder()
    {
        string many = string.Join(", ", Enumerable.Range(0, 12_000));
        Execute("UPDATE ks.t SET l = [1000000] WHERE k = 3 AND c = 1");
        Execute($"UPDATE ks.t SET l = [{many}] + l WHERE k = 3 AND c = 1");
        Execute("UPDATE ks.t SET l = [-2, -1] + l, l = l + [2000000] WHERE k = 3 AND c = 1");
        Assert.Equal([$"[-2, -1, {many}, 1000000, 2000000]"], Rows("SELECT l FROM ks.t WHERE k = 3 AND c = 1"));
    }

    [Fact]
    public void LaterOperationsOfAStatementSeeWhatEarlierOnesDidToAList()
    {
        Execute("UPDATE ks.t SET l = [1, 2, 3] WHERE k = 4 AND c = 1");
        Execute("UPDATE ks.t SET l = l + [4], l[3] = 40, l = l - [2] WHERE k = 4 AND c = 1");
        Assert.Equal(["[1, 3, 40]"], Rows("SELECT l FROM ks.t WHERE k = 4 AND c = 1"));
    }

    [Fact]
    public void OfAMapsKeySetTwiceInAStatementTheLargerValueStays()
    {
        Execute("UPDATE ks.t SET m['b'] = 1, m['a'] = 2, m['b'] = 3 WHERE k = 5 AND c = 1");
        Assert.Equal(["{'a': 2, 'b': 3}"], Rows("SELECT m FROM ks.t WHERE k = 5 AND c = 1"));
    }

    [Fact]
    public void StatementsOfABatchWriteTheStaticRowTogether()
    {
        Execute("CREATE TABLE ks.st (k int, c int, a int static, b int static, PRIMARY KEY (k, c))");
        Execute("BEGIN BATCH UPDATE ks.st SET a = 1 WHERE k = 1; UPDATE ks.st SET b = 2 WHERE k = 1; INSERT INTO ks.st (k, c) VALUES (1, 1); APPLY BATCH");
        Assert.Equal(["1, 1, 1, 2"], Rows("SELECT * FROM ks.st"));
    }

    [Fact]
    public void PreparedStatementsWithValuesOfTheirOwnMakeABatch()
    {
        var session = new QuerySession(_database.Queries);
        PreparedQuery insert = session.Prepare("INSERT INTO ks.t (k, c, v) VALUES (?, ?, ?)");
        PreparedQuery delete = session.Prepare("DELETE FROM ks.t WHERE k = ? AND c = ?");
        Execute("INSERT INTO ks.t (k, c, v) VALUES (6, 9, 9)");
        using QueryResult result = _database.Queries.ExecuteBatch(
            BatchKind.Logged,
            [(insert, new BindValues(Int(6), Int(1), Int(10))), (insert, new BindValues(Int(6), Int(2), null)), (delete, new BindValues(Int(6), Int(9)))],
            session);
        Assert.Equal(ResultKind.Void, result.Kind);
        Assert.Equal(["6, 1, 10", "6, 2, null"], Rows("SELECT k, c, v FROM ks.t WHERE k = 6"));
        PreparedQuery select = session.Prepare("SELECT * FROM ks.t");
        Assert.Throws<InvalidQueryException>(() => _database.Queries.ExecuteBatch(BatchKind.Logged, [(select, BindValues.None)], session));
    }

    [Fact]
    public void ABatchThatIsRefusedWritesNothing()
    {
        Assert.Throws<InvalidQueryException>(() =>
            Execute("BEGIN BATCH INSERT INTO ks.t (k, c, v) VALUES (7, 1, 1); UPDATE ks.t SET l[5] = 1 WHERE k = 7 AND c = 2; APPLY BATCH"));
        Assert.Empty(Rows("SELECT * FROM ks.t WHERE k = 7"));
    }

    [Fact]
    public void TimestampsOfTheRequestCountWhereTheStatementNamesNone()
    {
        _database.Queries.Execute("INSERT INTO ks.t (k, c, v) VALUES (8, 1, 1)", options: new QueryOptions { TimestampMicros = 5 }).Dispose();
        _database.Queries.Execute("INSERT INTO ks.t (k, c, v) VALUES (8, 2, 1) USING TIMESTAMP 7", options: new QueryOptions { TimestampMicros = 5 }).Dispose();
        Assert.Equal(["5", "7"], Rows("SELECT writetime(v) FROM ks.t WHERE k = 8"));
    }

    [Fact]
    public void PlansPrintThemselves()
    {
        string plan = _database.Queries.Prepare("UPDATE ks.t USING TTL 60 SET v = ?, l = l + [1] WHERE k = 1 AND c IN (1, 2)").Explain();
        Assert.Equal("UPDATE ks.t\n  partition k = 1\n  rows c IN (1, 2)\n  v = ?\n  l += [1]\n  ttl 60\n", plan);
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void InThreads(Action work)
    {
        Thread[] threads = new Thread[Threads];
        Exception? failure = null;
        for (int i = 0; i < Threads; i++)
        {
            threads[i] = new Thread(() =>
            {
                try
                {
                    for (int time = 0; time < Times; time++)
                        work();
                }
                catch (CqliteException error)
                {
                    failure = error;
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        Assert.Null(failure);
    }

    private void Execute(string cql) => _database.Queries.Execute(cql).Dispose();

    private List<string> Rows(string cql)
    {
        using QueryResult result = _database.Queries.Execute(cql);
        List<string> rows = [];
        while (result.MoveNext())
        {
            List<string> values = [];
            for (int i = 0; i < result.Columns.Length; i++)
            {
                ReadOnlySpan<byte> value = result.GetValue(i, out bool isNull);
                var output = new Cqlite.Core.Encoding.BufferWriter();
                if (!isNull)
                    result.Columns[i].Type.WriteLiteral(value, output);
                values.Add(isNull ? "null" : output.ToString());
            }

            rows.Add(string.Join(", ", values));
        }

        return rows;
    }
}
