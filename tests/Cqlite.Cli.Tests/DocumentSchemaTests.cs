using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>What commands write for programs is as the schemas in docs say: all that these require, and nothing that they do not know.</summary>
public sealed class DocumentSchemaTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Results_of_transfers_keep_to_theirs()
    {
        Require(0, "migrate", "export", "--source", Repository.SampleSnapshot, "--keyspace", "app", "--output", At("export"), "--report-file", At("export.json"), "--progress-file", At("progress.jsonl"));
        CqliteResult imported = Require(0, "migrate", "import", "--input", At("export"), "--output", At("db"), "--json");
        Require(0, "migrate", "copy", "--source", At("db"), "--tables", "app.flushed", "--cqlite-path", At("copy"), "--report-file", At("copy.json"));

        // A folder without definition, beside one that does not tell what it is of.
        FixtureArchive.CopyFolder(Corpus.Table("4.1.10-nb", "multi", "separate").DataDirectory, At("loose/multi/separate"));
        FixtureArchive.CopyFolder(Corpus.Table("4.1.10-nb", "multi", "compacted").DataDirectory, At("loose/multi/compacted"));
        foreach (string file in Directory.EnumerateFiles(At("loose/multi/compacted"), "*-Statistics.db"))
            File.WriteAllBytes(file, [1]);
        CqliteResult partial = Require(2, "migrate", "export", "--source", At("loose"), "--output", At("partial"), "--json");
        JsonElement[] results = [Read("export.json"), JsonSerializer.Deserialize<JsonElement>(imported.Output), Read("copy.json"), JsonSerializer.Deserialize<JsonElement>(partial.Output)];
        Assert.All(results, r => Assert.Empty(JsonSchema.Violations(r, "transfer-result")));
        Assert.Contains(results[3].GetProperty("tables").EnumerateArray(), t => t.GetProperty("outcome").GetString() == "SourceDamaged");
        Assert.NotEmpty(results[3].GetProperty("notes").EnumerateArray());
        Assert.Empty(JsonSchema.Violations(Read("partial/manifest.json"), "export-manifest"));
        JsonElement[] events = [.. File.ReadLines(At("progress.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.NotEmpty(events);
        Assert.All(events, e => Assert.Empty(JsonSchema.Violations(e, "progress-event")));
    }

    [Fact]
    public void Reports_of_syncs_keep_to_theirs()
    {
        Require(0, "database", "create", "--path", At("cluster"));
        using ServedDatabase cluster = new(At("cluster"));
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.flushed,app.dropped,app.hits", "--target-hosts", cluster.Host, "--state-dir", At("state"));
        Require(0, "migrate", "copy", "--hosts", cluster.Host, "--keyspace", "app", "--cqlite-path", At("db"));
        Require(0, "query", "UPDATE app.flushed SET v = 7 WHERE k = 'k5'", "--database", At("db"));
        Require(0, "query", "DELETE FROM app.dropped WHERE k = 5", "--database", At("db"));
        Require(1, "migrate", "sync", "--cqlite-path", At("db"), "--target-hosts", cluster.Host, "--keyspace", "app", "--since", "2025-01-01T00:00:00Z", "--report-file", At("sync.json"));
        JsonElement report = Read("sync.json");
        Assert.Empty(JsonSchema.Violations(report, "sync-report"));
        Assert.Contains(report.GetProperty("tables").EnumerateArray(), t => t.GetProperty("decisions").GetArrayLength() > 0);
        Assert.Contains(report.GetProperty("tables").EnumerateArray(), t => t.GetProperty("message").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public void Rounds_of_continuous_validations_keep_to_theirs()
    {
        Require(0, "migrate", "copy", "--source", Repository.SampleSnapshot, "--tables", "app.flushed", "--cqlite-path", At("db"));
        Require(0, "query", "UPDATE app.flushed SET v = 7 WHERE k = 'k5'", "--database", At("db"));
        CqliteResult rounds = Require(1, "validate", "continuous", "--source", Repository.SampleSnapshot, "--cqlite-path", At("db"), "--tables", "app.flushed", "--interval", "1s", "--duration", "1s", "--alert-on-discrepancy", "--json");
        JsonElement[] lines = [.. (rounds.Output + rounds.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
        Assert.All(lines, l => Assert.Empty(JsonSchema.Violations(l, "watch-round")));
        Assert.Contains(lines, l => l.GetProperty("event").GetString() == "round");
        Assert.Contains(lines, l => l.GetProperty("event").GetString() == "alert" && l.GetProperty("differences").GetArrayLength() > 0);
    }

    private static CqliteResult Require(int expected, params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run(arguments);
        Assert.True(result.ExitCode == expected, $"{result.ExitCode}: {result.Error}{result.Output}");
        return result;
    }

    private JsonElement Read(string name) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(At(name)));

    private string At(string name) => Path.Combine(_folder.Path, name);
}
