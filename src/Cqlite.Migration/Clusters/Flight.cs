using Cqlite.Core.Schema;

namespace Cqlite.Migration.Clusters;

/// <summary>The writes of one range that are under way, not more at once than was asked for.</summary>
internal sealed class Flight(PatientExecution execution, ClusterWriting writing, CancellationToken cancellation) : IDisposable
{
    private readonly List<Task> _tasks = [];
    private readonly List<Task> _ofPartition = [];
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    /// <summary>The moment from which TTLs count, in seconds since 1970.</summary>
    public long NowSeconds { get; private set; }

    /// <summary>Ends what is under way.</summary>
    public CancellationToken Cancellation => _ending.Token;

    /// <summary>Begins a partition.</summary>
    public void BeginPartition()
    {
        _ofPartition.Clear();
        NowSeconds = writing.Clock.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>Sends statements of the partition, which are taken out of the list, and waits while too many are under way.</summary>
    public void Send(List<RowStatement> batch, Token token)
    {
        if (batch.Count == 0)
            return;
        RowStatement[] statements = [.. batch];
        batch.Clear();
        MakeRoom();
        Task sent = execution.WriteAsync(statements, token, NowSeconds, _ending.Token);
        _tasks.Add(sent);
        _ofPartition.RemoveAll(t => t.IsCompletedSuccessfully);
        _ofPartition.Add(sent);
    }

    /// <summary>Begins something that looks at what there is, once all is there that was sent of the partition.</summary>
    public void Follow(Func<Task> action)
    {
        MakeRoom();
        _tasks.Add(AfterAsync([.. _ofPartition], action));
    }

    /// <summary>Waits for all that is under way.</summary>
    public void Land()
    {
        Task.WhenAll(_tasks).GetAwaiter().GetResult();
        _tasks.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Cancel();
        try
        {
            Task.WaitAll([.. _tasks], CancellationToken.None);
        }
        catch (AggregateException)
        {
            // What ended the range is told of already.
        }

        _ending.Dispose();
    }

    private static async Task AfterAsync(Task[] before, Func<Task> action)
    {
        await Task.WhenAll(before).ConfigureAwait(false);
        await action().ConfigureAwait(false);
    }

    private void MakeRoom()
    {
        while (_tasks.Count >= writing.InFlight)
        {
            int done = Task.WaitAny([.. _tasks], cancellation);
            Task first = _tasks[done];
            _tasks.RemoveAt(done);
            first.GetAwaiter().GetResult();
        }
    }
}
