using System.Text.Json;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Cli.Tests;

/// <summary><c>cqlite sstable convert</c>, <c>compact</c> and <c>scrub</c>: what they write, what they refuse, how they exit.</summary>
public sealed class SSTableRewritingTests : IDisposable
{
    private static readonly string s_events = Directory.GetDirectories(Path.Combine(Repository.SampleSnapshot, "app"), "events-*").Single();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nb")]
    [InlineData("oa")]
    [InlineData("da")]
    public void Convert_keeps_what_is_there(string version)
    {
        CqliteResult result = Run("convert", s_events, "--destination", At("out"), "--version", version, "--compression", "zstd", "--chunk-length", "4KB", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonElement converted = Assert.Single(result.Json);
        Assert.Equal(40, converted.GetProperty("rows").GetInt64());
        string written = converted.GetProperty("written")[0].GetString()!;
        Assert.StartsWith(Path.Combine(At("out"), $"{version}-1-"), written, StringComparison.Ordinal);
        Assert.Equal(0, Run("verify", "--extended", written).ExitCode);
        Assert.Equal(Rows(s_events), Rows(written));
        JsonElement metadata = Assert.Single(Run("metadata", "--json", written).Json).GetProperty("compression");
        Assert.Equal("ZstdCompressor 4096", $"{metadata.GetProperty("compressor")} {metadata.GetProperty("chunk_bytes")}");
    }

    [Theory]
    [InlineData("3.0.6-ma")]
    [InlineData("3.0.7-mb")]
    [InlineData("3.0.17-mc")]
    [InlineData("3.0.24-md")]
    [InlineData("3.11.19-me")]
    [InlineData("4.0-rc1-na")]
    public void Convert_takes_every_version_and_gives_each_table_a_folder(string node)
    {
        string source = Path.Combine(Corpus.Node(node).DataDirectory, "deletes");
        CqliteResult result = Run("convert", source, "-o", At("out"), "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(Corpus.Node(node).Tables.Where(t => t.Keyspace == "deletes").Sum(t => t.SSTables.Count), result.Json.Length);
        Assert.All(result.Json, json => Assert.Contains($"{Path.DirectorySeparatorChar}deletes{Path.DirectorySeparatorChar}", json.GetProperty("written")[0].GetString(), StringComparison.Ordinal));
        Assert.Equal(0, Run("verify", "--extended", At("out")).ExitCode);
    }

    [Fact]
    public void Compact_makes_one_of_several()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "multi", "separate");
        string schema = _folder.Write("multi.cql", table.SchemaCql!);
        CqliteResult result = Run("compact", table.DataDirectory, "--destination", At("out"), "--schema", schema, "--now", $"{table.ReadAtMillis / 1000}", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        JsonElement compacted = Assert.Single(result.Json);
        Assert.Equal(5, compacted.GetProperty("sources").GetArrayLength());
        Assert.Equal(1, compacted.GetProperty("written").GetArrayLength());
        Assert.Equal(432_000, compacted.GetProperty("gc_grace_s").GetInt64());
        Assert.Equal(0, Run("verify", "--extended", At("out")).ExitCode);

        // Their types contradict each other until a definition says which holds.
        CqliteResult without = Run("compact", table.DataDirectory, "--destination", At("no"));
        Assert.Equal((2, ""), (without.ExitCode, without.Output));
        Assert.Contains("all tombstones stay", without.Error, StringComparison.Ordinal);
        Assert.Contains("definition must be given", without.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("compact", s_events, "--destination", At("no"), "--keep-tombstones", "--gc-grace-seconds", "1").ExitCode);
    }

    [Fact]
    public void Scrub_exits_with_1_when_something_is_lost()
    {
        int lost = 0;
        foreach (DamagedCase damaged in DamagedCase.All.Where(d => d.Name is "data-cut-one-byte" or "data-bit-middle" or "statistics-missing"))
        {
            CqliteResult result = Run("scrub", damaged.DataDirectory, "--destination", At(damaged.ToString().Replace('/', '-')), "--json");
            Assert.Equal("", result.Error);
            JsonElement salvage = Assert.Single(result.Json);
            bool isComplete = salvage.GetProperty("complete").GetBoolean();
            Assert.Equal(isComplete ? 0 : 1, result.ExitCode);
            Assert.Equal(isComplete, salvage.GetProperty("lost").GetArrayLength() == 0);
            Assert.Equal(isComplete, damaged.Name == "data-bit-middle");
            JsonElement manifest = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(salvage.GetProperty("manifest").GetString()!));
            Assert.Equal(salvage.GetProperty("rows").GetInt64(), manifest.GetProperty("rows").GetInt64());
            if (salvage.GetProperty("written").GetString() is { } written)
                Assert.Equal(0, Run("verify", "--extended", $"{written}-Data.db").ExitCode);
            lost += isComplete ? 0 : 1;
        }

        Assert.True(lost > 0);
    }

    [Theory]
    [InlineData("convert")]
    [InlineData("compact")]
    [InlineData("scrub")]
    public void What_can_not_be_done_is_refused(string verb)
    {
        string copy = _folder.Copy(s_events, "events");
        string source = Directory.GetDirectories(Path.Combine(copy, "snapshots")).Single();
        Refused("needs a folder to write to", source);
        Refused("would count twice", source, "--destination", source);
        Refused("a power of two", source, "--destination", At("out"), "--chunk-length", "5KB");
        Refused("--version takes nb, oa or da", source, "--destination", At("out"), "--version", "ma");
        Refused("no meaning with --compression none", source, "--destination", At("out"), "--compression", "none", "--chunk-length", "4KB");
        Refused("no such file or folder", At("missing"), "--destination", At("out"));
        Assert.False(Directory.Exists(At("out")));
        Assert.Equal(0, Run(verb, source, "--destination", At("out")).ExitCode);
        Refused("has SSTables already", source, "--destination", At("out"));
        Assert.Equal(0, Run(verb, source, "--destination", At("out"), "--force").ExitCode);
        Assert.Equal(2, Run("list", At("out"), "--json").Json.Length);

        void Refused(string why, params string[] arguments)
        {
            CqliteResult result = Run(verb, arguments);
            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_SSTable_does_not_keep_others_from_being_converted()
    {
        string copy = _folder.Copy(Path.Combine(Repository.SampleSnapshot, "app"), "app");
        string data = Directory.GetFiles(Directory.GetDirectories(copy, "events-*").Single(), "*-Data.db", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(data);
        bytes[1000] ^= 1;
        File.WriteAllBytes(data, bytes);
        CqliteResult result = Run("convert", copy, "--destination", At("out"), "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(7, result.Json.Length);
        Assert.Contains("\"error\":\"CorruptData\"", result.Error, StringComparison.Ordinal);
        Assert.Equal(7, Run("list", At("out"), "--json").Json.Length);
    }

    [Fact]
    public void Key_columns_have_the_names_of_the_schema_beside()
    {
        JsonElement columns = Assert.Single(Run("metadata", "--json", s_events).Json).GetProperty("columns");
        Assert.Equal("id at", $"{columns[0].GetProperty("name")} {columns[1].GetProperty("name")}");
    }

    private static CqliteResult Run(string verb, params string[] arguments) => CqliteProcess.Run(["sstable", verb, .. arguments]);

    private static IEnumerable<string> Rows(string path) =>
        Run("dump", "--json", "--raw-timestamps", "--now", "0", path).Json.Select(p => p.GetProperty("partition").GetProperty("key").ToString() + Clusterings(p));

    private static string Clusterings(JsonElement partition) =>
        string.Join(' ', partition.GetProperty("rows").EnumerateArray().Select(r => $"{r.GetProperty("clustering")}{r.GetProperty("cells")}"));

    private string At(string name) => Path.Combine(_folder.Path, name);
}
