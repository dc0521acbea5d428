using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.Tests.Engine.Memtables;
using Cqlite.Core.Types;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>Counters of before 2.1 that lost their owner: local shards that are to be cleared lose their place in the head, and nothing else of them.</summary>
/// <remarks>Source of what is expected: org/apache/cassandra/db/context/CounterContext.java (markLocalToBeCleared, clearAllLocal).</remarks>
public sealed class LocalShardCursorTests
{
    private const string First = "00000000000010008000000000000001" + "0000000000000005" + "000000000000000a";
    private const string Second = "00000000000010008000000000000002" + "0000000000000003" + "0000000000000007";

    private static readonly TableMetadata s_table = new("ks", "counters", Guid.NewGuid(),
    [
        new ColumnMetadata("p", ColumnKind.PartitionKey, 0, CqlTypes.Int),
        new ColumnMetadata("c", ColumnKind.Clustering, 0, CqlTypes.Int),
        new ColumnMetadata("s", ColumnKind.Static, -1, CqlTypes.Counter),
        new ColumnMetadata("n", ColumnKind.Regular, -1, CqlTypes.Counter),
    ])
    {
        Flags = TableFlags.Compound | TableFlags.Counter,
    };

    [Theory]

    // One entry, negated: shard 0 is local. Without it all shards are remote ones.
    [InlineData("ffff" + "0000" + First, "0000" + First)]

    // Two entries, negated: shard 0 is local, shard 1 (minus 32768) global, and stays so.
    [InlineData("fffe" + "0000" + "8001" + First + Second, "0001" + "8001" + First + Second)]

    // The same, but not to be cleared; and remote shards alone.
    [InlineData("0002" + "0000" + "8001" + First + Second, "0002" + "0000" + "8001" + First + Second)]
    [InlineData("0000" + First + Second, "0000" + First + Second)]
    public void Local_shards_become_remote_ones_where_they_are_to(string stored, string expected)
    {
        byte[] key = [0, 0, 0, 1];
        PartitionUpdateBuilder builder = new(s_table);
        builder.Begin(key);
        AddCell(builder.AddStaticRow(), stored);
        Row row = builder.AddRow();
        row.AddClustering(row.Store(key));
        AddCell(row, stored);
        Memtable memtable = new(s_table);
        MemtableTests.Apply(memtable, builder.Build());

        Rewrites rewrites = new();
        SSTableDescriptor source = rewrites.Write(memtable.Read(ReadRequest.All));
        Assert.Equal((stored, stored), Values(source));
        Assert.Equal((expected, expected), Values(Assert.Single(rewrites.Convert(source).Written)));
        Assert.Equal((expected, expected), Values(Assert.Single(rewrites.Merge([source]).Written)));

        (string Static, string Row) Values(SSTableDescriptor descriptor)
        {
            using SSTable sstable = SSTable.Open(rewrites.Disk, descriptor);
            using UnfilteredCursor cursor = sstable.Read(ReadRequest.All);
            Assert.True(cursor.MoveToNextPartition());
            string first = Convert.ToHexStringLower(cursor.StaticRow!.Value(cursor.StaticRow.Cells[0]));
            Assert.True(cursor.MoveToNextUnfiltered());
            return (first, Convert.ToHexStringLower(cursor.Row.Value(cursor.Row.Cells[0])));
        }
    }

    private static void AddCell(Row row, string context)
    {
        Slice value = row.Store(Convert.FromHexString(context));
        row.AddCell() = new Cell { Column = 0, TimestampMicros = 1, LocalDeletionSeconds = Cell.NoDeletionTime, Value = value, Path = Slice.Null };
    }
}
