using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Cqlite.Migration.Tests.Exports;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Rings;

/// <summary>A cluster of three processes, among which the rows lie, is read whole: exported, copied and validated, cell by cell.</summary>
public sealed class RingReadingTests(CorpusRing ring) : IClassFixture<CorpusRing>
{
    /// <summary>Few ranges: one for each piece of the ring at least, and more where they hold much.</summary>
    private static readonly RangeRunOptions s_ranges = RangeRunOptions.Default with { Throttle = 3, RangeCount = 1, MaxRangeBytes = 1 << 20 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Keyspaces => CorpusRing.Keyspaces;

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task An_export_has_every_cell_of_all_nodes_and_validates(string keyspace)
    {
        long nowSeconds = CorpusRing.NowSecondsOf(keyspace);
        using StoredSource files = CorpusRing.OpenFiles(keyspace);
        using ClusterSource cluster = ring.Open(keyspace);
        using TemporaryFolder folder = new();
        TransferResult exported = await new Exporter(cluster, folder["export"], new ExportSettings
        {
            Tables = [keyspace],
            Ranges = s_ranges,
        }).RunAsync(Cancellation);
        Assert.All(exported.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        ExportManifest manifest = ExportTests.RequireTruth(folder["export"]);
        Assert.Equal(exported.Rows, manifest.Tables.Sum(t => t.Rows));
        using StoredSource export = StoredSource.Open(folder["export"], new DatabaseOptions { NowSeconds = nowSeconds });
        foreach (ExportTable table in manifest.Tables)
            Assert.Equal(await files.LiveAsync(keyspace, table.Name, nowSeconds), await export.LiveAsync(keyspace, table.Name, nowSeconds));

        await RequireSameAsync(cluster, export, keyspace, ValidationChecks.Count | ValidationChecks.Data | ValidationChecks.Schema);
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task A_database_has_every_cell_of_all_nodes_and_validates(string keyspace)
    {
        long nowSeconds = CorpusRing.NowSecondsOf(keyspace);
        using StoredSource files = CorpusRing.OpenFiles(keyspace);
        using ClusterSource cluster = ring.Open(keyspace);
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { NowSeconds = nowSeconds, CompactionThreads = 0 });
        TransferResult copied = await new Copier(cluster, new DatabaseTarget(engine), new CopySettings { Tables = [keyspace], Ranges = s_ranges }).RunAsync(Cancellation);
        Assert.All(copied.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        using StoredSource database = new(engine, OperandKind.Database);
        foreach (TableTransfer table in copied.Tables)
            Assert.Equal(await files.LiveAsync(keyspace, table.Table, nowSeconds), await database.LiveAsync(keyspace, table.Table, nowSeconds));

        await RequireSameAsync(database, cluster, keyspace, ValidationChecks.Count | ValidationChecks.Data | ValidationChecks.Schema);
    }

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task The_ring_is_the_same_as_the_files_it_was_made_of(string keyspace)
    {
        using StoredSource files = CorpusRing.OpenFiles(keyspace);
        using ClusterSource cluster = ring.Open(keyspace);
        await RequireSameAsync(files, cluster, keyspace, ValidationChecks.Count | ValidationChecks.Data);
        await RequireSameAsync(cluster, cluster, keyspace, ValidationChecks.Count | ValidationChecks.Data | ValidationChecks.Schema);
    }

    private static async Task RequireSameAsync(IMigrationSource one, IMigrationSource other, string keyspace, ValidationChecks checks)
    {
        ValidationSettings settings = new() { NowSeconds = CorpusRing.NowSecondsOf(keyspace), Tables = [keyspace], WriteTimes = true, Ttls = true, Checks = checks };
        ValidationReport report = await new Validator(one, other, settings).RunAsync(cancellation: Cancellation);
        Assert.Empty(report.SchemaDifferences.Select(d => d.ToString()));
        Assert.Empty(report.Tables.SelectMany(t => t.Differences).Select(d => d.ToString()));
        Assert.True(report.Passed, report.ToJson());
        Assert.All(report.Tables, t => Assert.Equal((t.SourceDigest, t.SourceRows), (t.TargetDigest, t.TargetRows)));
        Assert.Contains(report.Tables, t => t.SourceRows > 0);
    }
}
