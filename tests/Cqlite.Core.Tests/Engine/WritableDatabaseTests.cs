using System.Buffers.Binary;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine;

/// <summary>What a database keeps, from the first write to the next opening.</summary>
public class WritableDatabaseTests
{
    [Fact]
    public void Definitions_and_rows_are_there_again_after_reopening_flushed_or_not()
    {
        using TemporaryDatabase database = new();
        Define(database);
        for (int i = 0; i < 10; i++)
            Write(database, i, $"value {i}");
        Assert.Equal(10, Count(database));
        database.Reopen();
        Assert.Equal(10, Count(database));
        database.Database.Flush();
        Assert.True(new FileInfo(Assert.Single(Directory.GetFiles(Path.Combine(database.Folder, "commitlog")))).Length < 100);
        Assert.Equal(10, Count(database));
        Write(database, 10, "later");
        database.Reopen();
        Assert.Equal(11, Count(database));
    }

    [Fact]
    public void What_no_log_has_is_there_again_after_reopening_whatever_its_keyspace_is_by_then()
    {
        using TemporaryDatabase database = new();
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = false");
        database.Queries.Execute("CREATE TABLE k.t (k int PRIMARY KEY, v text)");
        Write(database, 1, "one");
        database.Reopen();
        Assert.Equal(1, Count(database));
        Write(database, 2, "two");
        database.Queries.Execute("ALTER KEYSPACE k WITH durable_writes = true");
        Write(database, 3, "three");
        database.Reopen();
        Assert.Equal(3, Count(database));
    }

    [Fact]
    public void A_schema_may_begin_with_a_mark_of_its_encoding_and_have_the_lines_of_Windows()
    {
        SimulatedDisk disk = new();
        Database.Create("/databases/one", disk);
        disk.Put("/schema.cql", System.Text.Encoding.UTF8.GetBytes(
            "\uFEFFCREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};\r\n-- rows\r\nCREATE TABLE k.t (\r\n  k int PRIMARY KEY);\r\n"));
        using QueryEngine reader = QueryEngine.Open("/databases/one", new DatabaseOptions { Files = disk, ReadOnly = true, SchemaPath = "/schema.cql" });
        Assert.NotNull(reader.Database.Schema.Table("k", "t"));
    }

    [Fact]
    public void A_second_writer_is_refused_and_readers_are_not()
    {
        using TemporaryDatabase database = new();
        Define(database);
        Write(database, 1, "one");
        StorageException refusal = Assert.Throws<StorageException>(() => QueryEngine.Open(database.Folder));
        Assert.Contains("another session of this process has the database open for writing", refusal.Message, StringComparison.Ordinal);
        using QueryEngine reader = QueryEngine.Open(database.Folder, new DatabaseOptions { ReadOnly = true });
        using QueryResult rows = reader.Execute("SELECT * FROM k.t");
        Assert.True(rows.MoveNext());
        InvalidQueryException readOnly = Assert.Throws<InvalidQueryException>(() => reader.Execute("DROP TABLE k.t"));
        Assert.Contains("open for reading", readOnly.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_only_asks_whether_anybody_writes_keeps_no_writer_out()
    {
        SimulatedDisk disk = new();
        Database.Create("/databases/one", disk);
        using IDisposable probe = disk.TryLock("/databases/one/LOCK")!;
        disk.LockRefused = probe.Dispose;
        using QueryEngine writer = QueryEngine.Open("/databases/one", new DatabaseOptions { Files = disk });
        Assert.False(writer.Database.IsReadOnly);
    }

    [Fact]
    public void A_write_that_memory_runs_out_for_is_seen_whole_or_not_at_all_and_is_the_last()
    {
        using TemporaryDatabase database = new();
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        database.Queries.Execute("CREATE TABLE k.t (p int, c int, v text, PRIMARY KEY (p, c))");
        database.Queries.Execute("INSERT INTO k.t (p, c, v) VALUES (1, 0, 'before')");
        foreach (MemtableShard shard in database.Database.OpenTable(database.Database.Schema.Table("k", "t")!).Active.Memtable.Shards)
            shard.Arena.NewSlab = _ => new byte[int.MaxValue];
        string rows = string.Concat(Enumerable.Range(1, 100).Select(c => $"INSERT INTO k.t (p, c, v) VALUES (1, {c}, '{new string('v', 200)}'); "));
        StorageException broken = Assert.Throws<StorageException>(() => database.Queries.Execute($"BEGIN BATCH {rows} APPLY BATCH"));
        Assert.Contains("memory ran out", broken.Message, StringComparison.Ordinal);
        Assert.Equal(1, Count(database));
        StorageException refused = Assert.Throws<StorageException>(() => database.Queries.Execute("INSERT INTO k.t (p, c, v) VALUES (1, 0, 'after')"));
        Assert.Equal(StorageProblem.ReadOnly, refused.Problem);
        Assert.Contains("memory ran out", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, Count(database));
        database.Reopen();
        Assert.Contains(Count(database), new[] { 1, 101 });
        database.Queries.Execute("INSERT INTO k.t (p, c, v) VALUES (1, 1000, 'after')");
    }

    [Fact]
    public void Tables_are_altered_with_their_rows_in_memory_and_in_sstables()
    {
        using TemporaryDatabase database = new();
        Define(database);
        Write(database, 1, "one");
        database.Database.Flush();
        Write(database, 2, "two");
        database.Queries.Execute("ALTER TABLE k.t ADD a int");
        Assert.Equal(2, Count(database));
        Write(database, 3, "three");
        database.Queries.Execute("ALTER TABLE k.t DROP v");
        Assert.Equal(3, Count(database));
        database.Reopen();
        Assert.Equal(3, Count(database));
        Assert.Null(database.Database.Schema.Table("k", "t")!.Column("v"));
    }

    [Fact]
    public void Dropped_and_truncated_rows_do_not_come_back()
    {
        using TemporaryDatabase database = new();
        Define(database);
        Write(database, 1, "one");
        database.Database.Truncate(database.Database.Schema.Table("k", "t")!);
        Assert.Equal(0, Count(database));
        database.Reopen();
        Assert.Equal(0, Count(database));
        Write(database, 2, "two");
        database.Queries.Execute("DROP TABLE k.t");
        database.Queries.Execute("CREATE TABLE k.t (k int PRIMARY KEY, v text)");
        Assert.Equal(0, Count(database));
        database.Reopen();
        Assert.Equal(0, Count(database));
    }

    [Fact]
    public void Writers_go_on_while_memtables_are_flushed()
    {
        using TemporaryDatabase database = new(new DatabaseOptions { MemtableSizeBytes = 1 << 20, Durability = Durability.Periodic, CommitLogSegmentBytes = 1 << 20 });
        Define(database);
        Parallel.For(0, 8, worker =>
        {
            for (int i = 0; i < 5000; i++)
                Write(database, (worker * 5000) + i, $"value {i}");
        });
        Assert.Equal(40_000, Count(database));
        database.Reopen();
        Assert.Equal(40_000, Count(database));
        Assert.True(database.Database.OpenTable(database.Database.Schema.Table("k", "t")!).SSTables.Count > 0);
    }

    private static void Define(TemporaryDatabase database)
    {
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        database.Queries.Execute("CREATE TABLE k.t (k int PRIMARY KEY, v text)");
    }

    private static void Write(TemporaryDatabase database, int key, string value)
    {
        TableMetadata table = database.Database.Schema.Table("k", "t")!;
        PartitionUpdateBuilder builder = new(table);
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, key);
        builder.Begin(bytes);
        Row row = builder.AddRow();
        long timestamp = database.Database.NextMicros();
        row.Liveness = new Liveness(timestamp, 0, Cell.NoDeletionTime);
        for (int i = 0; i < table.Regulars.Count; i++)
        {
            if (table.Regulars[i].Name != "v")
                continue;
            Slice slice = row.Store(System.Text.Encoding.UTF8.GetBytes(value));
            row.AddCell() = new Cell { Column = i, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = slice, Path = Slice.Null };
        }

        database.Database.Apply(new Mutation(builder.Build()));
    }

    private static int Count(TemporaryDatabase database)
    {
        using QueryResult rows = database.Queries.Execute("SELECT * FROM k.t");
        int count = 0;
        while (rows.MoveNext())
            count++;
        return count;
    }
}
