using Cqlite.Cassandra.Frames;
using Cqlite.Fuzz.Serving;
using Cqlite.Migration.Clusters;
using Cqlite.Migration.Copies;
using Cqlite.Migration.Ranges;
using Cqlite.Migration.Results;
using Xunit;

namespace Cqlite.Migration.Tests.Faults;

/// <summary>
/// Nodes that are busy, slow or short of replicas while they are written: what may be written twice is written again, and what adds to what is there is not, where
/// nobody knows whether it did.
/// </summary>
public sealed class WriteFaultTests
{
    private const string Keyspace = "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}";

    /// <summary>Many are under way at once, and which of them are every third one's turn again and again is chance.</summary>
    private const int Retries = 1000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData((int)ErrorCode.Overloaded, false)]
    [InlineData((int)ErrorCode.Unavailable, false)]
    [InlineData((int)ErrorCode.WriteTimeout, false)]
    [InlineData((int)ErrorCode.WriteTimeout, true)]
    public async Task Rows_are_written_again(int code, bool isWritten)
    {
        await using FaultyCluster source = await FaultyCluster.WithRowsAsync();
        await using FaultyCluster target = await FaultyCluster.CreateAsync();
        Cassandra.Messages.ErrorMessage? Fault(AskedWrite write) => write.Number % 3 == 0 ? ServerFaultTests.Error((ErrorCode)code) : null;
        if (isWritten)
            target.Handler.OnWritten = Fault;
        else
            target.Handler.OnWrite = Fault;
        TransferResult copied = await CopyAsync(source, target, "t");
        Assert.True(copied.Succeeded, copied.ToJson());
        Assert.Equal(FaultyCluster.Rows, copied.Rows);

        // What is left of a TTL counts from the clock, which the servers' "now" is not.
        Assert.Equal(
            (await source.Files.LiveAsync("k", "t", FaultyCluster.Now)).Select(WithoutEnd),
            (await target.Files.LiveAsync("k", "t", FaultyCluster.Now)).Select(WithoutEnd));

        static string WithoutEnd(string line) => System.Text.RegularExpressions.Regex.Replace(line, "![0-9]+", "!");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_is_there_once_also_where_its_first_writing_comes_late(bool isWritten)
    {
        const string list = "UPDATE k.l USING TIMESTAMP 1000 SET l = [1, 2] WHERE p = 1";
        await using FaultyCluster source = await FaultyCluster.CreateAsync();
        source.Run(Keyspace, "CREATE TABLE k.l (p int PRIMARY KEY, l list<int>)", list);
        await using FaultyCluster target = await FaultyCluster.CreateAsync();
        int lists = 0;
        Cassandra.Messages.ErrorMessage? Fault(AskedWrite write) => write.Text.StartsWith("UPDATE", StringComparison.Ordinal) && ++lists == 1 ? ServerFaultTests.Error(ErrorCode.WriteTimeout) : null;
        if (isWritten)
            target.Handler.OnWritten = Fault;
        else
            target.Handler.OnWrite = Fault;
        TransferResult copied = await CopyAsync(source, target, "l");
        Assert.True(copied.Succeeded, copied.ToJson());
        Assert.Equal(isWritten ? 1 : 2, lists);
        if (!isWritten)
            target.Run(list);
        Assert.Equal(Values(await source.Files.LiveAsync("k", "l", FaultyCluster.Now)), Values(await target.Files.LiveAsync("k", "l", FaultyCluster.Now)));

        static IEnumerable<string> Values(string[] lines) => lines.Select(l => System.Text.RegularExpressions.Regex.Replace(l, "@[0-9]+", ""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_counter_is_not_counted_again_where_nobody_knows_whether_it_was(bool isCounted)
    {
        await using FaultyCluster source = await WithCountersAsync();
        await using FaultyCluster target = await FaultyCluster.CreateAsync();
        using TemporaryFolder folder = new();
        Cassandra.Messages.ErrorMessage? Fault(AskedWrite write) => write.Number == 3 ? ServerFaultTests.Error(ErrorCode.WriteTimeout) : null;
        if (isCounted)
            target.Handler.OnWritten = Fault;
        else
            target.Handler.OnWrite = Fault;
        TransferResult ended = await CopyAsync(source, target, "c", folder);
        Assert.Equal((TransferOutcome.TimedOut, true), (Assert.Single(ended.Tables).Outcome, ended.CanBeResumed));

        // Others are under way beside it; each is counted once.
        Assert.InRange(target.Handler.Writes, 3, 10);
        TransferResult resumed = await CopyAsync(source, target, "c", folder, resume: true);
        Assert.True(resumed.Succeeded, resumed.ToJson());
        Assert.Equal(isCounted ? 10 : 11, target.Handler.Writes);
        Assert.Equal(await source.Files.LiveAsync("k", "c", FaultyCluster.Now), await target.Files.LiveAsync("k", "c", FaultyCluster.Now));
    }

    [Theory]
    [InlineData((int)ErrorCode.Overloaded)]
    [InlineData((int)ErrorCode.Unavailable)]
    public async Task A_counter_that_was_not_begun_is_counted_again(int code)
    {
        await using FaultyCluster source = await WithCountersAsync();
        await using FaultyCluster target = await FaultyCluster.CreateAsync();
        target.Handler.OnWrite = write => write.Number % 2 == 0 ? ServerFaultTests.Error((ErrorCode)code) : null;
        TransferResult copied = await CopyAsync(source, target, "c");
        Assert.True(copied.Succeeded, copied.ToJson());
        Assert.Equal(await source.Files.LiveAsync("k", "c", FaultyCluster.Now), await target.Files.LiveAsync("k", "c", FaultyCluster.Now));
    }

    private static async Task<FaultyCluster> WithCountersAsync()
    {
        FaultyCluster cluster = await FaultyCluster.CreateAsync();
        cluster.Run(Keyspace, "CREATE TABLE k.c (p int PRIMARY KEY, n counter)");
        for (int p = 0; p < 10; p++)
            cluster.Run($"UPDATE k.c SET n = n + {p + 1} WHERE p = {p}");
        return cluster;
    }

    private static Task<TransferResult> CopyAsync(FaultyCluster source, FaultyCluster target, string table, TemporaryFolder? state = null, bool resume = false) => new Copier(
        source.Files,
        new ClusterTarget(target.Connection, new ClusterWriting { StatePath = state?["state"], Retries = Retries }),
        new CopySettings { Tables = [$"k.{table}"], Resume = resume, Ranges = RangeRunOptions.Default with { Throttle = 1, RangeCount = 4 } }).RunAsync(Cancellation);
}
