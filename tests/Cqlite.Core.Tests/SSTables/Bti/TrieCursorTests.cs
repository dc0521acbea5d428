using Cqlite.Core.Errors;
using Cqlite.Core.SSTables.Bti;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

public sealed class TrieCursorTests
{
    /// <summary>Against a sorted list of keys: tries of few and of many keys, of short and of long ones, that begin anywhere in a page.</summary>
    [Theory]
    [InlineData(1, 1, 3, 2, 0)]
    [InlineData(2, 50, 4, 3, 17)]
    [InlineData(3, 400, 6, 2, 4095)]
    [InlineData(4, 3_000, 3, 256, 0)]
    [InlineData(5, 20_000, 8, 256, 70_001)]
    [InlineData(6, 2_000, 40, 2, 1)]
    [InlineData(7, 300, 3_000, 2, 123)]
    [InlineData(8, 20, 70_000, 256, 0)]
    public void Payloads_come_in_the_order_of_their_keys(int seed, int count, int maxLength, int alphabet, long offset)
    {
        Random random = new(seed);
        SortedSet<byte[]> keys = new(Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));
        for (int i = 0; i < count; i++)
            keys.Add(RandomKey(random, maxLength, alphabet, keys.Count == 0 ? [] : keys.Max!));
        byte[][] sorted = [.. keys];

        using MemoryOutput output = new(offset);
        PagedWriter paged = new(output);
        TrieWriter writer = new(paged);
        for (int i = 0; i < sorted.Length; i++)
            writer.Add(sorted[i], new PartitionTriePayload(i, 0).ToStored());
        Assert.Equal(sorted.Length, writer.Count);
        long root = writer.Complete();
        paged.Flush();

        using PagedFile file = new(new MemoryFile("Partitions.db", output.Content, offset), new PageCache(1 << 16));
        TrieCursor cursor = new(file, root);
        for (int i = 0; i < sorted.Length; i++)
        {
            Assert.True(i == 0 ? cursor.MoveToFirst() : cursor.MoveNext());
            AssertIsAt(i);
        }

        Assert.False(cursor.MoveNext());
        cursor.MoveToLast();
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            AssertIsAt(i);
            Assert.Equal(i > 0, cursor.MovePrevious());
        }

        for (int i = 0; i < 300; i++)
        {
            byte[] wanted = RandomKey(random, maxLength, alphabet, sorted[random.Next(sorted.Length)]);
            int floor = Array.FindLastIndex(sorted, key => key.AsSpan().SequenceCompareTo(wanted) <= 0);
            Assert.Equal(floor >= 0, cursor.MoveToFloor(wanted));
            if (floor < 0)
                continue;
            AssertIsAt(floor);
            bool forward = random.Next(2) == 0;
            for (int step = 1; step < 4; step++)
            {
                int next = forward ? floor + step : floor - step;
                if (next < 0 || next >= sorted.Length)
                    break;
                Assert.True(forward ? cursor.MoveNext() : cursor.MovePrevious());
                AssertIsAt(next);
            }
        }

        void AssertIsAt(int index)
        {
            Assert.True(cursor.Path.SequenceEqual(sorted[index]));
            Assert.Equal(index, PartitionTriePayload.Read(cursor.Node).Position);
        }
    }

    [Fact]
    public void Branches_that_share_nodes_end_in_an_error_and_not_in_a_walk_without_end()
    {
        // A leaf, and 200 nodes each of which has the one before it as both of its children.
        List<byte> stored = [0x01, 0x00];
        for (int i = 0; i < 200; i++)
            stored.AddRange([0x50, 0x02, 0x61, 0x62, (byte)(i == 0 ? 2 : 6), (byte)(i == 0 ? 2 : 6)]);
        using PagedFile file = new(new MemoryFile("Rows.db", [.. stored]), new PageCache(1 << 16));
        TrieCursor cursor = new(file, stored.Count - 6);

        CorruptDataException error = Assert.Throws<CorruptDataException>(() =>
        {
            for (bool found = cursor.MoveToFirst(); found;)
                found = cursor.MoveNext();
        });

        Assert.Contains("share", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_without_payload_is_corrupt()
    {
        using PagedFile file = new(new MemoryFile("Rows.db", [0x00, 0x11, 0x61]), new PageCache(1 << 16));
        TrieCursor cursor = new(file, 1);

        Assert.Throws<CorruptDataException>(() => cursor.MoveToFirst());
        Assert.Throws<CorruptDataException>(cursor.MoveToLast);
    }

    [Theory]
    [InlineData("62", "61")]
    [InlineData("61", "61")]
    [InlineData("6162", "61")]
    public void Keys_out_of_order_are_refused(string first, string second)
    {
        using MemoryOutput output = new();
        TrieWriter writer = new(new PagedWriter(output));
        writer.Add(Convert.FromHexString(first), new PartitionTriePayload(1, 0).ToStored());

        Assert.Throws<InvalidOperationException>(() => writer.Add(Convert.FromHexString(second), new PartitionTriePayload(2, 0).ToStored()));
    }

    private static byte[] RandomKey(Random random, int maxLength, int alphabet, byte[] alike)
    {
        byte[] key = new byte[random.Next(maxLength + 1)];
        for (int i = 0; i < key.Length; i++)
            key[i] = (byte)random.Next(alphabet);
        if (random.Next(2) == 0)
            alike.AsSpan(0, Math.Min(random.Next(alike.Length + 1), key.Length)).CopyTo(key);
        return key;
    }
}
