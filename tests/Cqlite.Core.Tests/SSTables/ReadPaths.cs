using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

/// <summary>Reads an SSTable by keys, ranges of the ring and slices, forward and reversed, and holds all of it to the full scan.</summary>
internal static class ReadPaths
{
    private const int MostPartitions = 24;
    private const int SlicesEach = 6;

    /// <summary>Checks so many partitions, spread over the SSTable.</summary>
    public static void Require(SSTable sstable)
    {
        List<PartitionText> all;
        using (UnfilteredCursor cursor = sstable.Read(ReadRequest.All))
            all = CorpusSSTables.ReadAll(cursor);

        Random random = new(sstable.Descriptor.FilePrefix.Length * 7919);
        int step = Math.Max(1, all.Count / MostPartitions);
        for (int i = 0; i < all.Count; i += step)
        {
            CheckKey(sstable, all[i]);
            CheckRing(sstable, all, i);
            CheckAbsent(sstable, all, all[i].Key);
            CheckSlices(sstable, all[i], random);
        }
    }

    private static DecoratedKey Key(SSTable sstable, byte[] key) => new(sstable.Partitioner.TokenOf(key), key);

    private static void CheckKey(SSTable sstable, PartitionText expected)
    {
        Assert.True(sstable.MightContain(expected.Key));
        foreach (bool reversed in new[] { false, true })
        {
            using UnfilteredCursor cursor = sstable.Read(new ReadRequest { Key = Key(sstable, expected.Key), Reversed = reversed });
            PartitionText found = Assert.Single(CorpusSSTables.ReadAll(cursor));
            if (reversed)
                found.Items.Reverse();
            Assert.Equal(expected.Content, found.Content);
            Assert.Equal(expected.Position, found.Position);
        }

        using UnfilteredCursor heads = sstable.Read(new ReadRequest { Key = Key(sstable, expected.Key), Slices = [] });
        PartitionText head = Assert.Single(CorpusSSTables.ReadAll(heads));
        Assert.Equal(expected.Head, head.Head);
        Assert.Empty(head.Items);
    }

    private static void CheckRing(SSTable sstable, List<PartitionText> all, int index)
    {
        DecoratedKey key = Key(sstable, all[index].Key);
        using (UnfilteredCursor after = sstable.Read(new ReadRequest { From = RingPosition.OfKey(key, 1) }))
        {
            Assert.Equal(index + 1 < all.Count, after.MoveToNextPartition());
            if (index + 1 < all.Count)
                Assert.Equal(all[index + 1].Key, after.PartitionKey.ToArray());
        }

        using UnfilteredCursor self = sstable.Read(new ReadRequest { From = RingPosition.OfKey(key, 0), To = RingPosition.OfKey(key, 0) });
        Assert.Equal(all[index].Content, Assert.Single(CorpusSSTables.ReadAll(self)).Content);
        if (sstable.Partitioner.TokensAreKeys)
            return;
        using UnfilteredCursor token = sstable.Read(new ReadRequest { From = RingPosition.OfToken(key.Token, -1), To = RingPosition.OfToken(key.Token, 1) });
        Assert.Contains(all[index].Content, CorpusSSTables.ReadAll(token).Select(p => p.Content));
    }

    private static void CheckAbsent(SSTable sstable, List<PartitionText> all, byte[] key)
    {
        byte[] absent = [.. key, 1];
        if (sstable.Partitioner.ClassName.EndsWith("LocalPartitioner", StringComparison.Ordinal) || all.Exists(p => p.Key.AsSpan().SequenceEqual(absent)))
            return;
        using UnfilteredCursor cursor = sstable.Read(new ReadRequest { Key = Key(sstable, absent) });
        Assert.False(cursor.MoveToNextPartition());
        Assert.False(sstable.PartitionIndex.TryFind(sstable.Partitioner.TokenOf(absent), absent, out _));
    }

    private static void CheckSlices(SSTable sstable, PartitionText partition, Random random)
    {
        List<ClusteringBound> rows = [.. partition.Items.Where(i => i.IsRow).Select(i => i.Clustering)];
        if (rows.Count == 0 || rows[0].Count == 0)
            return;
        for (int i = 0; i < SlicesEach; i++)
        {
            List<ClusteringSlice> slices = [RandomSlice(rows, random)];
            if (i % 3 == 2)
                slices = WithAnother(sstable, slices[0], rows, random);
            if (slices.Exists(s => sstable.Comparator.Compare(s.Start.View, s.End.View) >= 0))
                continue;

            List<string> expected =
            [
                .. partition.Items
                    .Where(item => item.IsRow && slices.Exists(s => IsWithin(sstable.Comparator, s, item.Clustering)))
                    .Select(item => item.Text),
            ];
            List<UnfilteredText> forward = Read(sstable, partition.Key, slices, reversed: false);
            List<UnfilteredText> backward = Read(sstable, partition.Key, slices, reversed: true);
            backward.Reverse();
            Assert.Equal(expected, forward.Where(item => item.IsRow).Select(item => item.Text));
            Assert.Equal(forward.Select(item => item.Text), backward.Select(item => item.Text));
            CheckMarkers(partition, forward, sstable.Comparator);
        }
    }

    /// <summary>Markers open and close in turn, and each row is under the deletion that covers it in the whole partition.</summary>
    private static void CheckMarkers(PartitionText partition, List<UnfilteredText> sliced, ClusteringComparator comparator)
    {
        bool isOpen = false;
        foreach (UnfilteredText item in sliced)
        {
            if (item.IsRow)
            {
                Assert.Equal(IsOpenAt(partition, item.Clustering, comparator), isOpen);
                continue;
            }

            Assert.Equal(isOpen, item.Clustering.Kind.IsEnd());
            isOpen = item.Clustering.Kind.IsStart();
        }

        Assert.False(isOpen);
    }

    private static bool IsOpenAt(PartitionText partition, ClusteringBound row, ClusteringComparator comparator)
    {
        UnfilteredText? last = partition.Items.LastOrDefault(i => !i.IsRow && comparator.Compare(i.Clustering.View, row.View) < 0);
        return last is not null && last.Clustering.Kind.IsStart();
    }

    private static ClusteringSlice RandomSlice(List<ClusteringBound> rows, Random random)
    {
        int first = random.Next(rows.Count);
        int second = random.Next(8) == 0 ? first : random.Next(first, rows.Count);
        ClusteringBound start = random.Next(6) == 0
            ? ClusteringBound.Bottom
            : rows[first].As(random.Next(2) == 0 ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart);
        ClusteringBound end = random.Next(6) == 0
            ? ClusteringBound.Top
            : rows[second].As(random.Next(2) == 0 ? ClusteringKind.InclusiveEnd : ClusteringKind.ExclusiveEnd);
        return new ClusteringSlice(start, end);
    }

    private static List<ClusteringSlice> WithAnother(SSTable sstable, ClusteringSlice slice, List<ClusteringBound> rows, Random random)
    {
        ClusteringSlice another = RandomSlice(rows, random);
        if (sstable.Comparator.Compare(slice.End.View, another.Start.View) < 0)
            return [slice, another];
        return sstable.Comparator.Compare(another.End.View, slice.Start.View) < 0 ? [another, slice] : [slice];
    }

    private static bool IsWithin(ClusteringComparator comparator, ClusteringSlice slice, ClusteringBound row) =>
        comparator.Compare(slice.Start.View, row.View) < 0 && comparator.Compare(row.View, slice.End.View) < 0;

    private static List<UnfilteredText> Read(SSTable sstable, byte[] key, IReadOnlyList<ClusteringSlice> slices, bool reversed)
    {
        using UnfilteredCursor cursor = sstable.Read(new ReadRequest { Key = Key(sstable, key), Slices = slices, Reversed = reversed });
        return Assert.Single(CorpusSSTables.ReadAll(cursor)).Items;
    }
}
