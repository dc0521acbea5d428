using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Query.Definition;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>Definitions that are one change of the schema.</summary>
public class DefinitionBatchTests
{
    private const string Folder = "/databases/one";
    private const int Tables = 12;

    [Fact]
    public void Each_is_applied_to_what_those_before_it_have_made()
    {
        using TemporaryDatabase database = new();
        database.Queries.Define(Definitions());
        database.Queries.Define(["CREATE INDEX i ON t0 (u)", "DROP TABLE t1", "ALTER TABLE t2 ADD w int"], "k");
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(Tables - 1, database.Database.Schema.Keyspaces["k"].Tables.Count);
            Assert.NotNull(database.Database.Schema.Keyspaces["k"].IndexedTable("i"));
            Assert.True(database.Database.Schema.Table("k", "t2")!.Columns.ContainsKey("w"));
            database.Queries.Execute("INSERT INTO k.t0 (p, u, v) VALUES (1, {a: 2}, 'three')").Dispose();
            database.Reopen();
        }
    }

    [Fact]
    public void None_counts_where_one_cant_be_applied()
    {
        using TemporaryDatabase database = new();
        Assert.Throws<InvalidQueryException>(() => database.Queries.Define([.. Definitions(), "CREATE TABLE k.t0 (p int PRIMARY KEY)"]));
        Assert.Throws<InvalidQueryException>(() => database.Queries.Define([.. Definitions(), "INSERT INTO k.t0 (p) VALUES (1)"]));
        Assert.Throws<CqlSyntaxException>(() => database.Queries.Define([.. Definitions(), "CREATE TABLE"]));
        Assert.False(database.Database.Schema.Keyspaces.ContainsKey("k"));
        database.Reopen();
        Assert.False(database.Database.Schema.Keyspaces.ContainsKey("k"));
    }

    [Fact]
    public void All_or_none_are_there_whichever_call_of_the_disk_fails_and_whenever_the_plug_is_pulled()
    {
        SimulatedDisk whole = NewDisk();
        Assert.True(Define(whole));
        for (int call = 1; call <= whole.Calls; call++)
        {
            SimulatedDisk disk = NewDisk();
            SimulatedDisk? after = null;
            disk.Fault = SimulatedDisk.FailAt(call);
            bool isDone = Define(disk);
            Require(disk.Clone(), isDone, $"call {call} failed");
            disk = NewDisk();
            disk.Fault = (_, path, number) =>
            {
                if (number < call)
                    return;
                after ??= disk.Crash(new Random(call));
                throw new StorageException(path, "the disk is unplugged.", new IOException("unplugged"));
            };
            bool isAcknowledged = Define(disk);
            Require(after ?? disk.Crash(new Random(call)), isAcknowledged, $"the plug was pulled at call {call}");
        }
    }

    [Fact]
    public void Many_cost_no_more_than_a_few()
    {
        SimulatedDisk few = NewDisk();
        using (QueryEngine queries = QueryEngine.Open(Folder, new DatabaseOptions { Files = few, CompactionThreads = 0 }))
            queries.Define(Definitions()[..3]);
        SimulatedDisk all = NewDisk();
        Assert.True(Define(all));
        Assert.InRange(all.Calls, few.Calls, few.Calls + Tables);
    }

    [Fact]
    public void A_script_of_definitions_is_a_few_changes_and_says_which_line_is_wrong()
    {
        SimulatedDisk disk = new();
        string[] script = [.. Definitions(), "USE k", "CREATE TABLE last (p int PRIMARY KEY)"];
        disk.Put("/schema.cql", System.Text.Encoding.UTF8.GetBytes(string.Join(";\r\n", script) + ";\r\n"));
        DatabaseCreation.Create(Folder, "/schema.cql", options: new DatabaseOptions { Files = disk, CompactionThreads = 0 });
        using (QueryEngine queries = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CompactionThreads = 0 }))
            Assert.Equal(Tables + 1, queries.Database.Schema.Keyspaces["k"].Tables.Count);

        disk.Put("/wrong.cql", System.Text.Encoding.UTF8.GetBytes(string.Join(";\n", Definitions()) + ";\nCREATE TABLE k.t1 (p int PRIMARY KEY);"));
        InvalidQueryException error = Assert.Throws<InvalidQueryException>(() => DatabaseCreation.Create("/databases/two", "/wrong.cql", options: new DatabaseOptions { Files = disk, CompactionThreads = 0 }));
        Assert.StartsWith($"/wrong.cql, line {Tables + 3}: ", error.Message, StringComparison.Ordinal);
        Assert.False(disk.DirectoryExists("/databases/two"));
    }

    [Fact]
    public void Batches_are_as_long_as_the_log_takes_them()
    {
        string[] texts = [.. Enumerable.Range(0, 9).Select(i => new string('x', i == 4 ? 1 << 20 : 200 << 10))];
        Assert.Equal([2, 2, 1, 2, 2], DefinitionBatches.Cut(texts, t => t).Select(b => b.Count));
        Assert.Empty(DefinitionBatches.Cut(Array.Empty<string>(), t => t));
    }

    private static string[] Definitions() =>
    [
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
        "CREATE TYPE k.u (a int)",
        .. Enumerable.Range(0, Tables).Select(i => $"CREATE TABLE k.t{i} (p int PRIMARY KEY, u frozen<u>, v text)"),
    ];

    private static bool Define(SimulatedDisk disk)
    {
        try
        {
            using QueryEngine queries = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CompactionThreads = 0 });
            queries.Define(Definitions());
            return true;
        }
        catch (CqliteException)
        {
            return false;
        }
    }

    private static void Require(SimulatedDisk disk, bool isAcknowledged, string what)
    {
        disk.Fault = null;
        using QueryEngine queries = QueryEngine.Open(Folder, new DatabaseOptions { Files = disk, CompactionThreads = 0 });
        int there = queries.Database.Schema.Keyspaces.GetValueOrDefault("k")?.Tables.Count ?? 0;
        Assert.True(there == Tables || (there == 0 && !isAcknowledged), $"{what}: {there} of {Tables} tables are there, {(isAcknowledged ? "" : "not ")}acknowledged.");
        if (there == Tables)
            queries.Execute("INSERT INTO k.t1 (p, u, v) VALUES (1, {a: 2}, 'three')").Dispose();
    }

    private static SimulatedDisk NewDisk()
    {
        SimulatedDisk disk = new();
        Database.Create(Folder, disk);
        disk.SyncDirectory("/");
        return disk;
    }
}
