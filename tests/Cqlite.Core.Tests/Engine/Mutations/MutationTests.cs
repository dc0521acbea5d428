using System.Text;
using Cqlite.Core.Encoding;
using Cqlite.Core.Engine.CommitLog;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
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

    [Theory]
    [InlineData(CommitLogDescriptor.Version30, DeletionTimes.Invalid)]
    [InlineData(CommitLogDescriptor.Version40, DeletionTimes.Invalid)]
    [InlineData(CommitLogDescriptor.Version50, 4_000_000_000L)]
    public void A_time_after_2038_is_unsigned_from_version_8_on(int version, long expires)
    {
        // Worked out from PartitionUpdateSerializer, EncodingStats.Serializer, SerializationHeader and Cell of 5.0: an INSERT into ks.t that
        // expires at 4,000,000,000 s. Times are narrowed to 32 bits before they are written as vints, whose sign is extended.
        byte[] mutation = Convert.FromHexString(string.Concat(
            "01",                                   // one update
            "00000000000000000000000000000000",     // of this table
            "04" + "00000001",                      // of this key
            "10",                                   // flags: number of rows follows
            "00",                                   // smallest timestamp: 2015-09-22 00:00, the epoch
            "ff" + "ffffffff986a8e00",              // smallest deletion time: 4,000,000,000 less the epoch, in 32 bits
            "64",                                   // smallest TTL: 100
            "01" + "01" + "76",                     // one regular column: v
            "01",                                   // one row
            "2c",                                   // flags: timestamp, TTL, all columns
            "00" + "00000007" + "00000008",         // clustering: both values there
            "00" + "00" + "00",                     // timestamp, TTL, expiry: the smallest
            "1a",                                   // cell: expiring, time and TTL of the row
            "0000002a",                             // 42
            "01"));                                 // end
        MessagingVersion layout = version switch
        {
            CommitLogDescriptor.Version30 => MessagingVersion.V30,
            CommitLogDescriptor.Version40 => MessagingVersion.V40,
            _ => MessagingVersion.V50,
        };
        int rows = 0;
        Assert.Null(new MutationDecoder(layout, _ => Cqlite.Core.Tests.Rows.ScriptedCursor.SharedTable).Read(mutation, "a mutation", cursor =>
        {
            Assert.True(cursor.MoveToNextPartition());
            while (cursor.MoveToNextUnfiltered())
            {
                rows++;
                Cell cell = Assert.Single(cursor.Row.Cells.ToArray());
                Assert.Equal((100, expires), (cell.TtlSeconds, cell.LocalDeletionSeconds));
                Assert.Equal((1_442_880_000_000_000L, expires), (cursor.Row.Liveness.TimestampMicros, cursor.Row.Liveness.ExpiresAtSeconds));
                Assert.Equal([0, 0, 0, 42], cursor.Row.Value(cell).ToArray());
            }
        }));
        Assert.Equal(1, rows);
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
