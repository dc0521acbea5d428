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
}
