using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Engine;

/// <summary>
/// Writes into a database with compaction in the background and without it, and tells what it costs writers: rows a second, and the longest waits. Then all is
/// compacted to one, which is the engine's own merge: read, purge, write, verify.
/// </summary>
internal static class BackgroundCompactionBenchmark
{
    private const int DefaultRows = 400_000;
    private const int Writers = 4;
    private const int RowsAPartition = 20;
    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 100).Select(i => (byte)(i * 37))];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Compaction beside writers\n\n{Measurement.Machine()}. {rows:N0} rows of 100 bytes by {Writers} writers, Periodic, memtables of 8 MiB, size tiers of 4.\n");
        report.Append("Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- compaction [ROWS]`.\n\n");
        report.Append("| in the background | rows/s | wait p99.99 | longest wait | SSTables at the end | major compaction, rows a CPU second | rows/s |\n|---|---|---|---|---|---|---|\n");
        Measure(report, "nothing (warm-up)", rows / 4, new DatabaseOptions { CompactionThreads = 0 });
        Measure(report, "nothing", rows, new DatabaseOptions { CompactionThreads = 0 });
        Measure(report, "compaction, 64 MiB/s", rows, new DatabaseOptions());
        Measure(report, "compaction, no limit", rows, new DatabaseOptions { CompactionBytesPerSecond = 0 });
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "compaction.md"), report.ToString());
        return 0;
    }

    private static void Measure(StringBuilder report, string name, int rows, DatabaseOptions options)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Guid.NewGuid():N}");
        Database.Create(folder);
        try
        {
            using QueryEngine engine = QueryEngine.Open(folder, options with { Durability = Durability.Periodic, MemtableSizeBytes = 8 << 20 });
            engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            engine.Execute("CREATE TABLE k.t (k int, c int, v blob, PRIMARY KEY (k, c))").Dispose();
            TableMetadata table = engine.Database.Schema.Table("k", "t")!;
            long[][] waits = [.. Enumerable.Range(0, Writers).Select(_ => new long[rows / Writers])];
            long start = Stopwatch.GetTimestamp();
            Thread[] threads = [.. waits.Select((mine, writer) => new Thread(() => Write(engine.Database, table, writer, mine)))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            double writing = Stopwatch.GetElapsedTime(start).TotalSeconds;
            long[] all = [.. waits.SelectMany(w => w)];
            Array.Sort(all);
            int sstables = engine.Database.OpenTable(table).SSTables.Count;

            using Process process = Process.GetCurrentProcess();
            TimeSpan cpu = process.TotalProcessorTime;
            start = Stopwatch.GetTimestamp();
            engine.Database.Compact(table);
            double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
            process.Refresh();
            double seconds = (process.TotalProcessorTime - cpu).TotalSeconds;
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {all.Length / writing / 1e3:F0} k | {Millis(all[(int)(all.Length * 0.9999)]):F1} ms | {Millis(all[^1]):F1} ms | {sstables} | {all.Length / seconds / 1e3:F0} k | {all.Length / wall / 1e3:F0} k |\n");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Millis(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private static void Write(Database database, TableMetadata table, int writer, long[] waits)
    {
        PartitionUpdateBuilder builder = new(table);
        for (int i = 0; i < waits.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            int number = (i * Writers) + writer;

            // Partitions are written again and again, so that compaction has rows to bring together.
            builder.Begin(Int((int)((uint)number * 2654435761u % (uint)Math.Max(1, waits.Length * Writers / RowsAPartition))));
            Row row = builder.AddRow();
            long timestamp = database.NextMicros();
            row.AddClustering(row.Store(Int(number)));
            row.Liveness = new Liveness(timestamp, 0, Cell.NoDeletionTime);
            Slice value = row.Store(s_payload);
            row.AddCell() = new Cell { Column = 0, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = value, Path = Slice.Null };
            database.Apply(new Mutation(builder.Build()));
            waits[i] = Stopwatch.GetTimestamp() - start;
        }
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
