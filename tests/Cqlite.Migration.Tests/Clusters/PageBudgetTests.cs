using Cqlite.Migration.Clusters;
using Xunit;

namespace Cqlite.Migration.Tests.Clusters;

public sealed class PageBudgetTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_is_served_in_turn_and_nobody_passes()
    {
        PageBudget budget = new(100);
        Assert.True(budget.TryTake(60));
        Task first = budget.TakeAsync(70, mayWait: true, Cancellation).AsTask();
        Task second = budget.TakeAsync(10, mayWait: true, Cancellation).AsTask();
        Assert.False(budget.TryTake(10));
        Assert.False(first.IsCompleted || second.IsCompleted);

        budget.Change(-30);
        await first.WaitAsync(Cancellation);
        Assert.Equal(100, budget.TakenBytes);
        Assert.False(second.IsCompleted);

        budget.Change(-70);
        await second.WaitAsync(Cancellation);
        Assert.Equal(40, budget.TakenBytes);
    }

    [Fact]
    public async Task What_is_longer_than_all_comes_by_itself()
    {
        PageBudget budget = new(100);
        Assert.True(budget.TryTake(1));
        Task large = budget.TakeAsync(1000, mayWait: true, Cancellation).AsTask();
        Assert.False(large.IsCompleted);
        budget.Change(-1);
        await large.WaitAsync(Cancellation);
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nothing()
    {
        PageBudget budget = new(100);
        Assert.True(budget.TryTake(100));
        using CancellationTokenSource ending = new();
        Task given = budget.TakeAsync(50, mayWait: true, ending.Token).AsTask();
        ending.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        budget.Change(-100);
        Assert.Equal(0, budget.TakenBytes);
        Assert.True(budget.TryTake(100));
    }

    [Fact]
    public async Task Who_holds_what_others_wait_for_does_not_wait()
    {
        PageBudget budget = new(100);
        Assert.True(budget.TryTake(100));
        int holder = PageBudget.Hold();
        Assert.True(PageBudget.IsHeld);
        await budget.TakeAsync(50, mayWait: false, Cancellation);
        Assert.Equal(150, budget.TakenBytes);
        PageBudget.Release(holder);
    }
}
