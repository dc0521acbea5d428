using System.Buffers.Binary;
using System.Text;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Memtables;

/// <summary>Memtables with many rows, large rows and many sets of columns, against a sorted dictionary.</summary>
public sealed class MemtableContentTests
{
    private const int ManyColumns = 70;

    public static TheoryData<string, bool> Clusterings => new()
    {
        { "text", false }, { "text", true }, { "int", false }, { "int", true }, { "bigint", true }, { "timeuuid", false }, { "double", true }, { "blob", false },
    };

    [Theory]
    [MemberData(nameof(Clusterings))]
    public void Rows_written_in_any_order_are_read_in_their_own_both_ways_and_from_any_place(string typeName, bool reversed)
    {
        TableMetadata table = TableOf(typeName, reversed);
        CqlType type = table.Clustering[0].Type;
        Random random = new(typeName.Length + (reversed ? 100 : 0));
        SortedDictionary<byte[], byte[]> model = new(Comparer<byte[]>.Create((a, b) => type.Compare(a, b)));
        Memtable memtable = new(table);
        PartitionUpdateBuilder builder = new(table);
        for (int i = 0; i < 6_000; i++)
        {
            byte[] clustering = RandomValue(typeName, random);
            byte[] value = new byte[i % 1_000 == 7 ? 1_500_000 : random.Next(1, 60)];
            BinaryPrimitives.WriteInt32BigEndian(value.Length >= 4 ? value : value = new byte[4], i);
            model[clustering] = value;
            Write(builder, memtable, clustering, value, timestamp: i + 1);
        }

        byte[][] keys = [.. model.Keys];
        Assert.Equal(model, Read(memtable, ReadRequest.All));
        Assert.Equal(model.Reverse(), Read(memtable, ReadRequest.All with { Reversed = true }));
        for (int i = 0; i < 60; i++)
        {
            int from = random.Next(keys.Length);
            int to = random.Next(from, keys.Length);
            ClusteringSlice slice = new(
                new ClusteringBound(ClusteringKind.ExclusiveStart, keys[from]),
                new ClusteringBound(ClusteringKind.InclusiveEnd, keys[to]));
            if (from == to)
                continue;
            ReadRequest request = new() { Slices = [slice], Reversed = i % 2 == 0 };
            IEnumerable<byte[]> expected = keys[(from + 1)..(to + 1)];
            Assert.Equal(request.Reversed ? expected.Reverse() : expected, Read(memtable, request).Select(r => r.Key));
        }
    }

    [Fact]
    public void Sets_of_columns_without_number_are_all_kept()
    {
        TableMetadata table = new("ks", "columns", Guid.Empty,
        [
            new ColumnMetadata("k", ColumnKind.PartitionKey, 0, CqlTypes.Int),
            .. Enumerable.Range(0, 12).Select(i => new ColumnMetadata($"v{i:00}", ColumnKind.Regular, -1, CqlTypes.Int)),
        ]);
        WriteSets(table, sets: 500);
    }

    [Fact]
    public void Tables_of_many_columns_keep_what_each_row_has()
    {
        TableMetadata table = new("ks", "wide", Guid.Empty,
        [
            new ColumnMetadata("k", ColumnKind.PartitionKey, 0, CqlTypes.Int),
            .. Enumerable.Range(0, ManyColumns).Select(i => new ColumnMetadata($"v{i:00}", ColumnKind.Regular, -1, CqlTypes.Int)),
        ]);
        WriteSets(table, sets: 200);
    }

    [Fact]
    public void What_a_flush_asks_for_is_what_was_written()
    {
        TableMetadata table = TableOf("int", reversed: false);
        Memtable memtable = new(table);
        MemtableSummary nothing = memtable.Summarize();
        Assert.Equal((0, long.MaxValue, long.MinValue, long.MaxValue), (nothing.Partitions, nothing.SmallestTimestampMicros, nothing.LargestTimestampMicros, nothing.SmallestDeletionSeconds));
        Assert.Equal(EncodingStats.None, nothing.Stats);

        PartitionUpdateBuilder builder = new(table);
        Write(builder, memtable, MemtableTests.Int(1), [1], timestamp: 500);
        Write(builder, memtable, MemtableTests.Int(2), [1], timestamp: 300);
        builder.Begin(MemtableTests.Int(9));
        builder.Deletion = new DeletionTime(400, 1_700_000_000);
        memtable.Apply(builder.Build());
        MemtableSummary summary = memtable.Summarize();
        Assert.Equal((2, 300L, 500L, 1_700_000_000L), (summary.Partitions, summary.SmallestTimestampMicros, summary.LargestTimestampMicros, summary.SmallestDeletionSeconds));
        Assert.Equal(new EncodingStats(300, 1_700_000_000, 0), memtable.Stats);
    }

    private static void WriteSets(TableMetadata table, int sets)
    {
        Memtable memtable = new(table);
        PartitionUpdateBuilder builder = new(table);
        Random random = new(5);
        Dictionary<int, List<int>> written = [];
        for (int key = 0; key < sets; key++)
        {
            List<int> columns = [.. Enumerable.Range(0, table.Regulars.Count).Where(_ => random.Next(3) == 0)];
            written.Add(key, columns);
            builder.Begin(MemtableTests.Int(key));
            Row row = builder.AddRow();
            row.Liveness = new Liveness(7, 0, long.MaxValue);
            foreach (int column in columns)
                AddCell(row, column, MemtableTests.Int((key * 100) + column), 7);
            memtable.Apply(builder.Build());
        }

        using UnfilteredCursor cursor = memtable.Read(ReadRequest.All);
        int partitions = 0;
        for (; cursor.MoveToNextPartition(); partitions++)
        {
            int key = BinaryPrimitives.ReadInt32BigEndian(cursor.PartitionKey);
            Assert.True(cursor.MoveToNextUnfiltered());
            List<int> found = [];
            foreach (ref readonly Cell cell in cursor.Row.Cells)
            {
                found.Add(cell.Column);
                Assert.Equal((key * 100) + cell.Column, BinaryPrimitives.ReadInt32BigEndian(cursor.Row.Value(cell)));
            }

            Assert.Equal(written[key], found);
        }

        Assert.Equal(sets, partitions);
    }

    private static TableMetadata TableOf(string typeName, bool reversed)
    {
        CqlType type = typeName switch
        {
            "text" => CqlTypes.Text,
            "int" => CqlTypes.Int,
            "bigint" => CqlTypes.BigInt,
            "timeuuid" => CqlTypes.TimeUuid,
            "double" => CqlTypes.Double,
            _ => CqlTypes.Blob,
        };
        return new TableMetadata("ks", "rows", Guid.Empty,
        [
            new ColumnMetadata("k", ColumnKind.PartitionKey, 0, CqlTypes.Int),
            new ColumnMetadata("c", ColumnKind.Clustering, 0, reversed ? new ReversedType(type) : type),
            new ColumnMetadata("v", ColumnKind.Regular, -1, CqlTypes.Blob),
        ]);
    }

    private static byte[] RandomValue(string typeName, Random random)
    {
        switch (typeName)
        {
            case "text" or "blob":
                StringBuilder text = new();
                for (int length = random.Next(9); length > 0; length--)
                    text.Append("ab\0z"[random.Next(4)]);
                return System.Text.Encoding.ASCII.GetBytes(text.ToString());
            case "int":
                return random.Next(200) == 0 ? [] : MemtableTests.Int(random.Next(-2_000, 2_000) * (random.Next(2) == 0 ? 1 : 1_000_000));
            case "timeuuid":
                byte[] uuid = new byte[16];
                random.NextBytes(uuid);
                uuid[6] = (byte)(0x10 | (uuid[6] & 0x0F));
                return uuid;
            default:
                byte[] bytes = new byte[8];
                BinaryPrimitives.WriteInt64BigEndian(bytes, typeName == "double" ? BitConverter.DoubleToInt64Bits(random.NextDouble() - 0.5) : random.NextInt64(-3_000, 3_000));
                return bytes;
        }
    }

    private static void Write(PartitionUpdateBuilder builder, Memtable memtable, byte[] clustering, byte[] value, long timestamp)
    {
        builder.Begin(MemtableTests.Int(1));
        Row row = builder.AddRow();
        row.AddClustering(row.Store(clustering));
        row.Liveness = new Liveness(timestamp, 0, long.MaxValue);
        AddCell(row, 0, value, timestamp);
        memtable.Apply(builder.Build());
    }

    private static void AddCell(Row row, int column, byte[] value, long timestamp)
    {
        Slice slice = row.Store(value);
        row.AddCell() = new Cell { Column = column, TimestampMicros = timestamp, LocalDeletionSeconds = Cell.NoDeletionTime, Value = slice, Path = Slice.Null };
    }

    private static List<KeyValuePair<byte[], byte[]>> Read(Memtable memtable, ReadRequest request)
    {
        List<KeyValuePair<byte[], byte[]>> rows = [];
        using UnfilteredCursor cursor = memtable.Read(request);
        Assert.True(cursor.MoveToNextPartition());
        while (cursor.MoveToNextUnfiltered())
            rows.Add(new(cursor.Row.Clustering[0].ToArray(), cursor.Row.Value(cursor.Row.Cells[0]).ToArray()));
        return rows;
    }
}
