using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>A node's directory whose tables have several snapshots: which one is read is said, by every command that reads it, and never guessed.</summary>
public sealed class SnapshotTests : IDisposable
{
    private const string Older = "nightly-20";
    private const string Newer = "nightly-21";
    private const int RowsOfEvents = 40;
    private readonly TestFolder _folder = new();
    private readonly string _node;

    public SnapshotTests()
    {
        // What Cassandra wrote as snapshot 'before' is in both; the older one was taken before anything was written into events.
        _node = _folder.Copy(Repository.SampleSnapshot, "node");
        foreach (string before in Directory.GetDirectories(_node, "before", SearchOption.AllDirectories))
        {
            string snapshots = Path.GetDirectoryName(before)!;
            Directory.Move(before, Path.Combine(snapshots, Newer));
            FixtureArchive.CopyFolder(Path.Combine(snapshots, Newer), Path.Combine(snapshots, Older));
        }

        string events = Assert.Single(Directory.GetDirectories(Path.Combine(_node, "app"), "events-*"));
        foreach (string file in Directory.GetFiles(Path.Combine(events, "snapshots", Older), "nb-*"))
            File.Delete(file);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("migrate", "export", "--source", "NODE", "--output", "OUT")]
    [InlineData("migrate", "copy", "--source", "NODE", "--cqlite-path", "OUT")]
    [InlineData("migrate", "sync", "--cqlite-path", "NODE", "--hosts", "127.0.0.1", "--since", "1h")]
    [InlineData("migrate", "validate", "--source", "NODE", "--target", "NODE")]
    [InlineData("validate", "NODE", "--compare-source", "NODE")]
    [InlineData("query", "SELECT * FROM app.events", "-d", "NODE")]
    [InlineData("schema", "show", "-d", "NODE")]
    public void Says_which_there_are_and_how_one_is_chosen(params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run([.. arguments.Select(Resolve)]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains($"{Older}, {Newer}", result.Error, StringComparison.Ordinal);
        Assert.Contains($"--snapshot {Newer}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Older, 0)]
    [InlineData(Newer, RowsOfEvents)]
    public void Moves_the_one_that_is_chosen(string snapshot, int rows)
    {
        JsonElement exported = Run("migrate", "export", "--source", _node, "--snapshot", snapshot, "--tables", "app.events", "--output", At("export"));
        Assert.Equal(rows, exported.GetProperty("rows").GetInt32());
        Assert.Equal(snapshot, exported.GetProperty("source").GetProperty("snapshot").GetString());
        Run("migrate", "import", "--input", At("export"), "--output", At("imported"));
        JsonElement copied = Run("migrate", "copy", "--source", _node, "--snapshot", snapshot, "--tables", "app.events", "--cqlite-path", At("copied"));
        Assert.Equal(rows, copied.GetProperty("rows").GetInt32());
        foreach (string database in (string[])["imported", "copied"])
        {
            Run("migrate", "validate", "--source", _node, "--snapshot", snapshot, "--tables", "app.events", "--target", At(database), "--strict");
            Run("validate", At(database), "--compare-source", _node, "--snapshot", snapshot, "--tables", "app.events");
            Run("migrate", "validate", "--source", At(database), "--target", _node, "--target-snapshot", snapshot, "--tables", "app.events");
        }
    }

    [Fact]
    public void Compares_one_with_another()
    {
        CqliteResult result = CqliteProcess.Run("migrate", "validate-counts", "--source", _node, "--snapshot", Newer, "--target", _node, "--target-snapshot", Older, "--json");
        Assert.Equal(1, result.ExitCode);
        JsonElement report = JsonSerializer.Deserialize<JsonElement>(result.Output);
        JsonElement failed = Assert.Single(report.GetProperty("tables").EnumerateArray(), t => t.GetProperty("count").GetString() == "Failed");
        Assert.Equal(("events", RowsOfEvents, 0), (failed.GetProperty("table").GetString(), failed.GetProperty("sourceRows").GetInt32(), failed.GetProperty("targetRows").GetInt32()));
        Assert.Contains($"snapshot {Older}", CqliteProcess.Run("migrate", "validate-counts", "--source", _node, "--snapshot", Newer, "--target", _node, "--target-snapshot", Older).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verifies_a_certificate_with_the_one_that_it_is_of()
    {
        string certificate = At("certificate.json");
        Run("migrate", "copy", "--source", _node, "--snapshot", Newer, "--keyspace", "app", "--cqlite-path", At("db"));
        Run("validate", "comprehensive", "--source", _node, "--snapshot", Newer, "--target", At("db"), "--generate-certification", certificate);
        Run("migrate", "check-validation", certificate, "--source", _node, "--snapshot", Newer);
        Assert.Equal(1, CqliteProcess.Run("migrate", "check-validation", certificate, "--source", _node, "--snapshot", Older).ExitCode);
    }

    [Fact]
    public void Does_not_go_on_with_another()
    {
        Run("migrate", "export", "--source", _node, "--snapshot", Older, "--keyspace", "app", "--output", At("export"));
        CqliteResult result = CqliteProcess.Run("migrate", "export", "--source", _node, "--snapshot", Newer, "--keyspace", "app", "--output", At("export"), "--resume");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(Older, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Queries_and_verifies_the_one_that_is_chosen()
    {
        Assert.Equal("{\"count\":0}\n", CqliteProcess.Run("query", "SELECT count(*) FROM app.events", "-d", _node, "--snapshot", Older, "--json").Output);
        Assert.Equal($"{{\"count\":{RowsOfEvents}}}\n", CqliteProcess.Run("query", "SELECT count(*) FROM app.events", "-d", _node, "--snapshot", Newer, "--json").Output);
        Assert.Contains("CREATE TABLE app.events", CqliteProcess.Run("schema", "show", "-d", _node, "--snapshot", Older).Output, StringComparison.Ordinal);
        CqliteResult verified = CqliteProcess.Run("validate", _node, "--snapshot", Older);
        Assert.Equal(0, verified.ExitCode);
        Assert.DoesNotContain(Newer, verified.Output, StringComparison.Ordinal);
        Assert.Contains(Older, verified.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no table has a snapshot 'nightly-22'; there are nightly-20, nightly-21", "migrate", "export", "--source", "NODE", "--snapshot", "nightly-22", "--output", "OUT")]
    [InlineData("--snapshot is of folders", "migrate", "export", "--hosts", "127.0.0.1", "--snapshot", Newer, "--output", "OUT")]
    [InlineData("--snapshot is of folders", "migrate", "validate", "--hosts", "127.0.0.1", "--snapshot", Newer, "--target", "NODE")]
    [InlineData("--target-snapshot is of folders", "migrate", "validate", "--source", "NODE", "--snapshot", Newer, "--target-hosts", "127.0.0.1", "--target-snapshot", Newer)]
    [InlineData("which is never written", "migrate", "validate", "--source", "NODE", "--snapshot", Newer, "--target", "NODE", "--target-snapshot", Older, "--auto-correct", "missing", "--yes")]
    [InlineData("--target-snapshot is of a comparison", "validate", "NODE", "--target-snapshot", Newer)]
    public void Refuses_what_makes_no_sense(string sentence, params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run([.. arguments.Select(Resolve)]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
    }

    private static JsonElement Run(params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode} {result.Error}{result.Output}");
        return JsonSerializer.Deserialize<JsonElement>(result.Output);
    }

    private string Resolve(string argument) => argument switch
    {
        "NODE" => _node,
        "OUT" => At("out"),
        _ => argument,
    };

    private string At(string name) => Path.Combine(_folder.Path, name);
}
