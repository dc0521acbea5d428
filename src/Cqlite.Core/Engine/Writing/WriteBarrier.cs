namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// Lets any number of writers in at once, and now and then somebody who wants them all out: a flush that changes memtables, a change of the
/// schema. Writers count themselves in one of several places, so that they do not meet.
/// </summary>
internal sealed class WriteBarrier
{
    private const int Places = 16;
    private const int Stride = 16;
    private readonly long[] _inside = new long[(Places + 1) * Stride];
    private readonly Lock _exclusive = new();
    private readonly object _opened = new();
    private int _closed;

    /// <summary>Enters as a writer; what it returns is for <see cref="Exit"/>.</summary>
    public int Enter()
    {
        int place = ((Environment.CurrentManagedThreadId % Places) + 1) * Stride;
        while (true)
        {
            Interlocked.Increment(ref _inside[place]);
            if (Volatile.Read(ref _closed) == 0)
                return place;
            Interlocked.Decrement(ref _inside[place]);
            lock (_opened)
            {
                while (Volatile.Read(ref _closed) != 0)
                    Monitor.Wait(_opened);
            }
        }
    }

    /// <summary>Leaves.</summary>
    public void Exit(int place) => Interlocked.Decrement(ref _inside[place]);

    /// <summary>Runs something while no writer is inside. A writer must not call it.</summary>
    public void Exclusively(Action action)
    {
        lock (_exclusive)
        {
            Interlocked.Exchange(ref _closed, 1);
            try
            {
                SpinWait spin = default;
                for (int place = 1; place <= Places; place++)
                {
                    while (Volatile.Read(ref _inside[place * Stride]) != 0)
                        spin.SpinOnce();
                }

                action();
            }
            finally
            {
                lock (_opened)
                {
                    Volatile.Write(ref _closed, 0);
                    Monitor.PulseAll(_opened);
                }
            }
        }
    }
}
