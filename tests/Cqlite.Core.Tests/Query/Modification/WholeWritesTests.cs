using Cqlite.Core.Engine;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Modification;

/// <summary>What is one mutation is there wholly or not at all, wherever a crash cuts the log: a row with its row in a view, a logged batch that has each table once.</summary>
public sealed class WholeWritesTests
{
    private const string Folder = "/databases/whole";

    [Fact]
    public void AViewHasWhatItsTableHas()
    {
        int torn = Cut(
            ["CREATE TABLE ks.t (k int PRIMARY KEY, v int, w int)", "CREATE MATERIALIZED VIEW ks.m AS SELECT * FROM ks.t WHERE k IS NOT NULL AND v IS NOT NULL PRIMARY KEY (v, k)", "INSERT INTO ks.t (k, v, w) VALUES (1, 1, 1)"],
            "UPDATE ks.t SET w = 2 WHERE k = 1",
            engine => Assert.Equal(Rows(engine, "SELECT k, v, w FROM ks.t"), Rows(engine, "SELECT k, v, w FROM ks.m")));
        Assert.True(torn > 10);
    }

    [Fact]
    public void ALoggedBatchOfSeveralTablesIsWhole()
    {
        int torn = Cut(
            ["CREATE TABLE ks.t (k int PRIMARY KEY, v int)", "CREATE TABLE ks.u (k int PRIMARY KEY, v int)"],
            "BEGIN BATCH INSERT INTO ks.t (k, v) VALUES (1, 1); INSERT INTO ks.u (k, v) VALUES (3, 1); APPLY BATCH",
            engine => Assert.Contains($"{Rows(engine, "SELECT k FROM ks.t").Count}{Rows(engine, "SELECT k FROM ks.u").Count}", new[] { "00", "11" }));
        Assert.True(torn > 10);
    }

    [Fact]
    public void DroppingATableLeavesWhatABatchWroteToAnother()
    {
        var disk = new SimulatedDisk();
        Database.Create(Folder, disk);
        using (QueryEngine engine = Open(disk))
        {
            Execute(engine, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
            Execute(engine, "CREATE TABLE ks.t (k int PRIMARY KEY, v int)");
            Execute(engine, "CREATE TABLE ks.u (k int PRIMARY KEY, v int)");
            Execute(engine, "BEGIN BATCH INSERT INTO ks.t (k, v) VALUES (1, 1); INSERT INTO ks.u (k, v) VALUES (1, 1); APPLY BATCH");
            Execute(engine, "DROP TABLE ks.u");
            disk = disk.Clone().Crash(new Random(1));
        }

        using QueryEngine again = Open(disk);
        Assert.Equal(["1,1"], Rows(again, "SELECT k, v FROM ks.t"));
    }

    /// <summary>Cassandra's reader of the log makes a map by table of a mutation's updates: of one that had two of a table it would make nothing, and the node not start.</summary>
    [Fact]
    public void NoMutationOfTheLogHasATableTwice()
    {
        var disk = new SimulatedDisk();
        Database.Create(Folder, disk);
        using QueryEngine engine = Open(disk);
        foreach (string cql in (string[])[
            "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
            "CREATE TABLE ks.t (k int PRIMARY KEY, v int)",
            "CREATE TABLE ks.u (k int PRIMARY KEY, v int)",
            "CREATE MATERIALIZED VIEW ks.m AS SELECT * FROM ks.t WHERE k IS NOT NULL AND v IS NOT NULL PRIMARY KEY (v, k)",
            "INSERT INTO ks.t (k, v) VALUES (1, 1)",
            "UPDATE ks.t SET v = 2 WHERE k = 1",
            "BEGIN BATCH INSERT INTO ks.t (k, v) VALUES (5, 1); INSERT INTO ks.t (k, v) VALUES (6, 1); INSERT INTO ks.u (k, v) VALUES (7, 1); APPLY BATCH"])
        {
            Execute(engine, cql);
        }

        int updates = 0;
        new CommitLogReplayer(disk, $"{Folder}/commitlog").ForEachMutation((_, segment) =>
        {
            List<Guid> tables = [];
            MutationDecoder decoder = new(MessagingVersion.V40, id =>
            {
                tables.Add(id);
                return engine.Database.Schema.Keyspaces["ks"].TablesAndViews.FirstOrDefault(t => t.Id == id);
            });
            decoder.Read(segment.Mutation, "a mutation", _ => updates++);
            Assert.Equal(tables.Distinct(), tables);
        });
        Assert.True(updates >= 10, $"{updates} updates were found.");
    }

    // Executes a statement, and opens what is there with the log cut at every byte of it; gives the number of openings.
    private static int Cut(string[] before, string statement, Action<QueryEngine> check)
    {
        var disk = new SimulatedDisk();
        Database.Create(Folder, disk);
        using QueryEngine engine = Open(disk);
        Execute(engine, "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        foreach (string cql in before)
            Execute(engine, cql);
        string segment = disk.ListFiles($"{Folder}/commitlog")[^1];
        int length = (int)disk.GetLength(segment);
        Execute(engine, statement);
        SimulatedDisk after = disk.Clone().Crash(new Random(1));
        byte[] log = new byte[after.GetLength(segment)];
        using (var file = after.OpenRead(segment))
            Assert.Equal(log.Length, file.Read(0, log));
        for (int end = length; end <= log.Length; end++)
        {
            SimulatedDisk cut = after.Clone();
            cut.Put(segment, log[..end]);
            using QueryEngine opened = Open(cut);
            check(opened);
        }

        return log.Length - length;
    }

    private static List<string> Rows(QueryEngine engine, string cql)
    {
        List<string> rows = [];
        using QueryResult result = new QuerySession(engine).Execute(cql);
        while (result.MoveNext())
            rows.Add(string.Join(',', Enumerable.Range(0, result.Columns.Length).Select(result.GetInt32)));
        return rows;
    }

    private static void Execute(QueryEngine engine, string cql) => new QuerySession(engine).Execute(cql).Dispose();

    private static QueryEngine Open(SimulatedDisk disk) => QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CompactionThreads = 0 });
}
