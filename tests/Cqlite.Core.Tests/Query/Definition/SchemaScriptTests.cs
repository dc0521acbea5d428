using Cqlite.Core.Query.Definition;
using Cqlite.Core.Schema;
using Cqlite.Core.Schema.Describe;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Query.Definition;

/// <summary>What DESCRIBE printed is read, and printed again.</summary>
public class SchemaScriptTests
{
    [Theory]
    [RecordedSchemas(Release = "5.0.9")]
    public void What_Cassandra_5_printed_is_printed_again_byte_for_byte(RecordedSchema recorded)
    {
        string text = recorded.Node.SchemaCql(recorded.Keyspace)!;
        DatabaseSchema schema = SchemaScript.Apply(DatabaseSchema.Empty, text, DdlSettings.Recorded);
        KeyspaceMetadata keyspace = Assert.Single(schema.Keyspaces.Values);
        Assert.Equal(recorded.Keyspace, keyspace.Name);
        string printed = string.Join("\n\n", SchemaDescriber.Elements(keyspace, withInternals: true).Select(element => element.CreateStatement));
        TextDifference.Require(text.TrimEnd('\n'), printed, recorded.ToString());
    }

    [Theory]
    [RecordedSchemas(Release = "4.1.10,4.0-rc1")]
    public void What_Cassandra_4_printed_is_printed_again_but_for_options_that_5_added(RecordedSchema recorded)
    {
        string text = recorded.Node.SchemaCql(recorded.Keyspace)!;
        DatabaseSchema schema = SchemaScript.Apply(DatabaseSchema.Empty, text, DdlSettings.Recorded);
        string printed = string.Join("\n\n", SchemaDescriber.Elements(schema.Keyspaces[recorded.Keyspace], withInternals: true).Select(element => element.CreateStatement));

        // 5.0 has automatic snapshots and incremental backups by table, 4.1 the memtable; cdc was told only where it was switched on in 4.0.
        string[] added = ["allow_auto_snapshot = ", "incremental_backups = ", "memtable = "];
        TextDifference.Require(Without(text.TrimEnd('\n'), added), Without(printed, added), recorded.ToString());
    }

    [Theory]
    [RecordedSchemas(Release = "4.1.10,4.0-rc1")]
    public void Tables_are_printed_for_older_releases_as_they_print_them(RecordedSchema recorded)
    {
        string text = recorded.Node.SchemaCql(recorded.Keyspace)!.ReplaceLineEndings("\n");
        DatabaseSchema schema = SchemaScript.Apply(DatabaseSchema.Empty, text, DdlSettings.Recorded);
        var dialect = OptionDialect.Of(recorded.Node.At.StartsWith("4.1", StringComparison.Ordinal) ? new Version(4, 1, 10) : new Version(4, 0));
        foreach (TableMetadata table in schema.Keyspaces[recorded.Keyspace].Tables.Values)
        {
            Assert.Contains(TableDescriber.Table(table, withInternals: true, ifNotExists: false, dialect), text, StringComparison.Ordinal);
            Assert.Empty(dialect.LeftOut(table.Options));
        }
    }

    [Fact]
    public void Releases_before_4_get_the_options_that_they_know_in_their_words()
    {
        const string Table = "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}; "
            + "CREATE TABLE k.t (p int PRIMARY KEY) WITH cdc = true AND speculative_retry = '95p' AND memtable = 'trie' AND read_repair = 'NONE' AND additional_write_policy = 'NEVER'";
        TableMetadata table = SchemaScript.Apply(DatabaseSchema.Empty, Table, DdlSettings.Recorded).Table("k", "t")!;
        var old = OptionDialect.Of(new Version(3, 11, 19));
        string[] options = [.. TableDescriber.Table(table, withInternals: false, ifNotExists: false, old).Split('\n').Where(l => l.Contains(" = ", StringComparison.Ordinal)).Select(l => l.Replace(") WITH ", "", StringComparison.Ordinal).Trim().Split(' ').First(w => w != "AND"))];
        Assert.Equal(
            ["bloom_filter_fp_chance", "caching", "cdc", "comment", "compaction", "compression", "crc_check_chance", "default_time_to_live", "gc_grace_seconds", "max_index_interval", "memtable_flush_period_in_ms", "min_index_interval", "speculative_retry"],
            options);
        Assert.Equal(["additional_write_policy", "memtable", "read_repair"], old.LeftOut(table.Options));
        Assert.Equal(["additional_write_policy", "cdc", "memtable", "read_repair"], OptionDialect.Of(new Version(3, 0, 31)).LeftOut(table.Options));
        Assert.Equal("95PERCENTILE", old.SpeculativeRetry(table.Options.SpeculativeRetry));
        Assert.Equal(("NONE", "ALWAYS", "50ms", null), (old.SpeculativeRetry("NEVER"), old.SpeculativeRetry("ALWAYS"), old.SpeculativeRetry("50ms"), old.SpeculativeRetry("MIN(99p,50ms)")));
        Assert.Same(OptionDialect.Newest, OptionDialect.Of(new Version(0, 0)));
    }

    [Theory]
    [RecordedSchemas(Release = "3.11.19,3.0.31,3.0.24,3.0.17,3.0.7,3.0.6", WithoutSystem = true)]
    public void The_statements_of_Cassandra_3_are_understood(RecordedSchema recorded)
    {
        DatabaseSchema schema = SchemaScript.Apply(DatabaseSchema.Empty, recorded.Node.SchemaCql(recorded.Keyspace)!, DdlSettings.Recorded, recorded.Keyspace);
        KeyspaceMetadata keyspace = schema.Keyspaces[recorded.Keyspace];
        string text = string.Join("\n\n", SchemaDescriber.Elements(keyspace, withInternals: true).Select(element => element.CreateStatement));
        KeyspaceMetadata printed = SchemaScript.Apply(DatabaseSchema.Empty, text, DdlSettings.Recorded).Keyspaces[recorded.Keyspace];
        foreach (CorpusTable table in recorded.Node.Tables.Where(table => table.Keyspace == recorded.Keyspace))
        {
            TableMetadata found = Assert.IsType<TableMetadata>(keyspace.Table(table.Name));
            Assert.Equal(
                table.Columns.Select(column => (column.Name, column.Type)).Order(),
                found.Columns.Values.Select(column => (column.Name, column.Type.Unreversed.Name)).Order());
            if (found.Kind == TableKind.View)
                continue;
            TableMetadata again = Assert.IsType<TableMetadata>(printed.Table(table.Name));
            Assert.Equal(found.Flags, again.Flags);
            Assert.Equal(found.Columns.Values.OrderBy(c => c.Name, StringComparer.Ordinal), again.Columns.Values.OrderBy(c => c.Name, StringComparer.Ordinal));
            Assert.Equal(
                table.Flags.Order(StringComparer.Ordinal),
                Enum.GetValues<TableFlags>().Where(flag => flag != TableFlags.None && found.Flags.HasFlag(flag)).Select(flag => flag.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_snapshot_s_schema_is_read_without_its_keyspace_and_printed_again()
    {
        foreach (string at in Corpus.NodeNames.Where(name => name.StartsWith("snapshot/", StringComparison.Ordinal)))
        {
            string[] files = Directory.GetFiles(Corpus.Node(at).DataDirectory, "schema.cql", SearchOption.AllDirectories);
            Assert.NotEmpty(files);
            DatabaseSchema all = DatabaseSchema.Empty;
            foreach (string file in files)
            {
                string text = File.ReadAllText(file);
                DatabaseSchema schema = SchemaScript.Apply(DatabaseSchema.Empty, text, DdlSettings.Recorded);
                KeyspaceMetadata keyspace = Assert.Single(schema.Keyspaces.Values);
                TableMetadata table = Assert.Single(keyspace.TablesAndViews);
                string[] added = ["allow_auto_snapshot = ", "incremental_backups = "];
                TextDifference.Require(Without(text, added), Without(SchemaDescriber.SnapshotSchema(keyspace, table), added), file);
                all = SchemaScript.Apply(all, text, DdlSettings.Recorded);
            }

            Assert.Equal(files.Length, all.Keyspaces.Values.Sum(keyspace => keyspace.TablesAndViews.Count()));
        }
    }

    [Fact]
    public void A_compact_table_is_taken_out_of_the_comment_in_which_it_is_printed()
    {
        const string Text = "CREATE TABLE ks.t (k int, c int, v int, PRIMARY KEY (k, c)) WITH COMPACT STORAGE;";
        TableMetadata table = SchemaScript.Apply(DatabaseSchema.Empty, Text, DdlSettings.Recorded).Table("ks", "t")!;
        string printed = TableDescriber.Table(table, withInternals: true, ifNotExists: true);
        Assert.StartsWith("/*\nWarning: Table ks.t omitted", printed, StringComparison.Ordinal);

        TableMetadata again = SchemaScript.Apply(DatabaseSchema.Empty, printed, DdlSettings.Recorded).Table("ks", "t")!;
        Assert.True(SchemaEquality.Same(table, again));
        Assert.Equal(TableFlags.Dense, again.Flags);
    }

    [Fact]
    public void Options_that_5_lacks_are_kept_aside()
    {
        // As cqlsh of 3.11 prints a table, with a strategy and a compressor that later releases do not have.
        const string Text = """
            CREATE TABLE ks.t (
                k int PRIMARY KEY,
                v text
            ) WITH bloom_filter_fp_chance = 0.01
                AND caching = {'keys': 'ALL', 'rows_per_partition': 'NONE'}
                AND comment = ''
                AND compaction = {'class': 'org.apache.cassandra.db.compaction.DateTieredCompactionStrategy', 'max_threshold': '32', 'min_threshold': '4'}
                AND compression = {'chunk_length_kb': '64', 'sstable_compression': 'com.example.OwnCompressor', 'crc_check_chance': '1.0'}
                AND dclocal_read_repair_chance = 0.1
                AND default_time_to_live = 0
                AND extensions = {'a': 0x0102}
                AND gc_grace_seconds = 864000
                AND read_repair_chance = 0.0
                AND speculative_retry = '99PERCENTILE';
            CREATE CUSTOM INDEX own ON ks.t (v) USING 'com.example.OwnIndex' WITH OPTIONS = {'x': 'y'};
            """;
        TableMetadata table = SchemaScript.Apply(DatabaseSchema.Empty, Text, DdlSettings.Recorded).Table("ks", "t")!;
        Assert.Equal("99p", table.Options.SpeculativeRetry);
        Assert.Equal([new("dclocal_read_repair_chance", "0.1"), new("read_repair_chance", "0.0")], table.Options.Retired);
        Assert.Equal([new("chunk_length_in_kb", "64"), new("class", "com.example.OwnCompressor")], table.Options.Compression);
        Assert.Equal("org.apache.cassandra.db.compaction.DateTieredCompactionStrategy", table.Options.Compaction["class"]);
        Assert.Equal([1, 2], table.Options.Extensions["a"]);
        Assert.Equal("com.example.OwnIndex", table.Indexes["own"].Options["class_name"]);
    }

    [Fact]
    public void Errors_name_the_line()
    {
        var error = Assert.Throws<Errors.InvalidQueryException>(
            () => SchemaScript.Apply(DatabaseSchema.Empty, "-- nothing\nCREATE TABLE ks.t (k int);", DdlSettings.Recorded));
        Assert.Equal("line 2: No PRIMARY KEY specifed for table 'ks.t' (exactly one required)", error.Message);
    }

    private static string Without(string text, string[] options) =>
        string.Join('\n', text.Split('\n').Where(line => !options.Any(option => line.Contains("AND " + option, StringComparison.Ordinal))));
}
