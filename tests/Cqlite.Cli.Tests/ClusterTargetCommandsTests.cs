using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Commands that write a cluster, which is a database behind <c>cqlite serve</c>: copy, import, sync, correction.</summary>
public sealed class ClusterTargetCommandsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ServedDatabase _cluster;

    public ClusterTargetCommandsTests()
    {
        Assert.Equal(0, Run("database", "create", "--path", "cluster").ExitCode);
        _cluster = new ServedDatabase(At("cluster"));
    }

    public void Dispose()
    {
        _cluster.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_folder_is_copied_into_a_cluster_and_an_export_imported()
    {
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.events,app.hits", "--target-hosts", _cluster.Host, "--consistency", "ONE", "--rate-limit", "100000");
        Require(0, "migrate", "export", "--source", Repository.SampleSnapshot, "--keyspace", "app", "--output", "export");
        for (int i = 0; i < 2; i++)
            Require(0, "migrate", "import", "--input", "export", "--hosts", _cluster.Host, "--state-dir", "state", "--batch-statements", "1");
        CqliteResult same = Require(0, "migrate", "validate", "--source-dir", "export", "--target-hosts", _cluster.Host, "--compare-writetime", "--compare-ttl");
        Assert.Contains("Passed: 9 tables, 183 rows of the source", same.Output, StringComparison.Ordinal);

        // What is done leaves no notes.
        Assert.False(Directory.Exists(At("state")) || Directory.Exists(At(".cqlite-state")));
    }

    [Fact]
    public void A_cluster_is_not_copied_into_itself()
    {
        CqliteResult same = Run("migrate", "copy", "--hosts", _cluster.Host, "--target-hosts", _cluster.Host);
        Assert.Equal(2, same.ExitCode);
        Assert.Contains("source and target are the same", same.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_done_is_noted_where_cmdlets_look_for_it_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the environment does not say where a user's data are.");
        Require(0, "database", "create", "--path", "refusing", "--schema", _folder.Write("schema.cql", "CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}; CREATE TABLE app.t (k int PRIMARY KEY, v text);"));
        Require(0, "database", "create", "--path", "source", "--schema", At("schema.cql"));
        Require(0, "query", "INSERT INTO app.t (k, v) VALUES (1, 'a')", "--database", "source");
        using ServedDatabase refusing = new(At("refusing"), "--read-only");
        CqliteResult refused = CqliteProcess.Run(["migrate", "copy", "--source", At("source"), "--keyspace", "app", "--target-hosts", refusing.Host], input: null, ("XDG_DATA_HOME", At("data")));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("begun", File.ReadAllText(Assert.Single(Directory.GetFiles(At("data/cqlite/clusters"), "app-t-*.done", SearchOption.AllDirectories))), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_a_cluster_refuses_are_put_aside()
    {
        Require(0, "database", "create", "--path", "refusing", "--schema", _folder.Write("schema.cql", "CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}; CREATE TABLE app.t (k int PRIMARY KEY, v text);"));
        Require(0, "migrate", "convert-schema", "--input", "schema.cql", "--output", "source.cql");
        Require(0, "database", "create", "--path", "source", "--schema", "source.cql");
        Require(0, "query", "INSERT INTO app.t (k, v) VALUES (1, 'a')", "--database", "source");
        using ServedDatabase refusing = new(At("refusing"), "--read-only");
        string[] copy = ["migrate", "copy", "--source", "source", "--keyspace", "app", "--target-hosts", refusing.Host];
        CqliteResult ended = Run(copy);
        Assert.Equal(2, ended.ExitCode);
        CqliteResult aside = Require(1, [.. copy, "--reject-file", "rejects.jsonl"]);
        JsonElement[] rejects = [.. File.ReadAllLines(At("rejects.jsonl")).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
        Assert.NotEmpty(rejects);
        Assert.Contains($"{rejects.Length} writes rejected", aside.Output, StringComparison.Ordinal);
        Assert.All(rejects, r => Assert.Equal("app.t", r.GetProperty("table").GetString()));
        Assert.All(rejects, r => Assert.NotEmpty(r.GetProperty("reason").GetString()!));
    }

    [Fact]
    public void What_a_database_has_changed_goes_back()
    {
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.flushed,app.dropped,app.hits", "--target-hosts", _cluster.Host);
        Require(0, "migrate", "copy", "--hosts", _cluster.Host, "--keyspace", "app", "--cqlite-path", "db");
        Require(0, "query", "UPDATE app.flushed SET v = 7 WHERE k = 'k5'", "--database", "db");
        Require(0, "query", "DELETE FROM app.dropped WHERE k = 5", "--database", "db");
        string[] sync = ["migrate", "sync", "--cqlite-path", "db", "--target-hosts", _cluster.Host, "--tables", "app.flushed,app.dropped", "--since", "2025-01-01T00:00:00Z"];
        CqliteResult plan = Require(0, [.. sync, "--dry-run", "--conflict-resolution", "cqlite-wins"]);
        Assert.Contains("  Write k = 'k5' v (database ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("  DeleteRow k = 5 (database ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("2 rows would change; nothing was written", plan.Output, StringComparison.Ordinal);
        string[] compare = ["migrate", "validate", "--source-dir", "db", "--target-hosts", _cluster.Host, "--keyspace", "app"];
        Require(1, compare);

        CqliteResult done = Require(0, [.. sync, "--conflict-resolution", "CassandraWins", "--report-file", "sync.json", "--json"]);
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(done.Output);
        Assert.Equal(("CassandraWins", false), (report.GetProperty("resolution").GetString(), report.GetProperty("isDryRun").GetBoolean()));
        Assert.Equal(done.Output.TrimEnd(), File.ReadAllText(At("sync.json")).TrimEnd());
        Require(0, compare);
        Assert.Contains("0 rows changed", Require(0, sync).Output, StringComparison.Ordinal);

        // Counters can't be carried back, which is told and is not success: an error where they were asked for by name, and left out where their keyspace was.
        CqliteResult counters = Require(2, "migrate", "sync", "--cqlite-path", "db", "--hosts", _cluster.Host, "--tables", "app.hits", "--since", "1h");
        Assert.Contains("app.hits: Counters are not synced", counters.Error, StringComparison.Ordinal);
        CqliteResult keyspace = Require(1, "migrate", "sync", "--cqlite-path", "db", "--hosts", _cluster.Host, "--keyspace", "app", "--since", "2025-01-01T00:00:00Z", "--json");
        Assert.Equal("", Run("migrate", "sync", "--cqlite-path", "db", "--hosts", _cluster.Host, "--tables", "app.flushed,app.dropped", "--since", "1h").Error);
        JsonElement[] tables = [.. JsonSerializer.Deserialize<JsonElement>(keyspace.Output).GetProperty("tables").EnumerateArray()];
        JsonElement left = Assert.Single(tables, t => t.GetProperty("isLeftOut").GetBoolean());
        Assert.Equal("hits", left.GetProperty("table").GetString());
        Assert.StartsWith("Counters are not synced", left.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.All(tables.Where(t => t.GetProperty("table").GetString() != "hits"), t => Assert.Equal(JsonValueKind.Null, t.GetProperty("message").ValueKind));
    }

    [Fact]
    public void A_cluster_is_corrected()
    {
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.flushed", "--target-hosts", _cluster.Host);
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.flushed", "--cqlite-path", "db");
        Require(0, "query", "INSERT INTO app.flushed (k, v) VALUES ('only here', 1)", "--database", "db");
        string[] validate = ["migrate", "validate-data", "--source-dir", "db", "--target-hosts", _cluster.Host, "--keyspace", "app"];
        CqliteResult plan = Require(1, [.. validate, "--auto-correct", "missing", "--dry-run"]);
        Assert.Contains("app.flushed: 1 missing row and 0 different rows would be written", plan.Error, StringComparison.Ordinal);
        CqliteResult done = Require(0, [.. validate, "--auto-correct", "missing", "--yes", "--json"]);
        Assert.Equal("Passed", JsonSerializer.Deserialize<JsonElement>(done.Output).GetProperty("status").GetString());
        Assert.Contains("\"event\":\"correction\",\"table\":\"app.flushed\",\"written\":true,\"missingRows\":1", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_written_is_told_before_the_work()
    {
        Assert.Contains("is no database of this product", Require(2, "migrate", "validate-data", "--hosts", _cluster.Host, "--target-dir", Repository.SampleSnapshot, "--auto-correct", "missing", "--yes").Error, StringComparison.Ordinal);
        Assert.Contains("--reject-file is of clusters", Require(2, "migrate", "copy", "--source", Repository.SampleSnapshot, "--cqlite-path", "x", "--reject-file", "r").Error, StringComparison.Ordinal);
        Assert.Contains("not both", Require(2, "migrate", "copy", "--source", Repository.SampleSnapshot, "--cqlite-path", "x", "--target-hosts", _cluster.Host).Error, StringComparison.Ordinal);
        _folder.Write("file", "");
        Assert.Contains("--report-file can't be written", Require(2, "migrate", "validate", "--source", Repository.SampleSnapshot, "--target", Repository.SampleSnapshot, "--report-file", "file/report.json").Error, StringComparison.Ordinal);
    }

    private CqliteResult Run(params string[] arguments) => CqliteProcess.RunIn(_folder.Path, arguments);

    private CqliteResult Require(int code, params string[] arguments)
    {
        CqliteResult result = Run(arguments);
        Assert.True(result.ExitCode == code, $"{string.Join(' ', arguments)}\nended with {result.ExitCode}:\n{result.Output}{result.Error}");
        return result;
    }

    private string At(string name) => Path.Combine(_folder.Path, name);
}
