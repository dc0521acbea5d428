using Cqlite.Core.Engine;
using Cqlite.Core.Errors;
using Cqlite.Core.Query;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Imports;

/// <summary>Databases have what was exported, once.</summary>
public sealed class ImportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Keyspaces => CorpusServer.Keyspaces;

    [Theory]
    [MemberData(nameof(Keyspaces))]
    public async Task A_database_has_every_cell_of_an_export(string keyspace)
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync(keyspace);
        using TemporaryFolder folder = new();
        TransferResult exported = await new Exporter(corpus.Cluster, folder["export"], new ExportSettings { Tables = [keyspace] }).RunAsync(Cancellation);
        Assert.True(exported.Succeeded, exported.ToJson());
        using QueryEngine engine = Create(folder["db"], corpus.NowSeconds);
        TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation);
        Assert.All(imported.Tables, t => Assert.Equal((TransferOutcome.Completed, null), (t.Outcome == TransferOutcome.AlreadyDone ? TransferOutcome.Completed : t.Outcome, t.Message)));
        Assert.Equal(exported.Rows, imported.Rows);
        using StoredSource database = new(engine, OperandKind.Database);
        foreach (TableTransfer table in imported.Tables)
            Assert.Equal(await corpus.Files.LiveAsync(keyspace, table.Table, corpus.NowSeconds), await database.LiveAsync(keyspace, table.Table, corpus.NowSeconds));

        TransferResult again = await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation);
        Assert.All(again.Tables, t => Assert.Equal((TransferOutcome.AlreadyDone, null), (t.Outcome, t.Message)));
    }

    [Fact]
    public async Task Many_tables_are_made_at_once_and_one_that_cant_be_made_keeps_no_other_out()
    {
        using TemporaryFolder folder = new();
        using (QueryEngine source = Create(folder["source"], null))
        {
            source.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
            source.Execute("CREATE TYPE k.u (a int)").Dispose();
            for (int i = 0; i < 20; i++)
            {
                source.Execute($"CREATE TABLE k.t{i} (k int PRIMARY KEY, v u)").Dispose();
                if (i % 2 == 0)
                    source.Execute($"INSERT INTO k.t{i} (k, v) VALUES (1, {{a: {i}}})").Dispose();
            }

            using StoredSource opened = new(source, OperandKind.Database);
            Assert.True((await new Exporter(opened, folder["export"]).RunAsync(Cancellation)).Succeeded);
        }

        using (QueryEngine target = Create(folder["db"], null))
        {
            long before = target.Database.Activity.Flushes;
            TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(target)).RunAsync(Cancellation);
            Assert.All(imported.Tables, t => Assert.Equal(TransferOutcome.Completed, t.Outcome));
            Assert.Equal((20, 10), (imported.Tables.Count, imported.Rows));

            // A flush for each table of system_schema that has any of it, not for each definition.
            Assert.InRange(target.Database.Activity.Flushes - before, 1, 8);
            TransferResult again = await new Importer(folder["export"], new DatabaseTarget(target)).RunAsync(Cancellation);
            Assert.All(again.Tables, t => Assert.Equal(TransferOutcome.AlreadyDone, t.Outcome));
        }

        using QueryEngine other = Create(folder["other"], null);
        other.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        other.Execute("CREATE TABLE k.t3 (other int PRIMARY KEY)").Dispose();
        TransferResult mixed = await new Importer(folder["export"], new DatabaseTarget(other)).RunAsync(Cancellation);
        Assert.Equal(["t3"], mixed.Tables.Where(t => t.Outcome != TransferOutcome.Completed).Select(t => t.Table));

        using QueryEngine unlike = Create(folder["unlike"], null);
        unlike.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        unlike.Execute("CREATE TYPE k.u (a text)").Dispose();
        TransferResult refused = await new Importer(folder["export"], new DatabaseTarget(unlike)).RunAsync(Cancellation);
        Assert.All(refused.Tables, t => Assert.Contains("type k.u is there already, and differs", t.Message, StringComparison.Ordinal));
        Assert.Empty(unlike.Database.Schema.Keyspaces["k"].Tables);
    }

    [Fact]
    public async Task What_was_truncated_is_imported_again()
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync("keys");
        using TemporaryFolder folder = new();
        string name = corpus.Files.Database.Schema.Keyspaces["keys"].Tables.Keys.First(t => t == "cols65");
        await new Exporter(corpus.Files, folder["export"], new ExportSettings { Tables = [$"keys.{name}"] }).RunAsync(Cancellation);
        using QueryEngine engine = Create(folder["db"], corpus.NowSeconds);
        using StoredSource database = new(engine, OperandKind.Database);
        for (int i = 0; i < 2; i++)
        {
            TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation);
            Assert.Equal(TransferOutcome.Completed, Assert.Single(imported.Tables).Outcome);
            Assert.Equal(await corpus.Files.StoredAsync("keys", name), await database.StoredAsync("keys", name));
            engine.Execute($"TRUNCATE keys.{name}").Dispose();
            Assert.Empty(await database.StoredAsync("keys", name));
        }
    }

    [Theory]
    [InlineData("-Data.db")]
    [InlineData("-Filter.db")]
    [InlineData("-TOC.txt")]
    public async Task A_damaged_file_is_found_before_anything_is_published(string component)
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync("deletes");
        using TemporaryFolder folder = new();
        await new Exporter(corpus.Files, folder["export"], new ExportSettings { Tables = ["deletes.all"] }).RunAsync(Cancellation);
        string damaged = Directory.EnumerateFiles(folder["export"], "*" + component, SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        byte[] content = File.ReadAllBytes(damaged);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(damaged, content);
        using QueryEngine engine = Create(folder["db"], corpus.NowSeconds);
        TableTransfer table = Assert.Single((await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation)).Tables);
        Assert.Equal(TransferOutcome.SourceDamaged, table.Outcome);
        Assert.Contains(Path.GetFileName(damaged), table.Message, StringComparison.Ordinal);
        Assert.Null(engine.Database.Schema.Table("deletes", "all"));
    }

    [Fact]
    public async Task A_table_that_differs_is_refused_by_name()
    {
        await using CorpusServer corpus = await CorpusServer.StartAsync("counters");
        using TemporaryFolder folder = new();
        TransferResult exported = await new Exporter(corpus.Files, folder["export"], new ExportSettings { Tables = ["counters"] }).RunAsync(Cancellation);
        string name = exported.Tables[0].Table;
        using QueryEngine engine = Create(folder["db"], corpus.NowSeconds);
        engine.Execute("CREATE KEYSPACE counters WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute($"CREATE TABLE counters.\"{name}\" (other text PRIMARY KEY)").Dispose();
        TransferResult imported = await new Importer(folder["export"], new DatabaseTarget(engine), new ImportSettings { Tables = [$"counters.{name}"] }).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(imported.Tables);
        Assert.Equal(TransferOutcome.Refused, table.Outcome);
        Assert.Contains("column other (text partition key 1) is missing in the source", table.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_export_is_refused()
    {
        using TemporaryFolder folder = new();
        using QueryEngine engine = Create(folder["db"], nowSeconds: null);
        await Assert.ThrowsAsync<UnsupportedFormatException>(() => new Importer(folder.Path, new DatabaseTarget(engine)).RunAsync(Cancellation));
    }

    private static QueryEngine Create(string path, long? nowSeconds)
    {
        Database.Create(path);
        return QueryEngine.Open(path, new DatabaseOptions { NowSeconds = nowSeconds, CompactionThreads = 0 });
    }
}
