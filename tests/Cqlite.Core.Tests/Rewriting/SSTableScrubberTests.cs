using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>Of each damaged SSTable of the corpus: what is salvaged is true, and with what the manifest lists as lost it is all.</summary>
public class SSTableScrubberTests
{
    /// <summary>Cases in which something must be lost. In all others every row is there, though a component is missing or has a wrong bit.</summary>
    private static readonly string[] s_lossy =
    [
        "data-cut-to-0", "data-cut-middle", "data-cut-one-byte", "data-cut-at-chunk", "plain-data-cut", "statistics-zero", "statistics-missing",
    ];

    [Theory]
    [DamagedCases]
    public void Salvages_all_that_is_sound(DamagedCase damaged)
    {
        SSTableDescriptor source = Assert.Single(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.DataDirectory));
        Dictionary<string, byte[]> before = Directory.GetFiles(damaged.DataDirectory).ToDictionary(f => f, File.ReadAllBytes);
        Rewrites rewrites = new();
        ScrubResult result = rewrites.Scrub(source);
        TestContext.Current.TestOutputHelper?.WriteLine($"{damaged.Damage}\n{System.Text.Encoding.UTF8.GetString(rewrites.Disk.ReadAll(result.ManifestPath))}");
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(damaged.DataDirectory).Order(StringComparer.Ordinal));
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));

        List<(long Position, string Text)> truth = Items(PhysicalFileSystem.Instance, Assert.Single(CorpusSSTables.Find(damaged.Undamaged)));
        HashSet<string> salvaged = [];
        if (result.Written is { } written)
        {
            rewrites.RequireSound(written);
            salvaged = [.. Items(rewrites.Disk, written).Select(i => i.Text)];
        }

        Assert.True(salvaged.IsSubsetOf(truth.Select(t => t.Text)), "something was invented");
        foreach ((long position, string text) in truth)
        {
            bool isLost = result.Losses.Any(l => position >= l.Start && (l.End < 0 || position < l.End));
            Assert.True(salvaged.Contains(text) != isLost, $"{(isLost ? "listed as lost, but there" : "neither salvaged nor listed")}: {text}");
        }

        Assert.Equal(s_lossy.Contains(damaged.Name), !result.IsComplete);
    }

    /// <summary>A run of wrong bytes in each chunk in turn: more than checksums can put right. What lies in other chunks stays.</summary>
    [Theory]
    [InlineData("damaged/5.0.9-nb")]
    [InlineData("damaged/5.0.9-oa")]
    [InlineData("damaged/5.0.9-da")]
    public void Goes_on_behind_any_chunk_that_is_lost(string node)
    {
        SSTableDescriptor source = Assert.Single(CorpusSSTables.Find(Corpus.Table(node, "damage", "packed")));
        List<(long Position, string Text)> truth = Items(PhysicalFileSystem.Instance, source);
        CompressionInfo info = CompressionInfo.Read(PhysicalFileSystem.Instance, source.PathOf(SSTableComponent.CompressionInfo), source.Version);
        string path = source.PathOf(SSTableComponent.Data);
        for (int chunk = 0; chunk < info.ChunkCount; chunk++)
        {
            byte[] content = File.ReadAllBytes(path);
            content.AsSpan((int)info.OffsetOf(chunk) + 20, 100).Fill(0xA5);
            SimulatedDisk disk = new();
            foreach (string file in Directory.GetFiles(source.Directory, source.FilePrefix + "*"))
                disk.Put("/data/ks/source/" + Path.GetFileName(file), file == path ? content : File.ReadAllBytes(file));
            SSTableDescriptor damaged = Assert.Single(SSTableFolder.FindIn(disk, "/data/ks/source"));
            ScrubResult result = new SSTableScrubber(disk, new ScrubOptions { OutputDirectory = Rewrites.Folder }).Scrub(damaged, cancellation: TestContext.Current.CancellationToken);
            HashSet<string> salvaged = [.. Items(disk, result.Written!).Select(i => i.Text)];
            Assert.True(salvaged.IsSubsetOf(truth.Select(t => t.Text)));
            Assert.False(result.IsComplete);
            Assert.NotEmpty(salvaged);
            foreach ((long position, string text) in truth)
                Assert.Equal(!result.Losses.Any(l => position >= l.Start && (l.End < 0 || position < l.End)), salvaged.Contains(text));
        }
    }

    /// <summary>Partitions that stand in reverse order: each is salvaged, and the result is in order.</summary>
    [Fact]
    public void Puts_partitions_in_order()
    {
        SSTableDescriptor source = Assert.Single(CorpusSSTables.Find(Corpus.Table("damaged/5.0.9-nb", "damage", "plain")));
        List<(long Position, string Text)> truth = Items(PhysicalFileSystem.Instance, source);
        List<long> starts = [];
        long length;
        using (SSTable sstable = SSTable.Open(PhysicalFileSystem.Instance, source))
        using (UnfilteredCursor cursor = sstable.Read(ReadRequest.All))
        {
            length = sstable.DataLength;
            while (cursor.MoveToNextPartition())
                starts.Add(cursor.PartitionFilePosition);
        }

        byte[] data = File.ReadAllBytes(source.PathOf(SSTableComponent.Data));
        List<byte> reversed = [];
        for (int i = starts.Count - 1; i >= 0; i--)
            reversed.AddRange(data[(int)starts[i]..(int)(i + 1 < starts.Count ? starts[i + 1] : length)]);
        SimulatedDisk disk = new();
        disk.Put("/data/ks/source/nb-1-big-Data.db", [.. reversed]);
        disk.Put("/data/ks/source/nb-1-big-Statistics.db", File.ReadAllBytes(source.PathOf(SSTableComponent.Statistics)));
        SSTableDescriptor damaged = Assert.Single(SSTableFolder.FindIn(disk, "/data/ks/source"));
        ScrubResult result = new SSTableScrubber(disk, new ScrubOptions { OutputDirectory = Rewrites.Folder }).Scrub(damaged, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(starts.Count - 1, result.MovedCount);
        Assert.Equal(truth.Select(t => t.Text), Items(disk, result.Written!).Select(t => t.Text));
        Assert.Single(SSTableFolder.FindIn(disk, Rewrites.Folder));
    }

    private static List<(long Position, string Text)> Items(IFileSystem files, SSTableDescriptor descriptor)
    {
        using SSTable sstable = SSTable.Open(files, descriptor);
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
        List<(long, string)> items = [];
        while (cursor.MoveToNextPartition())
        {
            string key = $"{Convert.ToHexString(cursor.PartitionKey)} {cursor.PartitionDeletion}";
            if (cursor.StaticRow is { } row)
                items.Add((row.FilePosition, $"{key} static {RewrittenSSTables.Describe(row)}"));
            while (cursor.MoveToNextUnfiltered())
            {
                if (cursor.Kind == UnfilteredKind.Row)
                    items.Add((cursor.Row.FilePosition, $"{key} {RewrittenSSTables.Describe(cursor.Row)}"));
            }
        }

        return items;
    }
}
