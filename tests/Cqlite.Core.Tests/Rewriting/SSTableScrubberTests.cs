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
        bool everything = result.Losses.Any(l => l.End < 0);
        foreach ((long position, string text) in truth)
        {
            bool isLost = everything || result.Losses.Any(l => position >= l.Start && position < l.End) || position >= DataEnd(result);
            Assert.True(salvaged.Contains(text) != isLost, $"{(isLost ? "listed as lost, but there" : "neither salvaged nor listed")}: {text}");
        }

        Assert.Equal(s_lossy.Contains(damaged.Name), !result.IsComplete);

        static long DataEnd(ScrubResult result) => result.Losses.Count > 0 ? result.Losses.Max(l => l.End) : long.MaxValue;
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
