using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Core.SSTables;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Cqlite.Migration.Validation;
using Cqlite.Testing;
using Xunit;

namespace Cqlite.Migration.Tests.Exports;

/// <summary>Folders of SSTables that no schema and no id goes with: what is in them arrives whole, or it is said why not.</summary>
public sealed class LooseFoldersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.0.6-ma", "multi")]
    [InlineData("3.0.17-mc", "random")]
    [InlineData("3.11.19-me", "types")]
    [InlineData("4.0-rc1-na", "deletes")]
    [InlineData("4.1.10-nb", "counters")]
    [InlineData("5.0.9-oa", "random")]
    [InlineData("5.0.9-da", "deletes")]
    public async Task Tables_without_ids_arrive_whole(string at, string keyspace)
    {
        using TemporaryFolder folder = new();
        CorpusTable[] tables = Lay(folder["loose"], at, keyspace);
        TransferResult exported;
        using (StoredSource loose = StoredSource.Open(folder["loose"]))
            exported = await new Exporter(loose, folder["export"], new ExportSettings { SSTableVersion = "oa" }).RunAsync(Cancellation);
        Assert.All(exported.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome, t.Message)));
        Assert.Equal(tables.Length, exported.Tables.Count);
        ExportManifest manifest = ExportTests.RequireTruth(folder["export"]);
        Assert.Equal(tables.Length, manifest.Tables.Select(t => t.Id).Distinct().Count());
        Assert.DoesNotContain(Guid.Empty, manifest.Tables.Select(t => t.Id));
        using StoredSource source = StoredSource.Open(folder["loose"]);
        foreach (bool isStreamed in (bool[])[false, true])
        {
            Database.Create(folder[$"{isStreamed}"]);
            using QueryEngine engine = QueryEngine.Open(folder[$"{isStreamed}"], new DatabaseOptions { CompactionThreads = 0, SSTableVersion = SSTableVersion.OfName("oa") });
            TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(engine), new ImportSettings { StreamRows = isStreamed }).RunAsync(Cancellation);
            Assert.All(imported.Tables, t => Assert.Equal((true, null), (t.Outcome.IsDone(), t.Message)));
            using StoredSource database = new(engine, OperandKind.Database);
            ValidationReport report = await new Validator(source, database, new ValidationSettings { Checks = ValidationChecks.Count | ValidationChecks.Data, Strict = true }).RunAsync(cancellation: Cancellation);
            Assert.True(report.Passed, report.ToJson());
            Assert.Equal(tables.Length, report.Tables.Count);
            foreach (CorpusTable table in tables)
                Assert.Equal(await source.StoredAsync(keyspace, table.Name), await database.StoredAsync(keyspace, table.Name));
        }
    }

    [Fact]
    public async Task A_table_that_nothing_tells_of_is_missed_until_it_is_there()
    {
        using TemporaryFolder folder = new();
        Lay(folder["loose"], "4.1.10-nb", "multi");
        string[] statistics = Directory.GetFiles(folder["loose/multi/separate"], "*-Statistics.db");
        byte[][] whole = [.. statistics.Select(File.ReadAllBytes)];
        Array.ForEach(statistics, file => File.WriteAllBytes(file, [1, 2, 3]));
        ExportSettings settings = new() { Resume = true };
        TransferResult exported;
        using (StoredSource loose = StoredSource.Open(folder["loose"]))
        {
            exported = await new Exporter(loose, folder["export"], settings).RunAsync(Cancellation);
            Assert.Equal([("compacted", TransferOutcome.Completed), ("separate", TransferOutcome.SourceDamaged)], exported.Tables.Select(t => (t.Table, t.Outcome)));
            Assert.Contains("Statistics.db", exported.Tables[1].Message, StringComparison.Ordinal);
            Assert.Equal((false, false), (exported.Succeeded, ExportTests.RequireTruth(folder["export"]).IsComplete));
            using StoredSource there = StoredSource.Open(folder["export"]);
            ValidationReport report = await new Validator(loose, there, new ValidationSettings { Checks = ValidationChecks.Data }).RunAsync(cancellation: Cancellation);
            Assert.Equal((false, CheckStatus.NotChecked), (report.Passed, report.Tables.Single(t => t.Table == "separate").Data));
            Database.Create(folder["copy"]);
            using QueryEngine engine = QueryEngine.Open(folder["copy"]);
            TransferResult copied = await new Copier(loose, new DatabaseTarget(engine), new CopySettings { Tables = ["multi.separate"] }).RunAsync(Cancellation);
            Assert.Equal(TransferOutcome.SourceDamaged, Assert.Single(copied.Tables).Outcome);
        }

        // An import of it is refused; once it can be read, the export is gone on with.
        Database.Create(folder["db"]);
        using QueryEngine database = QueryEngine.Open(folder["db"]);
        InvalidQueryException refused = await Assert.ThrowsAsync<InvalidQueryException>(() => new Importer(folder["export"], new DatabaseTarget(database)).RunAsync(Cancellation));
        Assert.Contains("multi.separate (SourceDamaged)", refused.Message, StringComparison.Ordinal);
        TransferResult partial = await new Importer(folder["export"], new DatabaseTarget(database), new ImportSettings { AllowIncomplete = true }).RunAsync(Cancellation);
        Assert.Equal([TransferOutcome.Completed, TransferOutcome.SourceDamaged], partial.Tables.Select(t => t.Outcome));
        for (int i = 0; i < statistics.Length; i++)
            File.WriteAllBytes(statistics[i], whole[i]);
        using StoredSource repaired = StoredSource.Open(folder["loose"]);
        exported = await new Exporter(repaired, folder["export"], settings).RunAsync(Cancellation);
        Assert.Equal([TransferOutcome.AlreadyDone, TransferOutcome.Completed], exported.Tables.OrderBy(t => t.Table).Select(t => t.Outcome));
        Assert.True(ExportTests.RequireTruth(folder["export"]).IsComplete);
        TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(database)).RunAsync(Cancellation);
        Assert.True(imported.Succeeded, imported.ToJson());
    }

    [Fact]
    public async Task A_table_whose_value_never_has_bytes_is_of_compact_storage()
    {
        using TemporaryFolder folder = new();
        FixtureArchive.CopyFolder(Corpus.Table("3.11.19-me", "keys", "compact_novalue").DataDirectory, folder["loose/keys/compact_novalue"]);
        using StoredSource loose = StoredSource.Open(folder["loose"]);
        TransferResult exported = await new Exporter(loose, folder["export"]).RunAsync(Cancellation);
        Assert.True(exported.Succeeded, exported.ToJson());
        Assert.Contains("COMPACT STORAGE", await File.ReadAllTextAsync(folder["export/schema.cql"], Cancellation), StringComparison.Ordinal);
        using StoredSource export = StoredSource.Open(folder["export"]);
        ValidationReport report = await new Validator(loose, export, new ValidationSettings { Checks = ValidationChecks.Count | ValidationChecks.Data, Strict = true }).RunAsync(cancellation: Cancellation);
        Assert.True(report.Passed, report.ToJson());
        Assert.True(Assert.Single(report.Tables).SourceRows > 0);
    }

    [Fact]
    public async Task What_is_left_out_is_told()
    {
        using TemporaryFolder folder = new();
        CorpusTable table = Lay(folder["loose"], "5.0.9-nb", "multi")[0];
        FixtureArchive.CopyFolder(table.DataDirectory, folder[$"loose/multi/{table.Name}/older"]);
        using StoredSource loose = StoredSource.Open(folder["loose"]);
        TransferResult exported = await new Exporter(loose, folder["export"], new ExportSettings { Tables = ["multi"] }).RunAsync(Cancellation);
        Assert.True(exported.Succeeded, exported.ToJson());
        Assert.Contains(exported.Notes, n => n.Contains($"{Path.DirectorySeparatorChar}older holds SSTables", StringComparison.Ordinal));
        Assert.Contains(exported.Notes, n => n.StartsWith($"multi.{table.Name}: no definition was found", StringComparison.Ordinal));
    }

    [Fact]
    public void SSTables_of_several_tables_in_one_folder_are_not_taken_for_one()
    {
        using TemporaryFolder folder = new();
        FixtureArchive.CopyFolder(Corpus.Table("5.0.9-nb", "keys", "composite2").DataDirectory, folder["loose/keys/mixed"]);
        foreach (string file in Directory.EnumerateFiles(Corpus.Table("5.0.9-nb", "keys", "composite3").DataDirectory, "nb-1-*"))
            File.Copy(file, Path.Combine(folder["loose/keys/mixed"], Path.GetFileName(file).Replace("nb-1-", "nb-99-", StringComparison.Ordinal)));
        using StoredSource loose = StoredSource.Open(folder["loose"]);
        Assert.Contains("not of one table: keys are", Assert.Single(loose.UnreadTables).Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_of_one_table_from_several_nodes_are_not_taken_for_one()
    {
        using TemporaryFolder folder = new();
        CorpusTable table = Corpus.Table("5.0.9-nb", "keys", "composite2");
        foreach (string node in (string[])["one", "two"])
            FixtureArchive.CopyFolder(table.DataDirectory, folder[$"{node}/keys/{Path.GetFileName(table.DataDirectory)}"]);
        Assert.Contains("several folders of one table", Assert.Throws<UnsupportedFormatException>(() => StoredSource.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Copies the tables of a keyspace into folders without ids.</summary>
    private static CorpusTable[] Lay(string path, string at, string keyspace)
    {
        CorpusTable[] tables = [.. Corpus.Tables.Where(t => t.At == at && t.Keyspace == keyspace && t.SSTables.Count > 0)];
        foreach (CorpusTable table in tables)
            FixtureArchive.CopyFolder(table.DataDirectory, Path.Combine(path, keyspace, table.Name));
        return tables;
    }
}
