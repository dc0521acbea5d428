using System.Buffers.Binary;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Writing;
using Cqlite.Core.Types;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Writing;

/// <summary>Rows in bulk: in order or not, into one SSTable or many, and what becomes of them when the disk fails.</summary>
public sealed class BulkWriterTests
{
    private const string Folder = "/data/ks/events";
    private const int FaultRows = 120;

    private static readonly TableMetadata s_table = new("ks", "events", Guid.Empty,
    [
        new ColumnMetadata("id", ColumnKind.PartitionKey, 0, CqlTypes.Int),
        new ColumnMetadata("at", ColumnKind.Clustering, 0, CqlTypes.Reversed(CqlTypes.Int)),
        new ColumnMetadata("name", ColumnKind.Static, -1, CqlTypes.Text),
        new ColumnMetadata("value", ColumnKind.Regular, -1, CqlTypes.BigInt),
        new ColumnMetadata("tags", ColumnKind.Regular, -1, CqlTypes.Set(CqlTypes.Text)),
    ]);

    [Theory]
    [InlineData("nb", 1 << 20)]
    [InlineData("nb", 4000)]
    [InlineData("oa", 20_000)]
    [InlineData("da", 700)]
    public void Rows_in_any_order_make_the_same_content_as_rows_in_order(string version, int sortBufferBytes)
    {
        // Each of 40 x 50 keys twice, the second time with a newer value, all shuffled.
        List<(int Id, int At, long Value)> rows = [];
        for (int id = 0; id < 40; id++)
        {
            for (int at = 0; at < 50; at++)
            {
                rows.Add((id, at, 1));
                rows.Add((id, at, 2));
            }
        }

        (int Id, int At, long Value)[] shuffled = [.. rows];
        new Random(7).Shuffle(shuffled);
        SimulatedDisk unsorted = new();
        Write(unsorted, new BulkWriterOptions { Version = SSTableVersion.OfName(version), SortBufferBytes = sortBufferBytes }, shuffled);

        SimulatedDisk sorted = new();
        IEnumerable<(int Id, int At, long Value)> inOrder = rows.Where(r => r.Value == 2)
            .OrderBy(r => Partitioner.Murmur3.TokenOf(Int(r.Id))).ThenByDescending(r => r.At);
        Write(sorted, new BulkWriterOptions { Version = SSTableVersion.OfName(version), IsSorted = true }, inOrder);

        List<string> expected = Content(sorted);
        Assert.Equal(40 * (2 + 50), expected.Count);
        Assert.Equal(expected, Content(unsorted));
        Assert.DoesNotContain(unsorted.ListFiles(Folder), f => f.EndsWith(".log", StringComparison.Ordinal) || f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void An_SSTable_ends_at_the_largest_size()
    {
        SimulatedDisk disk = new();
        IReadOnlyList<SSTableDescriptor> written = Write(
            disk,
            new BulkWriterOptions { MaxSizeBytes = 20_000 },
            Enumerable.Range(0, 50_000).Select(i => (i / 10, i % 10, (long)i)));
        Assert.InRange(written.Count, 5, 500);
        // Runs took the first ids.
        Assert.Equal(Enumerable.Range(0, written.Count).Select(i => written[0].Id.Timestamp + i), written.Select(d => d.Id.Timestamp));
        Assert.Equal(50_000, written.Sum(d =>
        {
            using SSTable sstable = SSTable.Open(disk, d);
            return sstable.Statistics.Stats.TotalRows - sstable.Statistics.Stats.PartitionSizes.Count;
        }));
        Assert.Equal(written, SSTableFolder.FindIn(disk, Folder));
    }

    [Fact]
    public void UUIDs_name_SSTables_when_asked_for()
    {
        SimulatedDisk disk = new();
        SSTableDescriptor descriptor = Write(disk, new BulkWriterOptions { UseUuids = true }, [(1, 1, 1L)]).Single();
        Assert.True(descriptor.Id.IsUuid);
        Assert.Equal(28, descriptor.Id.Text.Length);
        Assert.True(SSTableId.TryParse(descriptor.Id.Text, out SSTableId parsed));
        Assert.Equal(descriptor.Id, parsed);
        Assert.True(SSTableId.NewUuid().CompareTo(parsed) > 0);
        Assert.Equal([descriptor], SSTableFolder.FindIn(disk, Folder));
    }

    [Fact]
    public void Rows_out_of_order_are_refused_when_order_was_promised()
    {
        SimulatedDisk disk = new();
        using BulkWriter writer = new(disk, Folder, s_table, new BulkWriterOptions { IsSorted = true });
        Fill(writer.Row, 1, 5, 0);
        writer.Add();
        Fill(writer.Row, 1, 6, 0);
        writer.Row.SetNull(writer.Row.OrdinalOf("value"));
        writer.Add();
        Assert.Throws<ArgumentException>(() => writer.Finish());
        writer.Dispose();
        Assert.Empty(disk.ListFiles(Folder));
    }

    [Fact]
    public void A_row_without_its_whole_key_is_refused()
    {
        using BulkWriter writer = new(new SimulatedDisk(), Folder, s_table, new BulkWriterOptions());
        writer.Row.Set(0, Int(1));
        writer.Row.Set(writer.Row.OrdinalOf("value"), new byte[8]);
        Assert.Contains("Some clustering keys are missing: at", Assert.Throws<InvalidQueryException>(writer.Add).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_is_stored_in_the_order_of_its_elements()
    {
        SimulatedDisk disk = new();
        using (BulkWriter writer = new(disk, Folder, s_table, new BulkWriterOptions()))
        {
            Fill(writer.Row, 1, 1, 1);
            byte[] set = [0, 0, 0, 3, 0, 0, 0, 1, (byte)'c', 0, 0, 0, 1, (byte)'a', 0, 0, 0, 1, (byte)'c'];
            writer.Row.Set(writer.Row.OrdinalOf("tags"), set);
            writer.Add();
            writer.Finish();
        }

        Assert.Contains(" deleted 1 99@1000 cell 0 at 100 ttl 0 time 9223372036854775807 0000000000000001 cell 1 at 100 ttl 0 time 9223372036854775807 61 =  cell 1 at 100 ttl 0 time 9223372036854775807 63 = ", string.Join('\n', Content(disk)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_any_call_leaves_nothing_that_counts()
    {
        int calls = CallsOf(new SimulatedDisk());
        Assert.InRange(calls, 50, 5000);
        for (int call = 1; call <= calls; call++)
        {
            SimulatedDisk disk = new() { Fault = SimulatedDisk.FailAt(call) };
            bool failed = false;
            try
            {
                CallsOf(disk);
            }
            catch (StorageException)
            {
                failed = true;
            }

            disk.Fault = null;
            CheckAllOrNothing(disk, mayBeWhole: true, $"call {call}");
            Assert.True(failed || SSTableFolder.FindIn(disk, Folder).Count > 0, $"call {call} failed unnoticed");
        }
    }

    [Fact]
    public void A_crash_at_any_call_leaves_all_or_nothing()
    {
        int calls = CallsOf(new SimulatedDisk());
        for (int call = 1; call <= calls; call++)
        {
            SimulatedDisk? after = null;
            SimulatedDisk disk = new();
            Random random = new(call);
            int crashAt = call;
            disk.Fault = (_, path, number) =>
            {
                if (number != crashAt)
                    return;
                disk.Fault = null;
                after = disk.Crash(random);
                throw new StorageException(path, "crashed.", new IOException("crash"));
            };
            Assert.Throws<StorageException>(() => CallsOf(disk));
            CheckAllOrNothing(after!, mayBeWhole: true, $"crash at call {call}");
        }
    }

    [Fact]
    public void A_full_disk_leaves_nothing()
    {
        SimulatedDisk disk = new() { CapacityBytes = 4000 };
        Assert.Throws<StorageException>(() => CallsOf(disk));
        CheckAllOrNothing(disk, mayBeWhole: false, "full disk");
    }

    /// <summary>Writes some SSTables by way of runs, and tells how many calls that takes.</summary>
    private static int CallsOf(SimulatedDisk disk)
    {
        BulkWriterOptions options = new() { SortBufferBytes = 10_000, MaxSizeBytes = 1500 };
        Write(disk, options, Enumerable.Range(0, FaultRows).Select(i => (i % 60, i / 60, (long)i)));
        return disk.Calls;
    }

    private static void CheckAllOrNothing(SimulatedDisk disk, bool mayBeWhole, string when)
    {
        if (!disk.DirectoryExists(Folder))
            return;
        int before = SSTableFolder.FindIn(disk, Folder).Count;
        SSTableTransaction.Recover(disk, Folder);
        IReadOnlyList<SSTableDescriptor> left = SSTableFolder.FindIn(disk, Folder);
        Assert.True(before == left.Count, $"{when}: {before} SSTables before recovery, {left.Count} after it");
        if (left.Count == 0)
        {
            Assert.True(disk.ListFiles(Folder).Count == 0, $"{when}: {string.Join(", ", disk.ListFiles(Folder))}");
            return;
        }

        Assert.True(mayBeWhole, when);
        Assert.True(Content(disk).Count == 60 + 60 + FaultRows, when);
    }

    private static IReadOnlyList<SSTableDescriptor> Write(SimulatedDisk disk, BulkWriterOptions options, IEnumerable<(int Id, int At, long Value)> rows)
    {
        using BulkWriter writer = new(disk, Folder, s_table, options);
        int lastId = -1;
        foreach ((int id, int at, long value) in rows)
        {
            Fill(writer.Row, id, at, value);
            if (id != lastId || !options.IsSorted)
                writer.Row.Set(writer.Row.OrdinalOf("name"), "n"u8);
            lastId = id;
            writer.Add();
        }

        return writer.Finish();
    }

    private static void Fill(BulkRow row, int id, int at, long value)
    {
        byte[] number = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, value);
        row.Clear();
        row.NowSeconds = 1000;
        row.TimestampMicros = value == 2 ? 200 : 100;
        row.Set(row.OrdinalOf("id"), Int(id));
        row.Set(row.OrdinalOf("at"), Int(at));
        row.Set(row.OrdinalOf("value"), number);
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static List<string> Content(SimulatedDisk disk)
    {
        List<SSTable> open = [.. SSTableFolder.FindIn(disk, Folder).Select(d => SSTable.Open(disk, d, new SSTableOptions { Table = s_table }))];
        List<string> content = RowText.Of(new MergeCursor(s_table, [.. open.Select(s => s.Read(ReadRequest.All))], reversed: false));
        open.ForEach(s => s.Dispose());

        // Static values were written by many rows, or by one: with one timestamp or another.
        return [.. content.Select(line => line.StartsWith("static", StringComparison.Ordinal) ? "static" : line)];
    }
}
