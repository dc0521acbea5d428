using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Rewriting;

/// <summary>
/// A major compaction of four SSTables of bench.events into one, with purging: of partitions that no two of them share, of rows that alternate between
/// them, and of rows that all of them have. Rows are those read from all four.
/// </summary>
internal static class CompactBenchmark
{
    private const int DefaultRows = 600_000;
    private const int Inputs = 4;
    private const int Rounds = 5;

    private static readonly (string Name, string Version, Func<int, int, int, bool> Has)[] s_cases =
    [
        ("nb, partitions apart", "nb", static (sstable, partition, _) => partition % Inputs == sstable),
        ("oa, partitions apart", "oa", static (sstable, partition, _) => partition % Inputs == sstable),
        ("da, partitions apart", "da", static (sstable, partition, _) => partition % Inputs == sstable),
        ("nb, rows in turns", "nb", static (sstable, _, row) => row % Inputs == sstable),
        ("nb, the same rows", "nb", static (_, partition, _) => partition % Inputs == 0),
    ];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Major compaction of bench.events\n\n{Measurement.Machine()}. {rows:N0} rows in {Inputs} SSTables, LZ4, chunks of 16 KiB; medians of {Rounds} rounds taken in turns, files in the page cache.\n");
        report.Append("Cassandra: 189 k rows in a CPU second, 82 k a second (baselines.md). Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- compact`.\n\n");
        report.Append("| what | rows in a CPU second | wall clock, rows/s | rows out |\n|---|---|---|---|\n");

        using EventSSTables sstables = new();
        IReadOnlyList<SSTableDescriptor>[] inputs = [.. s_cases.Select(c => sstables.Write(c.Name, c.Version, rows, Inputs, c.Has))];
        List<ProcessCost>[] costs = [.. s_cases.Select(_ => new List<ProcessCost>())];
        long[] output = new long[s_cases.Length];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < s_cases.Length; i++)
            {
                sstables.Clear();
                MergeOptions options = new()
                {
                    OutputDirectory = sstables.OutputFolder,
                    Version = SSTableVersion.OfName(s_cases[i].Version),
                    Purge = new PurgeOptions { NowSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), GcGraceSeconds = 864_000, Others = [] },
                };
                ProcessCost cost = ProcessCost.Of(() => output[i] = new SSTableMerger(PhysicalFileSystem.Instance, options).Merge(inputs[i]).RowCount);
                if (round >= 0)
                    costs[i].Add(cost);
            }
        }

        for (int i = 0; i < s_cases.Length; i++)
        {
            ProcessCost median = ProcessCost.Median(costs[i]);
            report.Append(CultureInfo.InvariantCulture, $"| {s_cases[i].Name} | {rows / median.CpuSeconds / 1e3:F0} k | {rows / median.WallSeconds / 1e3:F0} k | {output[i]:N0} |\n");
        }

        report.Append(CultureInfo.InvariantCulture, $"\nPeak working set of this process: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB.\n");
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "compact.md"), report.ToString());
        return 0;
    }
}
