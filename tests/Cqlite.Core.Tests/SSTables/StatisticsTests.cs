using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

/// <summary>Holds Statistics.db to what sstablemetadata printed of it.</summary>
public sealed partial class StatisticsTests
{
    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void Statistics_are_those_of_sstablemetadata(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table))
        {
            if (descriptor.Index is not null || table.Metadata(descriptor.FilePrefix[..^1]) is not { } metadata)
                continue;
            using SSTable sstable = CorpusSSTables.Open(descriptor);
            StatsMetadata stats = sstable.Statistics.Stats;
            string text = metadata.Text;
            int compared = 0;
            Same("Partitioner", sstable.Statistics.Validation.Partitioner);
            Same("Bloom Filter FP chance", sstable.Statistics.Validation.BloomFilterFpChance);
            Same("Minimum timestamp", stats.MinTimestampMicros);
            Same("Maximum timestamp", stats.MaxTimestampMicros);
            Same("SSTable min local deletion time", stats.MinLocalDeletionSeconds);
            Same("SSTable max local deletion time", stats.MaxLocalDeletionSeconds);
            Same("TTL min", stats.MinTtlSeconds);
            Same("TTL max", stats.MaxTtlSeconds);
            Same("Compression ratio", stats.CompressionRatio);
            Same("SSTable Level", stats.Level);
            Same("Repaired at", stats.RepairedAtMillis);
            Same("totalColumnsSet", stats.TotalColumnsSet);
            Same("totalRows", stats.TotalRows);
            Same("EncodingStats minTTL", sstable.Statistics.Header.Stats.MinTtlSeconds);
            Same("EncodingStats minLocalDeletionTime", sstable.Statistics.Header.Stats.MinLocalDeletionSeconds);
            Same("EncodingStats minTimestamp", sstable.Statistics.Header.Stats.MinTimestampMicros);
            Same("Originating host id", stats.OriginatingHostId);
            Same("IsTransient", stats.IsTransient);
            Assert.True(compared >= 8, $"only {compared} lines of sstablemetadata could be compared");
            if (text.Contains("CommitLogPosition", StringComparison.Ordinal))
                Assert.All(stats.CommitLogIntervals, i => Assert.Contains($"{i.Start}={i.End}", text, StringComparison.Ordinal));
            Match median = Percentile().Match(text.Contains("Partition Size", StringComparison.Ordinal) ? text[text.IndexOf("Partition Size", StringComparison.Ordinal)..] : "");
            if (median.Success)
                Assert.Equal(median.Groups["value"].Value, stats.PartitionSizes.Percentile(0.5).ToString(CultureInfo.InvariantCulture));

            void Same(string name, object? actual)
            {
                if (Value(text, name) is not { } line)
                    return;
                compared++;
                Match inner = AsNumber().Match(line);
                string expected = inner.Success ? inner.Groups["number"].Value : line;
                switch (actual)
                {
                    case long.MaxValue when expected is "2147483647" or "no tombstones":
                    case null when expected == "--":
                    case StatsMetadata.NoCompressionRatio when expected == "-":
                        break;
                    case double number:
                        Assert.Equal(double.Parse(expected, CultureInfo.InvariantCulture), number);
                        break;
                    case bool flag:
                        Assert.Equal(bool.Parse(expected), flag);
                        break;
                    default:
                        Assert.Equal(expected, Convert.ToString(actual, CultureInfo.InvariantCulture));
                        break;
                }
            }
        }
    }

    [Fact]
    public void Sparse_cardinality_is_exact_for_few_keys_and_registers_come_close()
    {
        foreach (CorpusTable table in Corpus.Tables.Where(t => t.At == "5.0.9-nb" && t.Theme is "many" or "keys" && t.SSTables.Count == 1))
        {
            using SSTable sstable = CorpusSSTables.Open(CorpusSSTables.Find(table)[0]);
            long keys = 0;
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
                keys++;
            long estimate = sstable.Statistics.Compaction!.EstimatedKeys;
            Assert.InRange(estimate, (long)(keys * 0.95), (long)Math.Ceiling(keys * 1.05));
        }
    }

    /// <summary>
    /// As a 5.0 node writes it that flushes what ends in 2038 or later and came from its commit log: four bytes of zero behind the columns of the header, which its
    /// checksum covers.
    /// </summary>
    [Fact]
    public void A_header_may_end_with_padding()
    {
        SSTableDescriptor descriptor = CorpusSSTables.Find(Corpus.Tables.First(t => t is { At: "5.0.9-oa", Keyspace: "deletes", Name: "ttl" }))[0];
        using SSTable plain = CorpusSSTables.Open(descriptor);
        string path = descriptor.PathOf(SSTableComponent.Statistics);
        byte[] content = File.ReadAllBytes(path);
        int count = BinaryPrimitives.ReadInt32BigEndian(content);
        int start = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan((2 * sizeof(int)) + ((count - 1) * 2 * sizeof(int)) + sizeof(int)));
        byte[] padded = [.. content.AsSpan(..^sizeof(int)), 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(padded.AsSpan(padded.Length - sizeof(int)), Crc32.Compute(padded.AsSpan(start..^sizeof(int))));

        using SSTable sstable = SSTable.Open(new OverlayFileSystem(path, padded), descriptor);
        using UnfilteredCursor expected = plain.Read(ReadRequest.All);
        using UnfilteredCursor actual = sstable.Read(ReadRequest.All);
        Assert.Equal(CorpusSSTables.ReadAll(expected).Select(p => p.Content), CorpusSSTables.ReadAll(actual).Select(p => p.Content));
    }

    /// <summary>As a 5.0 node's compaction writes it: behind the checksums of the parts that of an empty one.</summary>
    [Fact]
    public void Checksums_may_end_with_that_of_an_empty_part()
    {
        SSTableDescriptor descriptor = CorpusSSTables.Find(Corpus.Tables.First(t => t is { At: "5.0.9-nb", Keyspace: "compression", Name: "none" }))[0];
        string path = descriptor.PathOf(SSTableComponent.Crc);
        byte[] content = [.. File.ReadAllBytes(path), 0, 0, 0, 0];
        using SSTable sstable = SSTable.Open(new OverlayFileSystem(path, content), descriptor);
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
        Assert.NotEmpty(CorpusSSTables.ReadAll(cursor));
    }

    private static string? Value(string text, string name)
    {
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.Trim();
            if (trimmed.StartsWith(name + ":", StringComparison.Ordinal))
                return trimmed[(name.Length + 1)..].Trim();
        }

        return null;
    }

    [GeneratedRegex(@"\((?<number>-?\d+)\)$|^(?<number>-?\d+) \(", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AsNumber();

    [GeneratedRegex(@"50(?:th|%)\s+(?<value>\d+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Percentile();
}
