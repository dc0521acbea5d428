using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.Rewriting;
using Cqlite.Core.SSTables;
using Cqlite.Testing;

namespace Cqlite.Benchmarks.Rewriting;

/// <summary>Extended verification, salvage and conversion of one SSTable of bench.events that is sound.</summary>
internal static class InspectBenchmark
{
    private const int DefaultRows = 600_000;
    private const int Rounds = 5;
    private static readonly string[] s_versions = ["nb", "oa", "da"];

    public static int Run(ReadOnlySpan<string> arguments)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"# Verification, salvage and conversion of bench.events\n\n{Measurement.Machine()}. {rows:N0} rows, LZ4, chunks of 16 KiB; medians of {Rounds} rounds taken in turns, files in the page cache.\n");
        report.Append("sstableverify -e: 25.6 k rows a CPU second; sstablescrub: 18.8 k (baselines.md, start-up included). Made by `dotnet run -c Release --project bench/Cqlite.Benchmarks -- inspect`.\n\n");
        report.Append("| what | rows a CPU second | wall clock, rows/s |\n|---|---|---|\n");

        using EventSSTables sstables = new();
        (string Name, Action Work)[] cases =
        [
            .. s_versions.SelectMany(version =>
            {
                SSTableDescriptor source = sstables.Write(version, version, rows, 1, static (_, _, _) => true).Single();
                return new (string, Action)[]
                {
                    ($"{version}, verified with every value", () => Verify(source)),
                    ($"{version}, salvaged", () => Scrub(source, sstables.OutputFolder)),
                    ($"{version}, converted to nb", () => Convert(source, sstables.OutputFolder)),
                };
            }),
        ];
        List<ProcessCost>[] costs = [.. cases.Select(_ => new List<ProcessCost>())];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < cases.Length; i++)
            {
                sstables.Clear();
                ProcessCost cost = ProcessCost.Of(cases[i].Work);
                if (round >= 0)
                    costs[i].Add(cost);
            }
        }

        for (int i = 0; i < cases.Length; i++)
        {
            ProcessCost median = ProcessCost.Median(costs[i]);
            report.Append(CultureInfo.InvariantCulture, $"| {cases[i].Name} | {rows / median.CpuSeconds / 1e3:F0} k | {rows / median.WallSeconds / 1e3:F0} k |\n");
        }

        report.Append(CultureInfo.InvariantCulture, $"\nPeak working set of this process: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB.\n");
        Console.Write(report);
        File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", "inspect.md"), report.ToString());
        return 0;
    }

    private static void Verify(SSTableDescriptor source)
    {
        VerificationSummary summary = new SSTableVerifier(PhysicalFileSystem.Instance, source, new SSTableVerifierOptions { Depth = VerificationDepth.Extended }).Verify(static _ => { });
        if (!summary.IsValid)
            throw new InvalidOperationException($"{source} is not sound.");
    }

    private static void Scrub(SSTableDescriptor source, string folder)
    {
        if (!new SSTableScrubber(PhysicalFileSystem.Instance, new ScrubOptions { OutputDirectory = folder }).Scrub(source).IsComplete)
            throw new InvalidOperationException($"{source} is not sound.");
    }

    private static void Convert(SSTableDescriptor source, string folder) =>
        new SSTableConverter(PhysicalFileSystem.Instance, new RewriteOptions { OutputDirectory = folder }).Convert(source);
}
