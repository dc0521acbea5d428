using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Bti;
using Xunit;

namespace Cqlite.Core.Tests.SSTables.Bti;

/// <summary>What is written from the content of Cassandra's index files is those files, byte for byte.</summary>
public sealed class BtiIndexWriterTests
{
    [Theory]
    [MemberData(nameof(BtiSSTable.Nodes), MemberType = typeof(BtiSSTable))]
    public void Partitions_written_again_are_the_same_bytes(string node)
    {
        foreach (BtiSSTable table in BtiSSTable.Of(node))
        {
            using BtiPartitionIndex index = table.Open();
            using MemoryOutput file = new();
            BtiPartitionIndexWriter writer = new(file, table.Partitioner);
            foreach ((byte[] key, PartitionEntry entry) in BtiPartitionIndexTests.Walk(index))
            {
                if (entry.HasRowIndex)
                    writer.AddRowIndex(table.Partitioner.TokenOf(key), key, entry.RowIndexPosition);
                else
                    writer.AddData(table.Partitioner.TokenOf(key), key, entry.DataPosition);
            }

            writer.Complete();
            Assert.True(table.Partitions.AsSpan().SequenceEqual(file.Content), table.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(BtiSSTable.Nodes), MemberType = typeof(BtiSSTable))]
    public void Rows_written_again_from_their_separators_are_the_same_bytes(string node)
    {
        foreach (BtiSSTable table in BtiSSTable.Of(node))
        {
            using BtiPartitionIndex index = table.Open();
            using MemoryOutput file = new();
            using PagedFile rows = new(new MemoryFile("Rows.db", table.Rows), new PageCache(1 << 20));
            BtiRowIndexWriter writer = new(file, []);
            foreach ((byte[] key, PartitionEntry entry) in BtiPartitionIndexTests.Walk(index))
            {
                if (!entry.HasRowIndex)
                    continue;
                RowIndexEntry of = index.ReadRowIndexEntry(entry);
                TrieCursor separators = new(rows, of.Root);
                int count = 0;
                writer.Begin();
                for (bool found = separators.MoveToFirst(); found; found = separators.MoveNext())
                {
                    writer.AddSeparator(separators.Path, RowTriePayload.Read(separators.Node, rows));
                    count++;
                }

                Assert.Equal(of.BlockCount + 1, count);
                Assert.Equal(entry.RowIndexPosition, writer.WriteEntry(key, of.DataPosition, of.BlockCount, of.PartitionDeletion));
            }

            writer.Flush();
            Assert.True(table.Rows.AsSpan().SequenceEqual(file.Content), table.ToString());
        }
    }
}
