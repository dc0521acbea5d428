using Cqlite.Migration.Operands;
using Cqlite.Migration.Validation;
using Xunit;

namespace Cqlite.Migration.Tests.Validation;

/// <summary>Rounds begin at whole intervals and stop when they are told to.</summary>
public sealed class ContinuousValidationTests
{
    [Fact]
    public async Task Rounds_are_due_at_whole_intervals_and_see_what_changes()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        using StoredSource source = new(both.Source, OperandKind.Database);
        using StoredSource target = new(both.Target, OperandKind.Database);
        TimeSpan interval = TimeSpan.FromMilliseconds(50);
        List<ContinuousResult> results = [];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await foreach (ContinuousResult result in ContinuousValidation.RunAsync(
            source, target, new ValidationSettings { NowSeconds = TwoDatabases.Now }, new ContinuousSettings { Interval = interval, SampleRate = 1 }, stop.Token))
        {
            results.Add(result);
            if (results.Count == 2)
                TwoDatabases.Run(both.Target, "UPDATE k.t USING TIMESTAMP 1000 SET s = 'stau' WHERE p = 1");
            if (results.Count == 4)
                await stop.CancelAsync();
        }

        Assert.Equal([CheckStatus.Passed, CheckStatus.Passed, CheckStatus.Failed, CheckStatus.Failed], results.Select(r => r.Status));
        DateTimeOffset first = results[0].DueAt;
        Assert.All(results, r => Assert.Equal(first + (interval * r.Round), r.DueAt));
        Assert.Equal(results.Select(r => r.Round - r.Skipped).Skip(1), results.Select(r => r.Round + 1).SkipLast(1));
    }

    [Fact]
    public async Task It_ends_with_its_duration()
    {
        using TwoDatabases both = new(TwoDatabases.Sample);
        using StoredSource source = new(both.Source, OperandKind.Database);
        int rounds = 0;
        ContinuousSettings once = new() { Interval = TimeSpan.FromHours(1), Duration = TimeSpan.FromMinutes(1) };
        await foreach (ContinuousResult result in ContinuousValidation.RunAsync(source, source, new ValidationSettings { NowSeconds = TwoDatabases.Now }, once, TestContext.Current.CancellationToken))
        {
            Assert.Equal(CheckStatus.Passed, result.Status);
            rounds++;
        }

        Assert.Equal(1, rounds);
    }
}
