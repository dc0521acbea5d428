using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables;

public sealed class DamagedSSTableTests
{
    private const long MostBytes = 64L << 20;

    /// <summary>A scan of a damaged SSTable gives the right data or an error that names a file of it; nothing in between.</summary>
    [Theory]
    [DamagedCases]
    public void A_scan_is_right_or_names_the_file(DamagedCase damaged)
    {
        List<string> expected = Contents(Scan(Assert.Single(CorpusSSTables.Find(damaged.Undamaged))));
        SSTableDescriptor descriptor = Assert.Single(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.DataDirectory));
        try
        {
            List<string> found = Contents(Scan(descriptor));
            Assert.Equal(expected, found);
        }
        catch (CqliteException e)
        {
            Assert.False(damaged.IsControl, e.Message);
            Assert.Contains(descriptor.FilePrefix + damaged.Component![..damaged.Component!.IndexOf('.', StringComparison.Ordinal)], e.Message.Replace("Data", damaged.Component![..damaged.Component!.IndexOf('.', StringComparison.Ordinal)], StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    /// <summary>So do reads by key, of all but one table whose trie has lost a branch, which only a comparison with the data can tell.</summary>
    [Theory]
    [DamagedCases]
    public void Reads_by_key_are_right_or_name_the_file(DamagedCase damaged)
    {
        List<PartitionText> expected = Scan(Assert.Single(CorpusSSTables.Find(damaged.Undamaged)));
        SSTableDescriptor descriptor = Assert.Single(SSTableFolder.Find(PhysicalFileSystem.Instance, damaged.DataDirectory));
        int missing = 0;
        foreach (PartitionText partition in expected)
        {
            try
            {
                using SSTable sstable = CorpusSSTables.Open(descriptor);
                ReadRequest request = new() { Key = new(sstable.Partitioner.TokenOf(partition.Key), partition.Key) };
                using UnfilteredCursor cursor = sstable.Read(request);
                List<PartitionText> found = CorpusSSTables.ReadAll(cursor);
                if (found.Count == 0)
                    missing++;
                else
                    Assert.Equal(partition.Content, Assert.Single(found).Content);
            }
            catch (CqliteException e)
            {
                Assert.False(damaged.IsControl, e.Message);
            }
        }

        Assert.Equal(damaged.ToString() == "damaged/5.0.9-da index-bit" ? 1 : 0, missing);
    }

    /// <summary>Every byte of a small uncompressed data file flipped in turn, checksums not looked at: an error of ours or some data, within bounds.</summary>
    [Theory]
    [InlineData("damaged/5.0.9-nb good-plain", 0x01)]
    [InlineData("damaged/5.0.9-nb good-plain", 0x80)]
    [InlineData("damaged/5.0.9-oa good-plain", 0xFF)]
    [InlineData("damaged/5.0.9-da good-plain", 0x40)]
    public void Flipped_bytes_of_rows_never_lead_out_of_bounds(string name, byte mask)
    {
        DamagedCase good = DamagedCase.Parse(name, null);
        string folder = good.DataDirectory;
        SSTableDescriptor descriptor = Assert.Single(SSTableFolder.Find(PhysicalFileSystem.Instance, folder));
        byte[] data = File.ReadAllBytes(descriptor.PathOf(SSTableComponent.Data));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int errors = 0;
        const int step = 7;
        for (int i = 0; i < data.Length; i += step)
        {
            data[i] ^= mask;
            try
            {
                using SSTable sstable = SSTable.Open(
                    new OverlayFileSystem(descriptor.PathOf(SSTableComponent.Data), data),
                    descriptor,
                    new SSTableOptions { CrcCheckChance = 0 });
                using UnfilteredCursor cursor = sstable.Read(i % 2 == 0 ? ReadRequest.All : new ReadRequest { Reversed = true });
                while (cursor.MoveToNextPartition())
                {
                    while (cursor.MoveToNextUnfiltered())
                        Touch(cursor);
                }
            }
            catch (CqliteException e)
            {
                Assert.IsNotType<StorageException>(e);
                errors++;
            }

            data[i] ^= mask;
        }

        Assert.NotEqual(0, errors);
        long perRun = (GC.GetAllocatedBytesForCurrentThread() - before) / (data.Length / step);
        Assert.True(perRun < MostBytes, $"{perRun:N0} bytes a run");
    }

    /// <summary>Cut at any length, a file of rows ends in an error unless the cut is between partitions.</summary>
    [Fact]
    public void Cut_rows_are_an_error()
    {
        DamagedCase good = DamagedCase.Parse("damaged/5.0.9-nb good-plain", null);
        SSTableDescriptor descriptor = Assert.Single(SSTableFolder.Find(PhysicalFileSystem.Instance, good.DataDirectory));
        string path = descriptor.PathOf(SSTableComponent.Data);
        byte[] data = File.ReadAllBytes(path);
        HashSet<long> starts = [.. Scan(descriptor).Select(p => p.Position)];
        for (int length = 1; length < data.Length; length += 11)
        {
            OverlayFileSystem files = new(path, data[..length], hideCrc: true);
            using SSTable sstable = SSTable.Open(files, descriptor);
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            if (starts.Contains(length))
                Assert.NotEmpty(CorpusSSTables.ReadAll(cursor));
            else
                Assert.Equal(path, Assert.Throws<CorruptDataException>(() => CorpusSSTables.ReadAll(cursor)).File);
        }
    }

    private static void Touch(UnfilteredCursor cursor)
    {
        if (cursor.Kind != UnfilteredKind.Row)
            return;
        Row row = cursor.Row;
        long sum = 0;
        foreach (ref readonly Cell cell in row.Cells)
            sum += row.Value(cell).Length + row.Path(cell).Length;
        foreach (Slice slice in row.ClusteringSlices)
            sum += row.Bytes(slice).Length;
        Assert.True(sum >= 0);
    }

    private static List<PartitionText> Scan(SSTableDescriptor descriptor)
    {
        using SSTable sstable = CorpusSSTables.Open(descriptor);
        using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
        return CorpusSSTables.ReadAll(cursor);
    }

    private static List<string> Contents(List<PartitionText> partitions) => [.. partitions.Select(p => p.Content)];
}
