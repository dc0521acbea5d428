using System.Diagnostics;

namespace Cqlite.Benchmarks;

/// <summary>What a piece of work cost the whole process, all threads together.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="WallSeconds">Time that passed.</param>
internal readonly record struct ProcessCost(double CpuSeconds, double WallSeconds)
{
    /// <summary>Does the work and measures it.</summary>
    public static ProcessCost Of(Action work)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        work();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        return new ProcessCost((process.TotalProcessorTime - before).TotalSeconds, wall);
    }

    /// <summary>The median of the processor time and that of the time that passed.</summary>
    public static ProcessCost Median(IReadOnlyCollection<ProcessCost> costs) => new(
        costs.Select(c => c.CpuSeconds).Order().ElementAt(costs.Count / 2),
        costs.Select(c => c.WallSeconds).Order().ElementAt(costs.Count / 2));
}
