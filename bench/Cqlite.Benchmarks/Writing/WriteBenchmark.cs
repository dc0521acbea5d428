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
/// takes to make the rows without writing them, which is measured in the same run. Peaks of memory are those of processes that do nothing else.
/// </summary>
internal static class WriteBenchmark
{
    private const int DefaultRows = 600_000;
    private const int Rounds = 5;
    private const int PeakFactor = 10;
    private const string Once = "once";

    private static readonly (string Name, string Version, bool IsSorted)[] s_cases =
    [
        ("nb, sorted", "nb", true),
        ("oa, sorted", "oa", true),
        ("da, sorted", "da", true),
        ("nb, not sorted", "nb", false),
    ];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is [Once, var which, var count])
            return RunOnce(int.Parse(which, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture));
        if (arguments is ["log"])
        {
            StringBuilder alone = new();
            LogBenchmark.Run(alone);
            Console.Write(alone);
            return 0;
        }

        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        string folder = Folder();
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Bulk writing of bench.events\n\n{Measurement.Machine()}. {rows:N0} rows, LZ4, chunks of 16 KiB; medians of {Rounds} rounds taken in turns.\n");
        report.Append("CQLSSTableWriter: 31.7 k rows a CPU second sorted, 23.8 k not (baselines.md). Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- write`.\n\n");
        report.Append(CultureInfo.InvariantCulture, $"| what | rows a CPU second | with making the rows | wall clock, rows/s | SSTables | peak working set | of {PeakFactor} times the rows |\n|---|---|---|---|---|---|---|\n");

        List<ProcessCost>[] costs = [.. Enumerable.Range(0, s_cases.Length + 1).Select(_ => new List<ProcessCost>())];
        long[] bytes = new long[s_cases.Length];
        ProcessCost.Of(() => Make(rows));
        for (int round = 0; round < Rounds; round++)
        {
            costs[^1].Add(ProcessCost.Of(() => Make(rows)));
            for (int i = 0; i < s_cases.Length; i++)
                costs[i].Add(ProcessCost.Of(() => bytes[i] = Write(folder, rows, s_cases[i].Version, s_cases[i].IsSorted)));
        }

        double making = ProcessCost.Median(costs[^1]).CpuSeconds;
        for (int i = 0; i < s_cases.Length; i++)
        {
            ProcessCost cost = ProcessCost.Median(costs[i]);
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {s_cases[i].Name} | {rows / (cost.CpuSeconds - making) / 1e3:F0} k | {rows / cost.CpuSeconds / 1e3:F0} k | {rows / cost.WallSeconds / 1e3:F0} k | {bytes[i] / 1e6:F1} MB | {Peak(i, rows)} MB | {Peak(i, rows * PeakFactor)} MB |\n");
        }

        LogBenchmark.Run(report);
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "write.md"), report.ToString());
        return 0;
    }

    /// <summary>The most memory that a process of its own takes for a case, in MiB.</summary>
    private static long Peak(int which, int rows)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (string argument in (string[])["write", Once, which.ToString(CultureInfo.InvariantCulture), rows.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        long bytes = long.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
        process.WaitForExit();
        return bytes >> 20;
    }

    private static int RunOnce(int which, int rows)
    {
        Write(Folder(), rows, s_cases[which].Version, s_cases[which].IsSorted);
        Console.Write(Process.GetCurrentProcess().PeakWorkingSet64);
        return 0;
    }

    private static string Folder() => Path.Combine(Path.GetTempPath(), $"cqlite-bench-{Environment.ProcessId}");

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
