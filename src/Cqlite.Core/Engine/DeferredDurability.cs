using Cqlite.Core.Engine.CommitLog;

namespace Cqlite.Core.Engine;

/// <summary>
/// Lets a thread go on while its writes are on their way to the disk: between <see cref="Begin"/> and <see cref="End"/> they return when every reader sees
/// them, and <see cref="Wait"/> returns when they are as durable as the database promises. Nothing may be acknowledged before. One thread can so wait for the
/// writes of many, which a server's clients make at once.
/// </summary>
internal sealed class DeferredDurability
{
    [ThreadStatic]
    private static DeferredDurability? t_current;

    private CommitLogWriter? _log;
    private long _sequence;

    private DeferredDurability()
    {
    }

    /// <summary>Whether there is something to wait for.</summary>
    public bool IsPending => _log is not null;

    /// <summary>Begins to defer the waits of this thread's writes.</summary>
    /// <exception cref="InvalidOperationException">They are deferred already.</exception>
    public static DeferredDurability Begin()
    {
        if (t_current is not null)
            throw new InvalidOperationException("This thread's writes are deferred already.");
        return t_current = new DeferredDurability();
    }

    /// <summary>Notes a write to wait for later; false where the thread has to wait itself.</summary>
    public static bool TryDefer(CommitLogWriter log, long sequence)
    {
        if (t_current is not { } current || log.AcknowledgesAtOnce)
            return false;
        current._log = log;
        current._sequence = sequence;
        return true;
    }

    /// <summary>Ends it: this thread's further writes wait again. To be called on the thread that began.</summary>
    public void End() => t_current = null;

    /// <summary>Waits for the disk, on any thread.</summary>
    /// <exception cref="Errors.StorageException">The disk refuses: what was written is not durable.</exception>
    public void Wait() => _log?.AwaitDurable(_sequence);
}
