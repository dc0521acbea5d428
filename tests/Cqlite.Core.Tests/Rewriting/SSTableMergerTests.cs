using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Cqlite.Core.Engine.Memtables;
using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.Tests.Engine.Memtables;
using Cqlite.Core.Tests.Query;
using Cqlite.Core.Tests.SSTables;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Core.Tests.Rewriting;

/// <summary>Merges against what Cassandra's own compaction left of the same writes.</summary>
public partial class SSTableMergerTests
{
    private const long GcGraceSeconds = 432_000;

    /// <summary>
    /// Table <c>separate</c> has five SSTables, table <c>compacted</c> one, of the same statements. What differs by the clock, and is passed over: local deletion times
    /// and expirations, ids of list elements, and the timestamps of the one statement that has none of its own. What differs by the order of
    /// statements: when <c>compacted</c> was created, its user type already had the third field.
    /// </summary>
    /// <remarks>
    /// Releases before 4.0 are left out: of two values of one timestamp they keep the one whose bytes are larger as signed numbers, later ones and ours
    /// as unsigned ones, and the tables have such ties.
    /// </remarks>
    [Theory]
    [CorpusTables(Theme = "multi", Format = "na,nb,oa,da", WithSSTables = true)]
    public void Merges_to_what_major_compaction_left(CorpusTable table)
    {
        if (table.Name != "separate")
            return;
        CorpusTable compacted = Corpus.Table(table.At, table.Keyspace, "compacted");
        TableMetadata definition = CorpusDatabase.Of(table.Node).Database.Schema.Table(table.Keyspace, table.Name)!;
        Rewrites rewrites = new();
        RewriteResult result = rewrites.Merge(CorpusSSTables.Find(table), o => o with
        {
            Table = definition,
            Purge = new PurgeOptions { NowSeconds = compacted.ReadAtMillis!.Value / 1000, GcGraceSeconds = GcGraceSeconds, Others = [] },
        });
        SSTableDescriptor written = Assert.Single(result.Written);
        rewrites.RequireSound(written);
        string expected = RewrittenSSTables.Dump(PhysicalFileSystem.Instance, CorpusSSTables.Find(compacted));
        TextDifference.Require(WithoutClock(expected), WithoutClock(RewrittenSSTables.Dump(rewrites.Disk, written)), table.ToString());
    }

    /// <summary>The tombstones of <c>deletes.all</c> go once they may, and stay while something outside may be older.</summary>
    [Theory]
    [InlineData("5.0.9-nb")]
    [InlineData("5.0.9-da")]
    public void Purges_only_what_may_go(string node)
    {
        IReadOnlyList<SSTableDescriptor> sources = CorpusSSTables.Find(Corpus.Table(node, "deletes", "separate"));
        Assert.True(sources.Count > 1);
        const long farSeconds = 1L << 31;
        PurgeOptions all = new() { NowSeconds = farSeconds, GcGraceSeconds = 0, Others = [] };
        Assert.DoesNotContain("deletion_info", Text(all), StringComparison.Ordinal);
        string kept = Text(null);
        Assert.Contains("deletion_info", kept, StringComparison.Ordinal);
        Assert.Equal(kept, Text(all with { GcGraceSeconds = farSeconds }).Replace("\"expired\":true", "\"expired\":false", StringComparison.Ordinal));

        // The deletions are in an SSTable of their own: without the data that they delete in the merge, they stay.
        SSTableDescriptor deletions = sources.MaxBy(s => s.Id)!;
        Rewrites apart = new();
        RewriteResult result = apart.Merge([deletions], o => o with { Purge = all with { Others = [.. sources.Where(s => s != deletions)] } });
        Assert.Contains("deletion_info", RewrittenSSTables.Dump(apart.Disk, result.Written), StringComparison.Ordinal);

        string Text(PurgeOptions? purge)
        {
            Rewrites merged = new();
            return RewrittenSSTables.Dump(merged.Disk, merged.Merge(sources, o => o with { Purge = purge }).Written);
        }
    }

    /// <summary>
    /// Table <c>purge</c>, of gc_grace_seconds 0, is what a major compaction left of two flushes: rows, some of them with a TTL that ended before, then deletions
    /// of each kind. The same statements in two SSTables merge to the same.
    /// </summary>
    [Theory]
    [CorpusTables(Theme = "deletes", WithSSTables = true)]
    public void Purges_what_major_compaction_purged(CorpusTable table)
    {
        if (table.Name != "purge")
            return;
        const long firstMicros = 1_700_000_000_000_000;
        TableMetadata definition = CorpusDatabase.Of(table.Node).Database.Schema.Table(table.Keyspace, table.Name)!;
        long compactedSeconds = table.ReadAtMillis!.Value / 1000;
        PartitionUpdateBuilder builder = new(definition);
        Memtable writes = new(definition);
        for (int p = 0; p < 6; p++)
        {
            builder.Begin(Int(p));
            for (int c = 0; c < 6; c++)
            {
                (int ttl, long expires) = c == 5 ? (1, compactedSeconds - 10) : (Cell.NoTtl, Cell.NoDeletionTime);
                Row row = AddRow(builder, c);
                row.Liveness = new Liveness(firstMicros + c, ttl, expires);
                foreach ((int column, byte[] value) in ((int, byte[])[])[(0, "v"u8.ToArray()), (1, Int(c))])
                {
                    Slice slice = row.Store(value);
                    row.AddCell() = new Cell { Column = column, TimestampMicros = firstMicros + c, TtlSeconds = ttl, LocalDeletionSeconds = expires, Value = slice, Path = Slice.Null };
                }
            }

            MemtableTests.Apply(writes, builder.Build());
        }

        // DELETE with p = 0; p = 1 AND c > 2; v with p = 2 AND c = 2; p = 3 AND c = 2.
        Memtable deletes = new(definition);
        DeletionTime deletion = new(firstMicros + 9, compactedSeconds - 5);
        builder.Begin(Int(0));
        builder.Deletion = deletion;
        MemtableTests.Apply(deletes, builder.Build());
        builder.Begin(Int(1));
        builder.Add(new RangeTombstone(new ClusteringBound(ClusteringKind.ExclusiveStart, Int(2)), ClusteringBound.Top, deletion));
        MemtableTests.Apply(deletes, builder.Build());
        builder.Begin(Int(2));
        AddRow(builder, 2).AddCell() = new Cell { Column = 0, TimestampMicros = deletion.MarkedAtMicros, LocalDeletionSeconds = deletion.LocalSeconds, Path = Slice.Null };
        MemtableTests.Apply(deletes, builder.Build());
        builder.Begin(Int(3));
        AddRow(builder, 2).Deletion = deletion;
        MemtableTests.Apply(deletes, builder.Build());

        Rewrites rewrites = new();
        SSTableDescriptor[] sources = [rewrites.Write(writes.Read(ReadRequest.All)), rewrites.Write(deletes.Read(ReadRequest.All))];
        PurgeOptions purge = new() { NowSeconds = compactedSeconds, GcGraceSeconds = definition.Options.GcGraceSeconds, Others = [] };
        string expected = RewrittenSSTables.Dump(PhysicalFileSystem.Instance, CorpusSSTables.Find(table));
        TextDifference.Require(expected, Merged(purge with { GcGraceSeconds = 0 }), table.ToString());

        // While they may be needed elsewhere they stay: one of a partition, two ends of a range, one of a cell, one of a row; and both cells of what expired in four partitions.
        string kept = Merged(purge with { GcGraceSeconds = 1000 });
        Assert.Equal(1 + 2 + 1 + 1 + (2 * 4), Regex.Count(kept, "\"deletion_info\""));

        string Merged(PurgeOptions options)
        {
            Rewrites apart = new() { Disk = rewrites.Disk };
            RewriteResult result = apart.Merge(sources, o => o with { Purge = options, OutputDirectory = $"{Rewrites.Folder}{options.GcGraceSeconds}" });
            apart.RequireSound(Assert.Single(result.Written));
            return RewrittenSSTables.Dump(rewrites.Disk, result.Written);
        }
    }

    /// <summary>As org/apache/cassandra/db/compaction/CompactionTask.java and io/sstable/metadata/MetadataCollector.java have it.</summary>
    [Fact]
    public void Inherits_repair_level_and_commit_log_of_all()
    {
        IReadOnlyList<SSTableDescriptor> sources = CorpusSSTables.Find(Corpus.Table("5.0.9-nb", "deletes", "separate"));
        Assert.Equal(2, sources.Count);
        Guid node = Guid.NewGuid();
        Guid other = Guid.NewGuid();
        Rewrites rewrites = new();
        CommitLogInterval early = new(new CommitLogPosition(1, 10), new CommitLogPosition(1, 50));
        CommitLogInterval late = new(new CommitLogPosition(1, 40), new CommitLogPosition(2, 5));
        SSTableDescriptor[] copies =
        [
            rewrites.Copy(sources[0], o => o with { OriginatingHostId = node, CommitLogIntervals = [early], RepairedAtMillis = 500, Level = 2 }),
            rewrites.Copy(sources[1], o => o with { OriginatingHostId = node, CommitLogIntervals = [late], RepairedAtMillis = 300, Level = 2 }),
            rewrites.Copy(sources[1], o => o with { OriginatingHostId = other, CommitLogIntervals = [late] }),
        ];

        StatsMetadata both = Merge(copies[..2], null);
        Assert.Equal([new CommitLogInterval(early.Start, late.End)], both.CommitLogIntervals);
        Assert.Equal(300, both.RepairedAtMillis);
        Assert.Equal(0, both.Level);
        Assert.Equal(node, both.OriginatingHostId);

        // Positions in the log of another host mean nothing; where it is not said whose host this is, none is kept.
        StatsMetadata here = Merge([copies[0], copies[2]], node);
        Assert.Equal([early], here.CommitLogIntervals);
        Assert.Equal(0, here.RepairedAtMillis);
        Assert.Equal(node, here.OriginatingHostId);
        StatsMetadata anywhere = Merge([copies[0], copies[2]], null);
        Assert.Empty(anywhere.CommitLogIntervals);
        Assert.Null(anywhere.OriginatingHostId);

        StatsMetadata Merge(SSTableDescriptor[] merged, Guid? host)
        {
            RewriteResult result = rewrites.Merge(merged, o => o with { HostId = host });
            SSTableDescriptor written = Assert.Single(result.Written);
            return SSTableStatistics.Read(rewrites.Disk, written.PathOf(SSTableComponent.Statistics), written.Version).Stats;
        }
    }

    private static Row AddRow(PartitionUpdateBuilder builder, int c)
    {
        Row row = builder.AddRow();
        row.AddClustering(row.Store(Int(c)));
        return row;
    }

    private static byte[] Int(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static string WithoutClock(string dump)
    {
        string text = LocalTime().Replace(dump, "$1:\"*\"");
        text = ListPath().Replace(text, "\"path\":[\"*\"]");
        return ClockTimestamp().Replace(text, "\"*\"");
    }

    [GeneratedRegex("(\"local_delete_time\"|\"expires_at\"):\"[0-9]+\"")]
    private static partial Regex LocalTime();

    [GeneratedRegex("\"path\":\\[\"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\"\\]")]
    private static partial Regex ListPath();

    [GeneratedRegex("\"1795[0-9]{12}\"")]
    private static partial Regex ClockTimestamp();
}
