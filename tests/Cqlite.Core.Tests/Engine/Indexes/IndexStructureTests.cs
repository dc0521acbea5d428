using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Indexes;

/// <summary>How index files come, are used, and go.</summary>
public sealed class IndexStructureTests
{
    private static readonly DatabaseOptions s_options = new() { Durability = Durability.Periodic, CompactionThreads = 0 };

    [Fact]
    public void ReadsOnlyWhatTheIndexFinds()
    {
        using TemporaryDatabase database = Filled(5000);
        (List<string> rows, long read) = database.Select("SELECT k FROM ks.t WHERE v = 77");
        Assert.Equal(["77 | "], rows);
        Assert.Equal(1, read);
        Assert.Equal(["3 | ", "4 | ", "5 | "], database.Select("SELECT k FROM ks.t WHERE v >= 3 AND v < 6").Rows.Order(StringComparer.Ordinal));
        string explanation = database.Explain("SELECT k FROM ks.t WHERE v = 77");
        Assert.Contains("index: t_v_idx on v, 1 candidates of 1 SSTables", explanation, StringComparison.Ordinal);

        // Most of the table is read faster as a whole.
        Assert.Contains("index: none", database.Explain("SELECT k FROM ks.t WHERE v > 1000"), StringComparison.Ordinal);
        Assert.Equal(3999, database.Select("SELECT k FROM ks.t WHERE v > 1000").Rows.Count);
    }

    [Fact]
    public void WhatIsHiddenElsewhereIsNotFound()
    {
        using TemporaryDatabase database = Filled(100);
        database.Run("UPDATE ks.t SET v = 1000 WHERE k = 5");
        database.Run("DELETE FROM ks.t WHERE k = 6");
        database.Settle();
        Assert.Equal(2, database.IndexFiles("t").Length);
        Assert.Empty(database.Select("SELECT k FROM ks.t WHERE v = 5").Rows);
        Assert.Empty(database.Select("SELECT k FROM ks.t WHERE v = 6").Rows);
        Assert.Equal(["5 | "], database.Select("SELECT k FROM ks.t WHERE v = 1000").Rows);
        database.Run("UPDATE ks.t SET v = 5 WHERE k = 7");
        Assert.Equal(["7 | "], database.Select("SELECT k FROM ks.t WHERE v = 5").Rows);
        Assert.Contains("read through: memtables of 1 partitions", database.Explain("SELECT k FROM ks.t WHERE v = 5"), StringComparison.Ordinal);
    }

    [Fact]
    public void FilesGoWithTheirSSTableAndWithTheirIndex()
    {
        using TemporaryDatabase database = Filled(100);
        database.Run("INSERT INTO ks.t (k, v) VALUES (1000, 1)");
        database.Settle();
        Assert.Equal(2, database.IndexFiles("t").Length);
        database.Database.Compact(database.Database.Schema.Table("ks", "t")!);
        database.Settle();
        Assert.Single(database.IndexFiles("t"));
        database.Run("CREATE INDEX second ON ks.t (w)");
        database.Settle();
        Assert.Equal(2, database.IndexFiles("t").Length);
        Assert.Contains("index: second", database.Explain("SELECT k FROM ks.t WHERE w = 'x'"), StringComparison.Ordinal);
        database.Run("DROP INDEX ks.t_v_idx");
        database.Settle();
        Assert.Single(database.IndexFiles("t"));
        database.Run("DROP INDEX ks.second");
        database.Settle();
        Assert.Empty(database.IndexFiles("t"));
        database.Run("CREATE INDEX ON ks.t (v)");
        database.Settle();
        database.Run("TRUNCATE ks.t");
        Assert.Empty(database.IndexFiles("t"));
    }

    [Fact]
    public void ARestartFindsThemAndReadersDoWithout()
    {
        using TemporaryDatabase database = Filled(100);
        string[] files = database.IndexFiles("t");
        DateTime made = File.GetLastWriteTimeUtc(Assert.Single(files));
        database.Reopen(s_options);
        database.Database.BuildIndexes();
        Assert.Equal(files, database.IndexFiles("t"));
        Assert.Equal(made, File.GetLastWriteTimeUtc(files[0]));
        database.Reopen(s_options with { ReadOnly = true });
        Assert.Contains("candidates", database.Explain("SELECT k FROM ks.t WHERE v = 3"), StringComparison.Ordinal);
        Assert.Equal(["3 | "], database.Select("SELECT k FROM ks.t WHERE v = 3").Rows);
        File.Delete(files[0]);
        database.Reopen(s_options with { ReadOnly = true });
        Assert.Contains("index: none", database.Explain("SELECT k FROM ks.t WHERE v = 3"), StringComparison.Ordinal);
        Assert.Equal(["3 | "], database.Select("SELECT k FROM ks.t WHERE v = 3").Rows);
        Assert.Empty(database.IndexFiles("t"));
    }

    [Fact]
    public void OneOfAnotherSSTableIsMadeAgain()
    {
        using TemporaryDatabase database = Filled(100);
        string stale = Assert.Single(database.IndexFiles("t"));
        byte[] content = File.ReadAllBytes(stale);
        database.Run("TRUNCATE ks.t");
        database.Run("INSERT INTO ks.t (k, v) VALUES (1, 5)");
        database.Settle();
        string current = Assert.Single(database.IndexFiles("t"));
        database.Queries.Dispose();
        File.WriteAllBytes(current, content);
        database.Reopen(s_options);
        Assert.Equal(["1 | "], database.Select("SELECT k FROM ks.t WHERE v = 5").Rows);
        database.Database.BuildIndexes();
        Assert.NotEqual(content, File.ReadAllBytes(current));
        Assert.Contains("candidates", database.Explain("SELECT k FROM ks.t WHERE v = 5"), StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedOneIsPassedOverAndMadeAgain()
    {
        using TemporaryDatabase database = Filled(2000);
        string file = Assert.Single(database.IndexFiles("t"));
        byte[] whole = File.ReadAllBytes(file);
        for (int at = 0; at < whole.Length; at += whole.Length / 40)
        {
            database.Queries.Dispose();
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(file, at % 3 == 0 ? damaged[..at] : damaged);
            database.Reopen(s_options);
            for (int v = 0; v < 2000; v += 499)
                Assert.Equal([$"{v} | "], database.Select($"SELECT k FROM ks.t WHERE v = {v}").Rows);
            database.Database.BuildIndexes();
            for (int v = 0; v < 2000; v += 499)
                Assert.Equal([$"{v} | "], database.Select($"SELECT k FROM ks.t WHERE v = {v}").Rows);
        }
    }

    [Fact]
    public void ManyRowsOfOnePartitionAndManyOfOneTermComeInOrder()
    {
        using TemporaryDatabase database = new(s_options);
        database.Run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        database.Run("CREATE TABLE ks.t (k int, c int, v int, PRIMARY KEY (k, c)) WITH CLUSTERING ORDER BY (c DESC)");
        database.Run("CREATE INDEX ON ks.t (v)");
        for (int c = 0; c < 20_000; c++)
            database.Run($"INSERT INTO ks.t (k, c, v) VALUES (1, {c}, {(c % 50 == 0 ? 1 : 2)})");
        database.Settle();
        Assert.Contains("400 candidates", database.Explain("SELECT c FROM ks.t WHERE v = 1"), StringComparison.Ordinal);
        (List<string> rows, long read) = database.Select("SELECT c FROM ks.t WHERE v = 1", new QueryOptions { PageSize = 270 });
        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"{19_950 - (i * 50)} | "), rows);
        Assert.InRange(read, 400, 410);
        Assert.Equal(["400 | "], database.Select("SELECT count(*) FROM ks.t WHERE v = 1").Rows);
        Assert.Equal(["19950 | ", "19900 | "], database.Select("SELECT c FROM ks.t WHERE v = 1 PER PARTITION LIMIT 2").Rows);
    }

    [Fact]
    public void ACrashWhileOneIsMadeLeavesTheAnswersRight()
    {
        SimulatedDisk disk = new();
        DatabaseOptions options = s_options with { Files = disk };
        Database.Create("/db", disk);
        using (QueryEngine engine = QueryEngine.Open("/db", options with { UseIndexStructures = false }))
        {
            foreach (string cql in (string[])[
                "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
                "CREATE TABLE ks.t (k int PRIMARY KEY, v int)",
                "CREATE INDEX ON ks.t (v)"])
                engine.Execute(cql).Dispose();
            for (int k = 0; k < 200; k++)
                engine.Execute($"INSERT INTO ks.t (k, v) VALUES ({k}, {k})").Dispose();
            engine.Database.Flush();
        }

        Random random = new(7);
        SimulatedDisk state = disk.Crash(random);
        for (int fail = 1; fail < 60; fail++)
        {
            // Of calls on index files, one fails; then the plug is pulled.
            SimulatedDisk tried = state.Crash(random);
            state = tried;
            int calls = 0;
            tried.Fault = (call, path, _) =>
            {
                if (path.Contains("cqlite-", StringComparison.Ordinal) && path.Contains(".idx", StringComparison.Ordinal) && ++calls == fail)
                    throw new StorageException(path, $"injected failure of {call}.", new IOException("injected"));
            };
            QueryEngine engine = QueryEngine.Open("/db", options with { Files = tried });
            try
            {
                engine.Database.BuildIndexes();
                Check(engine);
                state = tried.Crash(random);
            }
            finally
            {
                // Closed after the plug was pulled, it can't write what it wants to.
                _ = Record.Exception(engine.Dispose);
            }

            using QueryEngine after = QueryEngine.Open("/db", options with { Files = state });
            Check(after);
            after.Database.BuildIndexes();
            Check(after);
            Assert.Contains("candidates", after.Explain(after.Prepare("SELECT k FROM ks.t WHERE v = 42")), StringComparison.Ordinal);
            foreach (string file in state.ListFiles(Path.GetDirectoryName(state.ListFiles(state.ListDirectories("/db/data/ks")[0])[0])!).Where(f => f.Contains(".idx", StringComparison.Ordinal)).ToArray())
            {
                Assert.EndsWith(".idx", file, StringComparison.Ordinal);
                state.DeleteFile(file);
            }
        }

        static void Check(QueryEngine engine)
        {
            using QueryResult result = engine.Execute("SELECT k FROM ks.t WHERE v = 42");
            Assert.True(result.MoveNext());
            Assert.Equal([0, 0, 0, 42], result.GetValue(0, out _).ToArray());
            Assert.False(result.MoveNext());
        }
    }

    private static TemporaryDatabase Filled(int rows)
    {
        TemporaryDatabase database = new(s_options);
        database.Run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        database.Run("CREATE TABLE ks.t (k int PRIMARY KEY, v int, w text) WITH compaction = {'class': 'SizeTieredCompactionStrategy', 'enabled': 'false'}");
        database.Run("CREATE INDEX ON ks.t (v) USING 'sai'");
        for (int k = 0; k < rows; k++)
            database.Run($"INSERT INTO ks.t (k, v, w) VALUES ({k}, {k}, 'w{k}')");
        database.Settle();
        return database;
    }
}
