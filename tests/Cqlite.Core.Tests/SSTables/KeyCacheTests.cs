using System.Buffers.Binary;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

public sealed class KeyCacheTests
{
    /// <summary>Read for the second time, each partition is where the index said, and the index is not asked.</summary>
    [Theory]
    [CorpusTables(At = "5.0.9-nb,5.0.9-oa,3.0.6-ma,5.0.9-nb-randompartitioner", Theme = "many,wide", WithSSTables = true)]
    public void What_was_read_is_known_the_next_time(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table).Where(d => d.Index is null))
        {
            ChunkCache cache = new(64 << 20);
            using SSTable sstable = CorpusSSTables.Open(descriptor, new SSTableOptions { Cache = cache });
            List<(byte[] Key, PartitionEntry Entry)> expected = [];
            using (PartitionIndexCursor cursor = sstable.PartitionIndex.Walk())
            {
                while (expected.Count < 500 && cursor.MoveNext())
                    expected.Add((cursor.Key.ToArray(), cursor.Entry));
            }

            for (int round = 0; round < 2; round++)
            {
                foreach ((byte[] key, PartitionEntry entry) in expected)
                {
                    Assert.True(sstable.TryFindToRead(sstable.Partitioner.TokenOf(key), key, out PartitionEntry found));
                    Assert.Equal(entry, found);
                }
            }

            // Of keys that fall into one set of four, some may have pushed others out; those that are very long are not kept.
            Assert.Equal(2 * expected.Count, cache.Keys.Hits + cache.Keys.Misses);
            Assert.InRange(cache.Keys.Hits, expected.Count(e => e.Key.Length <= 128) * 9 / 10, expected.Count);
        }
    }

    [Fact]
    public void A_partition_that_is_not_there_is_looked_for_each_time()
    {
        ChunkCache cache = new(1 << 20);
        CorpusTable table = Corpus.Tables.First(t => t.At == "5.0.9-nb" && t.Theme == "many" && t.SSTables.Count > 0);
        using SSTable sstable = CorpusSSTables.Open(CorpusSSTables.Find(table)[0], new SSTableOptions { Cache = cache });
        byte[] key = "no such partition"u8.ToArray();
        Token token = sstable.Partitioner.TokenOf(key);
        Assert.False(sstable.TryFindToRead(token, key, out _));
        Assert.False(sstable.TryFindToRead(token, key, out _));
        Assert.Equal((0, 2), (cache.Keys.Hits, cache.Keys.Misses));
    }

    [Fact]
    public void A_table_that_says_so_and_tries_do_without()
    {
        foreach (string at in (string[])["5.0.9-nb", "5.0.9-da"])
        {
            ChunkCache cache = new(1 << 20);
            CorpusTable table = Corpus.Tables.First(t => t.At == at && t.Theme == "many" && t.SSTables.Count > 0);
            SSTableDescriptor descriptor = CorpusSSTables.Find(table)[0];
            using SSTable plain = CorpusSSTables.Open(descriptor);
            TableOptions options = plain.Table.Options with { Caching = new Dictionary<string, string> { ["keys"] = at == "5.0.9-nb" ? "NONE" : "ALL" } };
            using SSTable sstable = SSTable.Open(
                Cqlite.Core.Files.PhysicalFileSystem.Instance,
                descriptor,
                new SSTableOptions { Cache = cache, Table = plain.Table.WithOptions(options) });
            using PartitionIndexCursor cursor = sstable.PartitionIndex.Walk();
            Assert.True(cursor.MoveNext());
            Assert.True(sstable.TryFindToRead(sstable.Partitioner.TokenOf(cursor.Key), cursor.Key, out PartitionEntry found));
            Assert.Equal(cursor.Entry, found);
            Assert.Equal(0, cache.Keys.Hits + cache.Keys.Misses);
        }
    }

    [Fact]
    public void It_keeps_within_its_bounds_and_files_apart()
    {
        const int capacityBytes = 100_000;
        KeyCache cache = new(capacityBytes);
        Assert.InRange(cache.CapacityBytes, capacityBytes / 2, capacityBytes);
        byte[] key = new byte[8];
        for (int i = 0; i < 10_000; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(key, i);
            Token token = Partitioner.Murmur3.TokenOf(key);
            cache.Add(1, token, key, new PartitionEntry(i, -1, 0));
            Assert.True(cache.TryGet(1, token, key, out PartitionEntry found));
            Assert.Equal(i, found.DataPosition);
            Assert.False(cache.TryGet(2, token, key, out _));
        }

        int kept = 0;
        for (int i = 0; i < 10_000; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(key, i);
            kept += cache.TryGet(1, Partitioner.Murmur3.TokenOf(key), key, out _) ? 1 : 0;
        }

        Assert.InRange(kept, 64, capacityBytes / 200);
    }
}
