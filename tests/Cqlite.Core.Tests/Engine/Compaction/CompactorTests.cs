using Cqlite.Core.Engine.Compaction;
using Cqlite.Core.Errors;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Compaction;

/// <summary>What the compactor does by itself and on request, and what it does when it fails.</summary>
public sealed class CompactorTests
{
    private const long Late = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Compacts_what_strategies_propose_once_it_is_woken()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(100));
        using Compactor compactor = new(disk, new CompactorOptions(), () => [table], () => Late, _ => { });
        compactor.Start();
        for (int i = 0; i < 3; i++)
            table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900");
        compactor.Wake();
        table.Add("partition 3\nrow 1,1 live=900 v=3@900");
        compactor.Wake();
        Until(() => table.SSTables.Count == 1);
        Until(() => compactor.Finished.Count == 1);
        CompactionRecord record = compactor.Finished[0];
        Assert.Equal(CompactionReason.SizeTier, record.Task.Reason);
        Assert.Equal((4L, 4L), (record.Result!.RowsIn, record.Result.RowsOut));
        Assert.Equal(record.Progress.TotalBytes, record.Progress.DoneBytes);
        Assert.NotNull(record.Duration);
        Assert.Empty(compactor.Running);
    }

    [Fact]
    public void A_table_that_fails_is_left_alone_for_a_while_and_says_why()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(100));
        for (int i = 0; i < 4; i++)
            table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900");
        int attempts = 0;
        disk.Fault = (call, path, _) =>
        {
            if (call == DiskCall.Create && path.Contains("_txn_compaction_", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref attempts);
                throw new StorageException(path, "can't be created.", new IOException("injected"));
            }
        };
        using (Compactor compactor = new(disk, new CompactorOptions { Period = TimeSpan.FromMilliseconds(1), FirstPause = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromHours(1) }, () => [table], () => Late, _ => { }))
        {
            compactor.Start();
            Until(() => compactor.ProblemOf(table.Table.Id) is not null);
            for (int i = 0; i < 50; i++)
            {
                compactor.Wake();
                Thread.Sleep(1);
            }

            Assert.Equal(1, attempts);
            Assert.Contains("can't be created", compactor.ProblemOf(table.Table.Id)!.Message, StringComparison.Ordinal);
            Assert.IsType<StorageException>(compactor.Finished[^1].Error);

            // Who asks for it gets the error; and once the cause is gone all is well.
            Assert.Throws<StorageException>(() => compactor.CompactAll(table, splitOutput: false, threads: 1, TestContext.Current.CancellationToken));
            disk.Fault = null;
            _ = Assert.Single(compactor.CompactAll(table, splitOutput: false, threads: 1, TestContext.Current.CancellationToken));
            Assert.Null(compactor.ProblemOf(table.Table.Id));
        }

        Assert.Single(table.SSTables);
    }

    [Fact]
    public void A_damaged_SSTable_is_left_out_and_the_others_are_compacted()
    {
        SimulatedDisk disk = new();
        CompactionTable table = new(disk, CompactionTable.With(100));
        for (int i = 0; i < 5; i++)
            table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900");
        string data = table.SSTables[2].Descriptor.PathOf(SSTableComponent.Data);
        byte[] content = new byte[disk.GetLength(data)];
        using (Cqlite.Core.Files.IReadableFile file = disk.OpenRead(data))
            file.Read(0, content);
        content[^6] ^= 1;
        disk.DeleteFile(data);
        disk.Put(data, content);
        using (Compactor compactor = new(disk, new CompactorOptions(), () => [table], () => Late, _ => { }))
        {
            compactor.Start();
            Until(() => table.SSTables.Count == 2);
        }

        table.Abandon();
    }

    [Fact]
    public void A_commit_in_doubt_halts_the_table_and_is_told()
    {
        SimulatedDisk disk = new();
        CompactionTable table = new(disk, CompactionTable.With(100));
        for (int i = 0; i < 4; i++)
            table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900");
        int syncs = 0;
        disk.Fault = (call, path, _) =>
        {
            // ADD, four REMOVE, then COMMIT.
            if (call == DiskCall.Sync && path.Contains("_txn_compaction_", StringComparison.Ordinal) && ++syncs == 6)
                throw new StorageException(path, "can't be synced.", new IOException("injected"));
        };
        CommitInDoubtException? told = null;
        using (Compactor compactor = new(disk, new CompactorOptions(), () => [table], () => Late, doubt => told = doubt))
        {
            compactor.Start();
            Until(() => Volatile.Read(ref told) is not null);
            disk.Fault = null;
            Assert.Throws<CommitInDoubtException>(() => compactor.CompactAll(table, splitOutput: false, threads: 1, TestContext.Current.CancellationToken));
            Assert.Equal(4, table.SSTables.Count);
        }

        table.Abandon();
    }

    [Fact]
    public void Suspending_cancels_what_runs_and_lets_nothing_begin()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(100));
        for (int i = 0; i < 4; i++)
            table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900");
        using ManualResetEventSlim reading = new();
        using ManualResetEventSlim goOn = new();
        disk.Fault = (call, path, _) =>
        {
            if (call == DiskCall.Create && path.EndsWith("-Data.db", StringComparison.Ordinal))
                reading.Set();
        };
        using Compactor compactor = new(disk, new CompactorOptions { BytesPerSecond = 1 }, () => [table], () => Late, _ => { });
        compactor.Start();

        // At one byte a second it would never end.
        Until(() => compactor.Running.Count == 1);
        using (compactor.Suspend(table.Table.Id))
        {
            Assert.Empty(compactor.Running);
            Assert.True(compactor.Finished[^1].IsCancelled);
            compactor.Wake();
            Thread.Sleep(20);
            Assert.Empty(compactor.Running);
            Assert.Equal(4, table.SSTables.Count);
            compactor.Limit.BytesPerSecond = 0;
        }

        Until(() => table.SSTables.Count == 1);
    }

    [Fact]
    public void Disposing_cancels_what_runs()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(100));
        for (int i = 0; i < 4; i++)
            table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900");
        using (Compactor compactor = new(disk, new CompactorOptions { BytesPerSecond = 1 }, () => [table], () => Late, _ => { }))
        {
            compactor.Start();
            Until(() => compactor.Running.Count == 1);
        }

        Assert.Equal(4, table.SSTables.Count);
        Assert.DoesNotContain(disk.ListFiles(CompactionTable.Folder), f => f.Contains("_txn_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disabled_table_is_compacted_only_on_request()
    {
        SimulatedDisk disk = new();
        using CompactionTable table = new(disk, CompactionTable.With(100, "enabled=false"));
        SSTableId[] ids = [.. Enumerable.Range(0, 5).Select(i => table.Add($"partition {i}\nrow 1,1 live=900 v={i}@900"))];
        using Compactor compactor = new(disk, new CompactorOptions(), () => [table], () => Late, _ => { });
        compactor.Start();
        compactor.Wake();
        Thread.Sleep(30);
        Assert.Equal(5, table.SSTables.Count);
        CompactionResult named = Assert.Single(compactor.CompactThese(table, ids[..2], TestContext.Current.CancellationToken));
        Assert.Equal(ids[..2], named.Compacted.Select(c => c.Id));
        Assert.Equal(4, table.SSTables.Count);
        Assert.Single(compactor.CompactAll(table, splitOutput: false, threads: 1, TestContext.Current.CancellationToken));
        Assert.Single(table.SSTables);
        Assert.Single(compactor.CollectGarbage(table, OverlappingTombstones.Cell, TestContext.Current.CancellationToken));
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, s_patience));
}
