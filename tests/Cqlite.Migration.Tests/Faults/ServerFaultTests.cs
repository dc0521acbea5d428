using Cqlite.Cassandra.Frames;
using Cqlite.Cassandra.Messages;
using Cqlite.Core.Query;
using Cqlite.Migration.Exports;
using Cqlite.Migration.Operands;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>Nodes that are busy, slow, short of replicas or lost while they are read: an export is whole in the end, and says how far it is until then.</summary>
public sealed class ServerFaultTests
{
    private static readonly ExportSettings s_settings = new() { Tables = ["k.t"], Ranges = FaultyCluster.Ranges };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData((int)ErrorCode.Overloaded)]
    [InlineData((int)ErrorCode.IsBootstrapping)]
    [InlineData((int)ErrorCode.Unavailable)]
    [InlineData((int)ErrorCode.ReadTimeout)]
    public async Task Pages_that_fail_at_times_are_asked_for_again(int code)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        cluster.Handler.OnPage = page => page.Number % 3 == 0 ? Error((ErrorCode)code) : null;
        TransferResult result = await new Exporter(cluster.Source(), folder["export"], s_settings).RunAsync(Cancellation);
        Assert.True(result.Succeeded, result.ToJson());
        Assert.Equal(FaultyCluster.Rows, result.Rows);
        await cluster.RequireWholeAsync(folder["export"]);
    }

    [Theory]
    [InlineData((int)ErrorCode.Overloaded, TransferOutcome.Overloaded)]
    [InlineData((int)ErrorCode.Unavailable, TransferOutcome.Unavailable)]
    [InlineData((int)ErrorCode.ReadTimeout, TransferOutcome.TimedOut)]
    [InlineData((int)ErrorCode.ServerError, TransferOutcome.Failed)]
    public async Task Nodes_that_stay_away_end_it_with_their_own_outcome_and_it_is_gone_on_with_there(int code, TransferOutcome expected)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        cluster.Handler.OnPage = page => page.Number > 40 ? Error((ErrorCode)code) : null;
        TransferResult ended = await new Exporter(cluster.Source(retries: 1), folder["export"], s_settings).RunAsync(Cancellation);
        TableTransfer table = Assert.Single(ended.Tables);
        Assert.Equal((expected, true), (table.Outcome, ended.CanBeResumed));
        ExportTable known = Exports.ExportTests.RequireTruth(folder["export"]).Table("k", "t")!;
        Assert.Equal((expected, table.Message), (known.Outcome, known.Message));
        TokenRange[] done = [.. known.Ranges.Where(r => r.State == ExportRangeState.Done).Select(r => r.Range)];
        Assert.NotEmpty(done);
        Assert.NotEmpty(known.PendingRanges);

        cluster.Handler.OnPage = null;
        cluster.Handler.Pages.Clear();
        TransferResult resumed = await new Exporter(cluster.Source(), folder["export"], s_settings with { Resume = true }).RunAsync(Cancellation);
        Assert.True(resumed.Succeeded, resumed.ToJson());
        Assert.Equal(FaultyCluster.Rows, known.Rows + resumed.Rows);
        Assert.DoesNotContain(cluster.Handler.Pages, p => done.Any(d => p.After < (long)Int128.Min(d.UpTo.Value, long.MaxValue) && p.UpTo > (long)Int128.Max(d.After.Value, long.MinValue)));
        await cluster.RequireWholeAsync(folder["export"]);
    }

    [Fact]
    public async Task Where_answers_take_too_long_fewer_rows_are_asked_for()
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        cluster.Handler.OnPage = page => page.PageSize > 100 ? Error(ErrorCode.ReadTimeout) : null;
        TransferResult result = await new Exporter(cluster.Source(pageSize: 640), folder["export"], s_settings).RunAsync(Cancellation);
        Assert.True(result.Succeeded, result.ToJson());

        // Fewer and fewer, until the nodes can answer. Each size is asked for as often as the connection tries, and a range may be looked at before it is read.
        Assert.Contains(cluster.Handler.Pages, p => p.PageSize > 100);
        Assert.All(cluster.Handler.Pages.GroupBy(p => p.UpTo), range => Assert.Contains(range, p => p.PageSize <= 100));
        await cluster.RequireWholeAsync(folder["export"]);
    }

    [Fact]
    public async Task A_slow_server_is_waited_for()
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        cluster.Handler.OnPage = _ =>
        {
            Thread.Sleep(5);
            return null;
        };
        TransferResult result = await new Exporter(cluster.Source(retries: 0), folder["export"], s_settings).RunAsync(Cancellation);
        Assert.True(result.Succeeded, result.ToJson());
        await cluster.RequireWholeAsync(folder["export"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_server_that_ends_and_comes_back_is_found_again(int atPage)
    {
        await using FaultyCluster cluster = await FaultyCluster.WithRowsAsync();
        using TemporaryFolder folder = new();
        Task? restarted = null;
        cluster.Handler.OnPage = page =>
        {
            if (page.Number == atPage)
                restarted = Task.Run(cluster.RestartAsync);

            // However late it ends, not all has been read by then.
            return restarted is { IsCompleted: false } ? Error(ErrorCode.Overloaded) : null;
        };
        TransferResult result = await new Exporter(cluster.Source(retries: int.MaxValue), folder["export"], s_settings).RunAsync(Cancellation);
        await restarted!;
        Assert.True(result.Succeeded, result.ToJson());
        Assert.Equal(FaultyCluster.Rows, result.Rows);
        await cluster.RequireWholeAsync(folder["export"]);
    }

    /// <summary>An error as servers give it.</summary>
    internal static ErrorMessage Error(ErrorCode code) => new(code, $"{code} by order of a test", code switch
    {
        ErrorCode.Unavailable => new UnavailableDetails(ConsistencyLevel.Quorum, 2, 1),
        ErrorCode.ReadTimeout => new ReadTimeoutDetails(ConsistencyLevel.Quorum, 1, 2, IsDataPresent: false),
        ErrorCode.WriteTimeout => new WriteTimeoutDetails(ConsistencyLevel.Quorum, 1, 2, "SIMPLE"),
        _ => null,
    });
}
