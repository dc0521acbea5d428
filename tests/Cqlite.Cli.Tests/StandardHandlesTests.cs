using System.Diagnostics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Standard input, output and error that are closed, or are on a full disk, as schedulers have them: what was asked for is done, or the exit code tells.</summary>
public sealed class StandardHandlesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("<&- 2>&-")]
    [InlineData("<&- 2>told")]
    public void Nothing_is_lost_with_what_is_only_told(string redirection)
    {
        foreach (string json in (string[])["", " --json"])
        {
            string name = $"export{json.Trim()}";
            Assert.Equal(0, Shell($"migrate export --source '{Repository.SampleSnapshot}' --keyspace app --output {name} --progress-log{json} {redirection} > out{json.Trim()}"));
            Assert.NotEqual(0, new FileInfo(Path.Combine(_folder.Path, $"out{json.Trim()}")).Length);
            Assert.Equal(0, Shell($"migrate import --input {name} --output db{json.Trim()} {redirection} > /dev/null"));
        }

        Assert.Equal(0, Shell($"migrate validate --source-dir export --target-dir db --validation-mode strict {redirection} > /dev/null"));
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    public void An_error_that_nobody_hears_is_an_exit_code(string redirection)
    {
        Assert.Equal(2, Shell($"query 'SELECT * FORM x' -d '{Repository.SampleSnapshot}' {redirection}"));
        Assert.Equal(2, Shell($"query x --nope {redirection}"));
        Assert.Equal(2, Shell($"migrate export --source nowhere --output o --json {redirection}"));
    }

    [Theory]
    [InlineData(">&-", "standard output: it is closed.")]
    [InlineData(">/dev/full", "standard output: No space left on device")]
    public void What_was_asked_for_and_can_not_be_written_is_an_error(string redirection, string error)
    {
        foreach (string command in (string[])[
            "--version", "migrate export --help", $"query 'SELECT * FROM app.hits' -d '{Repository.SampleSnapshot}'", $"query 'SELECT * FROM app.hits' --json -d '{Repository.SampleSnapshot}'",
            $"sstable list '{Repository.SampleSnapshot}'", $"migrate export --source '{Repository.SampleSnapshot}' --tables app.hits --output {Guid.NewGuid():N}"])
        {
            Assert.Equal(2, Shell($"{command} {redirection} 2>err"));
            Assert.Contains(error, File.ReadAllText(Path.Combine(_folder.Path, "err")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Closed_input_is_empty()
    {
        Assert.Equal(2, Shell($"query - -d '{Repository.SampleSnapshot}' <&- 2>err"));
        Assert.Equal("cqlite: there is no statement in CQL.\n", File.ReadAllText(Path.Combine(_folder.Path, "err")));
        Assert.Equal(0, Shell($"shell -d '{Repository.SampleSnapshot}' <&-"));
    }

    private int Shell(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Written for a shell of Unix.");
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        string command = Environment.GetEnvironmentVariable("CQLITE_BINARY") is { Length: > 0 } binary ? $"'{binary}'" : $"dotnet '{Path.Combine(AppContext.BaseDirectory, "cqlite.dll")}'";
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec {command} {arguments}"]) { WorkingDirectory = _folder.Path })!;
        return CqliteProcess.WaitForExit(shell);
    }
}
