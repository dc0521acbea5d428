using System.Buffers.Binary;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>A partition whose row index is larger than the writer holds in memory.</summary>
public sealed class LargePartitionTests
{
    private const string Folder = "/data/ks/wide";
    private const int Rows = 300_000;

    private static readonly TableMetadata s_table = new("ks", "wide", Guid.Empty,
    [
        new ColumnMetadata("id", ColumnKind.PartitionKey, 0, CqlTypes.Int),
        new ColumnMetadata("at", ColumnKind.Clustering, 0, CqlTypes.BigInt),
    ]);

    [Theory]
    [InlineData("nb")]
    [InlineData("da")]
    public void Rows_are_found_through_the_index(string version)
    {
        SimulatedDisk disk = new();
        SSTableDescriptor descriptor;
        using (BulkWriter writer = new(disk, Folder, s_table, new BulkWriterOptions { IsSorted = true, Version = SSTableVersion.OfName(version), ColumnIndexBytes = 1 }))
        {
            for (long at = 0; at < Rows; at++)
            {
                writer.Row.Clear();
                writer.Row.Set(0, new byte[4]);
                writer.Row.Set(1, Long(at));
                writer.Add();
            }

            descriptor = writer.Finish().Single();
        }

        using SSTable sstable = SSTable.Open(disk, descriptor, new SSTableOptions { Table = s_table });
        Assert.Equal(Rows, sstable.Statistics.Stats.TotalRows);
        foreach (long at in (long[])[0, 1, 77_777, Rows / 2, Rows - 1])
        {
            ClusteringSlice slice = new(new ClusteringBound(ClusteringKind.InclusiveStart, Long(at)), new ClusteringBound(ClusteringKind.InclusiveEnd, Long(at)));
            DecoratedKey key = new(Partitioner.Murmur3.TokenOf(new byte[4]), new byte[4]);
            List<string> found = RowText.Of(sstable.Read(new ReadRequest { Key = key, Slices = [slice] }));
            Assert.Contains($"Clustering {at:x16} ", Assert.Single(found, line => line.StartsWith("Clustering", StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        Assert.Equal(Rows + 1, RowText.Of(sstable.Read(ReadRequest.All)).Count);
    }

    [Fact]
    public void Rows_and_markers_out_of_order_are_refused()
    {
        SimulatedDisk disk = new();
        disk.CreateDirectory(Folder);
        SSTableWriterOptions options = SSTableWriterOptions.For(s_table, SerializationHeader.Of(s_table, EncodingStats.None));
        using SSTableTransaction transaction = new(disk, Folder, options.Version, "write");
        using SSTableWriter writer = new(disk, transaction, SSTableId.OfNumber(1), s_table, options);
        writer.BeginPartition(Partitioner.Murmur3.TokenOf([1]), [1], DeletionTime.Live);
        writer.AddRow(RowAt(5));
        RangeTombstoneMarker marker = new();
        marker.Set(ClusteringKind.InclusiveStart, RowAt(4).Clustering, DeletionTime.Live, new DeletionTime(1, 1));
        Assert.Throws<ArgumentException>(() => writer.AddMarker(marker));
        Assert.Throws<ArgumentException>(() => writer.AddRow(RowAt(5)));
        writer.AddRow(RowAt(6));
        writer.EndPartition();
        Assert.Throws<ArgumentException>(() => writer.BeginPartition(Partitioner.Murmur3.TokenOf([1]), [1], DeletionTime.Live));
    }

    private static Row RowAt(long at)
    {
        Row row = new();
        row.ResetToArena(isStatic: false);
        row.AddClustering(row.Store(Long(at)));
        row.Liveness = new Liveness(1, 0, Cell.NoDeletionTime);
        return row;
    }

    private static byte[] Long(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }
}
