using System.Diagnostics;
using System.Text;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>A run of the command that Ctrl-C ends once it has said something.</summary>
internal static class InterruptedProcess
{
    /// <summary>Runs it, sends SIGINT after the first line that fits, and waits for its end.</summary>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="isReady">Whether a line, of standard output or standard error, is the one that is waited for.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<CqliteResult> RunAsync(string folder, Func<string, bool> isReady, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are Unix's.");
        using Process process = CqliteProcess.Start(arguments, folder, []);
        process.StandardInput.Close();
        int isSent = 0;
        Task<string> output = ReadAsync(process.StandardOutput);
        Task<string> error = ReadAsync(process.StandardError);
        int code = CqliteProcess.WaitForExit(process);
        CqliteResult result = new(code, await output, await error);
        Assert.True(isSent == 1, $"It ended before it was interrupted:\n{result.Output}{result.Error}");
        return result;

        async Task<string> ReadAsync(StreamReader reader)
        {
            StringBuilder text = new();
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                text.Append(line).Append('\n');
                if (isReady(line) && Interlocked.Exchange(ref isSent, 1) == 0)
                    Signals.Send(process.Id, Signals.Interrupt);
            }

            return text.ToString();
        }
    }
}
