using Cqlite.Core.Errors;
using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Fuzz.Serving;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Databases;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Imports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>A table that is changed, dropped or made anew while it is moved, or between two parts of the work: it has its own outcome, and never passes for whole.</summary>
public sealed class SchemaChangeTests
{
    private const string AddColumn = "ALTER TABLE k.t ADD later int";
    private const string DropColumn = "ALTER TABLE k.t DROP n";
    private const string DropTable = "DROP TABLE k.t";
    private const string MakeAnew = "DROP TABLE k.t; CREATE TABLE k.t (p int, c int, s text static, v text, n int, m map<text, int>, PRIMARY KEY (p, c))";
    private static readonly ExportSettings s_settings = new() { Tables = ["k"], Ranges = FaultyCluster.Ranges };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, TransferOutcome> Changes => new()
    {
        { AddColumn, TransferOutcome.SchemaChanged },
        { DropColumn, TransferOutcome.SchemaChanged },
        { DropTable, TransferOutcome.TableDropped },
        { MakeAnew, TransferOutcome.TableDropped },
        { "DROP KEYSPACE k", TransferOutcome.TableDropped },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_while_a_table_is_exported_is_its_outcome(string change, TransferOutcome expected)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        cluster.Handler.OnPage = page => At(page, 40, () => cluster.Run(change.Split("; ")));
        TransferResult result = await new Exporter(cluster.Source(), folder["export"], s_settings).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(result.Tables);
        Assert.Equal((expected, false), (table.Outcome, result.CanBeResumed));
        ExportTable known = Exports.ExportTests.RequireTruth(folder["export"]).Table("k", "t")!;
        Assert.Equal((expected, table.Message), (known.Outcome, known.Message));
        await RequireRefusedAsync(folder);

        // Nor does going on make it whole.
        cluster.Handler.OnPage = null;
        TransferResult again = await new Exporter(cluster.Source(), folder["export"], s_settings with { Tables = ["k.t"], Resume = true }).RunAsync(Cancellation);
        Assert.Equal(expected, Assert.Single(again.Tables).Outcome);
        await RequireRefusedAsync(folder);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_between_the_end_and_going_on_is_its_outcome(string change, TransferOutcome expected)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        await InterruptAsync(cluster, folder, 40);
        byte[] definitions = await File.ReadAllBytesAsync(Path.Combine(folder["export"], "schema.cql"), Cancellation);
        cluster.Run(change.Split("; "));
        TransferResult resumed = await new Exporter(cluster.Source(), folder["export"], s_settings with { Resume = true }).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(resumed.Tables);
        Assert.Equal((expected, 0L), (table.Outcome, table.Rows));
        Assert.Equal(expected, Exports.ExportTests.RequireTruth(folder["export"]).Table("k", "t")!.Outcome);
        Assert.Equal(definitions, await File.ReadAllBytesAsync(Path.Combine(folder["export"], "schema.cql"), Cancellation));
        await RequireRefusedAsync(folder);
    }

    [Theory]
    [InlineData(AddColumn)]
    [InlineData(DropColumn)]
    [InlineData(DropTable)]
    [InlineData(MakeAnew)]
    public async Task A_table_that_is_whole_stays_whole_whatever_becomes_of_it(string change)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        Assert.True((await new Exporter(cluster.Source(), folder["export"], s_settings).RunAsync(Cancellation)).Succeeded);
        string[] expected = await cluster.Files.LiveAsync("k", "t", FaultyCluster.Now);
        cluster.Run(change.Split("; "));
        TransferResult resumed = await new Exporter(cluster.Source(), folder["export"], s_settings with { Resume = true }).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(resumed.Tables);
        Assert.Equal(TransferOutcome.AlreadyDone, table.Outcome);
        Assert.Contains("since it was exported", table.Notes[^1], StringComparison.Ordinal);

        // More tables would need definitions of another time.
        cluster.Run("CREATE TABLE k.more (p int PRIMARY KEY)");
        InvalidQueryException refused = await Assert.ThrowsAsync<InvalidQueryException>(
            () => new Exporter(cluster.Source(), folder["export"], s_settings with { Resume = true }).RunAsync(Cancellation));
        Assert.Contains("k.more can't be added", refused.Message, StringComparison.Ordinal);
        using QueryEngine engine = Create(folder["db"]);
        Assert.True((await new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation)).Succeeded);
        using StoredSource imported = new(engine, OperandKind.Database);
        Assert.Equal(expected, await imported.LiveAsync("k", "t", FaultyCluster.Now));
    }

    [Fact]
    public async Task Tables_that_were_made_since_come_into_the_export_with_their_definitions()
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        await InterruptAsync(cluster, folder, 40);
        cluster.Run("CREATE TABLE k.more (p int PRIMARY KEY, v int)", "INSERT INTO k.more (p, v) VALUES (1, 2) USING TIMESTAMP 5");
        TransferResult resumed = await new Exporter(cluster.Source(), folder["export"], s_settings with { Resume = true }).RunAsync(Cancellation);
        Assert.True(resumed.Succeeded, resumed.ToJson());
        await cluster.RequireWholeAsync(folder["export"]);
        await cluster.RequireWholeAsync(folder["export"], "more");
        Assert.Null(Exports.ExportTests.RequireTruth(folder["export"]).NextSchema);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_while_a_table_is_copied_is_its_outcome(string change, TransferOutcome expected)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        using QueryEngine engine = Create(folder["db"]);
        cluster.Handler.OnPage = page => At(page, 40, () => cluster.Run(change.Split("; ")));
        TransferResult result = await new Copier(cluster.Source(), new DatabaseTarget(engine), new CopySettings { Tables = ["k.t"], Ranges = FaultyCluster.Ranges }).RunAsync(Cancellation);
        Assert.Equal((expected, false), (Assert.Single(result.Tables).Outcome, result.CanBeResumed));
    }

    [Fact]
    public async Task What_is_not_there_leaves_no_folder()
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["k.none", "none", "none.none"])
        {
            InvalidQueryException refused = await Assert.ThrowsAsync<InvalidQueryException>(
                () => new Exporter(cluster.Source(), folder["export"], s_settings with { Tables = [name] }).RunAsync(Cancellation));
            Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder["export"]));
        }
    }

    internal static Cassandra.Messages.ErrorMessage? At(AskedPage page, int number, Action action)
    {
        if (page.Number == number)
            action();
        return null;
    }

    /// <summary>Exports until so many pages were asked for.</summary>
    internal static async Task InterruptAsync(FaultyCluster cluster, TemporaryFolder folder, int pages)
    {
        using CancellationTokenSource stopping = new();
        cluster.Handler.OnPage = page => At(page, pages, stopping.Cancel);
        TransferResult stopped = await new Exporter(cluster.Source(), folder["export"], s_settings).RunAsync(stopping.Token);
        Assert.Equal((TransferOutcome.Canceled, true), (Assert.Single(stopped.Tables).Outcome, stopped.CanBeResumed));
        Assert.Contains("--resume", stopped.Tables[0].Message, StringComparison.Ordinal);
        cluster.Handler.OnPage = null;
    }

    private static async Task RequireRefusedAsync(TemporaryFolder folder)
    {
        using TemporaryFolder into = new();
        using QueryEngine engine = Create(into["db"]);
        await Assert.ThrowsAsync<InvalidQueryException>(() => new Importer(folder["export"], new DatabaseTarget(engine)).RunAsync(Cancellation));
        Assert.Null(engine.Database.Schema.Table("k", "t"));
    }

    private static QueryEngine Create(string path)
    {
        Database.Create(path);
        return QueryEngine.Open(path, new DatabaseOptions { NowSeconds = FaultyCluster.Now, CompactionThreads = 0 });
    }
}
