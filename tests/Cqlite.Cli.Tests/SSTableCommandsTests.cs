using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite sstable ...</c></summary>
public sealed class SSTableCommandsTests
{
    private static readonly string s_hits = Directory.GetDirectories(Path.Combine(Repository.SampleSnapshot, "app"), "hits-*").Single();

    [Fact]
    public void List_tells_version_size_and_components()
    {
        CqliteResult text = CqliteProcess.Run("sstable", "list", Repository.SampleSnapshot);
        Assert.Equal(0, text.ExitCode);
        Assert.Equal(9, text.Lines.Length);
        Assert.Contains("app.indexed.indexed_city", text.Output, StringComparison.Ordinal);
        JsonElement hits = Assert.Single(CqliteProcess.Run("sstable", "list", s_hits, "--json").Json);
        Assert.Equal("nb app.hits 5147", $"{hits.GetProperty("version")} {hits.GetProperty("keyspace")}.{hits.GetProperty("table")} {hits.GetProperty("bytes")}");
        Assert.Equal(8, hits.GetProperty("components").GetArrayLength());
    }

    [Fact]
    public void A_component_stands_for_its_SSTable()
    {
        string index = Directory.GetFiles(s_hits, "*-Index.db", SearchOption.AllDirectories).Single();
        Assert.Equal(CqliteProcess.Run("sstable", "list", s_hits).Output, CqliteProcess.Run("sstable", "list", index, s_hits).Output);
    }

    [Fact]
    public void The_database_is_meant_where_no_path_is_given() =>
        Assert.Equal(8, CqliteProcess.Run(["sstable", "list", "--json"], null, ("CQLITE_DATABASE_PATH", Repository.SampleSnapshot)).Lines.Length);

    [Theory]
    [InlineData("5.0.9-nb types.lists")]
    [InlineData("5.0.9-da deletes.all")]
    [InlineData("4.1.10-nb multi.separate")]
    [InlineData("3.11.19-me keys.cols65")]
    public void Dump_prints_what_sstabledump_printed(string name)
    {
        CorpusTable table = CorpusTable.Parse(name, null);
        string sstable = table.SSTables[0];
        string path = Path.Combine(table.DataDirectory, $"{sstable}-Data.db");
        CqliteResult json = CqliteProcess.Run("sstable", "dump", path);
        Assert.Equal((0, ""), (json.ExitCode, json.Error));
        Assert.Null(TextDifference.Find(table.Dump(sstable)!.Text, json.Output));
        if (table.DumpLines(sstable) is { } lines)
            Assert.Null(TextDifference.Find(lines.Text, CqliteProcess.Run("sstable", "dump", path, "--format", "debug").Output));
    }

    [Fact]
    public void Dump_prints_a_line_a_partition()
    {
        CqliteResult result = CqliteProcess.Run("sstable", "dump", s_hits, "--json");
        Assert.Equal(["p1", "p0", "p2"], result.Json.Select(p => p.GetProperty("partition").GetProperty("key")[0].GetString()));
        Assert.Equal(result.Output, CqliteProcess.Run("sstable", "dump", s_hits, "--format", "lines").Output);
    }

    [Fact]
    public void Dump_takes_keys_and_leaves_out_others()
    {
        Assert.Equal(["p2"], Keys("--key", "p2"));
        Assert.Equal(["p1", "p2"], Keys("--exclude-key", "p0"));
        Assert.Equal(["p1", "p0"], Keys("-k", "p0", "-k", "p1"));
        Assert.Empty(CqliteProcess.Run("sstable", "dump", s_hits, "--json", "--key", "nope").Output);

        static IEnumerable<string?> Keys(params string[] options) => CqliteProcess.Run(["sstable", "dump", s_hits, "--json", .. options])
            .Json.Select(p => p.GetProperty("partition").GetProperty("key")[0].GetString());
    }

    [Fact]
    public void Metadata_prints_what_sstablemetadata_prints()
    {
        CqliteResult result = CqliteProcess.Run("sstable", "metadata", s_hits);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Partitioner: org.apache.cassandra.dht.Murmur3Partitioner\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("Compressor: org.apache.cassandra.io.compress.LZ4Compressor\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("totalRows: 3\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5.0.9-nb")]
    [InlineData("5.0.9-da")]
    [InlineData("3.0.6-ma")]
    public void Metadata_as_JSON_tells_of_every_SSTable(string node)
    {
        CqliteResult result = CqliteProcess.Run("sstable", "metadata", Path.Combine(Corpus.Node(node).Folder, "data", "types"), "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.NotEmpty(result.Json);
        foreach (JsonElement sstable in result.Json)
        {
            Assert.Equal(node[^2..], sstable.GetProperty("version").GetString());
            Assert.True(sstable.GetProperty("partitions").GetInt64() > 0);
            Assert.Equal("partition_key", sstable.GetProperty("columns")[0].GetProperty("kind").GetString());
            Assert.True(sstable.GetProperty("components").GetProperty("Data.db").GetInt64() > 0);
        }
    }

    [Fact]
    public void Stats_counts_what_is_there()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "multi", "separate");
        CqliteResult result = CqliteProcess.Run("sstable", "stats", table.DataDirectory, "--json", "--top", "2");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonElement stats = Assert.Single(result.Json);
        Assert.Equal(table.SSTables.Count, stats.GetProperty("sstables").GetArrayLength());
        Assert.Equal(2, stats.GetProperty("largest_by_bytes").GetArrayLength());
        Assert.Equal(
            stats.GetProperty("distinct_partitions").GetInt64(),
            stats.GetProperty("partitions_by_sstable_count").EnumerateArray().Sum(c => c.GetInt64()));
        Assert.Equal(
            stats.GetProperty("rows").GetInt64(),
            stats.GetProperty("sstables").EnumerateArray().Sum(s => s.GetProperty("rows").GetInt64()));
        Assert.Contains("Largest partitions by bytes", CqliteProcess.Run("sstable", "stats", s_hits).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_finds_nothing_wrong_with_what_Cassandra_wrote()
    {
        CqliteResult result = CqliteProcess.Run("sstable", "verify", Repository.SampleSnapshot, "--extended");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.EndsWith("8 SSTables valid\n", result.Output, StringComparison.Ordinal);
        Assert.All(CqliteProcess.Run("sstable", "verify", Repository.SampleSnapshot, "--json").Json, s => Assert.True(s.GetProperty("valid").GetBoolean()));
    }

    [Fact]
    public void Verify_and_dump_tell_where_an_SSTable_is_damaged()
    {
        DamagedCase damaged = DamagedCase.Parse("damaged/5.0.9-nb data-bit-middle", null);
        CqliteResult verify = CqliteProcess.Run("sstable", "verify", damaged.DataDirectory);
        Assert.Equal(1, verify.ExitCode);
        Assert.Matches("Error: Data\\.db at byte [0-9,]+", verify.Output);
        JsonElement[] found = CqliteProcess.Run("sstable", "verify", damaged.DataDirectory, "--json").Json;
        Assert.Equal("Data.db", found.First(f => f.GetProperty("severity").GetString() == "Error" && f.TryGetProperty("offset", out _)).GetProperty("component").GetString());
        Assert.False(found[^1].GetProperty("valid").GetBoolean());

        CqliteResult dump = CqliteProcess.Run("sstable", "dump", damaged.DataDirectory);
        Assert.Equal(2, dump.ExitCode);
        Assert.NotEmpty(dump.Output);
        Assert.Matches("nb-[0-9]+-big-Data\\.db at byte [0-9,]+: ", dump.Error);
        JsonElement error = JsonSerializer.Deserialize<JsonElement>(CqliteProcess.Run("sstable", "dump", damaged.DataDirectory, "--json").Error);
        Assert.Equal("CorruptData", error.GetProperty("error").GetString());
        Assert.True(error.GetProperty("offset").GetInt64() > 0);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("metadata")]
    [InlineData("stats")]
    [InlineData("dump")]
    [InlineData("verify")]
    public void Paths_that_name_nothing_are_refused(string verb)
    {
        using TestFolder folder = new();
        string text = folder.Write("notes.txt", "not an SSTable");
        Refused("no such file or folder", Path.Combine(folder.Path, "missing"));
        Refused("notes.txt", text);
        Refused("no SSTables in this folder", folder.Path);
        Refused("needs a PATH");
        Refused(verb is "list" or "verify" ? "--schema has no meaning" : "notes.txt", "--schema", text, s_hits);

        void Refused(string why, params string[] arguments)
        {
            CqliteResult result = CqliteProcess.Run(["sstable", verb, .. arguments]);
            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        }
    }
}
