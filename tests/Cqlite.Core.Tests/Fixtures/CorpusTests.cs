using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Fixtures;

public sealed class CorpusTests
{
    [Theory, CorpusTables(At = "5.0.9-nb-bigindex,3.0.6-ma,snapshot/5.0.9-nb", WithSSTables = true)]
    public void A_table_has_its_components(CorpusTable table)
    {
        Assert.All(table.SSTables, sstable => Assert.True(File.Exists(Path.Combine(table.DataDirectory, sstable + "-Data.db")), $"{table}: {sstable}"));
        Assert.Contains(table.Columns, column => column.Kind == "partition_key");
        Assert.NotNull(table.SchemaCql);
        Assert.True(table.ToString() == CorpusTable.Parse(table.ToString(), null).ToString());
    }

    [Theory, CorpusTables(At = "5.0.9-da-byteordered,killed/3.11.19-me", WithSelect = true)]
    public void The_answer_of_select_has_as_many_rows_as_the_index_says(CorpusTable table)
    {
        Assert.NotNull(table.RowCount);
        Assert.Equal(table.RowCount, table.SelectRows().LongCount());
    }

    [Fact]
    public void A_table_whose_select_failed_has_no_rows_to_compare()
    {
        var table = Corpus.Table("3.0.6-ma", "deletes", "grace0");

        Assert.False(table.HasSelect);
        Assert.Contains("SELECT * fails", Assert.Throws<InvalidOperationException>(() => table.SelectRows().Any()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_corpus_has_every_format_version() => Assert.Equal(
        ["da", "ma", "mb", "mc", "md", "me", "na", "nb", "oa"], Corpus.Tables.Select(table => table.Format).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_row_tells_null_from_zero_length_and_has_what_the_node_said()
    {
        var rows = Corpus.Table("5.0.9-nb", "deletes", "all").SelectRows().Take(2).ToList();

        Assert.Equal(["p", "c1", "c2", "sl", "st", "l", "m", "s", "v", "w"], rows[0].Columns.Select(column => column.Name));
        Assert.Null(rows[0]["c1"].Value);
        Assert.Null(rows[0]["c1"].Json);
        Assert.Equal([0, 0, 0, 23], rows[0]["p"].Value!);
        Assert.Equal("\"static 23\"", rows[0]["st"].Json);
        Assert.Equal(1700000000000005, rows[0]["st"].WriteTimeMicros);
        Assert.Equal([1700000000000005, 1700000000000005, 1700000000000005], rows[0]["sl"].WriteTimesMicros!);
        Assert.Equal([null, null, null], rows[0]["sl"].TtlsSeconds!);
        Assert.Contains(Corpus.Table("5.0.9-nb", "keys", "empties").SelectRows(), row => row["c1"].Value is { Length: 0 } && row["c1"].Hex == "");
    }

    [Fact]
    public void A_table_has_what_the_tools_printed()
    {
        var table = Corpus.Table("5.0.9-nb", "deletes", "all");

        using var dump = JsonDocument.Parse(table.Dump("nb-1-big")!.Text);
        Assert.Equal(JsonValueKind.Array, dump.RootElement.ValueKind);
        Assert.StartsWith("[", table.DumpLines("nb-1-big")!.Text, StringComparison.Ordinal);
        Assert.Contains("SSTable Level", table.Metadata("nb-1-big")!.Text, StringComparison.Ordinal);
        Assert.Null(Corpus.Table("5.0.9-nb", "compression", "zstd_1").Dump("nb-1-big"));
    }

    [Fact]
    public void A_dump_by_another_release_says_so()
    {
        var dump = Corpus.Table("3.0.6-ma", "deletes", "all").Dump("ma-1-big");

        Assert.Equal(("3.0.31", true), (dump?.Release, dump?.IsByOtherRelease));
    }

    [Fact]
    public void Columns_come_with_kind_order_and_type()
    {
        var events = Corpus.Table("snapshot/5.0.9-nb", "app", "events").Columns;

        Assert.Equal(new CorpusColumn("id", "partition_key", 0, "none", "int"), events[0]);
        Assert.Equal(new CorpusColumn("at", "clustering", 0, "desc", "timestamp"), events[1]);
        Assert.Contains(new CorpusColumn("home", "regular", -1, "none", "frozen<address>"), events);
    }

    [Fact]
    public void Operations_come_with_statements_values_errors_and_flushes()
    {
        var operations = Corpus.Node("5.0.9-nb").Operations("types").ToList();

        Assert.StartsWith("CREATE KEYSPACE", operations[0].Cql, StringComparison.Ordinal);
        Assert.Contains(operations, operation => operation is { Cql: not null, Binds.Count: > 0 });
        Assert.Contains(operations, operation => operation.Admin == "flush");
        Assert.Contains(Corpus.Node("3.0.6-ma").Keyspaces.SelectMany(Corpus.Node("3.0.6-ma").Operations), operation => operation.Error is not null);
    }

    [Fact]
    public void A_keyspace_has_its_rows_of_the_system_schema()
    {
        using var schema = Corpus.Node("3.11.19-me").SchemaRows("multi");

        Assert.Contains(schema!.RootElement.GetProperty("columns").EnumerateArray(), _ => true);
        Assert.Contains(schema.RootElement.GetProperty("dropped_columns").EnumerateArray(), _ => true);
    }

    [Fact]
    public void A_killed_node_has_a_commit_log() =>
        Assert.NotEmpty(Directory.EnumerateFiles(Corpus.Node("killed/5.0.9-nb").CommitLogDirectory, "CommitLog-*.log"));

    [Fact]
    public void A_damaged_copy_differs_from_the_undamaged_sstable_in_its_component()
    {
        var damaged = DamagedCase.Parse("damaged/5.0.9-nb data-bit-middle", null);
        var name = damaged.Undamaged.SSTables[0] + "-" + damaged.Component;

        Assert.Equal("Data.db", damaged.Component);
        Assert.Equal(1, damaged.VerifyExitCode);
        Assert.True(damaged.VerifyLooked);
        Assert.Contains("digest", damaged.VerifyFirstError, StringComparison.Ordinal);
        Assert.Equal("throws", damaged.DumpOutcome);
        Assert.NotEqual(
            File.ReadAllBytes(Path.Combine(damaged.Undamaged.DataDirectory, name)), File.ReadAllBytes(Path.Combine(damaged.DataDirectory, name)));
    }

    [Theory, DamagedCases]
    public void A_damaged_case_has_its_folder(DamagedCase damaged)
    {
        Assert.True(Directory.Exists(damaged.DataDirectory));
        Assert.NotEmpty(damaged.Damage);
        Assert.Equal(damaged.Name.StartsWith("good", StringComparison.Ordinal), damaged.IsControl);
    }

    [Fact]
    public void A_copy_of_a_folder_can_be_written()
    {
        var source = Corpus.Table("snapshot/5.0.9-nb", "app", "indexed").DataDirectory;
        var target = Directory.CreateTempSubdirectory("cqlite-copy-").FullName;
        FixtureArchive.CopyFolder(source, target);

        File.AppendAllText(Path.Combine(target, "nb-1-big-TOC.txt"), "x");
        Assert.True(File.Exists(Path.Combine(target, ".indexed_city", "nb-1-big-Data.db")));
        Directory.Delete(target, recursive: true);
    }

    [Fact]
    public void The_samples_are_the_recorded_snapshot()
    {
        var source = Corpus.Node("snapshot/5.0.9-nb").DataDirectory;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        var files = Directory.EnumerateFiles(source, "*", options).Select(file => Path.GetRelativePath(source, file)).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(
            files, Directory.EnumerateFiles(Repository.SampleSnapshot, "*", options).Select(file => Path.GetRelativePath(Repository.SampleSnapshot, file)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(source, file)), File.ReadAllBytes(Path.Combine(Repository.SampleSnapshot, file))));
    }

    [Fact]
    public void The_bench_sample_has_its_rows()
    {
        var lines = File.ReadLines(Path.Combine(FixtureArchive.Folder("bench"), "first-2000.csv"));

        Assert.Equal(2001, lines.Count());
    }
}
