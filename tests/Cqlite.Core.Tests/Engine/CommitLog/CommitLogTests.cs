using System.Buffers.Binary;
using Cqlite.Core.Engine;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Errors;
using Cqlite.Core.Files;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Engine.CommitLog;

/// <summary>The commit log on a disk that behaves as badly as disks may.</summary>
public sealed class CommitLogTests
{
    private const string Folder = "/db/commitlog";

    [Fact]
    public void A_segment_cut_at_any_byte_keeps_the_whole_mutations_before_it()
    {
        (byte[] content, List<(byte[] Mutation, int End)> written) = WriteOneSegment();
        for (int length = 0; length <= content.Length; length++)
        {
            int expected = written.Count(w => w.End <= length);
            Assert.Equal(expected, CountPrefix(content[..length], written, out long tornAt));

            // Three zeroes of the head, or the end of a section with less than another marker behind it, are nothing to be seen.
            bool canBeSeen = length > 3 && !Enumerable.Range(Math.Max(0, length - CommitLogFormat.MarkerLength + 1), Math.Min(length + 1, CommitLogFormat.MarkerLength)).Any(l => IsSectionEnd(content, l));
            Assert.Equal((length, canBeSeen), (length, tornAt >= 0));
        }
    }

    [Fact]
    public void A_segment_whose_end_is_zeroes_keeps_the_whole_mutations_before_them()
    {
        (byte[] content, List<(byte[] Mutation, int End)> written) = WriteOneSegment();
        int head = HeadLength(content);
        for (int from = head; from < content.Length; from++)
        {
            byte[] zeroed = [.. content];
            zeroed.AsSpan(from).Clear();

            // Where the bytes that were lost were zeroes, they were not lost.
            int expected = written.Count(w => content.AsSpan(Math.Min(from, w.End), w.End - Math.Min(from, w.End)).IndexOfAnyExcept((byte)0) < 0);
            Assert.Equal(expected, CountPrefix(zeroed, written, out _));
        }
    }

    [Fact]
    public void A_changed_byte_never_changes_a_mutation()
    {
        (byte[] content, List<(byte[] Mutation, int End)> written) = WriteOneSegment();
        int damaged = 0;
        int lastMarker = written[^4].End;
        for (int at = 0; at < content.Length; at++)
        {
            byte[] changed = [.. content];
            changed[at] ^= 0x10;
            try
            {
                int count = CountPrefix(changed, written, out _);

                // Where the last section ends may be told wrongly, as long as what is in it is whole.
                Assert.True(count >= written.Count - 3 && (count < written.Count || at >= lastMarker), $"byte {at}: {count}");
            }
            catch (UnsupportedFormatException) when (at < HeadLength(content))
            {
            }
            catch (CorruptDataException)
            {
                damaged++;
            }
        }

        // All but what is in the last section was synced before other data.
        Assert.True(damaged > content.Length / 2, $"only {damaged} of {content.Length} were told as damage.");
    }

    [Fact]
    public void Damage_in_a_segment_that_is_not_the_youngest_is_never_a_torn_end()
    {
        (byte[] content, List<(byte[] Mutation, int End)> written) = WriteOneSegment();
        Assert.Equal(written.Count, Count(content, mayBeTorn: false));
        Assert.Throws<CorruptDataException>(() => Count(content[..^5], mayBeTorn: false));
        byte[] changed = [.. content];
        changed[^3] ^= 1;
        Assert.Throws<CorruptDataException>(() => Count(changed, mayBeTorn: false));
    }

    [Fact]
    public void Positions_told_to_writers_are_those_that_readers_find()
    {
        SimulatedDisk disk = NewDisk();
        List<CommitLogPosition> told = [];
        using (CommitLogWriter log = new(disk, Folder, Durability.Batch, firstSegmentId: 7, segmentBytes: 4096))
        {
            for (int i = 0; i < 200; i++)
                told.Add(log.Add(Numbered(i, 20 + (i % 300))));
        }

        List<CommitLogPosition> found = [];
        foreach (string path in CommitLogFiles.Find(disk, Folder))
        {
            CommitLogSegmentReader segment = new(disk, path, mayBeTorn: false);
            while (segment.MoveNext())
                found.Add(new CommitLogPosition(segment.Descriptor.Id, segment.PositionAfter));
        }

        Assert.Equal(told, found);
        Assert.True(told[^1].SegmentId > 10);
    }

    [Theory]
    [InlineData(Durability.Group)]
    [InlineData(Durability.Batch)]
    public void What_was_acknowledged_survives_the_plug_being_pulled(Durability durability)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            SimulatedDisk disk = NewDisk();
            Random random = new(seed);
            HashSet<int> acknowledged = [];
            HashSet<int> begun = [];
            int stopAfter = random.Next(1, 300);
            SimulatedDisk after = RunWriters(disk, durability, writers: 8, acknowledged, begun, count => count >= stopAfter, random);
            HashSet<int> survivors = ReadAll(after);
            Assert.True(acknowledged.IsSubsetOf(survivors), $"seed {seed}: lost {string.Join(", ", acknowledged.Except(survivors))}");
            Assert.True(survivors.IsSubsetOf(begun), $"seed {seed}");
        }
    }

    [Fact]
    public void After_any_failing_call_what_was_acknowledged_is_there_and_nothing_more_is_acknowledged()
    {
        for (int failing = 1; failing < 90; failing++)
        {
            SimulatedDisk disk = NewDisk();
            disk.Fault = SimulatedDisk.FailAt(disk.Calls + failing);
            HashSet<int> acknowledged = [];
            bool failed = false;
            try
            {
                using CommitLogWriter log = new(disk, Folder, Durability.Batch, firstSegmentId: 1, segmentBytes: 512);
                for (int i = 0; i < 40; i++)
                {
                    try
                    {
                        log.Add(Numbered(i, 40));
                        Assert.False(failed, $"call {failing}: {i} was acknowledged after a failure.");
                        acknowledged.Add(i);
                    }
                    catch (StorageException)
                    {
                        failed = true;
                        Assert.NotNull(log.Failure);
                    }
                }
            }
            catch (StorageException)
            {
                Assert.Empty(acknowledged);
            }

            disk.Fault = null;
            HashSet<int> survivors = ReadAll(disk.Crash(new Random(failing)));
            Assert.True(acknowledged.IsSubsetOf(survivors), $"call {failing}: lost {string.Join(", ", acknowledged.Except(survivors))}");
        }
    }

    [Theory]
    [InlineData(Durability.Group)]
    [InlineData(Durability.Batch)]
    public void When_a_call_fails_every_writer_that_waits_is_told(Durability durability)
    {
        for (int failing = 1; failing < 60; failing += 3)
        {
            SimulatedDisk disk = NewDisk();
            using CommitLogWriter log = new(disk, Folder, durability, firstSegmentId: 1, segmentBytes: 2048);
            disk.Fault = SimulatedDisk.FailAt(disk.Calls + failing);
            int told = 0;
            Thread[] threads = [.. Enumerable.Range(0, 32).Select(writer => new Thread(() =>
            {
                for (int i = 0; i < 10_000; i++)
                {
                    try
                    {
                        log.Add(Numbered((writer * 10_000) + i, 40));
                    }
                    catch (StorageException)
                    {
                        Interlocked.Increment(ref told);
                        return;
                    }
                }
            }))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                Assert.True(thread.Join(TimeSpan.FromMinutes(1)), $"call {failing}: a writer still waits.");
            Assert.Equal(threads.Length, told);
        }
    }

    [Fact]
    public void A_full_disk_stops_the_log_with_its_reason()
    {
        SimulatedDisk disk = NewDisk();
        disk.CapacityBytes = 1000;
        using CommitLogWriter log = new(disk, Folder, Durability.Group, firstSegmentId: 1);
        int acknowledged = 0;
        Action write = () =>
        {
            for (; acknowledged < 1000; acknowledged++)
                log.Add(Numbered(acknowledged, 60));
        };
        StorageException full = Assert.Throws<StorageException>(write);
        Assert.Contains("no space left", full.Message, StringComparison.Ordinal);
        disk.CapacityBytes = long.MaxValue;
        StorageException later = Assert.Throws<StorageException>(() => log.Add(Numbered(1000, 60)));
        Assert.Contains("no space left", later.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, acknowledged), ReadAll(disk).Order());
    }

    [Fact]
    public void Periodic_writes_are_durable_once_synced_and_in_order_before()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            SimulatedDisk disk = NewDisk();
            Random random = new(seed);
            CommitLogWriter log = new(disk, Folder, Durability.Periodic, firstSegmentId: 1, segmentBytes: 1 << 20, syncPeriod: TimeSpan.FromMilliseconds(2));
            int synced = 0;
            for (int i = 0; i < 500; i++)
            {
                log.Add(Numbered(i, random.Next(20, 4000)));
                if (random.Next(100) == 0)
                {
                    log.Sync();
                    synced = i + 1;
                }
            }

            SimulatedDisk after = disk.Crash(random);
            Assert.ThrowsAny<Exception>(() =>
            {
                log.Add(Numbered(501, 20));
                log.Dispose();
            });
            int[] survivors = [.. ReadAll(after).Order()];
            Assert.True(survivors.Length >= synced, $"seed {seed}");
            Assert.Equal(Enumerable.Range(0, survivors.Length), survivors);
        }
    }

    [Fact]
    public void Periodic_does_nothing_while_nothing_is_written()
    {
        SimulatedDisk disk = NewDisk();
        using CommitLogWriter log = new(disk, Folder, Durability.Periodic, firstSegmentId: 1, syncPeriod: TimeSpan.FromMilliseconds(1));
        int calls = disk.Calls;
        Thread.Sleep(30);
        Assert.Equal(calls, disk.Calls);
        int syncs = 0;
        disk.Fault = (call, _, _) => syncs += call == DiskCall.Sync ? 1 : 0;
        log.Add(Numbered(0, 20));

        // What it does of the one write may take its time; then all is quiet.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref syncs) > 0, TimeSpan.FromSeconds(60)));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                int before = disk.Calls;
                Thread.Sleep(30);
                return disk.Calls == before;
            },
            TimeSpan.FromSeconds(60)));
        Assert.Equal([0], ReadAll(disk.Crash(new Random(1))));
    }

    [Fact]
    public void A_log_on_a_real_disk_ends_where_it_was_written_to_and_reads_the_same_before()
    {
        string folder = Directory.CreateTempSubdirectory("cqlite").FullName;
        try
        {
            List<int> numbers = [];
            using (CommitLogWriter log = new(PhysicalFileSystem.Instance, folder, Durability.Batch, firstSegmentId: 1))
            {
                for (int i = 0; i < 50; i++)
                    log.Add(Numbered(i, 100 + i));

                // Room that is reserved behind the end reads as zeroes, which are no mutation.
                CommitLogSegmentReader open = new(PhysicalFileSystem.Instance, CommitLogFiles.Find(PhysicalFileSystem.Instance, folder)[0], mayBeTorn: true);
                while (open.MoveNext())
                    numbers.Add(BinaryPrimitives.ReadInt32BigEndian(open.Mutation));
                Assert.Equal(-1, open.TornAt);
            }

            Assert.Equal(Enumerable.Range(0, 50), numbers);
            CommitLogSegmentReader closed = new(PhysicalFileSystem.Instance, CommitLogFiles.Find(PhysicalFileSystem.Instance, folder)[0], mayBeTorn: false);
            int end = 0;
            while (closed.MoveNext())
                end = closed.PositionAfter;
            Assert.Equal(end, new FileInfo(Path.Combine(folder, "CommitLog-7-1.log")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_mutation_of_more_than_half_a_segment_is_refused()
    {
        using CommitLogWriter log = new(NewDisk(), Folder, Durability.Batch, firstSegmentId: 1, segmentBytes: 1000);
        log.Add(Numbered(0, log.LargestMutation));
        Assert.Throws<InvalidQueryException>(() => log.Add(Numbered(1, log.LargestMutation + 1)));
        log.Add(Numbered(2, log.LargestMutation));
    }

    [Theory]
    [InlineData("killed/5.0.9-nb-lz4")]
    [InlineData("killed/3.11.19-me")]
    public void A_segment_of_Cassandra_cut_anywhere_keeps_a_prefix(string at)
    {
        string path = CommitLogFiles.Find(PhysicalFileSystem.Instance, Corpus.Node(at).CommitLogDirectory)[0];
        byte[] content = File.ReadAllBytes(path);
        List<byte[]> all = [];
        CommitLogSegmentReader whole = new(PhysicalFileSystem.Instance, path, mayBeTorn: true);
        while (whole.MoveNext())
            all.Add(whole.Mutation.ToArray());
        int used = content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        int before = 0;
        for (int length = 0; length <= used; length += 61)
        {
            SimulatedDisk disk = NewDisk();
            disk.Put($"{Folder}/{Path.GetFileName(path)}", content[..length]);
            CommitLogSegmentReader segment = new(disk, $"{Folder}/{Path.GetFileName(path)}", mayBeTorn: true);
            int count = 0;
            while (segment.MoveNext())
                Assert.True(segment.Mutation.SequenceEqual(all[count++]));
            Assert.True(count >= before);
            before = count;
        }

        Assert.True(before > all.Count / 2);
    }

    private static SimulatedDisk NewDisk()
    {
        SimulatedDisk disk = new();
        disk.CreateDirectory("/db");
        disk.CreateDirectory(Folder);
        disk.SyncDirectory("/");
        disk.SyncDirectory("/db");
        return disk;
    }

    private static byte[] Numbered(int number, int length)
    {
        byte[] mutation = new byte[length];
        new Random(number).NextBytes(mutation);
        BinaryPrimitives.WriteInt32BigEndian(mutation, number);
        return mutation;
    }

    private static (byte[] Content, List<(byte[] Mutation, int End)> Written) WriteOneSegment()
    {
        SimulatedDisk disk = NewDisk();
        List<(byte[], int)> written = [];
        using (CommitLogWriter log = new(disk, Folder, Durability.Batch, firstSegmentId: 1))
        {
            for (int i = 0; i < 12; i++)
            {
                byte[] mutation = Numbered(i, 10 + (i * 7));
                CommitLogPosition position = log.Append(mutation, out long sequence);
                written.Add((mutation, position.Position));
                if (i % 3 == 2)
                    log.AwaitDurable(sequence);
            }
        }

        return (disk.ReadAll($"{Folder}/CommitLog-7-1.log", 1 << 20), written);
    }

    private static int HeadLength(byte[] content) => 4 + 8 + 2 + BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(12)) + 4;

    private static bool IsSectionEnd(byte[] content, int length)
    {
        if (length == content.Length)
            return true;
        for (int marker = HeadLength(content); marker < content.Length; marker = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(marker)))
        {
            if (marker == length)
                return true;
        }

        return false;
    }

    private static CommitLogSegmentReader Open(byte[] content, bool mayBeTorn)
    {
        SimulatedDisk disk = NewDisk();
        disk.Put($"{Folder}/CommitLog-7-1.log", content);
        return new CommitLogSegmentReader(disk, $"{Folder}/CommitLog-7-1.log", mayBeTorn);
    }

    private static int Count(byte[] content, bool mayBeTorn)
    {
        CommitLogSegmentReader segment = Open(content, mayBeTorn);
        int count = 0;
        while (segment.MoveNext())
            count++;
        return count;
    }

    private static int CountPrefix(byte[] content, List<(byte[] Mutation, int End)> written, out long tornAt)
    {
        CommitLogSegmentReader segment = Open(content, mayBeTorn: true);
        int count = 0;
        while (segment.MoveNext())
        {
            Assert.Equal(written[count].Mutation, segment.Mutation.ToArray());
            Assert.Equal(written[count].End, segment.PositionAfter);
            count++;
        }

        tornAt = segment.TornAt;
        return count;
    }

    private static HashSet<int> ReadAll(SimulatedDisk disk)
    {
        HashSet<int> numbers = [];
        if (!disk.DirectoryExists(Folder))
            return numbers;
        CommitLogReplayer replayer = new(disk, Folder);
        replayer.ForEachMutation((_, segment) =>
        {
            int number = BinaryPrimitives.ReadInt32BigEndian(segment.Mutation);
            Assert.Equal(Numbered(number, segment.Mutation.Length), segment.Mutation.ToArray());
            Assert.True(numbers.Add(number));
        });
        return numbers;
    }

    private static SimulatedDisk RunWriters(
        SimulatedDisk disk, Durability durability, int writers, HashSet<int> acknowledged, HashSet<int> begun, Func<int, bool> isEnough, Random random)
    {
        using CommitLogWriter log = new(disk, Folder, durability, firstSegmentId: 1, segmentBytes: 2048);
        SimulatedDisk? after = null;
        Thread[] threads = new Thread[writers];
        for (int t = 0; t < writers; t++)
        {
            int writer = t;
            threads[t] = new Thread(() =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    int number = (writer * 10_000) + i;
                    lock (begun)
                        begun.Add(number);
                    try
                    {
                        log.Add(Numbered(number, 20 + (number % 200)));
                    }
                    catch (StorageException)
                    {
                        return;
                    }

                    lock (begun)
                    {
                        // What is acknowledged after the plug was pulled was synced before.
                        acknowledged.Add(number);
                        if (after is null && isEnough(acknowledged.Count))
                            after = disk.Crash(random);
                    }
                }
            });
        }

        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        try
        {
            log.Dispose();
        }
        catch (StorageException)
        {
            // The disk is unplugged.
        }

        return after!;
    }
}
