using System.Diagnostics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Output that begins early, readers that leave early, and Ctrl-C.</summary>
public sealed class PipeTests
{
    private static readonly CorpusTable s_many = Corpus.Tables.First(t => t is { At: "5.0.9-nb", Theme: "many", RowCount: >= 20_000 });

    /// <summary>More than anybody waits for: a test that got through it all would not end.</summary>
    private static string Endless => string.Concat(Enumerable.Repeat($"SELECT * FROM {s_many.Keyspace}.{s_many.Name};\n", 20_000));

    [Theory]
    [InlineData("query")]
    [InlineData("dump")]
    public void Output_begins_before_all_is_read(string what)
    {
        using Process process = what == "query"
            ? CqliteProcess.Start(["query", $"SELECT * FROM {s_many.Keyspace}.{s_many.Name}", "--json", "-d", s_many.Node.Folder])
            : CqliteProcess.Start(["sstable", "dump", s_many.DataDirectory, "--json"]);
        Assert.StartsWith("{", process.StandardOutput.ReadLine(), StringComparison.Ordinal);

        // All of it is far more than a pipe holds: the process waits for its reader.
        Assert.False(process.HasExited);
        process.StandardOutput.Close();
        Assert.Equal("", process.StandardError.ReadToEnd());
        Assert.Equal(0, CqliteProcess.WaitForExit(process));
    }

    [Fact]
    public void A_reader_that_leaves_ends_the_command_quietly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Written for pipes of Unix.");
        using Process process = StartEndless();
        Assert.StartsWith("{", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        process.StandardOutput.Close();
        Assert.Equal("", process.StandardError.ReadToEnd());
        Assert.Equal(0, CqliteProcess.WaitForExit(process));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ctrl_C_ends_the_command(bool isReaderStuck)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using Process process = StartEndless();
        Assert.StartsWith("{", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Task<string>? rest = isReaderStuck ? null : process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Signals.Send(process.Id, Signals.Interrupt);
        Assert.Equal(130, CqliteProcess.WaitForExit(process));

        // A row is printed whole or not at all, also where the command was waiting for its reader; the signal may come before a second one.
        string printed = rest is null ? await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) : await rest;
        Assert.True(printed.Length == 0 || printed[^1] == '\n', printed[Math.Max(0, printed.Length - 200)..]);
        Assert.Equal("{\"error\":\"Stopped\",\"message\":\"stopped.\"}\n", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Commands_take_turns_at_writing_to_one_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Written for a shell of Unix.");
        using TestFolder folder = new();
        string output = Path.Combine(folder.Path, "all.csv");
        string dll = Path.Combine(AppContext.BaseDirectory, "cqlite.dll");
        string query = $"dotnet '{dll}' query 'SELECT n FROM app.hits' --format csv -d '{Repository.SampleSnapshot}'";
        using (Process shell = Process.Start("sh", ["-c", $"(echo first; {query}; {query}; echo last) > '{output}'"]))
            shell.WaitForExit();
        Assert.Equal("first\nn\r\n15\r\n22\r\n18\r\nn\r\n15\r\n22\r\n18\r\nlast\n", File.ReadAllText(output));
    }

    private static Process StartEndless()
    {
        Process process = CqliteProcess.Start(["query", "-", "--json", "-d", s_many.Node.Folder]);
        process.StandardInput.Write(Endless);
        process.StandardInput.Close();
        return process;
    }
}
