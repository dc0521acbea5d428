namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// Threads that wait for a sync: the first one leads, those that come while it syncs wait. When it is done it wakes first the one that leads the
/// next sync, so that the disk does not wait for the others to be woken, and then those whose writes are durable. Each thread sleeps on
/// its own object: none competes with another for the same lock when many are woken.
/// </summary>
internal sealed class SyncQueue
{
    [ThreadStatic]
    private static Waiter? s_waiter;

    private readonly Lock _gate = new();
    private List<Waiter> _waiting = [];
    private bool _isLed;

    /// <summary>Leads, or waits until what is waited for may be durable or the lead is handed over.</summary>
    /// <param name="sequence">What must be durable.</param>
    /// <param name="synced">What is durable.</param>
    /// <returns>Whether the caller leads: it syncs and then calls <see cref="HandOver"/>, whatever happens.</returns>
    public bool LeadOrWait(long sequence, ref long synced)
    {
        Waiter waiter = s_waiter ??= new Waiter();
        lock (_gate)
        {
            if (Volatile.Read(ref synced) >= sequence)
                return false;
            if (!_isLed)
            {
                _isLed = true;
                return true;
            }

            waiter.Prepare(sequence);
            _waiting.Add(waiter);
        }

        return waiter.Wait();
    }

    /// <summary>Ends the caller's lead: another one leads if any waits for more than is durable now.</summary>
    /// <param name="synced">What is durable; <see cref="long.MaxValue"/> to wake all, who then find out why.</param>
    public void HandOver(long synced)
    {
        List<Waiter> woken;
        Waiter? leader = null;
        lock (_gate)
        {
            woken = _waiting;
            List<Waiter> left = [];
            foreach (Waiter waiter in woken)
            {
                if (waiter.Sequence <= synced)
                    continue;
                if (leader is null)
                    leader = waiter;
                else
                    left.Add(waiter);
            }

            _waiting = left;
            _isLed = leader is not null;
        }

        leader?.Wake(leads: true);
        foreach (Waiter waiter in woken)
        {
            if (waiter.Sequence <= synced && !ReferenceEquals(waiter, leader))
                waiter.Wake(leads: false);
        }
    }

    /// <summary>A thread that waits.</summary>
    private sealed class Waiter
    {
        private readonly object _sleep = new();
        private bool _isWoken;
        private bool _leads;

        /// <summary>What it waits for.</summary>
        public long Sequence { get; private set; }

        public void Prepare(long sequence)
        {
            Sequence = sequence;
            _isWoken = false;
            _leads = false;
        }

        /// <summary>Sleeps until woken; whether it leads then.</summary>
        public bool Wait()
        {
            lock (_sleep)
            {
                while (!_isWoken)
                    Monitor.Wait(_sleep);
                return _leads;
            }
        }

        public void Wake(bool leads)
        {
            lock (_sleep)
            {
                _leads = leads;
                _isWoken = true;
                Monitor.Pulse(_sleep);
            }
        }
    }
}
