using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Files that a migration command writes beside its work: their folders are made, and where they can't be written nothing is begun.</summary>
public sealed class WrittenFilesTests : IDisposable
{
    private static readonly string[] s_export = ["migrate", "export", "--source", Repository.SampleSnapshot, "--tables", "app.hits", "--output", "export"];
    private static readonly string[] s_validate = ["migrate", "validate", "--source", Repository.SampleSnapshot, "--target", Repository.SampleSnapshot, "--tables", "app.hits"];
    private readonly TestFolder _folder = new();

    public static TheoryData<string[], string> Files => new()
    {
        { s_export, "--progress-log" },
        { s_export, "--progress-file" },
        { s_export, "--report-file" },
        { ["migrate", "copy", .. s_export[2..^2], "--cqlite-path", "db"], "--report-file" },
        { s_validate, "--progress-log" },
        { s_validate, "--progress-file" },
        { s_validate, "--report-file" },
        { ["validate", "comprehensive", .. s_validate[2..]], "--generate-certification" },
        { ["validate", "continuous", .. s_validate[2..], "--duration", "1s", "--interval", "1h"], "--log-file" },
        { ["validate", "continuous", .. s_validate[2..], "--duration", "1s", "--interval", "1h"], "--report-file" },
        { ["migrate", "convert-schema", "--input", "schema.cql"], "--output" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Have_their_folders_made(string[] command, string option)
    {
        _folder.Write("schema.cql", "CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};");
        CqliteResult result = CqliteProcess.RunIn(_folder.Path, [.. command, option, "reports/today/file.json"]);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        Assert.NotEqual(0, new FileInfo(Path.Combine(_folder.Path, "reports/today/file.json")).Length);
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_folder.Path, "reports/today")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Are_refused_before_the_work_where_they_can_not_be_written(string[] command, string option)
    {
        _folder.Write("schema.cql", "CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};");
        _folder.Write("file", "");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "folder"));
        foreach (string path in (string[])["file/file.json", "folder"])
        {
            CqliteResult result = CqliteProcess.RunIn(_folder.Path, [.. command, option, path, "--json"]);
            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            JsonElement error = JsonSerializer.Deserialize<JsonElement>(result.Error);
            Assert.Equal("Storage", error.GetProperty("error").GetString());
            Assert.Contains(path.Split('/')[0], error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(_folder.Path, "export/manifest.json")));
    }

    [Fact]
    public void Of_rows_that_are_refused_are_looked_for_before_the_work()
    {
        _folder.Write("file", "");
        CqliteResult result = CqliteProcess.RunIn(_folder.Path, ["migrate", "copy", .. s_export[2..^2], "--target-hosts", "127.0.0.1:1", "--reject-file", "file/rejects.jsonl"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--reject-file can't be written", result.Error, StringComparison.Ordinal);
    }
}
