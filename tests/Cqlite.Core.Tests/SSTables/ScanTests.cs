using System.Text.Json;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

public sealed class ScanTests
{
    /// <summary>Cassandra counted rows and columns while it wrote: a row or cell that is decoded wrongly or passed over would show.</summary>
    [Theory]
    [CorpusTables(WithSSTables = true)]
    public void A_scan_finds_as_many_rows_and_columns_as_were_written_in_order(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table))
        {
            using SSTable sstable = CorpusSSTables.Open(descriptor);
            long rows = 0;
            long columns = 0;
            byte[]? lastKey = null;
            Token lastToken = default;
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                Assert.True(
                    lastKey is null || sstable.Partitioner.Compare(lastToken, lastKey, cursor.Token, cursor.PartitionKey) < 0,
                    $"{descriptor}: partition at {cursor.PartitionFilePosition} is not after the one before");
                lastKey = cursor.PartitionKey.ToArray();
                lastToken = cursor.Token;
                Count(cursor.StaticRow, ref rows, ref columns);
                ClusteringBound? last = null;
                while (cursor.MoveToNextUnfiltered())
                {
                    if (cursor.Kind != UnfilteredKind.Row)
                        continue;
                    Count(cursor.Row, ref rows, ref columns);
                    Assert.True(last is null || sstable.Comparator.Compare(last.View, cursor.Row.Clustering) < 0, $"{descriptor}: row at {cursor.Row.FilePosition} is not after the one before");
                    last = Clone(cursor.Row.Clustering);
                }
            }

            Assert.Equal(sstable.Statistics.Stats.TotalRows, rows);
            Assert.Equal(sstable.Statistics.Stats.TotalColumnsSet, columns);
            if (sstable.Statistics.Stats.LastKey is { } statsLast)
                Assert.Equal(statsLast.ToArray(), lastKey);
        }
    }

    /// <summary>sstabledump tells where each row begins.</summary>
    [Theory]
    [CorpusTables(At = "5.0.9-oa,5.0.9-da,5.0.9-nb,3.11.19-me,4.1.10-nb", Theme = "deletes,keys,multi,counters,wide_small", WithSSTables = true)]
    public void Rows_are_where_sstabledump_says(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in CorpusSSTables.Find(table))
        {
            if (descriptor.Index is not null || table.Dump(descriptor.FilePrefix[..^1]) is not { } dump)
                continue;
            using SSTable sstable = CorpusSSTables.Open(descriptor);
            using JsonDocument document = JsonDocument.Parse(dump.Text);
            List<long> expected =
            [
                .. document.RootElement.EnumerateArray()
                    .SelectMany(p => p.GetProperty("rows").EnumerateArray())
                    .Where(r => r.GetProperty("type").ValueEquals("row"))
                    .Select(r => r.GetProperty("position").GetInt64()),
            ];
            List<long> actual = [];
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                while (cursor.MoveToNextUnfiltered())
                {
                    if (cursor.Kind == UnfilteredKind.Row)
                        actual.Add(cursor.Row.FilePosition);
                }
            }

            Assert.Equal(expected, actual);
        }
    }

    /// <summary>A scan's memory is that of its buffers, however many rows and cells pass by.</summary>
    [Theory]
    [InlineData("5.0.9-nb", "wide", "rows")]
    [InlineData("5.0.9-da", "wide", "rows")]
    [InlineData("5.0.9-nb", "many", "interval16")]
    public void A_scan_allocates_nothing_for_rows_and_cells(string at, string keyspace, string name)
    {
        const int allowedBytes = 16 * 1024;
        CorpusTable table = Corpus.Tables.First(t => t.At == at && t.Keyspace == keyspace && (t.Name == name || keyspace == "many"));
        SSTableDescriptor descriptor = CorpusSSTables.Find(table)[0];
        using SSTable sstable = CorpusSSTables.Open(descriptor);
        long items = Scan(sstable);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long again = Scan(sstable);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(items, again);
        Assert.True(items > 1000, $"{items} items are too few to tell");
        Assert.True(allocated < allowedBytes, $"{allocated:N0} bytes were allocated over {items:N0} items");

        static long Scan(SSTable sstable)
        {
            long items = 0;
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                items++;
                while (cursor.MoveToNextUnfiltered())
                    items++;
            }

            return items;
        }
    }

    private static void Count(Row? row, ref long rows, ref long columns)
    {
        if (row is null)
            return;
        rows++;
        int last = -1;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column != last)
                columns++;
            last = cell.Column;
        }
    }

    private static ClusteringBound Clone(in ClusteringView view)
    {
        byte[]?[] values = new byte[]?[view.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = view.IsNull(i) ? null : view[i].ToArray();
        return new ClusteringBound(view.Kind, values);
    }
}
