namespace Cqlite.Core.Engine.Writing;

/// <summary>
/// Holds writers back while flushes do not keep up: from three quarters of the memory on each pauses a little, the longer the less is left, so
/// that none is stopped for long; when it is full they wait.
/// </summary>
/// <param name="limitBytes">Memory that memtables may take.</param>
internal sealed class MemoryPressure(long limitBytes)
{
    private const int LongestPauseMillis = 15;
    private const int WritesBetweenPauses = 64;
    private const int WaitMillis = 20;
    private readonly object _hasRoom = new();
    private long _used;

    [ThreadStatic]
    private static int t_writes;

    /// <summary>Memory that memtables took when it was last looked at, in bytes.</summary>
    public long UsedBytes => Volatile.Read(ref _used);

    /// <summary>Whether so much waits to be flushed that a flush should begin.</summary>
    public bool WantsFlush(long activeBytes) => activeBytes > limitBytes / 2;

    /// <summary>Notes what memtables take now.</summary>
    public void Note(long usedBytes)
    {
        Volatile.Write(ref _used, usedBytes);
        if (usedBytes >= limitBytes)
            return;
        lock (_hasRoom)
            Monitor.PulseAll(_hasRoom);
    }

    /// <summary>Returns when a write may go ahead; true now and then, when the caller is to look at the memory again.</summary>
    /// <param name="checkHealth">Called while waiting: throws when no flush will ever make room.</param>
    public bool Admit(Action checkHealth)
    {
        if (++t_writes % WritesBetweenPauses != 0)
            return false;
        long soft = limitBytes / 4 * 3;
        long used = UsedBytes;
        if (used >= limitBytes)
        {
            while (UsedBytes >= limitBytes)
            {
                checkHealth();
                lock (_hasRoom)
                    Monitor.Wait(_hasRoom, WaitMillis);
            }
        }
        else if (used > soft)
        {
            Thread.Sleep(1 + (int)((used - soft) * LongestPauseMillis / (limitBytes - soft)));
        }

        return true;
    }
}
