using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>What a run of <c>cqlite</c> came to.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
internal sealed record CqliteResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, line by line.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as JSON Lines.</summary>
    public JsonElement[] Json => [.. Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
}

/// <summary>
/// Runs the command as a process of its own, as users do: exit codes, pipes and signals are part of what is tested. The environment's
/// <c>CQLITE_BINARY</c> names another binary to test, such as the native one.
/// </summary>
internal static class CqliteProcess
{
    /// <summary>Only a command that hangs takes that long.</summary>
    private static readonly TimeSpan s_hangs = TimeSpan.FromMinutes(2);

    /// <summary>Runs it to its end.</summary>
    public static CqliteResult Run(params string[] arguments) => Run(arguments, input: null);

    /// <summary>Runs it to its end in a folder, to which paths on its command line are relative.</summary>
    public static CqliteResult RunIn(string folder, params string[] arguments) => Run(arguments, input: null, folder, []);

    /// <summary>Runs it to its end, with standard input and environment variables.</summary>
    public static CqliteResult Run(string[] arguments, string? input, params (string Name, string Value)[] environment) => Run(arguments, input, folder: null, environment);

    private static CqliteResult Run(string[] arguments, string? input, string? folder, (string Name, string Value)[] environment)
    {
        using Process process = Start(arguments, folder, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        int code = WaitForExit(process);
        return new CqliteResult(code, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts it; the caller reads, writes and waits.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment) => Start(arguments, folder: null, environment);

    /// <summary>Starts it in a folder.</summary>
    public static Process Start(string[] arguments, string? folder, (string Name, string Value)[] environment)
    {
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        ProcessStartInfo start = new()
        {
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = utf8,
            StandardOutputEncoding = utf8,
            StandardErrorEncoding = utf8,
        };
        if (Environment.GetEnvironmentVariable("CQLITE_BINARY") is { Length: > 0 } binary)
        {
            start.FileName = binary;
        }
        else
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "cqlite.dll"));
        }

        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("CQLITE_DATABASE_PATH");
        start.Environment.Remove("CQLITE_CACHE_SIZE");
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        Signals.HeedInterrupt();
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end, and returns the exit code.</summary>
    public static int WaitForExit(Process process)
    {
        if (!process.WaitForExit(s_hangs))
        {
            process.Kill();
            Assert.Fail("cqlite did not end.");
        }

        return process.ExitCode;
    }
}
