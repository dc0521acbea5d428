using System.ComponentModel;
using System.Diagnostics;

namespace Cqlite.Benchmarks.Migration;

/// <summary>What a process cost from its start to its end.</summary>
/// <param name="WallSeconds">Time that passed.</param>
/// <param name="CpuSeconds">User and system time of all its threads, start-up included.</param>
/// <param name="PeakBytes">The most memory that it had in use: VmHWM, or what Windows calls the peak working set.</param>
internal readonly record struct CommandRun(double WallSeconds, double CpuSeconds, long PeakBytes)
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(5);

    /// <summary>Starts a process; the caller waits for its end.</summary>
    /// <param name="assembly">The program, as an assembly or a native binary.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Process Start(string assembly, params IEnumerable<string> arguments)
    {
        bool isNative = Path.GetExtension(assembly) != ".dll";
        ProcessStartInfo start = new(isNative ? assembly : "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (!isNative)
            start.ArgumentList.Add(assembly);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Runs a process to its end, and looks at it all the time: what it used last is gone with it.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error.</exception>
    public static CommandRun Measure(string assembly, params IEnumerable<string> arguments)
    {
        long began = Stopwatch.GetTimestamp();
        using Process process = Start(assembly, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        CommandRun run = default;
        while (!process.WaitForExit(s_betweenLooks))
        {
            try
            {
                process.Refresh();
                run = new CommandRun(0, process.TotalProcessorTime.TotalSeconds, Math.Max(run.PeakBytes, process.PeakWorkingSet64));
            }
            catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
            {
                // It ended between two looks.
            }
        }

        double wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode == 0
            ? run with { WallSeconds = wall }
            : throw new InvalidOperationException($"{Path.GetFileName(assembly)} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output.Result}{errors.Result}");
    }
}
