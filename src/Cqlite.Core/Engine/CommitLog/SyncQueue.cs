using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cqlite.Core.Engine.CommitLog;

/// <summary>
/// Threads that wait for a sync: the first one leads, those that come while it syncs wait for the next round. The first of these is the heir: it alone is
/// woken when the sync is done, and leads the next round, so that the disk does not wait for the others to be woken. All whose
/// writes are durable are woken with one call of the system (<see cref="AddressWait"/>).
/// </summary>
/// <remarks>Two rounds are alive at a time, the one that syncs and the one that gathers; each has its own word to sleep on, which holds the last round of
/// its parity that has ended. A third word holds the last round whose heir was told to lead.</remarks>
internal sealed unsafe class SyncQueue
{
    /// <summary>Words lie apart by this many, so that two are never in one line of a cache.</summary>
    private const int Stride = 16;

    private const int Led = 2;

    private readonly Lock _gate = new();
    private readonly int[] _words = GC.AllocateArray<int>(3 * Stride, pinned: true);

    /// <summary>The round that syncs, or the last one that did.</summary>
    private int _round;

    /// <summary>What the round that syncs makes durable, once it has taken it; before that what is durable.</summary>
    private long _covered;

    private bool _isLed;
    private bool _hasHeir;

    /// <summary>Leads, or waits until what is waited for may be durable or the lead is handed over.</summary>
    /// <param name="sequence">What must be durable.</param>
    /// <param name="synced">What is durable.</param>
    /// <returns>Whether the caller leads: it syncs and then calls <see cref="HandOver"/>, whatever happens.</returns>
    public bool LeadOrWait(long sequence, ref long synced)
    {
        int round;
        bool isHeir = false;
        lock (_gate)
        {
            if (Volatile.Read(ref synced) >= sequence)
                return false;
            if (!_isLed)
            {
                _isLed = true;
                _round++;
                return true;
            }

            round = _round;
            if (sequence > Volatile.Read(ref _covered))
            {
                round++;
                isHeir = !_hasHeir;
                _hasHeir = true;
            }
        }

        SleepUntil(isHeir ? Led : round & 1, round);
        return isHeir;
    }

    /// <summary>Says what the round that is led makes durable: who comes late but is covered waits for this round.</summary>
    public void Cover(long sequence) => Volatile.Write(ref _covered, sequence);

    /// <summary>Ends the caller's lead: the heir leads the next round, if anyone waits for it.</summary>
    public void HandOver()
    {
        int ended;
        bool isInherited;
        lock (_gate)
        {
            ended = _round;
            isInherited = _hasHeir;
            _hasHeir = false;
            _isLed = isInherited;
            if (isInherited)
                _round++;
        }

        if (isInherited)
            Wake(Led, ended + 1);
        Wake(ended & 1, ended);
    }

    private void SleepUntil(int word, int round)
    {
        int* address = Address(word);
        while (Volatile.Read(ref *address) is int reached && reached - round < 0)
            AddressWait.Wait(address, reached);
        GC.KeepAlive(_words);
    }

    private void Wake(int word, int round)
    {
        Volatile.Write(ref *Address(word), round);
        AddressWait.WakeAll(Address(word));
        GC.KeepAlive(_words);
    }

    /// <summary>Where a word lies: the array is pinned, so that it stays there.</summary>
    private int* Address(int word) => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_words)) + (word * Stride);
}
