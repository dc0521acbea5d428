using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine;

/// <summary>
/// Locks of partitions, by key alone: whoever reads a partition in order to write it holds its lock in between. Keys share a fixed number of
/// locks, which are taken in one order, so that nobody waits in a circle.
/// </summary>
internal sealed class PartitionLocks
{
    private const int Count = 1024;
    private readonly object[] _locks = new object[Count];

    /// <summary>Makes the locks.</summary>
    public PartitionLocks()
    {
        for (int i = 0; i < Count; i++)
            _locks[i] = new object();
    }

    /// <summary>Takes the locks of partitions; the thread that takes them gives them back.</summary>
    public Holder Take(params ReadOnlySpan<DecoratedKey> keys)
    {
        if (keys.Length == 1)
        {
            object only = _locks[IndexOf(keys[0])];
            Monitor.Enter(only);
            return new Holder(only, null);
        }

        var indexes = new SortedSet<int>();
        foreach (DecoratedKey key in keys)
            indexes.Add(IndexOf(key));
        object[] taken = [.. indexes.Select(i => _locks[i])];
        foreach (object each in taken)
            Monitor.Enter(each);
        return new Holder(null, taken);
    }

    private static int IndexOf(DecoratedKey key)
    {
        HashCode hash = default;
        hash.AddBytes(key.Key.Span);
        return hash.ToHashCode() & (Count - 1);
    }

    /// <summary>Locks that are held.</summary>
    internal readonly ref struct Holder(object? only, object[]? several)
    {
        /// <summary>Gives them back.</summary>
        public void Dispose()
        {
            if (only is not null)
                Monitor.Exit(only);
            for (int i = (several?.Length ?? 0) - 1; i >= 0; i--)
                Monitor.Exit(several![i]);
        }
    }
}
