using Cqlite.Core.Files;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>
/// What is read from Cassandra's SSTables and written again with the same settings is the same files, byte for byte. What differs, and why:
/// <list type="number">
/// <item>Chunks of Snappy and Deflate: other encoders make other bytes of the same data. Data.db before compression is the same; so are
/// chunks of LZ4 (fast and high), Zstd and Noop as they are stored. The compression ratio in Statistics.db follows.</item>
/// <item>A compaction's compressed Data.db ends with a chunk of no bytes: Cassandra syncs it twice, and each sync stores what is
/// gathered, if nothing. Ours does not have it.</item>
/// <item>Components of storage-attached indexes (SAI), and their lines in TOC.txt: they are not the writer's.</item>
/// <item>4.1 has 150 instead of 155 buckets for partition sizes, and lists components in TOC.txt in no order.</item>
/// <item>In a row in which some multi-cell columns are deleted and others not, the latter have a deletion that says there is none, whose
/// time 4.1 stores as 2^31-1 and 5.0 as 2^32-1, which takes four bytes more. Ours is 5.0's.</item>
/// </list>
/// </summary>
public sealed class IdentityTests
{
    /// <summary>Nodes and, of each, how many SSTables there are, so that none is passed over silently.</summary>
    public static TheoryData<string, int> Nodes => new()
    {
        { "5.0.9-nb", 139 },
        { "5.0.9-nb-bigindex", 3 },
        { "5.0.9-nb-randompartitioner", 24 },
        { "5.0.9-oa", 149 },
        { "5.0.9-da", 126 },
        { "5.0.9-da-bigindex", 3 },
        { "5.0.9-da-byteordered", 24 },
        { "4.1.10-nb", 131 },
        { "killed/5.0.9-nb", 28 },
        { "killed/5.0.9-nb-lz4", 28 },
        { "damaged/5.0.9-nb", 2 },
        { "damaged/5.0.9-oa", 2 },
        { "damaged/5.0.9-da", 2 },
    };

    /// <summary>SSTables of 4.1 that have the fifth difference.</summary>
    private static readonly string[] s_liveColumnDeletions =
    [
        "random.t01 nb-1-big-", "random.t03 nb-1-big-", "random.t03 nb-3-big-", "random.t06 nb-1-big-",
    ];

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Every_component_is_the_same(string node, int count)
    {
        List<string> differences = [];
        IReadOnlyList<SSTableDescriptor> sources = SSTableFolder.Find(PhysicalFileSystem.Instance, Corpus.Node(node).DataDirectory);
        foreach (SSTableDescriptor source in sources)
            Check(source, node.StartsWith("4.1", StringComparison.Ordinal), differences);
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences)}");
        Assert.Equal(count, sources.Count);
    }

    private static void Check(SSTableDescriptor source, bool isOf41, List<string> differences)
    {
        using Rewriting rewriting = Rewriting.Of(source);
        string name = $"{source.Keyspace}.{source.Table}{(source.Index is null ? "" : "." + source.Index)} {source.FilePrefix}";
        bool hasLiveColumnDeletions = isOf41 && s_liveColumnDeletions.Contains(name);
        bool mayBeStoredOtherwise = hasLiveColumnDeletions || rewriting.IsByOtherEncoder || rewriting.HasEmptyLastChunk;
        if (!hasLiveColumnDeletions)
            Compare("data", rewriting.ExpectedData(), rewriting.ActualData());
        foreach (SSTableComponent component in rewriting.Components)
        {
            if (component.Name.StartsWith("SAI+", StringComparison.Ordinal))
                continue;
            byte[] expected = rewriting.Expected(component);
            byte[] actual = rewriting.Actual(component);
            if (component == SSTableComponent.Statistics)
            {
                expected = Normalized(expected, actual, source.Version, mayBeStoredOtherwise, isOf41);
            }
            else if (component == SSTableComponent.Toc)
            {
                expected = Lines(expected);
                actual = Lines(actual);
            }
            else if (mayBeStoredOtherwise
                && (component == SSTableComponent.Data || component == SSTableComponent.CompressionInfo || component == SSTableComponent.Digest))
            {
                continue;
            }
            else if (hasLiveColumnDeletions && (component == SSTableComponent.Index || component == SSTableComponent.Crc))
            {
                continue;
            }

            Compare(component.Name, expected, actual);
        }

        void Compare(string what, byte[] expected, byte[] actual)
        {
            int same = expected.AsSpan().CommonPrefixLength(actual);
            if (same != expected.Length || same != actual.Length)
                differences.Add($"{name} {what}: {actual.Length:N0} bytes for {expected.Length:N0}, different from byte {same:N0}");
        }
    }

    /// <summary>Statistics.db with what may differ taken over.</summary>
    private static byte[] Normalized(byte[] expected, byte[] actual, SSTableVersion version, bool takeRatio, bool takeSizes)
    {
        if (!takeRatio && !takeSizes)
            return expected;
        SSTableStatistics theirs = Read(expected, version);
        StatsMetadata ours = Read(actual, version).Stats;
        StatsMetadata stats = theirs.Stats;
        if (takeRatio)
            stats = stats with { CompressionRatio = ours.CompressionRatio };
        if (takeSizes)
        {
            Assert.Equal(stats.PartitionSizes.Counts, ours.PartitionSizes.Counts.Take(stats.PartitionSizes.Counts.Count));
            stats = stats with { PartitionSizes = ours.PartitionSizes };
        }

        Core.Encoding.BufferWriter output = new();
        new SSTableStatistics(theirs.Validation, theirs.Compaction, stats, theirs.Header).Write(output, version);
        return output.ToArray();
    }

    private static SSTableStatistics Read(byte[] content, SSTableVersion version)
    {
        SimulatedDisk disk = new();
        disk.Put("/Statistics.db", content);
        return SSTableStatistics.Read(disk, "/Statistics.db", version);
    }

    /// <summary>The lines of TOC.txt in order, but for those of SAI.</summary>
    private static byte[] Lines(byte[] toc) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', System.Text.Encoding.UTF8.GetString(toc)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith("SAI+", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)));
}
