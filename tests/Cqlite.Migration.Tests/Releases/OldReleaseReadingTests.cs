using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.Types;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Tests.Exports;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Releases;

/// <summary>Clusters of releases before 5.0 are read whole: what they tell arrives cell by cell, and what they don't is said.</summary>
public sealed class OldReleaseReadingTests
{
    private const int Ttl = 86_400;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Keyspaces => OldCorpus.Keyspaces;

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task An_export_has_every_cell_says_what_is_not_told_and_validates(string at, string keyspace)
    {
        await using OldNode node = await OldCorpus.StartAsync(at, keyspace);
        using ClusterSource cluster = node.Source();
        using StoredSource files = new(node.Engine, OperandKind.CassandraDirectory);
        using TemporaryFolder folder = new();
        TransferResult exported = await new Exporter(cluster, folder["export"], new ExportSettings { Tables = [keyspace] }).RunAsync(Cancellation);
        Assert.All(exported.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        Assert.DoesNotContain(node.Handler.Refused, t => !t.Contains("column_masks", StringComparison.Ordinal) && !t.Contains("peers_v2", StringComparison.Ordinal));

        ExportManifest manifest = ExportTests.RequireTruth(folder["export"]);
        Assert.Equal((OldCorpus.ReleaseOf(at), at[0] == '3' ? 4 : 5), (manifest.Source.Release, manifest.Source.ProtocolVersion));
        DatabaseSchema schema = await files.ReadSchemaAsync(Cancellation);
        long nowSeconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using StoredSource export = StoredSource.Open(folder["export"]);
        foreach (ExportTable table in manifest.Tables)
        {
            SourceFidelity told = table.Fidelity!;
            RequireNotes(schema.Table(keyspace, table.Name)!, OldCorpus.ReleaseOf(at), told, table.Notes);
            string[] expected = await OldCorpus.LiveAsync(files, keyspace, table.Name, nowSeconds, told);
            Assert.Equal(expected, await OldCorpus.LiveAsync(export, keyspace, table.Name, nowSeconds, told));
            Assert.Equal(expected, await OldCorpus.LiveAsync(cluster, keyspace, table.Name, nowSeconds, told));
        }

        await RequireSameAsync(files, cluster, keyspace);
        await RequireSameAsync(cluster, export, keyspace);
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task A_database_is_made_of_a_copy_and_of_an_import(string at, string keyspace)
    {
        await using OldNode node = await OldCorpus.StartAsync(at, keyspace);
        using ClusterSource cluster = node.Source();
        using TemporaryFolder folder = new();
        await new Exporter(cluster, folder["export"], new ExportSettings { Tables = [keyspace] }).RunAsync(Cancellation);
        foreach (string way in new[] { "copied", "imported" })
        {
            Database.Create(folder[way]);
            using QueryEngine engine = QueryEngine.Open(folder[way], new DatabaseOptions { CompactionThreads = 0 });
            TransferResult done = way == "copied"
                ? await new Copier(cluster, new DatabaseTarget(engine), new CopySettings { Tables = [keyspace] }).RunAsync(Cancellation)
                : await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation);
            Assert.All(done.Tables, table => Assert.True(table.Outcome is TransferOutcome.Completed or TransferOutcome.AlreadyDone, done.ToJson()));
            using StoredSource database = new(engine, OperandKind.Database);
            await RequireSameAsync(cluster, database, [.. done.Tables.Select(t => $"{keyspace}.{t.Table}")]);
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Ends_that_a_second_was_lost_of_on_the_way_are_the_same(int secondsAhead, bool isSame)
    {
        using TemporaryFolder folder = new();
        await using OldNode node = await WithEndsAsync(folder["node"]);
        using StoredSource files = new(node.Engine, OperandKind.Database);
        using ClusterSource cluster = node.Source(secondsAhead);
        ValidationReport report = await new Validator(files, cluster, new ValidationSettings { Tables = ["k.t"], Ttls = true }).RunAsync(cancellation: Cancellation);
        Assert.Equal(isSame ? [] : [DifferenceKind.Expiry], report.Tables.SelectMany(t => t.Differences).Select(d => d.Kind).Distinct());
    }

    [Fact]
    public async Task An_end_counts_from_when_its_page_came_however_long_that_waits()
    {
        using TemporaryFolder folder = new();
        await using OldNode node = await WithEndsAsync(folder["node"]);
        StandingClock clock = new(node.NowSeconds);
        using ClusterSource cluster = new(node.Connection, new ClusterReading { Clock = clock, PageSize = 1 });
        DatabaseSchema schema = await cluster.ReadSchemaAsync(Cancellation);
        ITableSource table = await cluster.OpenAsync(schema.Table("k", "t")!, Cancellation);
        int asked = clock.Asked;
        using UnfilteredCursor cursor = table.Read((await table.SplitAsync(1, Cancellation))[0].Range, Cancellation);
        Assert.True(cursor.MoveToNextPartition());

        // The second page comes while the first one is read.
        Assert.True(SpinWait.SpinUntil(() => clock.Asked == asked + 2, TimeSpan.FromSeconds(60)));
        clock.Advance(1000);
        Assert.True(cursor.MoveToNextPartition());
        Assert.True(cursor.MoveToNextUnfiltered());
        Assert.Equal(node.NowSeconds + Ttl, Assert.Single(cursor.Row.Cells.ToArray()).LocalDeletionSeconds);
    }

    /// <summary>A node before 4.0 with partitions whose cells end.</summary>
    private static async Task<OldNode> WithEndsAsync(string path)
    {
        OldNode node = await OldNode.CreateAsync(path, "3.11.19");
        node.Engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        node.Engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY, v text)").Dispose();
        for (int p = 0; p < 20; p++)
            node.Engine.Execute($"UPDATE k.t USING TTL {Ttl} SET v = 'ends' WHERE p = {p}").Dispose();
        return node;
    }

    private static async Task RequireSameAsync(IMigrationSource one, IMigrationSource other, params string[] tables)
    {
        ValidationSettings settings = new() { Tables = tables, WriteTimes = true, Ttls = true, Checks = ValidationChecks.Count | ValidationChecks.Data | ValidationChecks.Schema };
        ValidationReport report = await new Validator(one, other, settings).RunAsync(cancellation: Cancellation);
        Assert.Empty(report.SchemaDifferences.Select(d => d.ToString()));
        Assert.Empty(report.Tables.SelectMany(t => t.Differences).Select(d => d.ToString()));
        Assert.True(report.Passed, report.ToJson());
        Assert.Contains(report.Tables, t => t.SourceRows > 0);
    }

    /// <summary>Requires that what can't be told is said, and nothing else.</summary>
    private static void RequireNotes(TableMetadata table, string release, SourceFidelity told, IReadOnlyList<string> notes)
    {
        ColumnMetadata[] columns = [.. table.Statics.Concat(table.Regulars)];
        Assert.Equal(columns.Any(c => c.IsComplex), !told.HasElementTimes);
        Assert.Equal(release is "3.0.24" or "4.0-rc1" && columns.Any(c => c.IsFrozenCollection), !told.HasFrozenCollectionTimes);
        Assert.Equal(columns.Any(c => c.IsComplex && c.Type.Unreversed is ListType), !told.HasListPaths);
        Assert.Equal(told.Notes(), notes);
        Assert.Equal(!told.HasElementTimes, notes.Any(n => n.StartsWith("Write times and TTLs of elements", StringComparison.Ordinal)));
        Assert.Equal(!told.HasFrozenCollectionTimes, notes.Any(n => n.StartsWith("Write times and TTLs of frozen collections", StringComparison.Ordinal)));
    }
}
