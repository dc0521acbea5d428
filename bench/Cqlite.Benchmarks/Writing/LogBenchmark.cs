using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Files;

namespace Cqlite.Benchmarks.Writing;

/// <summary>
/// What one write costs below the language: building the mutation from column values, the commit log, the memtable; with each
/// durability, and replayed. The disk's own rate of syncs is measured in turns with them, by appending and syncing what one mutation takes.
/// </summary>
internal static class LogBenchmark
{
    private const int Rounds = 5;
    private const int PeriodicRows = 1_500_000;
    private const int GroupRows = 200_000;
    private const int BatchRows = 4_000;
    private const int PartitionsPerWriter = 1_000_000;
    private const long MemtableLimitBytes = 512L << 20;
    private const long RecoveryBytes = 256L << 20;

    /// <summary>Runs all and appends a section to a report.</summary>
    public static void Run(StringBuilder report)
    {
        double[] syncs = new double[Rounds];
        double[] batch = new double[Rounds];
        double[] group = new double[Rounds];
        double[] groupCpu = new double[Rounds];
        double[] periodic = new double[Rounds];
        double[] steps = new double[Rounds];
        double[] apply = new double[Rounds];
        double[] periodicCpu = new double[Rounds];
        double[] recovery = new double[Rounds];
        int mutationBytes = new EventMutations(0).Serialize(new EventMutations(0).Build(0)).Length;
        Write(Durability.Periodic, 8, PeriodicRows / 2);
        for (int round = 0; round < Rounds; round++)
        {
            syncs[round] = SyncsPerSecond(mutationBytes);
            batch[round] = Write(Durability.Batch, 1, BatchRows).RowsPerSecond;
            (group[round], groupCpu[round]) = Write(Durability.Group, 64, GroupRows);
            (periodic[round], periodicCpu[round]) = Write(Durability.Periodic, 8, PeriodicRows);
            steps[round] = BuildOnly(PeriodicRows / 4, isApplied: false);
            apply[round] = BuildOnly(PeriodicRows / 4, isApplied: true);
            recovery[round] = Recover();
        }

        report.Append(CultureInfo.InvariantCulture, $"\n# Single writes: mutation, commit log, memtable\n\nRows of bench.events, {mutationBytes} bytes a mutation, one row each; medians of {Rounds} rounds taken in turns. The disk: appending and syncing as many bytes.\n\n");
        double disk = Median(syncs);
        report.Append("| what | rows/s | compared |\n|---|---|---|\n");
        report.Append(CultureInfo.InvariantCulture, $"| the disk's own syncs | {disk:N0} | |\n");
        report.Append(CultureInfo.InvariantCulture, $"| Batch, 1 writer | {Median(batch):N0} | {Median(batch) / disk:P1} of the disk's syncs |\n");
        report.Append(CultureInfo.InvariantCulture, $"| Group, 64 writers | {Median(group):N0} | {Median(group) / (64 * disk):P1} of 64 times the disk's syncs; {Median(groupCpu):N0} a CPU second |\n");
        report.Append(CultureInfo.InvariantCulture, $"| Periodic, 8 writers | {Median(periodic):N0} | {Median(periodicCpu):N0} a CPU second |\n");
        report.Append(CultureInfo.InvariantCulture, $"| building mutations, 1 thread | {Median(steps):N0} | |\n");
        report.Append(CultureInfo.InvariantCulture, $"| building and applying to a memtable, 1 thread | {Median(apply):N0} | |\n");
        report.Append(CultureInfo.InvariantCulture, $"| recovery of {RecoveryBytes >> 20} MB | | {Median(recovery):F2} s |\n");
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static double SyncsPerSecond(int bytes)
    {
        using Scratch scratch = new();
        using IWritableFile file = PhysicalFileSystem.Instance.Create(Path.Combine(scratch.Folder, "syncs"));
        byte[] content = new byte[bytes];
        Random.Shared.NextBytes(content);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < BatchRows; i++)
        {
            file.Write(content);
            file.Sync();
        }

        return BatchRows / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double BuildOnly(int rows, bool isApplied)
    {
        EventMutations events = new(0);
        Memtable memtable = new(EventRows.Table);
        long start = Stopwatch.GetTimestamp();
        long bytes = 0;
        for (int i = 0; i < rows; i++)
        {
            PartitionUpdate update = events.Build(i);
            ReadOnlySpan<byte> mutation = events.Serialize(update);
            bytes += mutation.Length;
            if (isApplied)
                memtable.Apply(update);
        }

        return rows / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static (double RowsPerSecond, double RowsPerCpuSecond) Write(Durability durability, int writers, int rows)
    {
        using Scratch scratch = new();
        Memtable memtable = new(EventRows.Table);
        using CommitLogWriter log = new(PhysicalFileSystem.Instance, scratch.Folder, durability, firstSegmentId: 1);
        Thread[] threads = new Thread[writers];
        using Barrier barrier = new(writers + 1);
        for (int t = 0; t < writers; t++)
        {
            int writer = t;
            threads[t] = new Thread(() =>
            {
                EventMutations events = new(writer * PartitionsPerWriter);
                barrier.SignalAndWait();
                for (int i = 0; i < rows / writers; i++)
                {
                    PartitionUpdate update = events.Build(i);
                    log.Append(new Mutation(update), out long sequence);
                    Volatile.Read(ref memtable).Apply(update);
                    log.AwaitDurable(sequence);
                    if (writer == 0 && i % 1024 == 0 && memtable.MemoryBytes > MemtableLimitBytes)
                        Volatile.Write(ref memtable, new Memtable(EventRows.Table));
                }
            });
            threads[t].Start();
        }

        barrier.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (Thread thread in threads)
            thread.Join();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (rows / seconds, rows / (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
    }

    private static double Recover()
    {
        using Scratch scratch = new();
        using (CommitLogWriter log = new(PhysicalFileSystem.Instance, scratch.Folder, Durability.Periodic, firstSegmentId: 1))
        {
            EventMutations events = new(0);
            long written = 0;
            for (int i = 0; written < RecoveryBytes; i++)
            {
                ReadOnlySpan<byte> mutation = events.Serialize(events.Build(i));
                log.Append(mutation, out _);
                written += mutation.Length + 12;
            }
        }

        Memtable memtable = new(EventRows.Table);
        long start = Stopwatch.GetTimestamp();
        CommitLogReplayer replayer = new(PhysicalFileSystem.Instance, scratch.Folder);
        replayer.Replay(id => id == EventRows.Table.Id ? EventRows.Table : null, new FlushedWrites(), memtable.Apply);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>A folder that goes with what is in it.</summary>
    private sealed class Scratch : IDisposable
    {
        public Scratch() => Directory.CreateDirectory(Folder);

        public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
