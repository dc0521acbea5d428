using System.Diagnostics;

namespace Cqlite.Fuzz.Migrating;

/// <summary>How a process ended.</summary>
/// <param name="IsKilled">Whether it was killed before it had ended.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record MigrationEnd(bool IsKilled, string Output, string Error);

/// <summary>The command as a process of its own, which is killed at a moment.</summary>
internal static class MigrationProcess
{
    private static readonly TimeSpan s_hangs = TimeSpan.FromMinutes(5);

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What is typed.</param>
    /// <param name="isDue">Whether it is to be killed now; asked again and again. Null for never.</param>
    /// <exception cref="InvalidDataException">It ended with an error of its own.</exception>
    public static async Task<MigrationEnd> RunAsync(IEnumerable<string> arguments, Func<bool>? isDue)
    {
        string host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        ProcessStartInfo start = new(host) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "cqlite.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        long started = Stopwatch.GetTimestamp();
        while (!process.WaitForExit(1))
        {
            if (isDue?.Invoke() is true || Stopwatch.GetElapsedTime(started) > s_hangs)
                process.Kill();
        }

        process.WaitForExit();
        MigrationEnd end = new(process.ExitCode != 0 && isDue is not null, await output, await error);
        if (Stopwatch.GetElapsedTime(started) > s_hangs)
            throw new InvalidDataException($"it did not end: {end.Error}");

        // Who was killed has no exit code of its own, and says nothing.
        if (process.ExitCode is 1 or 2 or > 0 and < 128)
            throw new InvalidDataException($"it ended with {process.ExitCode}: {end.Error}{end.Output}");
        return end;
    }
}
