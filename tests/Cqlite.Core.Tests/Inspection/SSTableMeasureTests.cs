using System.Globalization;
using System.Text.RegularExpressions;
using Cqlite.Core.Files;
using Cqlite.Core.Inspection;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Inspection;

/// <summary>Measurements against the statistics that Cassandra kept while writing, and against what its dump shows.</summary>
public partial class SSTableMeasureTests
{
    [Theory]
    [CorpusTables(WithSSTables = true, Theme = "deletes,counters,multi,keys,random,wide,many,bigindex,types")]
    public void Counts_what_Cassandra_counted(CorpusTable table)
    {
        List<string> differences = [];
        foreach (string name in table.SSTables)
        {
            using SSTable sstable = Open(table, name);
            SSTableMeasurement measured = Measure([sstable]);
            StatsMetadata stats = sstable.Statistics.Stats;
            Expect("partitions", stats.PartitionSizes.Count, measured.DistinctPartitions);
            Expect("data", sstable.DataLength, measured.PartitionBytes.Sum);
            if (sstable.Descriptor.Version.HasMetadataChecksum)
            {
                Expect("rows", stats.TotalRows, measured.Counts.Rows + measured.Counts.StaticRows);
                Expect("sizes", Buckets(stats.PartitionSizes), Buckets(measured.PartitionBytes));
                Expect("cells", Buckets(stats.CellsPerPartition), Buckets(measured.CellsPerPartition));
            }


            // The tools of 3.0.6 and 3.0.7 stop at the first partition that is deleted.
            bool stopsEarly = table.Release is "3.0.6" or "3.0.7" && measured.Counts.PartitionTombstones > 0;
            if (table.Dump(name) is { } dump && (!stopsEarly || dump.IsByOtherRelease) && new FileInfo(dump.Path).Length < 1 << 20)
            {
                string text = dump.Text;
                Expect("dumped partitions", PartitionText().Count(text), measured.Counts.Partitions);
                Expect("dumped rows", RowText().Count(text), measured.Counts.Rows);
                Expect("dumped static rows", StaticText().Count(text), measured.Counts.StaticRows);
                Expect("dumped starts of ranges", StartText().Count(text), measured.Counts.RangeTombstones);
                Expect("dumped cells and collections' deletions", CellText().Count(text), measured.Counts.Cells + measured.Counts.CollectionTombstones);
                Expect("dumped deletions of cells", CellDeletionText().Count(text), measured.Counts.CellTombstones);
            }

            void Expect<T>(string what, T expected, T actual)
            {
                if (!EqualityComparer<T>.Default.Equals(expected, actual))
                    differences.Add($"{name}: {what}: {expected} expected, {actual} found");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Theory]
    [CorpusTables(WithSSTables = true, Theme = "multi,random,system_schema")]
    public void Sees_a_partition_of_several_SSTables_as_one(CorpusTable table)
    {
        List<SSTable> sstables = [.. table.SSTables.Select(name => Open(table, name))];
        try
        {
            SSTableMeasurement together = Measure(sstables);
            List<SSTableMeasurement> alone = [.. sstables.Select(s => Measure([s]))];
            Assert.Equal(alone.Sum(m => m.Counts.Cells), together.Counts.Cells);
            Assert.Equal(alone.Sum(m => m.Counts.Partitions), together.PartitionsBySSTableCount.Select((n, i) => n * (i + 1)).Sum());
            Assert.Equal(together.DistinctPartitions, together.PartitionsBySSTableCount.Sum());
            Assert.Equal(together.DistinctPartitions, together.PartitionBytes.Count);
            Assert.Equal(sstables.Sum(s => s.DataLength), together.PartitionBytes.Sum);
            Assert.Equal(alone.Min(m => m.MinTimestampMicros), together.MinTimestampMicros);
            Assert.All(together.SSTables, s => Assert.True(s.SharedPartitions == 0 || s.Overlapping.Count > 0));
        }
        finally
        {
            sstables.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public void Tells_the_largest_partitions_first_and_prints_them()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "wide", "rows");
        using SSTable sstable = Open(table, table.SSTables[0]);
        SSTableMeasurement measured = new SSTableMeasure([sstable], new SSTableMeasurementOptions { TopCount = 2 }).Run(cancellation: TestContext.Current.CancellationToken);
        Assert.True(measured.LargestByBytes.Count is 1 or 2);
        Assert.Equal(measured.PartitionBytes.Max, measured.LargestByBytes[0].Bytes);
        Assert.Equal(measured.RowsPerPartition.Max, measured.LargestByRows[0].Rows);
        Assert.Equal(measured.CellsPerPartition.Max, measured.LargestByCells[0].Cells);
        using StringWriter text = new(CultureInfo.InvariantCulture);
        SSTableMeasurementText.Write(measured, text);
        Assert.Contains($"Rows:         {measured.Counts.Rows.ToString("N0", CultureInfo.InvariantCulture)}, static", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_as_droppable_what_is_older_than_gc_grace()
    {
        CorpusTable table = Corpus.Table("5.0.9-nb", "deletes", "all");
        using SSTable sstable = Open(table, table.SSTables[0]);
        long last = sstable.Statistics.Stats.EstimatedTombstoneDropTimes.Bins[^1].Key;
        SSTableMeasurement before = Measure(last);
        SSTableMeasurement after = Measure(last + 864_001);
        Assert.Equal(0, before.Counts.DroppableTombstones);
        Assert.Equal(after.Counts.Tombstones, after.Counts.DroppableTombstones);
        Assert.Equal(1, after.DroppableRatio);

        SSTableMeasurement Measure(long now) => new SSTableMeasure([sstable], new SSTableMeasurementOptions { NowSeconds = now }).Run(cancellation: TestContext.Current.CancellationToken);
    }

    private static SSTable Open(CorpusTable table, string name) =>
        SSTable.Open(PhysicalFileSystem.Instance, SSTableDescriptor.Parse(Path.Combine(table.DataDirectory, $"{name}-Data.db")));

    private static SSTableMeasurement Measure(IReadOnlyList<SSTable> sstables) =>
        new SSTableMeasure(sstables, new SSTableMeasurementOptions { NowSeconds = 1_800_000_000 }).Run(cancellation: TestContext.Current.CancellationToken);

    private static string Buckets(EstimatedHistogram histogram) =>
        string.Join(' ', histogram.BucketEnds.Zip(histogram.Counts).Where(b => b.Second > 0).Select(b => $"{b.First}:{b.Second}"));

    /// <summary>Cassandra's histograms have no bucket for 0 and count it with 1.</summary>
    private static string Buckets(Distribution distribution) => string.Join(
        ' ', distribution.Buckets.GroupBy(b => Math.Max(1, b.UpTo), b => b.Count).Select(b => $"{b.Key}:{b.Sum()}"));

    [GeneratedRegex("^    \"partition\" : \\{", RegexOptions.Multiline)]
    private static partial Regex PartitionText();

    [GeneratedRegex("^        \"type\" : \"row\"", RegexOptions.Multiline)]
    private static partial Regex RowText();

    [GeneratedRegex("^        \"type\" : \"static_block\"", RegexOptions.Multiline)]
    private static partial Regex StaticText();

    [GeneratedRegex("^        \"start\" : \\{", RegexOptions.Multiline)]
    private static partial Regex StartText();

    [GeneratedRegex("^          \\{ \"name\" : ", RegexOptions.Multiline)]
    private static partial Regex CellText();

    [GeneratedRegex("^          \\{ \"name\" : .*\"deletion_info\" : \\{ \"local_delete_time\"", RegexOptions.Multiline)]
    private static partial Regex CellDeletionText();
}
