using System.Diagnostics;
using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Ctrl-C in the midst of a migration command leaves what can be gone on with, and says how.</summary>
public sealed class InterruptedMigrationTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_export_is_gone_on_with()
    {
        string[] export = ["migrate", "export", "--source", Repository.SampleSnapshot, "--keyspace", "app", "--output", "export", "--parallel-workers", "1", "--json"];
        CqliteResult stopped = await InterruptedProcess.RunAsync(_folder.Path, IsProgress, [.. export, "--rate-limit", "1"]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("--resume-on-failure", Message(stopped, "resume"), StringComparison.Ordinal);
        Assert.False(JsonSerializer.Deserialize<JsonElement>(stopped.Output).GetProperty("succeeded").GetBoolean());
        Assert.Equal(2, CqliteProcess.RunIn(_folder.Path, "migrate", "import", "--input", "export", "--output", "none").ExitCode);

        CqliteResult resumed = CqliteProcess.RunIn(_folder.Path, [.. export, "--resume-on-failure"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        CqliteResult same = CqliteProcess.RunIn(_folder.Path, "migrate", "validate", "--source-dir", Repository.SampleSnapshot, "--target-dir", "export", "--keyspace", "app", "--strict");
        Assert.True(same.ExitCode == 0, same.Output + same.Error);
    }

    [Fact]
    public async Task A_validation_is_gone_on_with()
    {
        _folder.Copy(Repository.SampleSnapshot, "files");
        _folder.Write("queries.cql", "SELECT * FROM app.flushed;");
        string[] validate = ["migrate", "validate", "--source-dir", Repository.SampleSnapshot, "--target-dir", "files", "--keyspace", "app", "--report-file", "report.json", "--query-file", "queries.cql", "--json"];

        // The queries, which come last, take as long as anybody waits.
        CqliteResult stopped = await InterruptedProcess.RunAsync(_folder.Path, IsAllDone, [.. validate, "--iterations", "1000000"]);
        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Output));
        Assert.Contains("--resume", Message(stopped, "resume"), StringComparison.Ordinal);
        JsonElement partial = Report();
        Assert.Equal(("NotChecked", "NotChecked", false), (partial.GetProperty("status").GetString(), partial.GetProperty("performance").GetString(), partial.GetProperty("passed").GetBoolean()));
        Assert.All(partial.GetProperty("tables").EnumerateArray(), t => Assert.Equal("Passed", t.GetProperty("data").GetString()));
        Assert.Equal(1, CqliteProcess.RunIn(_folder.Path, "migrate", "check-validation", "report.json").ExitCode);

        CqliteResult resumed = CqliteProcess.RunIn(_folder.Path, [.. validate, "--iterations", "2", "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        JsonElement whole = Report();
        Assert.Equal(("Passed", "Passed"), (whole.GetProperty("status").GetString(), whole.GetProperty("performance").GetString()));

        // Tables that were compared were not compared again.
        Assert.Equal(Tables(partial), Tables(whole));
        CqliteResult anew = CqliteProcess.RunIn(_folder.Path, [.. validate, "--iterations", "2", "--resume"]);
        Assert.Equal(0, anew.ExitCode);
        Assert.NotEqual(whole.GetProperty("startedAt").GetString(), Report().GetProperty("startedAt").GetString());

        JsonElement Report() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(_folder.Path, "report.json")));
        static string[] Tables(JsonElement report) => [.. report.GetProperty("tables").EnumerateArray().Select(t => t.GetRawText())];
    }

    [Fact]
    public async Task A_validation_that_is_killed_is_gone_on_with()
    {
        _folder.Copy(Repository.SampleSnapshot, "files");
        _folder.Write("queries.cql", "SELECT * FROM app.flushed;");
        string[] validate = ["migrate", "validate", "--source-dir", Repository.SampleSnapshot, "--target-dir", "files", "--keyspace", "app", "--report-file", "report.json", "--query-file", "queries.cql", "--json"];
        string path = Path.Combine(_folder.Path, "report.json");
        using (Process process = CqliteProcess.Start([.. validate, "--iterations", "1000000"], _folder.Path, []))
        {
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();

            // The queries, which come last, take as long as anybody waits.
            long started = Stopwatch.GetTimestamp();
            while (!File.Exists(path) || !Read().GetProperty("tables").EnumerateArray().All(t => t.GetProperty("data").GetString() == "Passed"))
            {
                Assert.False(process.HasExited, "It ended before it was killed.");
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "No report has come.");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            process.Kill();
            CqliteProcess.WaitForExit(process);
        }

        JsonElement killed = Read();
        Assert.Equal(("NotChecked", "NotChecked"), (killed.GetProperty("status").GetString(), killed.GetProperty("performance").GetString()));
        CqliteResult resumed = CqliteProcess.RunIn(_folder.Path, [.. validate, "--iterations", "2", "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(("Passed", killed.GetProperty("startedAt").GetString()), (Read().GetProperty("status").GetString(), Read().GetProperty("startedAt").GetString()));
        Assert.Equal(killed.GetProperty("tables").GetRawText(), Read().GetProperty("tables").GetRawText());

        // It is replaced while it is read, which on Windows only those allow who say so.
        JsonElement Read()
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<JsonElement>(file);
        }
    }

    [Fact]
    public async Task A_comparison_without_end_ends()
    {
        string[] realtime =
        [
            "migrate", "validate-realtime", "--source", Repository.SampleSnapshot, "--target-cqlite", Repository.SampleSnapshot, "--sample-rate", "0.5", "--log-file", "rounds.log", "--interval", "1h",
        ];
        CqliteResult stopped = await InterruptedProcess.RunAsync(_folder.Path, line => line.Contains("Round 0", StringComparison.Ordinal), realtime);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("stopped after 1 round.", stopped.Error, StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[INFO\] Round 0: Passed: ", File.ReadAllText(Path.Combine(_folder.Path, "rounds.log")));
    }

    [Fact]
    public async Task A_sync_is_gone_on_with()
    {
        const int rows = 40;
        Require(0, "database", "create", "--path", "cluster");
        using ServedDatabase cluster = new(At("cluster"));
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.events,app.flushed", "--target-hosts", cluster.Host);
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.events,app.flushed", "--cqlite-path", "db");
        Require(0, "query", string.Join("; ", Enumerable.Range(0, rows).Select(k => $"UPDATE app.flushed SET v = 7 WHERE k = 'k{k}'")), "--database", "db");
        Require(0, "query", "DELETE FROM app.events WHERE id = 1", "--database", "db");
        string[] sync =
        [
            "migrate", "sync", "--cqlite-path", "db", "--target-hosts", cluster.Host, "--keyspace", "app", "--since", "2025-01-01T00:00:00Z", "--parallel-workers", "1", "--report-file", "sync.json", "--json",
        ];
        CqliteResult stopped = await InterruptedProcess.RunAsync(_folder.Path, IsProgress, [.. sync, "--rate-limit", "1"]);
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("--since 2025-01-01T00:00:00.000Z", Message(stopped, "resume"), StringComparison.Ordinal);
        JsonElement partial = JsonSerializer.Deserialize<JsonElement>(stopped.Output);
        Assert.Equal(stopped.Output.TrimEnd(), File.ReadAllText(At("sync.json")).TrimEnd());
        Assert.False(partial.GetProperty("succeeded").GetBoolean());
        JsonElement flushed = Assert.Single(partial.GetProperty("tables").EnumerateArray(), t => t.GetProperty("table").GetString() == "flushed");
        Assert.True(flushed.GetProperty("share").GetDouble() < 1);
        Assert.Contains("stopped", flushed.GetProperty("message").GetString(), StringComparison.Ordinal);
        string[] compare = ["migrate", "validate", "--source-dir", "db", "--target-hosts", cluster.Host, "--keyspace", "app"];
        Require(1, compare);

        JsonElement whole = JsonSerializer.Deserialize<JsonElement>(Require(0, sync).Output);
        Assert.True(whole.GetProperty("succeeded").GetBoolean());
        long written = whole.GetProperty("tables").EnumerateArray().Sum(t => t.GetProperty("changedRows").GetInt64());
        Assert.InRange(written, 1, rows + 8);
        Require(0, compare);
        Assert.Equal(0, JsonSerializer.Deserialize<JsonElement>(Require(0, sync).Output).GetProperty("tables").EnumerateArray().Sum(t => t.GetProperty("changedRows").GetInt64()));
    }

    [Fact]
    public async Task A_continuous_validation_ends_with_what_it_has_told()
    {
        string[] watch =
        [
            "validate", "continuous", "--source", Repository.SampleSnapshot, "--target", Repository.SampleSnapshot, "--validation-interval", "1h", "--log-file", "logs/rounds.log", "--report-file", "round.json", "--json",
        ];
        CqliteResult stopped = await InterruptedProcess.RunAsync(_folder.Path, line => line.Contains("\"event\":\"round\"", StringComparison.Ordinal), watch);
        Assert.Equal((130, "stopped after 1 round."), (stopped.ExitCode, Message(stopped, "stopped")));
        Assert.Equal("Passed", Assert.Single(stopped.Json).GetProperty("status").GetString());
        Assert.Contains("Round 0: Passed", File.ReadAllText(At("logs/rounds.log")), StringComparison.Ordinal);
        Require(0, "migrate", "check-validation", "round.json");
    }

    private CqliteResult Require(int code, params string[] arguments)
    {
        CqliteResult result = CqliteProcess.RunIn(_folder.Path, arguments);
        Assert.True(result.ExitCode == code, $"{string.Join(' ', arguments)}\nended with {result.ExitCode}:\n{result.Output}{result.Error}");
        return result;
    }

    private string At(string name) => Path.Combine(_folder.Path, name);

    private static bool IsProgress(string line) => line.StartsWith('{') && line.Contains("\"event\":\"progress\"", StringComparison.Ordinal);

    private static bool IsAllDone(string line) => IsProgress(line) && line.Contains("\"table\":null", StringComparison.Ordinal) && line.Contains("\"done\":true", StringComparison.Ordinal);

    private static string? Message(CqliteResult result, string name) => result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).Single(e => e.GetProperty("event").GetString() == name).GetProperty("message").GetString();
}
