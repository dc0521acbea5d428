using Cqlite.Core.Engine;
using Cqlite.Core.Query;
using Cqlite.Core.Schema;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Progress;
using Cqlite.Migration.Ranges;
using Xunit;

namespace Cqlite.Migration.Tests.Ranges;

/// <summary>Ranges that are gone through side by side end together, whatever one of them ends with.</summary>
public sealed class RangeRunTests
{
    // Whoever waited for what was left of the range would wait for ever.
    [Fact]
    public async Task A_defect_in_one_range_ends_all_and_is_told()
    {
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY)").Dispose();
        using StoredSource source = new(engine, OperandKind.Database);
        DatabaseSchema schema = await source.ReadSchemaAsync(TestContext.Current.CancellationToken);
        ITableSource table = await source.OpenAsync(schema.Table("k", "t")!, TestContext.Current.CancellationToken);
        using RangeRun run = new(table, RangeRunOptions.Default with { Throttle = 4 }, new ProgressMeter("test", 1, null), times: null);
        Task running = run.RunAsync([TokenRange.Whole], (_, _) => throw new ArgumentException("a defect"), TestContext.Current.CancellationToken);
        ArgumentException told = await Assert.ThrowsAsync<ArgumentException>(() => running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal("a defect", told.Message);
    }

    // Who has nothing to do is given what is left of a range only where that is worth files of its own.
    [Theory]
    [InlineData(99, 50, false)]
    [InlineData(100, 50, true)]
    [InlineData(100, 51, false)]
    [InlineData(890, 90, false)]
    [InlineData(910, 90, true)]
    [InlineData(0, 0, false)]
    public async Task A_range_ends_early_where_enough_is_thought_to_be_left(long rows, int percentShown, bool expected)
    {
        using TemporaryFolder folder = new();
        Database.Create(folder["db"]);
        using QueryEngine engine = QueryEngine.Open(folder["db"], new DatabaseOptions { CompactionThreads = 0 });
        engine.Execute("CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Dispose();
        engine.Execute("CREATE TABLE k.t (p int PRIMARY KEY)").Dispose();
        using StoredSource source = new(engine, OperandKind.Database);
        ITableSource table = await source.OpenAsync(engine.Database.Schema.Table("k", "t")!, TestContext.Current.CancellationToken);
        RangeRunOptions options = RangeRunOptions.Default with { Throttle = 2, MinRangeRows = 100, MaxRangeBytes = 1000 };
        using RangeRun run = new(table, options, new ProgressMeter("test", 1, null), times: null);
        TokenRange range = new(new Token(-1_000_000), new Token(1_000_000));
        Token last = new(-1_000_000 + (20_000 * percentShown));
        Assert.Equal(expected, run.EndsEarly(range, last, rows, bytes: 999));
        Assert.True(run.EndsEarly(range, last, rows, bytes: 1000));
    }
}
