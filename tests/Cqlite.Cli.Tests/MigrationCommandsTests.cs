using System.Text.Json;
using System.Text.RegularExpressions;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>The commands that move tables, with every option as users of the migration guide type it, against <c>cqlite serve</c>.</summary>
public sealed class MigrationCommandsTests : IDisposable
{
    private const int Rows = 183;
    private readonly TestFolder _folder = new();
    private readonly ServedDatabase _server = new(Repository.SampleSnapshot);

    private static string Snapshot => Repository.SampleSnapshot;

    private string Host => _server.Host;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Exports_and_imports()
    {
        JsonElement exported = Run(
            "migrate", "export", "--cassandra-host", "127.0.0.1", "--cassandra-port", _server.Port, "--keyspace", "app", "--output", At("export"), "--format", "cqlite", "--compression", "gzip",
            "--batch-size", "100", "--connection-pool-size", "2", "--tcp-nodelay", "true", "--socket-buffer-size", "65536");
        Assert.Equal((9, Rows), (exported.GetProperty("tables").GetArrayLength(), exported.GetProperty("rows").GetInt32()));
        JsonElement imported = Run("migrate", "import", "--input", At("export"), "--output", At("db"), "--validate-integrity", "true", "--create-indexes", "true");
        Assert.Equal(Rows, imported.GetProperty("rows").GetInt32());
        Assert.All(imported.GetProperty("tables").EnumerateArray(), t => Assert.Equal("Completed", t.GetProperty("outcome").GetString()));
        Assert.Contains(imported.GetProperty("tables").EnumerateArray(), t => t.GetProperty("rows").GetInt32() == 0);
        AssertSame("db", "events", "indexed", "flushed", "dropped");
        Assert.Contains("CREATE INDEX indexed_city", Text("schema", "show", "--database", At("db")), StringComparison.Ordinal);
        Assert.Contains("DeflateCompressor", Text("sstable", "metadata", Path.Combine(At("export"), "data")), StringComparison.Ordinal);

        JsonElement again = Run("migrate", "import", "--input", At("export"), "--output", At("db"));
        Assert.Equal(0, again.GetProperty("rows").GetInt32());
        Assert.All(again.GetProperty("tables").EnumerateArray(), t => Assert.Equal("AlreadyDone", t.GetProperty("outcome").GetString()));
        AssertSame("db", "events");
    }

    [Fact]
    public void Exports_and_imports_data_of_some_tables_and_logs_it()
    {
        for (int i = 0; i < 2; i++)
        {
            Run("migrate", "export-data", "--cassandra-hosts", Host, "--keyspace", "app", "--tables", "events,hits", "--output-dir", At("export"), "--parallel-workers", "2",
                "--batch-size", "10", "--resume-on-failure", "--progress-log", At("export.log"));
        }

        string log = File.ReadAllText(At("export.log"));
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[INFO\] Progress: 43/43 rows \(100\.0%\) - ETA: 0s$", log);
        Assert.Contains("app.events: nothing to do", log, StringComparison.Ordinal);

        // What is to be known of all tables stands once in each run, and does not hide what is of one.
        Assert.Equal(2, Regex.Count(log, @"(?m)^.{19} \[WARN\] Tombstones are not visible to queries.* \(all tables\)$"));
        Assert.Equal(2, Regex.Count(log, @"(?m)^.{19} \[WARN\] Counters are carried over.* \(app\.hits\)$"));
        Run("migrate", "import-data", "--input-dir", At("export"), "--cqlite-path", At("db"), "--parallel-workers", "2", "--streaming-mode", "true", "--validate-checksums", "true",
            "--create-bloom-filters", "true", "--progress-log", At("import.log"));
        AssertSame("db", "events", "hits");
    }

    [Fact]
    public void Exports_everything_and_converts_it()
    {
        Run("migrate", "export-complete", "--cassandra-hosts", Host, "--keyspace", "app", "--output-dir", At("export"), "--include-schema", "true", "--include-data", "true",
            "--include-indexes", "true", "--parallel-workers", "2", "--batch-size", "100", "--compression", "zstd", "--checksum-validation", "true", "--progress-file", At("progress.json"));
        JsonElement[] events = [.. File.ReadLines(At("progress.json")).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
        Assert.Equal((Rows, true), (events[^1].GetProperty("rows").GetInt32(), events[^1].GetProperty("done").GetBoolean()));
        Run("migrate", "convert", "--input-dir", At("export"), "--output-dir", At("db"), "--target-format", "cqlite", "--optimize-performance", "true", "--create-indexes", "true",
            "--compression", "none", "--bloom-filter-enabled", "false", "--parallel-workers", "2");
        AssertSame("db", "events", "indexed", "flushed");
        string schema = Text("schema", "show", "--database", At("db"));
        Assert.Contains("compression = {'enabled': 'false'}", schema, StringComparison.Ordinal);
        Assert.Contains("bloom_filter_fp_chance = 1.0", schema, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(At("db"), "data", "app"), "*-CompressionInfo.db", SearchOption.AllDirectories));
    }

    [Fact]
    public void Tables_without_a_keyspace_are_of_that_of_the_environment()
    {
        string[] export = ["migrate", "export", "--hosts", Host, "--tables", "hits", "--output", At("export"), "--json"];
        CqliteResult unknown = CqliteProcess.Run(export);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("CASSANDRA_KEYSPACE", unknown.Error, StringComparison.Ordinal);
        CqliteResult result = CqliteProcess.Run(export, input: null, ("CASSANDRA_KEYSPACE", "app"));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("hits", Assert.Single(JsonSerializer.Deserialize<JsonElement>(result.Output).GetProperty("tables").EnumerateArray()).GetProperty("table").GetString());
        Assert.Equal(0, CqliteProcess.Run(["migrate", "validate", "--hosts", Host, "--target", At("export"), "--tables", "hits"], input: null, ("CASSANDRA_KEYSPACE", "app")).ExitCode);

        // By itself it chooses nothing.
        CqliteResult all = CqliteProcess.Run(["migrate", "export", "--hosts", Host, "--output", At("all"), "--json"], input: null, ("CASSANDRA_KEYSPACE", "system"));
        Assert.Equal(9, JsonSerializer.Deserialize<JsonElement>(all.Output).GetProperty("tables").GetArrayLength());

        // One that is not there does not make the cluster look empty.
        CqliteResult wrong = CqliteProcess.Run(["migrate", "export", "--hosts", Host, "--output", At("wrong")], input: null, ("CASSANDRA_KEYSPACE", "nope"));
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("nope", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_to_the_schema_that_a_database_has()
    {
        // The file says what loose SSTables are like, and nothing of the database that takes them.
        string schema = _folder.Write("schema.cql", Text("schema", "show", "--database", Snapshot, "--keyspace", "app", "--internals"));
        string hits = Assert.Single(Directory.GetDirectories(Path.Combine(Snapshot, "app"), "hits-*"));
        Run("migrate", "copy", "--source", hits, "--schema", schema, "--cqlite-path", At("db"));
        Assert.Equal("{\"count\":3}\n", Text("query", "SELECT count(*) FROM app.hits", "--database", At("db"), "--json"));
        Text("migrate", "validate", "--source", hits, "--schema", schema, "--target", At("db"), "--checks", "count,data");
        CqliteResult refused = CqliteProcess.Run("query", "UPDATE app.hits SET n = n + 1 WHERE page = 'p0'", "--database", At("db"), "--schema", schema);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("is written by the schema that it has", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Exports_a_schema_alone()
    {
        CqliteResult result = CqliteProcess.Run(
            "migrate", "export-complete", "--cassandra-hosts", Host, "--keyspace", "app", "--output-dir", At("schema"), "--include-data", "false", "--include-indexes", "false");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain("CREATE INDEX", File.ReadAllText(At("schema/schema.cql")), StringComparison.Ordinal);
        Assert.Equal(2, CqliteProcess.Run("migrate", "export-complete", "--hosts", Host, "--output-dir", At("none"), "--include-schema", "false").ExitCode);
    }

    [Fact]
    public void Exports_one_table_also_by_ranges()
    {
        Run("migrate", "export-table", "--cassandra-host", Host, "--keyspace", "app", "--table", "events", "--output", At("one"), "--parallel-workers", "2", "--batch-size", "100");
        Run("migrate", "export-partitioned", "--cassandra-host", Host, "--keyspace", "app", "--table", "events", "--partition-strategy", "token_range", "--partition-count", "16",
            "--output", At("sixteen"), "--parallel-workers", "2");
        JsonElement table = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(At("sixteen/manifest.json"))).GetProperty("tables")[0];
        Assert.Equal(16, table.GetProperty("ranges").GetArrayLength());
        foreach (string export in (string[])["one", "sixteen"])
        {
            Run("migrate", "import", "--input", At(export), "--output", At($"{export}-db"));
            AssertSame($"{export}-db", "events");
        }
    }

    [Fact]
    public void Copies_clusters_and_folders()
    {
        Run("migrate", "copy", "--cassandra-host", Host, "--keyspace", "app", "--cqlite-path", At("db"), "--memory-limit", "512MB");
        AssertSame("db", "events", "indexed", "flushed", "dropped");
        Run("migrate", "copy", "--source", Snapshot, "--keyspace", "app", "--table", "events", "--output", At("offline"));
        AssertSame("offline", "events");
    }

    [Fact]
    public void Converts_a_schema()
    {
        string input = _folder.Write("cluster.cql", "CREATE KEYSPACE a WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3}; CREATE TABLE a.t (k int PRIMARY KEY) WITH bloom_filter_fp_chance = 0.1;");
        CqliteResult result = CqliteProcess.Run("migrate", "convert-schema", "--input", input, "--output", At("db.cql"), "--target-format", "cqlite", "--optimize-for-performance", "true");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string converted = File.ReadAllText(At("db.cql"));
        Assert.Contains("'SimpleStrategy', 'replication_factor': '1'", converted, StringComparison.Ordinal);
        Assert.Contains("bloom_filter_fp_chance = 0.01", converted, StringComparison.Ordinal);
        Assert.Equal(0, CqliteProcess.Run("database", "create", "--path", At("made"), "--schema", At("db.cql")).ExitCode);
    }

    [Fact]
    public void Tells_a_damaged_export_and_takes_nothing_of_it()
    {
        Run("migrate", "export", "--source", Snapshot, "--keyspace", "app", "--tables", "events", "--output", At("export"));
        string data = Directory.EnumerateFiles(At("export"), "*-Data.db", SearchOption.AllDirectories).First();
        byte[] content = File.ReadAllBytes(data);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(data, content);
        CqliteResult result = CqliteProcess.Run("migrate", "import", "--input", At("export"), "--output", At("db"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("SourceDamaged", result.Error, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(data), result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("events", Text("schema", "show", "--database", At("db")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'events' is in no keyspace", "--tables", "events")]
    [InlineData("can't be 0", "--keyspace", "app", "--parallel-workers", "0")]
    [InlineData("contradict", "--keyspace", "app", "--hosts", "127.0.0.1")]
    [InlineData("neither a keyspace nor a table 'nope'", "--keyspace", "nope")]
    public void Tells_what_makes_no_sense(string expected, params string[] options)
    {
        CqliteResult result = CqliteProcess.Run(["migrate", "export", "--source", Snapshot, "--output", At("none"), .. options], input: null);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static JsonElement Run(params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run([.. arguments, "--json"], input: null);
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        foreach (string line in result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.Equal("progress", JsonSerializer.Deserialize<JsonElement>(line).GetProperty("event").GetString());
        JsonElement outcome = JsonSerializer.Deserialize<JsonElement>(result.Output);
        Assert.True(outcome.GetProperty("succeeded").GetBoolean());
        return outcome;
    }

    private static string Text(params string[] arguments)
    {
        CqliteResult result = CqliteProcess.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    /// <summary>Every value of tables is that of the snapshot, and where cells have a time of their own so is it.</summary>
    private void AssertSame(string database, params string[] tables)
    {
        foreach (string table in tables)
        {
            string columns = table switch
            {
                "events" => "id, at, owner, body, home, n, log, props, tags, writetime(body), writetime(n), writetime(owner)",
                "indexed" => "k, city, writetime(city)",
                "flushed" or "dropped" => "k, v, writetime(v)",
                _ => "*",
            };
            string query = $"SELECT {columns} FROM app.{table}";
            string expected = Text("query", query, "--database", Snapshot, "--format", "jsonl");
            Assert.NotEmpty(expected);
            Assert.Equal(expected, Text("query", query, "--database", At(database), "--format", "jsonl"));
        }
    }

    private string At(string name) => Path.Combine(_folder.Path, name);
}
