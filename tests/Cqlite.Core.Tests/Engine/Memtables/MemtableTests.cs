using System.Buffers.Binary;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Tests.Rows;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Memtables;

/// <summary>What a memtable shows is what a merge of all that was written shows.</summary>
public sealed class MemtableTests
{
    private static readonly TableMetadata Table = ScriptedCursor.SharedTable;

    public static TheoryData<string> Merges => [.. Script.Read("Rows/MergeCursor.txt").Where(c => c.Input[0] != "reversed").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Merges))]
    public void Merges_as_cursors_are_merged(string name)
    {
        Script.Case found = Script.Read("Rows/MergeCursor.txt").Single(c => c.Name == name);
        string[][] sources = [.. string.Join('\n', found.Input).Split("source\n", StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        foreach (bool backwards in new[] { false, true })
        {
            Memtable memtable = new(Table, nowMicros: 1_700_000_000_000_000);
            foreach (string[] source in backwards ? sources.AsEnumerable().Reverse() : sources)
                memtable.Apply(new ScriptedCursor(source, reversed: false));
            using MergeCursor merge = new(Table, [memtable.Read(ReadRequest.All)], reversed: false);
            Script.Check(found, string.Join('\n', ScriptedCursor.Print(merge)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_writes_read_in_any_way_are_as_if_each_had_a_memtable_of_its_own(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 40; round++)
        {
            Memtable one = new(Table);
            List<Memtable> each = [];
            int operations = random.Next(1, 30);
            for (int i = 0; i < operations; i++)
            {
                PartitionUpdate update = RandomUpdate(random);
                (random.Next(2) == 0 ? (Action<Memtable, PartitionUpdate>)Apply : ApplyDecoded)(one, update);
                Memtable own = new(Table);
                ApplyDecoded(own, update);
                each.Add(own);
            }

            for (int i = 0; i < 12; i++)
            {
                ReadRequest request = RandomRequest(random);
                using MergeCursor expected = new(Table, [.. each.Select(m => m.Read(request))], request.Reversed);
                using MergeCursor actual = new(Table, [one.Read(request)], request.Reversed);
                Assert.Equal(UnfilteredText.Of(expected), UnfilteredText.Of(actual));
            }

            Assert.Equal(one.IsEmpty, one.MemoryBytes == 0);
        }
    }

    [Fact]
    public void A_write_that_breaks_off_is_not_seen_and_no_other_follows_it()
    {
        Memtable memtable = new(Table);
        PartitionUpdateBuilder builder = new(Table);
        builder.Begin(Int(1));
        AddRow(builder, 0, 0, value: 1, timestamp: 1);
        memtable.Apply(builder.Build());
        MemtableShard shard = memtable.Shards[memtable.ShardOf(KeyOf(1).Token)];
        Func<int, byte[]> newSlab = shard.Arena.NewSlab;
        shard.Arena.NewSlab = _ => new byte[int.MaxValue];
        string before = Content();
        builder.Begin(Int(1));
        for (int c = 0; c < 1000; c++)
            AddRow(builder, c, 1, value: 2, timestamp: 2);
        PartitionUpdate large = builder.Build();
        Assert.Throws<OutOfMemoryException>(() => memtable.Apply(large));
        Assert.Equal(before, Content());

        shard.Arena.NewSlab = newSlab;
        builder.Begin(Int(1));
        AddRow(builder, 5, 5, value: 3, timestamp: 3);
        PartitionUpdate next = builder.Build();
        Assert.Throws<InvalidOperationException>(() => memtable.Apply(next));
        Assert.Throws<InvalidOperationException>(() => ApplyDecoded(memtable, next));
        Assert.Equal(before, Content());

        string Content()
        {
            using UnfilteredCursor cursor = memtable.Read(ReadRequest.All);
            return UnfilteredText.Of(cursor);
        }
    }

    [Fact]
    public void Readers_see_whole_writes_only_while_threads_write()
    {
        const int Writers = 4;
        const int Rows = 40;
        const int Writes = 300;
        Memtable memtable = new(Table);
        using CancellationTokenSource done = new();
        Thread[] writers = new Thread[Writers];
        for (int w = 0; w < Writers; w++)
        {
            int writer = w;
            writers[w] = new Thread(() =>
            {
                PartitionUpdateBuilder builder = new(Table);
                for (int n = 1; n <= Writes; n++)
                {
                    // All writers write all partitions; a write sets every row of one to its number.
                    builder.Begin(Int(n % 3));
                    for (int c = 0; c < Rows; c++)
                        AddRow(builder, c, 0, value: (n * Writers) + writer, timestamp: (n * Writers) + writer);
                    Apply(memtable, builder.Build());
                }
            });
        }

        foreach (Thread writer in writers)
            writer.Start();
        Thread reader = new(() =>
        {
            long[] last = new long[3];
            while (!done.IsCancellationRequested)
            {
                for (int k = 0; k < 3; k++)
                {
                    using UnfilteredCursor cursor = memtable.Read(new ReadRequest { Key = KeyOf(k) });
                    if (!cursor.MoveToNextPartition())
                        continue;
                    HashSet<long> values = [];
                    int rows = 0;
                    for (; cursor.MoveToNextUnfiltered(); rows++)
                        values.Add(cursor.Row.Cells[0].TimestampMicros);
                    Assert.Equal(Rows, rows);
                    long value = Assert.Single(values);
                    Assert.True(value >= last[k]);
                    last[k] = value;
                }
            }
        });
        Exception? failure = null;
        Thread guarded = new(() => failure = Record.Exception(() =>
        {
            reader.Start();
            reader.Join();
        }));
        guarded.Start();
        foreach (Thread writer in writers)
            writer.Join();
        done.Cancel();
        guarded.Join();
        Assert.Null(failure);
        Assert.Equal(3, memtable.PartitionCount);
    }

    internal static void Apply(Memtable memtable, PartitionUpdate update) => memtable.Apply(update);

    private static void ApplyDecoded(Memtable memtable, PartitionUpdate update)
    {
        MutationDecoder decoder = new(MessagingVersion.V40, _ => update.Table);
        Cqlite.Core.Encoding.BufferWriter output = new();
        new Mutation(update).Write(output);
        Assert.Null(decoder.Read(output.WrittenSpan, "an update", memtable.Apply));
    }

    internal static byte[] Int(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static DecoratedKey KeyOf(int value) => new(Table.Partitioner.TokenOf(Int(value)), Int(value));

    internal static void AddRow(PartitionUpdateBuilder builder, int c, int d, int value, long timestamp)
    {
        Row row = builder.AddRow();
        row.AddClustering(row.Store(Int(c)));
        row.AddClustering(row.Store(Int(d)));
        row.Liveness = new Liveness(timestamp, 0, long.MaxValue);
        AddCell(row, 1, value, timestamp);
    }

    private static void AddCell(Row row, int column, int value, long timestamp)
    {
        Slice slice = row.Store(Int(value));
        row.AddCell() = new Cell { Column = column, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = slice, Path = Slice.Null };
    }

    private static PartitionUpdate RandomUpdate(Random random)
    {
        PartitionUpdateBuilder builder = new(Table);
        builder.Begin(Int(random.Next(3)));
        int changes = random.Next(1, 5);
        for (int i = 0; i < changes; i++)
        {
            long timestamp = random.Next(1, 30);
            DeletionTime deletion = new(timestamp, 1_700_000_000 + random.Next(3));
            switch (random.Next(8))
            {
                case 0:
                    builder.Deletion = deletion.Supersedes(builder.Deletion) && random.Next(4) == 0 ? deletion : builder.Deletion;
                    break;
                case 1:
                    Row staticRow = builder.AddStaticRow();
                    if (staticRow.Cells.IsEmpty)
                        AddCell(staticRow, 0, random.Next(100), timestamp);
                    break;
                case 2 or 3 or 4:
                    if (RandomRange(random) is { } range)
                        builder.Add(new RangeTombstone(range.Start, range.End, deletion));
                    break;
                case 5:
                    Row deleted = builder.AddRow();
                    deleted.AddClustering(deleted.Store(Int(random.Next(6))));
                    deleted.AddClustering(deleted.Store(Int(random.Next(4))));
                    deleted.Deletion = deletion;
                    break;
                case 6:
                    Row map = builder.AddRow();
                    map.AddClustering(map.Store(Int(random.Next(6))));
                    map.AddClustering(map.Store(Int(random.Next(4))));
                    int column = Enumerable.Range(0, Table.Regulars.Count).Single(c => Table.Regulars[c].Name == "m");
                    if (random.Next(2) == 0)
                        map.AddComplexDeletion(new ComplexDeletion(column, deletion));
                    Slice path = map.Store(Int(random.Next(5)));
                    Slice value = map.Store(Int(random.Next(100)));
                    map.AddCell() = new Cell { Column = column, TimestampMicros = timestamp + 1, TtlSeconds = 60, LocalDeletionSeconds = 1_800_000_000, Value = value, Path = path };
                    break;
                default:
                    AddRow(builder, random.Next(6), random.Next(4), random.Next(100), timestamp);
                    break;
            }
        }

        return builder.Build();
    }

    private static ClusteringSlice? RandomRange(Random random)
    {
        ClusteringBound start = RandomBound(random, random.Next(2) == 0 ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart);
        ClusteringBound end = RandomBound(random, random.Next(2) == 0 ? ClusteringKind.InclusiveEnd : ClusteringKind.ExclusiveEnd);
        return new ClusteringComparator(Table).Compare(start.View, end.View) < 0 ? new ClusteringSlice(start, end) : null;
    }

    private static ClusteringBound RandomBound(Random random, ClusteringKind kind) => random.Next(8) switch
    {
        0 => kind is ClusteringKind.InclusiveStart or ClusteringKind.ExclusiveStart ? ClusteringBound.Bottom : ClusteringBound.Top,
        < 4 => new ClusteringBound(kind, Int(random.Next(6))),
        _ => new ClusteringBound(kind, Int(random.Next(6)), Int(random.Next(4))),
    };

    private static ReadRequest RandomRequest(Random random)
    {
        List<ClusteringSlice> slices = [];
        if (random.Next(3) == 0)
        {
            slices.Add(ClusteringSlice.All);
        }
        else
        {
            ClusteringComparator order = new(Table);
            for (int i = 0; i < 3; i++)
            {
                if (RandomRange(random) is { } slice && (slices.Count == 0 || order.Compare(slices[^1].End.View, slice.Start.View) <= 0))
                    slices.Add(slice);
            }
        }

        ReadRequest request = new() { Slices = slices, Reversed = random.Next(2) == 0 };
        return random.Next(4) switch
        {
            0 => request with { Key = KeyOf(random.Next(4)) },
            1 => request with { From = RingPosition.OfKey(KeyOf(random.Next(4)), random.Next(-1, 2)) },
            2 => request with { To = RingPosition.OfKey(KeyOf(random.Next(4)), random.Next(-1, 2)) },
            _ => request,
        };
    }
}
