using Cqlite.Core.Encoding;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>Rows of mutations are those of SSTables without the two sizes; the latter are proved by <see cref="IdentityTests"/>.</summary>
public sealed class UnfilteredEncoderTests
{
    [Theory]
    [CorpusTables(At = "5.0.9-nb", Theme = "types,keys,deletes,counters", WithSSTables = true)]
    public void Mutations_have_no_sizes(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in SSTableFolder.FindIn(PhysicalFileSystem.Instance, table.DataDirectory))
        {
            using SSTable source = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            UnfilteredEncoder stored = new(source.Statistics.Header, source.Table, forSSTable: true);
            UnfilteredEncoder sent = new(source.Statistics.Header, source.Table, forSSTable: false);
            BufferWriter withSizes = new();
            BufferWriter without = new();
            using UnfilteredCursor cursor = source.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                while (cursor.MoveToNextUnfiltered())
                {
                    withSizes.Clear();
                    without.Clear();
                    if (cursor.Kind == UnfilteredKind.Row)
                    {
                        stored.WriteRow(withSizes, cursor.Row, 1234);
                        sent.WriteRow(without, cursor.Row, 0);
                    }
                    else
                    {
                        stored.WriteMarker(withSizes, cursor.Marker, 1234);
                        sent.WriteMarker(without, cursor.Marker, 0);
                    }

                    int head = stored.LastClustering.End.Value;
                    SpanReader reader = new(withSizes.WrittenSpan[head..], "");
                    Assert.Equal(reader.ReadUnsignedVInt32(), reader.Remaining);
                    Assert.Equal(1234UL, reader.ReadUnsignedVInt());
                    Assert.Equal(withSizes.WrittenSpan[..head], without.WrittenSpan[..head]);
                    Assert.Equal(reader.Rest, without.WrittenSpan[head..]);
                }
            }
        }
    }
    /// <summary>Short values are copied as longer ones where there is room behind them, and a timestamp is kept for the next cell: neither shows.</summary>
    [Theory]
    [CorpusTables(At = "5.0.9-nb", Theme = "types,keys,deletes,counters", WithSSTables = true)]
    public void A_row_is_the_same_wherever_its_bytes_lie_and_whatever_was_written_before(CorpusTable table)
    {
        foreach (SSTableDescriptor descriptor in SSTableFolder.FindIn(PhysicalFileSystem.Instance, table.DataDirectory))
        {
            using SSTable source = SSTable.Open(PhysicalFileSystem.Instance, descriptor);
            UnfilteredEncoder used = new(source.Statistics.Header, source.Table, forSSTable: true);
            BufferWriter expected = new();
            BufferWriter actual = new();
            Row alone = new();
            using UnfilteredCursor cursor = source.Read(ReadRequest.All);
            while (cursor.MoveToNextPartition())
            {
                while (cursor.MoveToNextUnfiltered())
                {
                    if (cursor.Kind != UnfilteredKind.Row)
                        continue;
                    expected.Clear();
                    actual.Clear();
                    used.WriteRow(actual, cursor.Row, 1234);
                    alone.CopyFrom(cursor.Row);
                    alone.Buffer = alone.Buffer[..EndOf(alone)];
                    new UnfilteredEncoder(source.Statistics.Header, source.Table, forSSTable: true).WriteRow(expected, alone, 1234);
                    Assert.Equal(expected.WrittenSpan, actual.WrittenSpan);
                }
            }
        }
    }

    /// <summary>A timestamp is written as a difference from the smallest, which the next partition of a mutation may have another one of.</summary>
    [Fact]
    public void A_timestamp_follows_the_statistics()
    {
        CorpusTable table = Corpus.Tables.First(t => t.At == "5.0.9-nb" && t.Theme == "types" && t.SSTables.Count > 0);
        using SSTable source = SSTable.Open(PhysicalFileSystem.Instance, SSTableFolder.FindIn(PhysicalFileSystem.Instance, table.DataDirectory)[0]);
        using UnfilteredCursor cursor = source.Read(ReadRequest.All);
        Assert.True(cursor.MoveToNextPartition() && cursor.MoveToNextUnfiltered());
        UnfilteredEncoder used = new(source.Statistics.Header, source.Table, forSSTable: false);
        foreach (long smallest in new[] { 0L, 1, 1L << 40 })
        {
            UnfilteredEncoder other = new(source.Statistics.Header, source.Table, forSSTable: false);
            used.Stats = other.Stats = source.Statistics.Header.Stats with { MinTimestampMicros = smallest };
            BufferWriter expected = new();
            BufferWriter actual = new();
            other.WriteRow(expected, cursor.Row, 0);
            used.WriteRow(actual, cursor.Row, 0);
            Assert.Equal(expected.WrittenSpan, actual.WrittenSpan);
        }
    }

    private static int EndOf(Row row)
    {
        int end = 0;
        foreach (Slice slice in row.ClusteringSlices)
            end = Math.Max(end, slice.Offset + slice.Length);
        foreach (ref readonly Cell cell in row.Cells)
            end = Math.Max(end, Math.Max(cell.Value.Offset + cell.Value.Length, cell.Path.Offset + cell.Path.Length));
        return end;
    }
}
