using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Big;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

public sealed class IndexTests
{
    /// <summary>Cassandra wrote Summary.db; a rebuilt one must lead to the same entries.</summary>
    [Theory]
    [CorpusTables(At = "5.0.9-nb,3.0.6-ma", Theme = "many,wide_small,keys", WithSSTables = true)]
    public void Without_a_summary_the_same_partitions_are_found(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table).Where(d => d.Index is null))
        {
            using SSTable whole = CorpusSSTables.Open(descriptor);
            string summary = descriptor.PathOf(SSTableComponent.Summary);
            using SSTable without = SSTable.Open(new OverlayFileSystem(summary, []), descriptor);
            List<string> expected = Walk(whole);
            Assert.Equal(expected, Walk(without));
            IndexSummary read = ((BigPartitionIndex)whole.PartitionIndex).Summary;
            IndexSummary rebuilt = ((BigPartitionIndex)without.PartitionIndex).Summary;
            Assert.Equal(read.FirstKey.ToArray(), rebuilt.FirstKey.ToArray());
            Assert.Equal(read.LastKey.ToArray(), rebuilt.LastKey.ToArray());
            using PartitionIndexCursor cursor = whole.PartitionIndex.Walk();
            while (cursor.MoveNext())
            {
                Token token = whole.Partitioner.TokenOf(cursor.Key);
                Assert.True(without.PartitionIndex.TryFind(token, cursor.Key, out PartitionEntry found));
                Assert.Equal(cursor.Entry, found);
            }
        }
    }

    /// <summary>Blocks of a row index follow each other without a gap, and begin where items begin.</summary>
    [Theory]
    [CorpusTables(At = "5.0.9-nb,5.0.9-oa,3.0.6-ma,3.11.19-me,5.0.9-nb-bigindex", Theme = "wide,wide_small,bigindex", WithSSTables = true)]
    public void Blocks_of_a_row_index_begin_with_items(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table).Where(d => d.Index is null))
        {
            using SSTable sstable = CorpusSSTables.Open(descriptor);
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                Assert.True(sstable.PartitionIndex.TryFind(cursor.Token, cursor.PartitionKey, out PartitionEntry entry));
                long start = cursor.PartitionFilePosition;
                Assert.Equal(start, entry.DataPosition);
                HashSet<long> items = [];
                while (cursor.MoveToNextUnfiltered())
                    items.Add(cursor.Kind == UnfilteredKind.Row ? cursor.Row.FilePosition : cursor.Marker.FilePosition);
                if (!entry.HasRowIndex)
                    continue;

                using RowIndexCursor rows = sstable.PartitionIndex.OpenRows(entry, reversed: false);
                int blocks = 0;
                long end = -1;
                for (bool any = rows.SeekForward(ClusteringBound.Bottom.View); any; any = rows.MoveNext())
                {
                    Assert.Contains(start + rows.BlockOffset, items);
                    Assert.True(end < 0 || end == rows.BlockOffset);
                    end = rows.BlockEnd;
                    blocks++;
                }

                Assert.Equal(rows.BlockCount, blocks);
            }
        }
    }

    [Fact]
    public void A_cache_keeps_within_its_bounds()
    {
        const int capacityBytes = 1 << 20;
        ChunkCache cache = new(capacityBytes);
        CorpusTable table = Corpus.Tables.First(t => t.At == "5.0.9-nb" && t.Theme == "wide" && t.SSTables.Count > 0);
        using SSTable sstable = CorpusSSTables.Open(CorpusSSTables.Find(table)[0], new SSTableOptions { Cache = cache });
        ChunkInput input = new();
        byte[] expected = new byte[sstable.DataFile.ChunkLength];
        for (int round = 0; round < 3; round++)
        {
            for (int chunk = 0; chunk < sstable.DataFile.ChunkCount; chunk++)
            {
                int length = sstable.DataFile.LengthOf(chunk);
                sstable.DataFile.ReadChunk(chunk, expected.AsSpan(0, length), input);
                Assert.True(cache.Get(sstable.DataFile, chunk, input).AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)));
                Assert.InRange(cache.UsedBytes, 1, capacityBytes);
            }
        }
    }

    private static List<string> Walk(SSTable sstable)
    {
        List<string> entries = [];
        using PartitionIndexCursor cursor = sstable.PartitionIndex.Walk();
        while (cursor.MoveNext())
            entries.Add($"{cursor.IndexFilePosition} {Convert.ToHexString(cursor.Key)} {cursor.Entry}");
        return entries;
    }
}
