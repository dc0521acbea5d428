using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Syncing;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Releases;

/// <summary>Clusters of releases before 5.0 are written: tables are made with the options that the release knows, and have every cell with its time and end.</summary>
public sealed class OldReleaseWritingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Keyspaces
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string at in new[] { "3.0.24-md", "3.11.19-me", "4.0-rc1-na", "4.1.10-nb" })
            {
                foreach (string keyspace in new[] { "types", "keys", "counters" })
                    cases.Add(at, keyspace);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task An_import_and_a_copy_into_one_are_whole_and_a_sync_finds_nothing_to_do(string at, string keyspace)
    {
        CorpusNode corpus = Corpus.Node(at);
        using StoredSource files = StoredSource.Open(corpus.DataDirectory, new DatabaseOptions { SchemaPath = Path.Combine(corpus.Folder, "truth", keyspace, "schema.cql") });
        DatabaseSchema schema = await files.ReadSchemaAsync(Cancellation);
        string[] tables = [.. schema.Keyspaces[keyspace].Tables.Values.Where(t => !t.IsCompact).Select(t => t.ToString())];
        using TemporaryFolder folder = new();
        await using OldNode node = await OldNode.CreateAsync(folder["node"], OldCorpus.ReleaseOf(at));
        ClusterTarget target = node.Target();
        TransferResult exported = await new Exporter(files, folder["export"], new ExportSettings { Tables = tables }).RunAsync(Cancellation);
        Assert.True(exported.Succeeded, exported.ToJson());
        TransferResult imported = await new Importer(folder["export"], target).RunAsync(Cancellation);
        Assert.All(imported.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        TransferResult copied = await new Copier(files, target, new CopySettings { Tables = tables }).RunAsync(Cancellation);
        Assert.All(copied.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        Assert.DoesNotContain(node.Handler.Refused, t => t.StartsWith("CREATE", StringComparison.Ordinal) || t.Contains("WRITETIME", StringComparison.Ordinal));

        // What was written is told by the database behind the node; what is read of the node is the same, as far as it tells.
        using StoredSource written = new(node.Engine, OperandKind.Database);
        using ClusterSource cluster = node.Source();
        foreach (IMigrationSource side in new IMigrationSource[] { written, cluster })
        {
            ValidationReport report = await new Validator(files, side, new ValidationSettings { Tables = tables, WriteTimes = ReferenceEquals(side, cluster) || keyspace != "counters", Ttls = true }).RunAsync(cancellation: Cancellation);
            Assert.Empty(report.Tables.SelectMany(t => t.Differences).Select(d => d.ToString()));
            Assert.Empty(report.SchemaDifferences.Select(d => d.ToString()));
        }

        SyncReport sync = await new Syncer(files, cluster, new SyncSettings(0) { Tables = tables }).PlanAsync(Cancellation);
        Assert.All(sync.Tables.Where(_ => keyspace != "counters"), t => Assert.Null(t.Message));
        Assert.Equal(0, sync.Tables.Sum(t => t.ChangedRows));
    }

    [Fact]
    public async Task Tables_of_5_are_made_with_the_options_that_an_older_release_knows_and_the_rest_is_said()
    {
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { CompactionThreads = 0 });
        foreach (string cql in new[]
        {
            "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}",
            "CREATE TABLE k.plain (p int PRIMARY KEY, v text)",
            "CREATE TABLE k.special (p int PRIMARY KEY, v text) WITH read_repair = 'NONE' AND incremental_backups = false AND speculative_retry = 'MIN(99p,50ms)'",
            "INSERT INTO k.plain (p, v) VALUES (1, 'one') USING TIMESTAMP 1700000000000000",
            "INSERT INTO k.special (p, v) VALUES (1, 'one') USING TIMESTAMP 1700000000000000",
        })
            engine.Execute(cql).Dispose();
        using StoredSource database = new(engine, OperandKind.Database);
        foreach ((string release, string? said) in new[]
        {
            ("3.0.31", "table k.special was created without incremental_backups, read_repair, speculative_retry, which Cassandra 3.0.31 does not know."),
            ("3.11.19", "table k.special was created without incremental_backups, read_repair, speculative_retry, which Cassandra 3.11.19 does not know."),
            ("4.0.13", "table k.special was created without incremental_backups, which Cassandra 4.0.13 does not know."),
            ("4.1.10", "table k.special was created without incremental_backups, which Cassandra 4.1.10 does not know."),
        })
        {
            await using OldNode node = await OldNode.CreateAsync(folder[release], release);
            TransferResult copied = await new Copier(database, node.Target(), new CopySettings { Tables = ["k"] }).RunAsync(Cancellation);
            Assert.True(copied.Succeeded, copied.ToJson());
            Assert.Equal(2, copied.Rows);
            Assert.Equal([said], copied.Notes.Where(n => n.Contains("was created without", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_table_with_a_ttl_of_its_own_is_not_written_where_all_rows_would_get_it()
    {
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY, v text) WITH default_time_to_live = 86400").Dispose();
        engine.Execute("INSERT INTO k.t (p, v) VALUES (1, 'stays') USING TTL 0").Dispose();
        using StoredSource database = new(engine, OperandKind.Database);
        await using OldNode old = await OldNode.CreateAsync(folder["3.0.31"], "3.0.31");
        TransferResult refused = await new Copier(database, old.Target(), new CopySettings { Tables = ["k"] }).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(refused.Tables);
        Assert.Equal(TransferOutcome.Refused, table.Outcome);
        Assert.Contains("default_time_to_live = 86400", table.Message, StringComparison.Ordinal);

        await using OldNode node = await OldNode.CreateAsync(folder["3.11.19"], "3.11.19");
        TransferResult copied = await new Copier(database, node.Target(), new CopySettings { Tables = ["k"] }).RunAsync(Cancellation);
        Assert.True(copied.Succeeded, copied.ToJson());
    }
}
