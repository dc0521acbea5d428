using System.Globalization;
using System.Text.RegularExpressions;
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
            Assert.Equal(sstable.Statistics.Validation.Partitioner, Value(text, "Partitioner"));
            Assert.Equal(sstable.Statistics.Validation.BloomFilterFpChance, Number(text, "Bloom Filter FP chance"));
            Assert.Equal(Seconds(stats.MinLocalDeletionSeconds), Time(text, "SSTable min local deletion time"));
            Assert.Equal(Seconds(stats.MaxLocalDeletionSeconds), Time(text, "SSTable max local deletion time"));
            Assert.Equal(stats.MinTimestampMicros, Integer(text, "Minimum timestamp"));
            Assert.Equal(stats.MaxTimestampMicros, Integer(text, "Maximum timestamp"));
            Assert.Equal(stats.CompressionRatio, Number(text, "Compression ratio"));
            Assert.Equal(stats.Level, Integer(text, "SSTable Level"));
            Assert.Equal(stats.RepairedAtMillis, Integer(text, "Repaired at"));
            Assert.Equal(stats.TotalColumnsSet, Integer(text, "totalColumnsSet"));
            Assert.Equal(stats.TotalRows, Integer(text, "totalRows"));
            Assert.Equal(sstable.Statistics.Header.KeyType.ClassName, Value(text, "KeyType"));
            foreach (CommitLogInterval interval in stats.CommitLogIntervals)
                Assert.Contains($"{interval.Start}={interval.End}", text, StringComparison.Ordinal);
            if (stats.OriginatingHostId is { } host)
                Assert.Equal(host.ToString(), Value(text, "Originating host id"));
            if (Value(text, "TTL max") is not null)
                Assert.Equal((stats.MinTtlSeconds, stats.MaxTtlSeconds), (Integer(text, "TTL min"), Integer(text, "TTL max")));
            if (Value(text, "Max") is not null)
                Assert.Contains(Percentile().Matches(text), m => m.Groups["value"].Value == stats.PartitionSizes.Percentile(0.5).ToString(CultureInfo.InvariantCulture));
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

    private static string Seconds(long seconds) => seconds == Cell.NoDeletionTime ? "none" : seconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number at the line's end, in parentheses from 4.0 on; "none" for both ways to say that there is none.</summary>
    private static string Time(string text, string name)
    {
        string value = Integer(text, name).ToString(CultureInfo.InvariantCulture);
        return value is "2147483647" or "9223372036854775807" ? "none" : value;
    }

    private static long Integer(string text, string name)
    {
        string value = Value(text, name) ?? throw new InvalidDataException($"sstablemetadata does not tell '{name}'");
        Match inner = InParentheses().Match(value);
        return long.Parse(inner.Success ? inner.Groups["number"].Value : value, CultureInfo.InvariantCulture);
    }

    private static double Number(string text, string name) => double.Parse(Value(text, name)!, CultureInfo.InvariantCulture);

    private static string? Value(string text, string name)
    {
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.Trim();
            if (trimmed.StartsWith(name + ":", StringComparison.Ordinal))
                return trimmed[(name.Length + 1)..].Trim();
            if (name == "Max" && trimmed.StartsWith("Max ", StringComparison.Ordinal))
                return trimmed;
        }

        return null;
    }

    [GeneratedRegex(@"\((?<number>-?\d+)\)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex InParentheses();

    [GeneratedRegex(@"50(?:th|%)\s+(?<value>\d+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Percentile();
}
