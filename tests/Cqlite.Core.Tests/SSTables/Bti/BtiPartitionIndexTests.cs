using System.Buffers.Binary;
using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Bti;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

public sealed class BtiPartitionIndexTests
{
    [Theory]
    [MemberData(nameof(BtiSSTable.Nodes), MemberType = typeof(BtiSSTable))]
    public void Every_key_is_found_where_the_walk_finds_it(string node)
    {
        foreach (BtiSSTable table in BtiSSTable.Of(node))
        {
            using BtiPartitionIndex index = table.Open();
            List<(byte[] Key, PartitionEntry Entry)> entries = Walk(index);

            Assert.Equal(index.KeyCount, entries.Count);
            Assert.Equal(0, entries[0].Entry.DataPosition);
            foreach ((byte[] key, PartitionEntry expected) in entries)
            {
                Assert.True(index.TryFind(table.Partitioner.TokenOf(key), key, out PartitionEntry found), $"{table} {Convert.ToHexString(key)}");
                Assert.Equal(expected, found);
            }
        }
    }

    /// <summary>sstabledump names the place after the partition's key and deletion, and its static row where there is one.</summary>
    [Theory]
    [MemberData(nameof(BtiSSTable.Nodes), MemberType = typeof(BtiSSTable))]
    public void Positions_are_those_of_sstabledump(string node)
    {
        int compared = 0;
        foreach (CorpusTable table in Corpus.Node(node).Tables)
        {
            bool hasStatics = table.Columns.Any(column => column.Kind == "static");
            foreach ((string name, BtiSSTable sstable) in table.SSTables.Zip(BtiSSTable.Of(table)))
            {
                if (table.Dump(name) is not { } dump)
                    continue;
                using FileStream stream = dump.Open();
                using JsonDocument document = JsonDocument.Parse(stream);
                using BtiPartitionIndex index = sstable.Open();
                List<long> expected = [.. document.RootElement.EnumerateArray().Select(partition => partition.GetProperty("partition").GetProperty("position").GetInt64())];
                List<long> afterHeaders = [.. Walk(index).Select(entry => AfterHeader(sstable.Data, (int)entry.Entry.DataPosition))];

                Assert.Equal(expected.Count, afterHeaders.Count);
                for (int i = 0; i < expected.Count; i++)
                    Assert.True(hasStatics ? expected[i] >= afterHeaders[i] : expected[i] == afterHeaders[i], $"{sstable}: partition {i} of {expected[i]}, {afterHeaders[i]}");
                compared++;
            }
        }

        Assert.NotEqual(0, compared);

        static long AfterHeader(byte[] data, int position)
        {
            int deletion = position + 2 + BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(position));
            return deletion + (data[deletion] == 0x80 ? 1 : 12);
        }
    }

    [Theory]
    [MemberData(nameof(BtiSSTable.Nodes), MemberType = typeof(BtiSSTable))]
    public void Keys_that_are_not_there_are_not_found(string node)
    {
        foreach (BtiSSTable table in BtiSSTable.Of(node))
        {
            using BtiPartitionIndex index = table.Open();
            List<(byte[] Key, PartitionEntry Entry)> entries = Walk(index);
            HashSet<string> keys = [.. entries.Select(entry => Convert.ToHexString(entry.Key))];
            foreach (byte[] key in entries.Take(500).SelectMany(entry => Neighbours(entry.Key)))
                Assert.Equal(keys.Contains(Convert.ToHexString(key)), index.TryFind(table.Partitioner.TokenOf(key), key, out _));
        }
    }

    [Theory]
    [MemberData(nameof(BtiSSTable.Nodes), MemberType = typeof(BtiSSTable))]
    public void The_first_partition_at_or_after_a_place_is_found(string node)
    {
        foreach (BtiSSTable table in BtiSSTable.Of(node))
        {
            using BtiPartitionIndex index = table.Open();
            List<(byte[] Key, PartitionEntry Entry)> entries = Walk(index);
            List<(Token Token, byte[] Key, long Position)> sorted = [.. entries.Select(entry => (table.Partitioner.TokenOf(entry.Key), entry.Key, entry.Entry.DataPosition))];

            IEnumerable<RingPosition> places = entries.Take(300).SelectMany(entry => Neighbours(entry.Key).Append(entry.Key)).SelectMany(key => PlacesAt(table.Partitioner, key))
                .Append(RingPosition.Minimum)
                .Append(RingPosition.Maximum);
            foreach (RingPosition place in places)
            {
                // The same by looking at keys one by one, in the partitioner's order.
                int low = 0;
                int high = sorted.Count;
                while (low < high)
                {
                    int middle = (low + high) / 2;
                    if (table.Partitioner.Compare(sorted[middle].Token, sorted[middle].Key, place) < 0)
                        low = middle + 1;
                    else
                        high = middle;
                }

                Assert.Equal(low == sorted.Count ? table.Data.Length : sorted[low].Position, index.FindFirstAtOrAfter(place));
            }
        }
    }

    [Fact]
    public void Warm_lookups_read_nothing_and_allocate_nothing()
    {
        BtiSSTable table = BtiSSTable.Of("5.0.9-da").MaxBy(table => table.Partitions.Length)!;
        MemoryFile partitions = new("Partitions.db", table.Partitions);
        MemoryFile rows = new("Rows.db", table.Rows);
        using BtiPartitionIndex index = new(partitions, rows, table.Partitioner, new([]), table.Data.Length, table.ReadKey, new PageCache(1 << 20));
        List<byte[]> keys = [.. Walk(index).Select(entry => entry.Key)];
        FindAll();

        // The runtime allocates now and then on this thread's account, as when it replaces code by better code; ours would do so each time.
        int reads = partitions.Reads + rows.Reads;
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            FindAll();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(reads, partitions.Reads + rows.Reads);

        void FindAll()
        {
            foreach (byte[] key in keys)
            {
                Token token = table.Partitioner.TokenOf(key);
                if (!index.TryFind(token, key, out PartitionEntry entry) || index.FindFirstAtOrAfter(RingPosition.OfToken(token, -1)) > entry.DataPosition)
                    throw new InvalidOperationException("a key of the index was not found.");
            }
        }
    }

    [Fact]
    public void A_damaged_index_is_told_from_a_whole_one_by_walking_it()
    {
        BtiSSTable table = BtiSSTable.Of("damaged/5.0.9-da").First();
        using BtiPartitionIndex whole = table.Open();
        List<(byte[] Key, PartitionEntry Entry)> expected = Walk(whole);
        byte[] partitions = table.Partitions;
        List<int> unnoticed = [];
        for (int bit = 0; bit < partitions.Length * 8; bit++)
        {
            byte[] damaged = [.. partitions];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            if (TryWalk(table, damaged, table.Rows) is not { } entries)
                continue;
            if (!entries.Select(entry => entry.Entry).SequenceEqual(expected.Select(entry => entry.Entry)))
                unnoticed.Add(bit);
        }

        Assert.Empty(unnoticed);
    }

    [Fact]
    public void An_index_cut_anywhere_is_corrupt()
    {
        BtiSSTable table = BtiSSTable.Of("damaged/5.0.9-da").First();
        byte[] partitions = table.Partitions;
        for (int length = 0; length < partitions.Length; length++)
            Assert.Null(TryWalk(table, partitions[..length], table.Rows));
    }

    [Fact]
    public void Lookups_in_damaged_files_find_the_right_entry_or_none_or_fail_as_corrupt()
    {
        BtiSSTable table = BtiSSTable.Of("damaged/5.0.9-da").First();
        using BtiPartitionIndex whole = table.Open();
        List<(byte[] Key, PartitionEntry Entry)> expected = Walk(whole);
        byte[] partitions = table.Partitions;
        byte[] rows = table.Rows;
        for (int bit = 0; bit < (partitions.Length + rows.Length) * 8; bit++)
        {
            byte[] damagedPartitions = [.. partitions];
            byte[] damagedRows = [.. rows];
            int at = bit / 8;
            if (at < partitions.Length)
                damagedPartitions[at] ^= (byte)(1 << (bit % 8));
            else
                damagedRows[at - partitions.Length] ^= (byte)(1 << (bit % 8));
            try
            {
                using BtiPartitionIndex index = table.Open(damagedPartitions, damagedRows);
                foreach ((byte[] key, PartitionEntry entry) in expected)
                {
                    if (index.TryFind(table.Partitioner.TokenOf(key), key, out PartitionEntry found) && !entry.HasRowIndex)
                        Assert.Equal(entry, found);
                    index.FindFirstAtOrAfter(RingPosition.OfKey(new DecoratedKey(table.Partitioner.TokenOf(key), key), 0));
                }
            }
            catch (CorruptDataException)
            {
                // That is what damage is answered with.
            }
        }
    }

    internal static List<(byte[] Key, PartitionEntry Entry)> Walk(BtiPartitionIndex index)
    {
        List<(byte[] Key, PartitionEntry Entry)> entries = [];
        using PartitionIndexCursor cursor = index.Walk();
        while (cursor.MoveNext())
            entries.Add((cursor.Key.ToArray(), cursor.Entry));
        return entries;
    }

    private static List<(byte[] Key, PartitionEntry Entry)>? TryWalk(BtiSSTable table, byte[] partitions, byte[] rows)
    {
        try
        {
            using BtiPartitionIndex index = table.Open(partitions, rows);
            return Walk(index);
        }
        catch (CorruptDataException)
        {
            return null;
        }
    }

    private static IEnumerable<byte[]> Neighbours(byte[] key)
    {
        yield return [.. key, 0];
        if (key.Length == 0)
            yield break;
        yield return key[..^1];
        yield return [.. key[..^1], (byte)(key[^1] + 1)];
        yield return [.. key[..^1], (byte)(key[^1] - 1)];
    }

    private static IEnumerable<RingPosition> PlacesAt(Partitioner partitioner, byte[] key)
    {
        DecoratedKey decorated = new(partitioner.TokenOf(key), key);
        for (int side = -1; side <= 1; side++)
        {
            yield return RingPosition.OfKey(decorated, side);
            if (side != 0 && !partitioner.TokensAreKeys)
                yield return RingPosition.OfToken(decorated.Token, side);
        }
    }
}
