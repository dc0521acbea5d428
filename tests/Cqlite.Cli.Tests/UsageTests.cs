using System.Text.Json;
using Cqlite.Testing;
using Cqlite.Core.Engine.Settings;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary>Help, completion, and command lines that make no sense.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("", "'cqlite' needs a command: query, shell, table, serve, cassandra, migrate, validate, schema, database, sstable.")]
    [InlineData("nope", "'nope' is no command of 'cqlite'")]
    [InlineData("sstable", "'cqlite sstable' needs a command: list, metadata, stats, dump, verify, convert, compact, scrub.")]
    [InlineData("query", "CQL is missing")]
    [InlineData("query a b", "'b' is one argument too many")]
    [InlineData("query --formt csv x", "'--formt' is no option of 'query'; did you mean --format?")]
    [InlineData("migrate exprt", "'exprt' is no command of 'cqlite migrate'; did you mean export? Its commands are export-schema, ")]
    [InlineData("migrate xyz", "'xyz' is no command of 'cqlite migrate'. Its commands are export-schema, ")]
    [InlineData("migrate export --keypsace=a --output o", "'--keypsace=a' is no option of 'export'; did you mean --keyspace?")]
    [InlineData("migrate export --output o --hosts", "--hosts needs a value: HOST,...")]
    [InlineData("migrate export", "--output DIR is missing: The folder of the export, which must not exist or be empty.")]
    [InlineData("migrate import", "--input DIR is missing: The folder of the export.")]
    [InlineData("migrate report --output x", "PATH is missing: What to report on")]
    [InlineData("migrate copy --source . --output o --memory-limit 10X", "--memory-limit '10X': a size such as 512MB")]
    [InlineData("migrate copy --source . --output o --memory-limit 10MB", "--memory-limit can't be 10,485,760 bytes: at least 128 MB are needed.")]
    [InlineData("validate", "no database: name one as PATH, with --database PATH or in CQLITE_DATABASE_PATH.")]
    [InlineData("query x --format xml", "--format takes table, csv, json, jsonl, wire, none, line or expanded, not 'xml'.")]
    [InlineData("query x --format", "--format")]
    [InlineData("query x --format csv --json -d .", "--json and --format csv contradict each other.")]
    [InlineData("query x --now noon", "--now 'noon': an ISO 8601 time")]
    [InlineData("query x --cache-size 5x", "--cache-size '5x': a size such as 512MB")]
    [InlineData("query x", "no database: name one with --database PATH or in CQLITE_DATABASE_PATH.")]
    [InlineData("sstable list --long .", "'--long' is no option of 'list'")]
    [InlineData("sstable verify . --quick --digest", "exclude each other")]
    [InlineData("sstable dump . --release 2.2", "--release takes 3.0.6, 3.0.17, 3.11, 4.0, 4.1 or 5.0, not '2.2'.")]
    [InlineData("sstable dump . --format debug --key x", "--key has no meaning with --format debug")]
    [InlineData("sstable dump . --format debug --json", "--json prints a line of JSON a partition")]
    [InlineData("sstable stats . --top many", "--top takes a number from 0 to 1,000,000, not 'many'.")]
    [InlineData("migrate export --hosts h --output o --tables t", "'t' is in no keyspace: give --keyspace NAME (or CASSANDRA_KEYSPACE), or --tables KEYSPACE.t.")]
    [InlineData("migrate export --hosts h --output o --keyspace a --keyspace b --tables t", "'t' could be of any keyspace of a, b: give --tables KEYSPACE.t.")]
    [InlineData("migrate export --hosts h --output o --keyspace a b", "'b' is one argument too many: 'export' takes options only.")]
    [InlineData("migrate export --hosts h --output o --tcp-nodelay maybe", "takes options only, and --tcp-nodelay true or false.")]
    [InlineData("migrate export --hosts h --output o --batch-size x", "--batch-size takes a whole number, not 'x'.")]
    [InlineData("migrate export --hosts h --output o --parallel-workers 0", "--parallel-workers can't be 0.")]
    [InlineData("migrate export --hosts h --output o --rate-limit -1", "--rate-limit can't be -1.")]
    [InlineData("migrate export --hosts h --output o --partition-count 0", "--partition-count can't be 0.")]
    [InlineData("migrate export --hosts h --output o --port 70000", "--port can't be 70000.")]
    [InlineData("migrate export --hosts h --output o --connection-pool-size 0", "--connection-pool-size can't be 0.")]
    [InlineData("migrate export --hosts h --output o --socket-buffer-size -1", "--socket-buffer-size can't be -1.")]
    [InlineData("migrate export --hosts h --output o --format csv", "--format takes cqlite, not 'csv'.")]
    [InlineData("migrate export --hosts h --output o --username u --password-file missing", "--password-file: Could not find file")]
    [InlineData("migrate export-table --hosts h --output o --keyspace a", "'export-table' takes one table: --table NAME.")]
    [InlineData("migrate export-table --hosts h --output o --keyspace a --table b,c", "'export-table' takes one table: --table NAME.")]
    [InlineData("migrate validate --target-dir .", "there is no source: name a folder with --source-dir PATH, or a cluster with --hosts HOST.")]
    [InlineData("migrate validate --source-dir .", "there is no target: name a folder with --target-dir PATH")]
    [InlineData("migrate validate --source-dir . --hosts h --target-dir .", "the source is either the folder '.' or the cluster of --hosts, not both.")]
    [InlineData("migrate validate --source-dir . --target-dir . --target-hosts h", "the target is either the folder '.' or the cluster of --target-hosts, not both.")]
    [InlineData("migrate validate --source-dir . --target-dir . --checks counts", "--checks takes count, data, schema, performance or all, not 'counts'.")]
    [InlineData("migrate validate --source-dir . --target-dir . --checks performance", "--query-file FILE names a file")]
    [InlineData("migrate validate --source-dir . --target-dir . --sample-size 5 --sample-percentage 5", "--sample-percentage and --sample-size contradict each other.")]
    [InlineData("migrate validate --source-dir . --target-dir . --sample-percentage 101", "--sample-percentage '101': a number above 0 and up to 100 is needed")]
    [InlineData("migrate validate --source-dir . --target-dir . --random-sampling", "--random-sampling needs to know how much")]
    [InlineData("migrate validate --source-dir . --target-dir . --resume", "--resume needs to know what to go on with: --report-file FILE.")]
    [InlineData("migrate validate --source-dir . --target-dir . --auto-correct missing", "nobody is there to be asked: give --yes, or --dry-run")]
    [InlineData("migrate validate --source-dir . --target-dir . --auto-correct extra --yes", "--auto-correct takes missing, mismatch or both with a comma, not 'extra'.")]
    [InlineData("migrate validate --source-dir . --target-dir . --tolerance -1", "--tolerance can't be -1.")]
    [InlineData("migrate validate --source-dir . --target-dir . --max-differences -1", "--max-differences can't be -1.")]
    [InlineData("migrate validate --source-dir . --target-dir . --parallel-workers 0", "--parallel-workers can't be 0.")]
    [InlineData("migrate validate --source-dir . --target-dir . --yes", "--yes is of --auto-correct")]
    [InlineData("migrate validate-realtime --source-dir . --target-dir . --interval soon", "--validation-interval 'soon': a length of time such as 30s, 5m, 1h30m or 7d is needed.")]
    [InlineData("validate . --sample-size 5", "--sample-size is of a comparison with another side: give --compare-source PATH")]
    [InlineData("validate . --compare-source . --quick", "--quick is of a verification, not of a comparison")]
    [InlineData("migrate sync --cqlite-path . --hosts h", "--since")]
    [InlineData("migrate sync --cqlite-path . --since 1h", "there is no cluster to write: name it with --target-hosts HOST")]
    [InlineData("migrate sync --cqlite-path . --hosts h --since 2999-01-01", "--since 2999-01-01T00:00:00Z is in the future: nothing was written after it.")]
    [InlineData("migrate sync --cqlite-path . --hosts h --since yesterday", "--since 'yesterday': an ISO 8601 time")]
    [InlineData("migrate sync --cqlite-path . --hosts h --since 1h --conflict-resolution mine", "--conflict-resolution takes LastWriteWins, CassandraWins or CqliteWins, not 'mine'.")]
    public void Says_what_is_expected(string line, string error)
    {
        string[] arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CqliteResult result = CqliteProcess.Run(arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        if (arguments.Contains("--json"))
            Assert.Contains(error, JsonSerializer.Deserialize<JsonElement>(result.Error).GetProperty("message").GetString(), StringComparison.Ordinal);
        else
            Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_cache_size_of_the_environment_that_is_none()
    {
        CqliteResult result = CqliteProcess.Run(["query", "SELECT * FROM app.hits", "-d", Repository.SampleSnapshot], null, ("CQLITE_CACHE_SIZE", "huge"));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("CQLITE_CACHE_SIZE: 'huge'", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, CqliteProcess.Run(["query", "SELECT * FROM app.hits", "-d", Repository.SampleSnapshot], null, ("CQLITE_CACHE_SIZE", "16MB")).ExitCode);
    }

    [Fact]
    public void Tells_its_version() => Assert.Matches("^cqlite [0-9]+\\.[0-9]+\\.[0-9]+\n$", CqliteProcess.Run("--version").Output.ReplaceLineEndings("\n"));

    [Fact]
    public void Helps()
    {
        CqliteResult root = CqliteProcess.Run("--help");
        Assert.Equal((0, ""), (root.ExitCode, root.Error));
        foreach (string word in (string[])["CQLITE_DATABASE_PATH", "CQLITE_CACHE_SIZE", "Exit codes:", "130", "Examples:", "sstable"])
            Assert.Contains(word, root.Output, StringComparison.Ordinal);
        Assert.Contains("--format <FORMAT>", CqliteProcess.Run("query", "-h").Output, StringComparison.Ordinal);
        Assert.Equal(0, CqliteProcess.Run("sstable", "--help").ExitCode);
    }

    [Theory]
    [InlineData("sstable ", "dump", "verify")]
    [InlineData("query --format ", "csv", "wire")]
    [InlineData("sstable dump --rel", "--release")]
    public void Completes(string line, params string[] expected)
    {
        CqliteResult result = CqliteProcess.Run($"[suggest:{line.Length}]", line);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(expected.Except(result.Output.ReplaceLineEndings("\n").Split('\n')));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("1 GiB", 1L << 30)]
    [InlineData("64k", 64L << 10)]
    public void Reads_sizes(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1")]
    [InlineData("1.5GB")]
    [InlineData("9223372036854775807KB")]
    public void Refuses_what_is_no_size(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
