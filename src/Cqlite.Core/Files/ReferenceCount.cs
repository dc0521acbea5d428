namespace Cqlite.Core.Files;

/// <summary>Counts who holds something, its owner first, so that the last one closes it. For any number of threads; a field, and never copied.</summary>
internal struct ReferenceCount()
{
    private int _count = 1;

    /// <summary>Counts one more; false where nobody is left, for what is closed stays so.</summary>
    public bool TryAdd()
    {
        while (true)
        {
            int count = Volatile.Read(ref _count);
            if (count == 0)
                return false;
            if (Interlocked.CompareExchange(ref _count, count + 1, count) == count)
                return true;
        }
    }

    /// <summary>Counts one less; true for the last one.</summary>
    public bool IsLastRemoved() => Interlocked.Decrement(ref _count) == 0;
}
