using System.Text.RegularExpressions;
using Cqlite.Core.Files;
using Cqlite.Core.Rewriting;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables;
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
