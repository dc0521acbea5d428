using System.Buffers.Binary;
using System.Globalization;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>A database that is compacted while it is used.</summary>
public sealed class DatabaseCompactionTests
{
    private const int Keys = 40;
    private const int Rows = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Flushed_tables_are_compacted_by_themselves()
    {
        using TemporaryDatabase database = new();
        Define(database, "{'class': 'SizeTieredCompactionStrategy'}");
        for (int i = 0; i < 4; i++)
        {
            Write(database, i, 1, i, 1000 + i);
            database.Database.Flush();
        }

        Assert.True(SpinWait.SpinUntil(() => Store(database).SSTables.Count == 1, s_patience));
        Assert.Equal("0:1=0 1:1=1 2:1=2 3:1=3", Content(database));
        database.Reopen();
        Assert.Equal("0:1=0 1:1=1 2:1=2 3:1=3", Content(database));
        Assert.Single(Store(database).SSTables);
    }

    /// <summary>What is declared tells how many parts of the ring a flush is cut into; a part without partitions has no SSTable.</summary>
    [Theory]
    [InlineData("'min_sstable_size': '0B', 'base_shard_count': 4", "nb", 4)]
    [InlineData("'min_sstable_size': '0B', 'base_shard_count': 2", "da", 2)]
    [InlineData("'base_shard_count': 4", "nb", 1)]
    public void Flushes_of_unified_compaction_are_cut_into_shards(string options, string version, int shards)
    {
        using TemporaryDatabase database = new(new DatabaseOptions { CompactionThreads = 0, SSTableVersion = SSTableVersion.OfName(version) });
        Define(database, $"{{'class': 'UnifiedCompactionStrategy', {options}}}");
        for (int key = 0; key < 64; key++)
            Write(database, key, 1, key, 1000);
        string before = Content(database);
        database.Database.Flush();
        IReadOnlyList<SSTable> sstables = Store(database).SSTables;
        Assert.Equal(shards, sstables.Count);
        int[] parts = [.. sstables.SelectMany(s => PartsOfRing(s, shards))];
        Assert.Equal(Enumerable.Range(0, shards), parts.Order());
        Assert.Equal(before, Content(database));
        database.Reopen();
        Assert.Equal(before, Content(database));
    }

    /// <summary>Another table's write keeps the log: where SSTables go and nothing comes of them, nothing else says that the log's part of them is done.</summary>
    [Fact]
    public void Before_sstables_go_of_which_nothing_comes_the_log_is_let_go()
    {
        using TemporaryDatabase database = new(new DatabaseOptions { CompactionThreads = 0 });
        Define(database, "{'class': 'SizeTieredCompactionStrategy'}");
        database.Queries.Execute("CREATE TABLE k.other (k int PRIMARY KEY)");
        database.Queries.Execute("INSERT INTO k.other (k) VALUES (1)");
        Write(database, 1, 1, 1, 1000);
        database.Database.Flush(Store(database).Table);
        Apply(database, 1, builder => builder.Deletion = Deletion(2000));
        database.Database.Flush(Store(database).Table);
        string log = Path.Combine(database.Folder, "commitlog");
        string[] before = Directory.GetFiles(log);
        Assert.NotEmpty(before);

        database.Database.Compact(Store(database).Table);
        Assert.Empty(Store(database).SSTables);
        Assert.Empty(before.Intersect(Directory.GetFiles(log)));
        database.Reopen();
        Assert.Equal("", Content(database));
        using Cqlite.Core.Query.QueryResult rows = database.Queries.Execute("SELECT k FROM k.other");
        Assert.True(rows.MoveNext());
    }

    /// <summary>Nobody reads or writes the table after the opening: that it has too many SSTables is seen nevertheless.</summary>
    [Fact]
    public void Tables_that_nobody_touches_are_compacted_after_opening()
    {
        using TemporaryDatabase database = new(new DatabaseOptions { CompactionThreads = 0 });
        Define(database, "{'class': 'SizeTieredCompactionStrategy'}");
        for (int i = 0; i < 4; i++)
        {
            Write(database, i, 1, i, 1000 + i);
            database.Database.Flush();
        }

        string directory = Store(database).Directory!;
        Assert.Equal(4, Directory.GetFiles(directory, "*-Data.db").Length);
        database.Reopen(new DatabaseOptions());
        Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles(directory, "*-Data.db").Length == 1, s_patience));
        Assert.Equal("0:1=0 1:1=1 2:1=2 3:1=3", Content(database));
    }

    [Theory]
    [InlineData("{'class': 'SizeTieredCompactionStrategy', 'min_threshold': 2}", "nb")]
    [InlineData("{'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 1}", "nb")]
    [InlineData("{'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'MINUTES'}", "oa")]
    [InlineData("{'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'L4', 'min_sstable_size': '0B'}", "da")]
    public void Content_is_the_models_before_and_after_and_meanwhile(string compaction, string version)
    {
        DatabaseOptions options = new() { SSTableVersion = SSTableVersion.OfName(version), Durability = Durability.Periodic };
        using TemporaryDatabase database = new(options);
        Define(database, compaction);
        SortedDictionary<(int Key, int Row), int> model = [];
        Random random = new(version[0]);
        long timestamp = 1_700_000_000_000_000;
        for (int round = 0; round < 25; round++)
        {
            for (int i = 0; i < 60; i++)
                Change(database, model, random, timestamp += 40_000_000);
            switch (random.Next(5))
            {
                case 0:
                    database.Database.Compact(Store(database).Table, cancellation: TestContext.Current.CancellationToken);
                    break;
                case 1:
                    database.Reopen(options);
                    break;
                default:
                    database.Database.Flush();
                    break;
            }

            Assert.Equal(Text(model), Content(database));
        }

        database.Database.Compact(Store(database).Table, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Text(model), Content(database));
        database.Reopen(options);
        Assert.Equal(Text(model), Content(database));
    }

    [Theory]
    [InlineData("ALTER TABLE k.t ADD w int")]
    [InlineData("TRUNCATE")]
    [InlineData("DROP TABLE k.t")]
    public void A_change_of_the_table_ends_its_compaction(string statement)
    {
        // At one byte a second a compaction would never end by itself.
        using TemporaryDatabase database = new(new DatabaseOptions { CompactionBytesPerSecond = 1 });
        Define(database, "{'class': 'SizeTieredCompactionStrategy'}");
        for (int i = 0; i < 4; i++)
        {
            Write(database, i, 1, i, 1000 + i);
            database.Database.Flush(Store(database).Table);
        }

        Assert.True(SpinWait.SpinUntil(() => new DirectoryInfo(Store(database).Directory!).GetFiles("*_txn_compaction_*").Length > 0, s_patience));
        if (statement == "TRUNCATE")
            database.Database.Truncate(Store(database).Table);
        else
            database.Queries.Execute(statement).Dispose();
        if (statement.StartsWith("DROP", StringComparison.Ordinal))
            return;
        Assert.Equal(statement == "TRUNCATE" ? "" : "0:1=0 1:1=1 2:1=2 3:1=3", Content(database));
        database.Reopen();
        Assert.Equal(statement == "TRUNCATE" ? "" : "0:1=0 1:1=1 2:1=2 3:1=3", Content(database));
    }

    [Fact]
    public void Writers_and_readers_go_on_while_tables_are_compacted()
    {
        using TemporaryDatabase database = new(new DatabaseOptions { MemtableSizeBytes = 1 << 20, Durability = Durability.Periodic, CompactionBytesPerSecond = 0, CompactionThreads = 2 });
        Define(database, "{'class': 'SizeTieredCompactionStrategy', 'min_threshold': 2, 'min_sstable_size': 0}");
        Parallel.For(0, 5, worker =>
        {
            for (int i = 0; i < 4000; i++)
            {
                if (worker == 4 && i % 200 == 0)
                    Assert.DoesNotContain("-1", Content(database), StringComparison.Ordinal);
                else if (worker < 4)
                    Write(database, (worker * 4000) + i, i % 3, i, 1000 + i);
            }
        });
        database.Database.Compact(Store(database).Table, cancellation: TestContext.Current.CancellationToken);
        Assert.Single(Store(database).SSTables);
        Assert.Equal(16_000, Content(database).Split(' ').Length);
    }

    private static void Define(TemporaryDatabase database, string compaction)
    {
        database.Queries.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        database.Queries.Execute($"CREATE TABLE k.t (k int, c int, v int, PRIMARY KEY (k, c)) WITH compaction = {compaction} AND gc_grace_seconds = 0");
    }

    private static TableStore Store(TemporaryDatabase database) => database.Database.OpenTable(database.Database.Schema.Table("k", "t")!);

    private static void Change(TemporaryDatabase database, SortedDictionary<(int Key, int Row), int> model, Random random, long timestamp)
    {
        int key = random.Next(Keys);
        int row = random.Next(Rows);
        switch (random.Next(8))
        {
            case 0:
                Apply(database, key, builder => builder.Deletion = Deletion(timestamp));
                foreach ((int, int) gone in model.Keys.Where(k => k.Key == key).ToArray())
                    model.Remove(gone);
                break;
            case 1:
                Apply(database, key, builder => AddRow(builder, row).Deletion = Deletion(timestamp));
                model.Remove((key, row));
                break;
            case 2:
                ClusteringBound start = new(ClusteringKind.InclusiveStart, Int(row));
                ClusteringBound end = new(ClusteringKind.ExclusiveEnd, Int(row + 3));
                Apply(database, key, builder => builder.Add(new RangeTombstone(start, end, Deletion(timestamp))));
                foreach ((int, int) gone in model.Keys.Where(k => k.Key == key && k.Row >= row && k.Row < row + 3).ToArray())
                    model.Remove(gone);
                break;
            default:
                int value = random.Next(1_000_000);
                Write(database, key, row, value, timestamp);
                model[(key, row)] = value;
                break;
        }
    }

    // Deleted long ago by the local clock: with no grace every tombstone may go as soon as nothing older is left.
    private static DeletionTime Deletion(long timestamp) => new(timestamp, 1_600_000_000);

    private static void Write(TemporaryDatabase database, int key, int row, int value, long timestamp) => Apply(database, key, builder =>
    {
        Row added = AddRow(builder, row);
        added.Liveness = new Liveness(timestamp, 0, Cell.NoDeletionTime);
        Slice slice = added.Store(Int(value));
        added.AddCell() = new Cell { Column = 0, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = slice, Path = Slice.Null };
    });

    private static Row AddRow(PartitionUpdateBuilder builder, int row)
    {
        Row added = builder.AddRow();
        added.AddClustering(added.Store(Int(row)));
        return added;
    }

    private static void Apply(TemporaryDatabase database, int key, Action<PartitionUpdateBuilder> fill)
    {
        PartitionUpdateBuilder builder = new(database.Database.Schema.Table("k", "t")!);
        builder.Begin(Int(key));
        fill(builder);
        database.Database.Apply(new Mutation(builder.Build()));
    }

    /// <summary>The parts that an SSTable has partitions in, of so many equal ones.</summary>
    private static HashSet<int> PartsOfRing(SSTable sstable, int count)
    {
        HashSet<int> parts = [];
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
        while (cursor.MoveToNextPartition())
            parts.Add((int)(((ulong)((long)cursor.Token.Value ^ long.MinValue) * (UInt128)count) >> 64));
        return parts;
    }

    private static string Content(TemporaryDatabase database)
    {
        SortedDictionary<(int, int), int> found = [];
        using LiveRowCursor cursor = new(Store(database).Read(ReadRequest.All), database.Database.NowSeconds);
        while (cursor.MoveToNextPartition())
        {
            while (cursor.MoveToNextRow())
                found.Add((Number(cursor.PartitionKey), Number(cursor.Row.Clustering[0])), cursor.Row.Cells.Length == 0 ? -1 : Number(cursor.Row.Value(cursor.Row.Cells[0])));
        }

        return Text(found);
    }

    private static string Text(SortedDictionary<(int Key, int Row), int> rows) =>
        string.Join(' ', rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key.Key}:{r.Key.Row}={r.Value}")));

    private static int Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
