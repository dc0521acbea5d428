using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Engine.Compaction.Strategies;
using Cqlite.Core.Errors;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>What a compaction leaves: the same content, without what may go.</summary>
public sealed class CompactionExecutorTests
{
    private const int Grace = 100;
    private const long Late = 1000;

    [Theory]
    [InlineData("nb")]
    [InlineData("oa")]
    [InlineData("da")]
    public void Replaces_inputs_with_what_they_say_together(string version)
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(Grace), version: version);
        table.Add("partition 1\nstatic s=1@10\nrow 1,1 live=10 v=1@10\nrow 1,2 live=10 v=2@10");
        table.Add("partition 1\nrow 1,1 live=20 v=3@20\npartition 2\nrow 5,5 m[1]=7@10");
        table.Add("partition 1\nrow 1,2 deleted=950");
        string before = table.Text();
        CompactionResult result = table.Compact(Late)!;
        Assert.Equal(before, table.Text());
        SSTable only = Assert.Single(table.SSTables);
        Assert.Equal(only.Descriptor, Assert.Single(result.Written));
        Assert.Equal((2, 4), (result.PartitionsOut, result.RowsOut));
        Assert.Equal(3, result.Compacted.Count);
        Assert.All(disk.ListFiles(CompactionTable.Folder), f => Assert.StartsWith($"{CompactionTable.Folder}/{only.Descriptor.FilePrefix}", f, StringComparison.Ordinal));
        List<VerificationFinding> findings = [];
        new SSTableVerifier(disk, only.Descriptor, new SSTableVerifierOptions { Depth = VerificationDepth.Extended })
            .Verify(findings.Add, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(findings);
    }

    [Fact]
    public void Tombstones_go_after_the_grace_period_and_not_before()
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace));
        table.Add("partition 1\nrow 1,1 live=10 v=1@10\npartition 2\nrow 1,1 live=10\nrow 2,2 live=900 v=2@900");
        table.Add("partition 1\nrow 1,1 deleted=20\npartition 2 deleted=20");
        table.Compact(nowSeconds: 20 + Grace);
        Assert.Equal("partition 1\n  row 1,1 deleted=20\npartition 2 deleted=20\n  row 2,2 live=900 v=2@900", table.Text());
        table.Compact(nowSeconds: 21 + Grace);
        Assert.Equal("partition 2\n  row 2,2 live=900 v=2@900", table.Text());
    }

    [Fact]
    public void Tombstones_stay_while_another_SSTable_may_hold_something_older_of_the_partition()
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace));
        table.Add("partition 1\nrow 1,1 live=10 v=1@10\npartition 9\nrow 1,1 live=950");
        SSTableId deletions = table.Add("partition 1\nrow 1,1 deleted=20\npartition 2\nrow 1,1 deleted=20\nrow 2,2 live=900");
        table.Compact(Late, deletions);
        Assert.Equal("partition 1\n  row 1,1 deleted=20\npartition 2\n  row 2,2 live=900\npartition 9\n  row 1,1 live=950", Sorted(table.Text()));

        // Younger data of the partition is no reason.
        using CompactionTable young = new(new SimulatedDisk(), CompactionTable.With(Grace));
        young.Add("partition 1\nrow 1,1 live=30 v=1@30");
        young.Compact(Late, young.Add("partition 1\nrow 1,1 deleted=20\npartition 2\nrow 2,2 live=900"));
        Assert.Equal("partition 1\n  row 1,1 live=30 v=1@30\npartition 2\n  row 2,2 live=900", Sorted(young.Text()));
    }

    [Fact]
    public void Tombstones_stay_while_a_memtable_holds_something_older_of_the_partition()
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace));
        table.Add("partition 1\nrow 1,1 deleted=20\nrow 3,3 live=900\npartition 2\nrow 1,1 deleted=20\nrow 2,2 live=900");
        table.Write("partition 1\nrow 1,1 live=10 v=1@10", smallestTimestamp: 10);
        table.Compact(Late);
        Assert.Equal("partition 1\n  row 1,1 deleted=20\n  row 3,3 live=900\npartition 2\n  row 2,2 live=900", Sorted(table.Text()));
        table.Flush();
        table.Compact(Late);
        Assert.Equal("partition 1\n  row 3,3 live=900\npartition 2\n  row 2,2 live=900", Sorted(table.Text()));
    }

    [Fact]
    public void What_is_flushed_while_a_compaction_runs_keeps_the_tombstones_that_it_needs()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(Grace));
        SSTableId deletions = table.Add("partition 1\nrow 1,1 deleted=20\nrow 2,2 live=900");
        table.Write("partition 1\nrow 1,1 live=10 v=1@10", smallestTimestamp: 10);
        bool flushed = false;
        disk.Fault = (call, path, _) =>
        {
            if (flushed || call != DiskCall.Create || !path.EndsWith("-Data.db", StringComparison.Ordinal))
                return;
            flushed = true;
            table.Flush();
        };
        table.Compact(Late, deletions);
        Assert.True(flushed);
        Assert.Equal("partition 1\n  row 1,1 deleted=20\n  row 2,2 live=900", table.Text());
    }

    [Fact]
    public void What_has_expired_as_a_whole_is_dropped_without_being_read()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(Grace));
        SSTableId expired = table.Add("partition 1\nrow 1,1 live=10+60@70 v=1@10+60@70");
        SSTableId alive = table.Add("partition 1\nrow 1,2 live=900 v=1@900");
        List<string> read = [];
        disk.Fault = (call, path, _) =>
        {
            if (call == DiskCall.Read && path.EndsWith($"-{expired.Text}-big-Data.db", StringComparison.Ordinal))
                read.Add(path);
        };
        CompactionResult result = table.Compact(Late, expired, alive)!;
        Assert.Empty(read);
        Assert.Equal(expired, Assert.Single(result.Dropped).Id);
        Assert.Equal("partition 1\n  row 1,2 live=900 v=1@900", table.Text());
    }

    [Fact]
    public void What_has_expired_as_a_whole_stays_while_it_may_hide_something_older()
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace));
        table.Add("partition 1\nrow 1,1 live=5 v=9@5");
        SSTableId expired = table.Add("partition 1\nrow 1,1 live=10+60@70 v=1@10+60@70");
        Assert.Empty(table.Compact(Late, expired)!.Dropped);
        Assert.Equal("", table.LiveText(Late));

        using CompactionTable inMemory = new(new SimulatedDisk(), CompactionTable.With(Grace));
        inMemory.Write("partition 1\nrow 1,1 live=5 v=9@5", smallestTimestamp: 5);
        Assert.Empty(inMemory.Compact(Late, inMemory.Add("partition 1\nrow 1,1 live=10+60@70 v=1@10+60@70"))!.Dropped);
    }

    [Fact]
    public void All_that_is_expired_leaves_no_SSTable()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(Grace));
        table.Add("partition 1\nrow 1,1 live=10+60@70 v=1@10+60@70");
        CompactionResult result = table.Compact(Late)!;
        Assert.Empty(result.Written);
        Assert.Empty(table.SSTables);
        Assert.Empty(disk.ListFiles(CompactionTable.Folder));

        // The same by reading: tombstones and what they hide leave nothing.
        table.Add("partition 1\nrow 1,1 live=10 v=1@10");
        table.Add("partition 1 deleted=20");
        Assert.Empty(table.Compact(Late)!.Written);
        Assert.Empty(disk.ListFiles(CompactionTable.Folder));
    }

    [Fact]
    public void Tombstones_of_what_is_not_repaired_stay_where_the_table_says_so()
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace, "only_purge_repaired_tombstones=true"));
        const string Script = "partition 1\nrow 1,1 deleted=20\nrow 2,2 live=900";
        table.Compact(Late, table.Add(Script));
        Assert.Contains("deleted=20", table.Text(), StringComparison.Ordinal);
        using CompactionTable repaired = new(new SimulatedDisk(), table.Table);
        repaired.Compact(Late, repaired.Add(Script, o => o with { RepairedAtMillis = 7 }));
        Assert.DoesNotContain("deleted=20", repaired.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_repairs_left_is_never_mixed_and_is_handed_on()
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace));
        Guid session = Guid.Parse("aaaaaaaa-0000-1000-8000-000000000000");
        table.Add("partition 1\nrow 1,1 live=900");
        SSTableId[] repaired =
        [
            table.Add("partition 2\nrow 1,1 live=900", o => o with { RepairedAtMillis = 9, CommitLogIntervals = [Interval(1, 5), Interval(8, 9)] }),
            table.Add("partition 3\nrow 1,1 live=900", o => o with { RepairedAtMillis = 7, CommitLogIntervals = [Interval(4, 6)] }),
        ];
        SSTableId pending = table.Add("partition 4\nrow 1,1 live=900", o => o with { PendingRepair = session });
        Assert.Throws<ArgumentException>(() => table.Compact(Late));
        table.Compact(Late, repaired);
        table.Compact(Late, pending);
        StatsMetadata[] stats = [.. table.SSTables.Select(s => s.Statistics.Stats)];
        Assert.Equal([0L, 7L, 0L], stats.Select(s => s.RepairedAtMillis));
        Assert.Equal([null, null, session], stats.Select(s => s.PendingRepair));
        Assert.Equal([Interval(1, 6), Interval(8, 9)], stats[1].CommitLogIntervals);

        static CommitLogInterval Interval(int start, int end) => new(new CommitLogPosition(1, start), new CommitLogPosition(1, end));
    }

    [Theory]
    [InlineData("ROW")]
    [InlineData("CELL")]
    public void Garbage_collection_drops_what_overlapping_SSTables_delete(string overlapping)
    {
        using CompactionTable table = new(new SimulatedDisk(), CompactionTable.With(Grace));
        SSTableId old = table.Add(
            """
            partition 1
            static s=1@10
            row 1,1 live=10 v=1@10 w=1@10
            row 2,2 live=10 v=1@10
            row 3,3 live=10 v=1@10 m[1]=1@10 m[2]=2@10 m[3]=3@10
            row 4,4 live=990 v=1@990
            partition 2
            row 1,1 live=10 v=1@10
            partition 3
            row 1,1 live=10 v=1@10
            """);
        table.Add("partition 1\nstatic s=2@20\nrow 1,1 deleted=985\nopen [2 985\nclose 2] 985\nrow 3,3 v=2@20 m[2]=9@20\nrow 4,4 deleted=985\npartition 2 deleted=985");
        string before = table.Text();
        CompactionStrategy strategy = CompactionStrategy.For(table.Table);
        CompactionCandidate[] all = table.Candidates();
        CompactionView view = new() { Table = table.Table, Live = all, Members = all, NowMillis = Late * 1000 };
        CompactionTask task = strategy.GarbageCollection(view, all.Single(c => c.Id == old), Enum.Parse<OverlappingTombstones>(overlapping, ignoreCase: true));
        SSTableDescriptor written = Assert.Single(table.Run(task, Late)!.Written);
        Assert.Equal(before, table.Text());
        using CompactionTable alone = new(new SimulatedDisk(), table.Table);
        alone.Add(table.SSTables.Single(s => s.Descriptor == written).Read(Cqlite.Core.Rows.ReadRequest.All));
        Assert.Equal(
            overlapping == "ROW"
                ? "partition 1\n  static s=1@10\n  row 3,3 live=10 v=1@10 m[1]=1@10 m[2]=2@10 m[3]=3@10\n  row 4,4 live=990 v=1@990\npartition 3\n  row 1,1 live=10 v=1@10"
                : "partition 1\n  row 3,3 live=10 m[1]=1@10 m[3]=3@10\n  row 4,4 live=990 v=1@990\npartition 3\n  row 1,1 live=10 v=1@10",
            Sorted(alone.Text()));
    }

    [Fact]
    public void Damage_of_an_input_ends_it_with_everything_as_it_was()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(Grace));
        table.Add("partition 1\nrow 1,1 live=10 v=1@10");
        SSTableId damaged = table.Add("partition 2\nrow 1,1 live=10 v=1@10");
        string[] files = [.. disk.ListFiles(CompactionTable.Folder)];
        string data = files.Single(f => f.EndsWith($"nb-{damaged.Text}-big-Data.db", StringComparison.Ordinal));
        byte[] content = new byte[disk.GetLength(data)];
        using (Cqlite.Core.Files.IReadableFile file = disk.OpenRead(data))
            file.Read(0, content);
        content[^6] ^= 1;
        disk.DeleteFile(data);
        disk.Put(data, content);
        Assert.Throws<CorruptDataException>(() => table.Compact(Late));
        Assert.Equal(files, disk.ListFiles(CompactionTable.Folder));
        Assert.Equal(2, table.SSTables.Count);
    }

    [Fact]
    public void A_disk_without_room_is_told_of_before_anything_is_written()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(Grace));
        SSTableId[] ids = [.. Enumerable.Range(1, 3).Select(i => table.Add(Rows(i, i * 100)))];
        long used = disk.ListFiles(CompactionTable.Folder).Sum(disk.GetLength);
        string before = table.Text();
        disk.CapacityBytes = used + 100;
        CompactionTask named = new() { Inputs = ids, Reason = CompactionReason.UserDefined, Output = new SizedOutput(0) };
        Assert.Throws<StorageException>(() => table.Run(named, Late));

        // A task that may leave inputs does with what there is room for.
        disk.CapacityBytes = used + disk.ListFiles(CompactionTable.Folder).Where(f => !f.Contains($"nb-{ids[2].Text}-", StringComparison.Ordinal)).Sum(disk.GetLength) + 4096;
        CompactionResult result = table.Run(named with { Reason = CompactionReason.SizeTier }, Late)!;
        Assert.Equal(ids[..2], result.Compacted.Select(c => c.Id));
        Assert.Equal(before, table.Text());
    }

    [Fact]
    public void Cancellation_at_any_call_leaves_everything_as_it_was()
    {
        for (int at = 1; ; at += 3)
        {
            SimulatedDisk disk = new();
            using CompactionTable table = new(disk, CompactionTable.With(Grace));
            table.Add(Rows(1, 50));
            table.Add(Rows(1, 80));
            string before = table.Text();
            string[] files = [.. disk.ListFiles(CompactionTable.Folder)];
            using CancellationTokenSource cancellation = new();
            int last = disk.Calls + at;
            bool cancelled = false;
            disk.Fault = (_, _, number) =>
            {
                if (number == last)
                    cancellation.Cancel();
            };
            CompactionTask task = new() { Inputs = [.. table.SSTables.Select(s => s.Descriptor.Id)], Reason = CompactionReason.Major, Output = new SizedOutput(0) };
            try
            {
                table.Run(task, Late, cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
                Assert.Equal(files, disk.ListFiles(CompactionTable.Folder));
            }

            Assert.Equal(before, table.Text());
            if (!cancelled && disk.Calls < last)
                return;
        }
    }

    private static string Rows(int partitions, int rows) => string.Join('\n', Enumerable.Range(1, partitions).Select(p =>
        $"partition {p}\n" + string.Join('\n', Enumerable.Range(1, rows).Select(r => $"row {r},1 live={900 + rows} v={r * 7919}@{900 + rows}"))));

    /// <summary>Partitions in the order of their numbers, not of their tokens.</summary>
    private static string Sorted(string text) => "partition " + string.Join("\npartition ", text.Split("partition ", StringSplitOptions.RemoveEmptyEntries).Select(p => p.TrimEnd('\n')).Order(StringComparer.Ordinal));
}
