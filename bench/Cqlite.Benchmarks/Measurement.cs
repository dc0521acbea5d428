using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cqlite.Benchmarks;

/// <summary>
/// Times several ways to do one work in turns, so that whatever else the machine does meets all of them alike, and keeps the medians.
/// </summary>
internal sealed record Measurement(string Name, double Seconds)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs each candidate once a round and answers the median of each, in the order given.</summary>
    /// <param name="rounds">Rounds after the warm-up; an odd number has a median that was measured.</param>
    /// <param name="candidates">A name, and the work; every candidate does the same amount of it.</param>
    public static IReadOnlyList<Measurement> Compare(int rounds, params ReadOnlySpan<(string Name, Action Run)> candidates)
    {
        double[][] seconds = new double[candidates.Length][];
        for (int index = 0; index < candidates.Length; index++)
        {
            seconds[index] = new double[rounds];
            long start = Stopwatch.GetTimestamp();
            do
            {
                candidates[index].Run();
            }
            while (Stopwatch.GetElapsedTime(start) < s_warmUp);
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int index = 0; index < candidates.Length; index++)
            {
                long start = Stopwatch.GetTimestamp();
                candidates[index].Run();
                seconds[index][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        List<Measurement> medians = [];
        for (int index = 0; index < candidates.Length; index++)
        {
            Array.Sort(seconds[index]);
            medians.Add(new Measurement(candidates[index].Name, seconds[index][rounds / 2]));
        }

        return medians;
    }

    /// <summary>The machine, as a line for the head of a result: processor, cores, runtime.</summary>
    public static string Machine()
    {
        string processor = RuntimeInformation.ProcessArchitecture.ToString();
        const string LinuxProcessors = "/proc/cpuinfo";
        if (File.Exists(LinuxProcessors))
        {
            string? line = File.ReadLines(LinuxProcessors).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            processor = line is null ? processor : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        else
        {
            processor = Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? processor;
        }

        return $"{processor}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}";
    }
}
