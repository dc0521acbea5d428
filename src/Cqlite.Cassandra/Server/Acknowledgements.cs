using Cqlite.Core.Engine;
using Cqlite.Core.Errors;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// Waits for the disk in the place of all requests that have written: one thread at a time does, and what was written meanwhile becomes durable
/// together with the next wait. So no thread sleeps for each request.
/// </summary>
internal sealed class Acknowledgements
{
    private readonly Lock _gate = new();
    private List<Waiter> _waiting = [];
    private List<Waiter> _served = [];
    private bool _isServing;

    /// <summary>Ends when writes are as durable as the database promises.</summary>
    /// <exception cref="StorageException">The disk refuses.</exception>
    public Task WaitAsync(DeferredDurability writes)
    {
        Waiter waiter = new(writes);
        bool begins;
        lock (_gate)
        {
            _waiting.Add(waiter);
            begins = !_isServing;
            _isServing = true;
        }

        if (begins)
            _ = ThreadPool.UnsafeQueueUserWorkItem(static self => self.Serve(), this, preferLocal: false);
        return waiter.Task;
    }

    private void Serve()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _isServing = false;
                    return;
                }

                (_waiting, _served) = (_served, _waiting);
            }

            // The last one waits for all: the log is one sequence.
            for (int i = _served.Count - 1; i >= 0; i--)
                _served[i].Serve();
            _served.Clear();
        }
    }

    /// <summary>What follows runs where it is told, so that the answers to all that became durable together leave together: it has to be short.</summary>
    private sealed class Waiter(DeferredDurability writes) : TaskCompletionSource
    {
        public void Serve()
        {
            try
            {
                writes.Wait();
                SetResult();
            }
            catch (StorageException refused)
            {
                SetException(refused);
            }
            catch (ObjectDisposedException closed)
            {
                SetException(closed);
            }
        }
    }
}
