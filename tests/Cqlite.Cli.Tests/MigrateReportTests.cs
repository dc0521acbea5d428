using System.Text.Json;
using System.Xml;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite migrate report</c>: a page, a judgement, and an exit code that tells it.</summary>
public sealed class MigrateReportTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static string Snapshot => Path.Combine(Repository.Root, "samples", "snapshot");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reports_on_what_exports_and_imports_have_left()
    {
        Run(0, "migrate", "export", "--source", Snapshot, "--keyspace", "app", "--output", At("export"), "--report-file", At("reports/1.json"), "--progress-file", At("progress.jsonl"));
        Run(0, "migrate", "import", "--input", At("export"), "--output", At("db"), "--report-file", At("reports/2.json"));
        Assert.Equal("cqlite-transfer", JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(At("reports/1.json"))).GetProperty("format").GetString());

        CqliteResult told = Run(0, "migrate", "report", At("reports"), At("export"), At("progress.jsonl"), "--output", At("report.html"), "--title", "Tonight");
        Assert.StartsWith("Not proven:", told.Output, StringComparison.Ordinal);
        XmlDocument page = new() { XmlResolver = null };
        page.LoadXml(File.ReadAllText(At("report.html")).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Equal("Not checked: Tonight", page.SelectSingleNode("//title")!.InnerText);

        Run(2, "migrate", "report", At("reports"), "--output", At("report.html"));
        JsonElement outcome = Run(0, "migrate", "report", At("reports"), "-o", At("report.html"), "--force", "--format", "json", "--json").Json[0];
        Assert.Equal(("NotChecked", 2), (outcome.GetProperty("status").GetString(), outcome.GetProperty("inputs").GetInt32()));
        Assert.Equal("cqlite-report", JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(At("report.html"))).GetProperty("format").GetString());
    }

    [Fact]
    public void Tells_by_its_exit_code_that_something_is_wrong()
    {
        Run(0, "migrate", "export", "--source", Snapshot, "--keyspace", "app", "--tables", "hits", "--output", At("export"), "--report-file", At("export.json"));
        string failed = _folder.Write("failed.json", File.ReadAllText(At("export.json")).Replace("\"Completed\"", "\"DiskFull\"", StringComparison.Ordinal));
        CqliteResult result = Run(1, "migrate", "report", failed, "--output", At("report.html"));
        Assert.Contains("Export of 1 table: DiskFull", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(At("report.html")));
        Run(2, "migrate", "report", _folder.Write("other.json", "{}"), "--output", At("none.html"));
        Assert.False(File.Exists(At("none.html")));
    }

    private static CqliteResult Run(int expected, params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run(arguments);
        Assert.True(result.ExitCode == expected, $"{result.ExitCode}: {result.Error}{result.Output}");
        return result;
    }

    private string At(string name) => Path.Combine(_folder.Path, name);
}
