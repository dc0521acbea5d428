using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Tests.Engine.CommitLog;
using Xunit;

namespace Cqlite.Core.Tests.Engine.Mutations;

/// <summary>Mutations that Cassandra wrote into its commit logs: read, written again, and cut.</summary>
public sealed class MutationTests
{
    public static TheoryData<string> Nodes => new(CorpusLog.Nodes);

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Written_again_they_are_the_same_bytes(string at)
    {
        Dictionary<Guid, TableMetadata> tables = CorpusLog.TablesOf(at);
        int same = 0;
        int compared = 0;
        int unknown = 0;
        foreach ((CommitLogDescriptor segment, byte[] mutation) in CorpusLog.MutationsOf(at))
        {
            MutationDecoder decoder = new(segment.Version == CommitLogDescriptor.Version30 ? MessagingVersion.V30 : MessagingVersion.V40, tables.GetValueOrDefault);
            List<PartitionUpdate> updates = [];
            bool lostColumns = false;
            if (decoder.Read(mutation, "a mutation", cursor => updates.Add(Rebuild(cursor, out lostColumns))) is not null)
            {
                unknown++;
                continue;
            }

            BufferWriter output = new();
            new Mutation(updates).Write(output);
            Assert.Equal(Describe(decoder, mutation), Describe(decoder, output.WrittenSpan));
            compared++;

            // A statement names all columns that it might set, also those of which it then has no cell.
            if (!lostColumns && mutation.AsSpan().SequenceEqual(output.WrittenSpan))
                same++;
        }

        Assert.True(same > compared * 3 / 4 && compared > 100, $"only {same} mutations of {compared} were the same, of {unknown} the table is not known.");
        TestContext.Current.TestOutputHelper!.WriteLine($"{same} of {compared} mutations are the same bytes, of {unknown} the table is not known");
    }

    [Fact]
    public void A_mutation_cut_anywhere_is_damage()
    {
        Dictionary<Guid, TableMetadata> tables = CorpusLog.TablesOf("killed/5.0.9-nb");
        MutationDecoder decoder = new(MessagingVersion.V40, tables.GetValueOrDefault);
        byte[] mutation = CorpusLog.MutationsOf("killed/5.0.9-nb").Select(m => m.Mutation)
            .First(m => MutationDecoder.FirstTable(m) is { } id && tables.TryGetValue(id, out TableMetadata? table) && table.Name == "events");
        for (int length = 0; length < mutation.Length; length++)
            Assert.Throws<CorruptDataException>(() => decoder.Read(mutation.AsSpan(0, length), "a mutation", _ => { }));
        Assert.Null(decoder.Read(mutation, "a mutation", _ => { }));
    }

    private static string Describe(MutationDecoder decoder, ReadOnlySpan<byte> mutation)
    {
        StringBuilder text = new();
        Assert.Null(decoder.Read(mutation, "a mutation", cursor => UnfilteredText.Append(text, cursor)));
        return text.ToString();
    }

    private static PartitionUpdate Rebuild(PartitionUpdateCursor cursor, out bool lostColumns)
    {
        PartitionUpdateBuilder builder = new(cursor.Table);
        RangeTombstoneCollector collector = new();
        Assert.True(cursor.MoveToNextPartition());
        builder.Begin(cursor.PartitionKey.ToArray());
        builder.Deletion = cursor.PartitionDeletion;
        if (cursor.StaticRow is { } staticRow)
            builder.Add(staticRow);
        while (cursor.MoveToNextUnfiltered())
        {
            if (cursor.Kind == UnfilteredKind.Row)
                builder.Add(cursor.Row);
            else if (collector.Add(cursor.Marker) is { } range)
                builder.Add(range);
        }

        // Cells of a column that was dropped are not there to be written again.
        lostColumns = cursor.Table.DroppedColumns.Count > 0;
        return builder.Build();
    }
}
