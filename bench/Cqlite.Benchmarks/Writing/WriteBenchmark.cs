using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Writing;

/// <summary>
/// Writes the rows of bench.events in bulk: sorted and not, in each version. CPU is of the whole process, user and system, less what it
/// takes to make the rows without writing them, which is measured in the same run.
/// </summary>
internal static class WriteBenchmark
{
    private const int DefaultRows = 600_000;
    private const int Rounds = 5;

    private static readonly (string Name, string Version, bool IsSorted)[] s_cases =
    [
        ("nb, sorted", "nb", true),
        ("oa, sorted", "oa", true),
        ("da, sorted", "da", true),
        ("nb, not sorted", "nb", false),
    ];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        string folder = Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Environment.ProcessId}");
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Bulk writing of bench.events\n\n{Measurement.Machine()}. {rows:N0} rows, LZ4, chunks of 16 KiB; medians of {Rounds} rounds taken in turns.\n");
        report.Append("CQLSSTableWriter: 31.7 k rows a CPU second sorted, 23.8 k not (baselines.md). Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- write`.\n\n");
        report.Append("| what | rows a CPU second | with making the rows | wall clock, rows/s | SSTables | peak working set so far |\n|---|---|---|---|---|---|\n");

        double[][] cpu = [.. Enumerable.Range(0, s_cases.Length + 1).Select(_ => new double[Rounds])];
        double[][] wall = [.. Enumerable.Range(0, s_cases.Length + 1).Select(_ => new double[Rounds])];
        long[] bytes = new long[s_cases.Length];
        long[] peaks = new long[s_cases.Length];
        Measure(() => Make(rows), out _, out _);
        for (int round = 0; round < Rounds; round++)
        {
            Measure(() => Make(rows), out cpu[^1][round], out wall[^1][round]);
            for (int i = 0; i < s_cases.Length; i++)
            {
                (_, string version, bool isSorted) = s_cases[i];
                Measure(() => bytes[i] = Write(folder, rows, version, isSorted), out cpu[i][round], out wall[i][round]);
                peaks[i] = Math.Max(peaks[i], Process.GetCurrentProcess().PeakWorkingSet64);
            }
        }

        double making = Median(cpu[^1]);
        for (int i = 0; i < s_cases.Length; i++)
        {
            double seconds = Median(cpu[i]);
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {s_cases[i].Name} | {rows / (seconds - making) / 1e3:F0} k | {rows / seconds / 1e3:F0} k | {rows / Median(wall[i]) / 1e3:F0} k | {bytes[i] / 1e6:F1} MB | {peaks[i] >> 20} MB |\n");
        }

        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "write.md"), report.ToString());
        return 0;
    }

    private static void Measure(Action action, out double cpuSeconds, out double wallSeconds)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        action();
        wallSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        cpuSeconds = (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static void Make(int rows)
    {
        BulkRow row = new(EventRows.Table);
        EventRows events = new(row);
        for (int i = 0; i < rows; i++)
            events.Fill(row, i);
    }

    private static long Write(string folder, int rows, string version, bool isSorted)
    {
        try
        {
            using BulkWriter writer = new(
                PhysicalFileSystem.Instance,
                folder,
                EventRows.Table,
                new BulkWriterOptions { Version = SSTableVersion.OfName(version), IsSorted = isSorted });
            EventRows events = new(writer.Row);
            if (isSorted)
            {
                foreach (int partition in EventRows.PartitionsInOrder(rows / EventRows.RowsPerPartition))
                {
                    for (int i = 0; i < EventRows.RowsPerPartition; i++)
                    {
                        events.Fill(writer.Row, (partition * EventRows.RowsPerPartition) + i);
                        writer.Add();
                    }
                }
            }
            else
            {
                for (int i = 0; i < rows; i++)
                {
                    events.Fill(writer.Row, i);
                    writer.Add();
                }
            }

            writer.Finish();
            return Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
