using System.Collections.Concurrent;

namespace Cqlite.Migration.Clusters;

/// <summary>
/// Memory that the pages of all ranges take together. Who asks for more than is left waits its turn, unless its thread holds pages of another cursor: no thread waits
/// for memory while others wait for what it holds. For any number of threads.
/// </summary>
/// <param name="limitBytes">Bytes in all. Of what is longer than that there is one page at a time.</param>
internal sealed class PageBudget(long limitBytes)
{
    /// <summary>How many pages a thread holds, of any budget.</summary>
    private static readonly ConcurrentDictionary<int, int> s_held = new();
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private long _takenBytes;

    private sealed class Waiter(long bytes) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Bytes => bytes;
    }

    /// <summary>Whether the thread at hand holds a page, of any budget.</summary>
    public static bool IsHeld => s_held.ContainsKey(Environment.CurrentManagedThreadId);

    /// <summary>Bytes that are taken.</summary>
    public long TakenBytes
    {
        get
        {
            lock (_lock)
                return _takenBytes;
        }
    }

    /// <summary>Notes that the thread at hand holds a page.</summary>
    /// <returns>The thread, for <see cref="Release"/>.</returns>
    public static int Hold()
    {
        int thread = Environment.CurrentManagedThreadId;
        _ = s_held.AddOrUpdate(thread, 1, static (_, count) => count + 1);
        return thread;
    }

    /// <summary>Notes that a thread has let a page go.</summary>
    public static void Release(int thread)
    {
        if (s_held.AddOrUpdate(thread, 0, static (_, count) => count - 1) == 0)
            _ = s_held.TryRemove(KeyValuePair.Create(thread, 0));
    }

    /// <summary>Takes memory if there is so much, and nobody waits for it.</summary>
    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_waiting.Count > 0 || !HasRoom(bytes))
                return false;
            _takenBytes += bytes;
            return true;
        }
    }

    /// <summary>Takes memory as soon as there is so much.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="mayWait">False to take it at once, even if it is more than there is: for whoever holds what others may wait for (<see cref="IsHeld"/>).</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask TakeAsync(long bytes, bool mayWait, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (!mayWait || (_waiting.Count == 0 && HasRoom(bytes)))
            {
                _takenBytes += bytes;
                return;
            }

            waiter = new Waiter(bytes);
            _waiting.AddLast(waiter);
        }

        using (cancellation.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter))
            await waiter.Task.ConfigureAwait(false);
    }

    /// <summary>What was taken turned out to be more, or less, or is given back.</summary>
    public void Change(long bytes)
    {
        lock (_lock)
        {
            _takenBytes += bytes;
            while (_waiting.First is { } first && (first.Value.Task.IsCompleted || HasRoom(first.Value.Bytes)))
            {
                _waiting.RemoveFirst();
                if (first.Value.TrySetResult())
                    _takenBytes += first.Value.Bytes;
            }
        }
    }

    private bool HasRoom(long bytes) => _takenBytes == 0 || _takenBytes + bytes <= limitBytes;
}
