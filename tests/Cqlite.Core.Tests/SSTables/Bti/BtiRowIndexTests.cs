using System.Text.Json;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Bti;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

/// <summary>
/// Row indexes against the rows that Cassandra answered with and the positions that sstabledump printed of them.
/// </summary>
public sealed class BtiRowIndexTests
{
    public static TheoryData<CorpusTable> Tables =>
    [
        Corpus.Table("5.0.9-da", "wide", "large"),
        Corpus.Table("5.0.9-da", "wide", "ranges"),
        Corpus.Table("5.0.9-da", "wide_small", "deep"),
        Corpus.Table("5.0.9-da", "wide_small", "large"),
        Corpus.Table("5.0.9-da", "wide_small", "ranges"),
        Corpus.Table("5.0.9-da", "wide_small", "rows"),
        Corpus.Table("5.0.9-da-bigindex", "bigindex", "partitions"),
        Corpus.Table("5.0.9-da-bigindex", "bigindex", "reversed"),
    ];

    [Theory]
    [MemberData(nameof(Tables))]
    public void Blocks_come_in_order_and_begin_with_rows_or_markers(CorpusTable table)
    {
        foreach (IndexedPartition partition in Read(table, out BtiPartitionIndex index))
        {
            List<(long Offset, long End)> forward = [];
            using RowIndexCursor cursor = index.OpenRows(partition.Entry, reversed: false);
            while (cursor.MoveNext())
                forward.Add((cursor.BlockOffset, cursor.BlockEnd));
            Assert.Equal(cursor.BlockCount, forward.Count);
            Assert.Equal(forward[1..].Select(block => block.Offset), forward[..^1].Select(block => block.End));
            Assert.Equal(partition.EndOffset, forward[^1].End);
            if (!partition.HasMarkers)
                Assert.All(forward, block => Assert.Contains(partition.Rows, row => row.Offset == block.Offset));

            List<(long Offset, long End)> backward = [];
            using RowIndexCursor reversed = index.OpenRows(partition.Entry, reversed: true);
            while (reversed.MoveNext())
                backward.Add((reversed.BlockOffset, reversed.BlockEnd));
            backward.Reverse();
            Assert.Equal(forward, backward);
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_bound_leads_to_the_block_of_its_rows(CorpusTable table)
    {
        foreach (IndexedPartition partition in Read(table, out BtiPartitionIndex index))
        {
            ClusteringComparator comparator = new(partition.Types);
            using RowIndexCursor forward = index.OpenRows(partition.Entry, reversed: false);
            using RowIndexCursor backward = index.OpenRows(partition.Entry, reversed: true);
            foreach (ClusteringBound bound in partition.Rows.SelectMany(row => BoundsOf(row.Clustering)).Append(ClusteringBound.Bottom).Append(ClusteringBound.Top))
            {
                // Rows before the bound come first, those after it last.
                int after = FirstNotBefore(bound);
                int before = after - 1;
                if (after == partition.Rows.Count)
                    after = -1;

                if (forward.SeekForward(bound.View))
                {
                    if (after >= 0)
                        Assert.True(forward.BlockOffset <= partition.Rows[after].Offset);
                    if (before >= 0)
                        Assert.True(forward.BlockEnd > partition.Rows[before].Offset);
                    long end = forward.BlockEnd;
                    if (forward.MoveNext())
                        Assert.Equal(end, forward.BlockOffset);
                    else
                        Assert.Equal(partition.EndOffset, end);
                }
                else
                {
                    Assert.Equal(-1, after);
                }

                // Exactly at a row, too, the bound is an end in reverse.
                Assert.True(backward.SeekReversed(bound.View));
                if (before >= 0)
                    Assert.True(backward.BlockEnd > partition.Rows[before].Offset);
                if (after >= 0)
                    Assert.True(backward.BlockOffset <= partition.Rows[after].Offset);
                long offset = backward.BlockOffset;
                if (backward.MoveNext())
                    Assert.Equal(offset, backward.BlockEnd);
                else
                    Assert.True(offset == partition.Rows[0].Offset || (partition.HasMarkers && offset < partition.Rows[0].Offset));
            }

            int FirstNotBefore(ClusteringBound bound)
            {
                int low = 0;
                int high = partition.Rows.Count;
                while (low < high)
                {
                    int middle = (low + high) / 2;
                    if (comparator.Compare(partition.Rows[middle].Clustering.View, bound.View) < 0)
                        low = middle + 1;
                    else
                        high = middle;
                }

                return low;
            }
        }
    }

    /// <summary>The whole of Rows.db and Partitions.db from rows, their positions and column_index_size.</summary>
    [Theory]
    [InlineData("5.0.9-da", "wide", "large", 16)]
    [InlineData("5.0.9-da", "wide_small", "deep", 1)]
    [InlineData("5.0.9-da", "wide_small", "large", 1)]
    [InlineData("5.0.9-da", "wide_small", "rows", 1)]
    [InlineData("5.0.9-da-bigindex", "bigindex", "partitions", 1)]
    [InlineData("5.0.9-da-bigindex", "bigindex", "reversed", 1)]
    public void Indexes_written_from_rows_are_the_same_bytes(string node, string keyspace, string name, int blockKiB)
    {
        CorpusTable table = Corpus.Table(node, keyspace, name);
        BtiSSTable sstable = Assert.Single(BtiSSTable.Of(table));
        List<IndexedPartition> partitions = Read(table, out BtiPartitionIndex index);
        using MemoryOutput rowsFile = new();
        using MemoryOutput partitionsFile = new();
        BtiRowIndexWriter rows = new(rowsFile, partitions[0].Types);
        BtiPartitionIndexWriter writer = new(partitionsFile, sstable.Partitioner);
        foreach ((byte[] key, PartitionEntry entry) in BtiPartitionIndexTests.Walk(index))
        {
            if (partitions.Find(partition => partition.Entry == entry) is not { } partition)
            {
                writer.AddData(sstable.Partitioner.TokenOf(key), key, entry.DataPosition);
                continue;
            }

            rows.Begin();
            for (int first = 0, last = 0; last < partition.Rows.Count; last++)
            {
                long end = last + 1 < partition.Rows.Count ? partition.Rows[last + 1].Offset : partition.EndOffset;
                if (end - partition.Rows[first].Offset < blockKiB * 1024 && last + 1 < partition.Rows.Count)
                    continue;
                rows.AddBlock(partition.Rows[first].Clustering.View, partition.Rows[last].Clustering.View, partition.Rows[first].Offset, DeletionTime.Live);
                first = last + 1;
            }

            long position = rows.Complete(partition.EndOffset, key, entry.DataPosition, index.ReadRowIndexEntry(entry).PartitionDeletion);
            writer.AddRowIndex(sstable.Partitioner.TokenOf(key), key, position);
        }

        rows.Flush();
        writer.Complete();
        Assert.True(sstable.Rows.AsSpan().SequenceEqual(rowsFile.Content));
        Assert.True(sstable.Partitions.AsSpan().SequenceEqual(partitionsFile.Content));
    }

    [Fact]
    public void Open_deletions_are_those_of_the_ranges_that_reach_into_a_block()
    {
        CorpusTable table = Corpus.Table("5.0.9-da", "wide_small", "ranges");
        int open = 0;
        foreach (IndexedPartition partition in Read(table, out BtiPartitionIndex index))
        {
            using RowIndexCursor cursor = index.OpenRows(partition.Entry, reversed: false);
            while (cursor.MoveNext())
            {
                if (cursor.OpenDeletion.IsLive)
                    continue;
                open++;
                Assert.Contains(cursor.OpenDeletion.MarkedAtMicros, partition.RangeDeletionsMicros);
            }
        }

        Assert.NotEqual(0, open);
    }

    [Fact]
    public void Damaged_rows_files_fail_as_corrupt_and_never_otherwise()
    {
        CorpusTable table = Corpus.Table("5.0.9-da", "wide_small", "ranges");
        BtiSSTable sstable = Assert.Single(BtiSSTable.Of(table));
        List<IndexedPartition> partitions = Read(table, out _);
        byte[] rows = sstable.Rows;
        for (int bit = 0; bit < rows.Length * 8; bit++)
        {
            byte[] damaged = [.. rows];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Visit(damaged);
        }

        for (int length = 0; length < rows.Length; length++)
            Visit(rows[..length]);

        void Visit(byte[] damaged)
        {
            using BtiPartitionIndex index = sstable.Open(sstable.Partitions, damaged, partitions[0].Types);
            foreach (IndexedPartition partition in partitions)
            {
                try
                {
                    using RowIndexCursor cursor = index.OpenRows(partition.Entry, reversed: true);
                    while (cursor.MoveNext())
                        Assert.InRange(cursor.BlockOffset, 1, sstable.Data.Length);
                    cursor.SeekForward(partition.Rows[partition.Rows.Count / 2].Clustering.View);
                    while (cursor.MoveNext())
                        Assert.InRange(cursor.BlockEnd, cursor.BlockOffset + 1, sstable.Data.Length);
                }
                catch (CorruptDataException error)
                {
                    Assert.Equal("Rows.db", error.File);
                }
            }
        }
    }

    private static IEnumerable<ClusteringBound> BoundsOf(ClusteringBound row)
    {
        yield return row;
        foreach (ClusteringKind kind in (ClusteringKind[])[ClusteringKind.InclusiveStart, ClusteringKind.ExclusiveStart, ClusteringKind.InclusiveEnd, ClusteringKind.ExclusiveEnd])
        {
            for (int count = 1; count <= row.Count; count++)
            {
                byte[]?[] values = new byte[]?[count];
                for (int i = 0; i < count; i++)
                    values[i] = row.View.IsNull(i) ? null : row.View[i].ToArray();
                yield return new ClusteringBound(kind, values);
            }
        }
    }

    private static List<IndexedPartition> Read(CorpusTable table, out BtiPartitionIndex index)
    {
        BtiSSTable sstable = Assert.Single(BtiSSTable.Of(table));
        string name = Assert.Single(table.SSTables);
        CqlType[] types = [.. BtiSSTable.HeaderOf(Path.Combine(table.DataDirectory, name)).ClusteringTypes];
        index = sstable.Open(types);

        string[] clustering = [.. table.Columns.Where(column => column.Kind == "clustering").Select(column => column.Name)];
        using IEnumerator<ClusteringBound> answered = table.SelectRows()
            .Where(row => row[clustering[0]].Value is not null)
            .Select(row => new ClusteringBound(ClusteringKind.Clustering, [.. clustering.Select(column => row[column].Value)]))
            .GetEnumerator();

        using FileStream stream = table.Dump(name)!.Open();
        using JsonDocument dump = JsonDocument.Parse(stream);
        List<(byte[] Key, PartitionEntry Entry)> entries = BtiPartitionIndexTests.Walk(index);
        List<IndexedPartition> partitions = [];
        int number = 0;
        foreach (JsonElement partition in dump.RootElement.EnumerateArray())
        {
            PartitionEntry entry = entries[number++].Entry;
            long end = number < entries.Count ? entries[number].Entry.DataPosition : sstable.Data.Length;
            List<IndexedRow> rows = [];
            HashSet<long> deletions = [];
            foreach (JsonElement row in partition.GetProperty("rows").EnumerateArray())
            {
                if (row.GetProperty("type").GetString() is "row" && !row.TryGetProperty("deletion_info", out _))
                {
                    Assert.True(answered.MoveNext());
                    rows.Add(new IndexedRow(row.GetProperty("position").GetInt64() - entry.DataPosition, answered.Current));
                }

                foreach (JsonProperty part in row.EnumerateObject())
                {
                    if (part.Name is "start" or "end")
                        deletions.Add((DateTimeOffset.Parse(part.Value.GetProperty("deletion_info").GetProperty("marked_deleted").GetString()!) - DateTimeOffset.UnixEpoch).Ticks / 10);
                }
            }

            if (entry.HasRowIndex)
                partitions.Add(new IndexedPartition(entry, end - 1 - entry.DataPosition, types, rows, deletions));
        }

        Assert.False(answered.MoveNext());
        Assert.NotEmpty(partitions);
        return partitions;
    }

    private sealed record IndexedRow(long Offset, ClusteringBound Clustering);

    private sealed record IndexedPartition(PartitionEntry Entry, long EndOffset, CqlType[] Types, List<IndexedRow> Rows, HashSet<long> RangeDeletionsMicros)
    {
        public bool HasMarkers => RangeDeletionsMicros.Count > 0;
    }
}
