using System.Numerics;
using Cqlite.Core.Schema;

namespace Cqlite.Core.SSTables;

/// <summary>
/// Where partitions that were read before lie: spares the search in the summary and in Index.db. Bounded in bytes, shared by any number of SSTables and
/// threads without a lock. BTI has no use for it, as in Cassandra: its trie leads to a partition in fewer steps, on pages that are cached.
/// </summary>
/// <remarks>
/// Four keys compete for each place; of these one that was not used since the last look goes first. The file's id is part of the key: what is known of
/// an SSTable that is gone is found by nobody, and pushed out in time.
/// </remarks>
internal sealed class KeyCache
{
    private const int LongestKey = 128;
    private const int Ways = 4;
    private const int Counters = 16;

    /// <summary>Longs from one counter to the next, so that no two lie in one line of a processor's cache.</summary>
    private const int Stride = 8;

    /// <summary>The place, the object, its array: the most memory that a key can take.</summary>
    private const int PlaceBytes = 8 + 72 + 24 + LongestKey;

    private readonly Place?[] _places;
    private readonly int _setMask;
    private readonly long[] _hits = new long[(Counters + 1) * Stride];
    private readonly long[] _misses = new long[(Counters + 1) * Stride];
    private int _hand;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="capacityBytes">The most memory that keys may take, in bytes; at least one set of four is kept.</param>
    public KeyCache(long capacityBytes)
    {
        long sets = 1L << BitOperations.Log2((ulong)Math.Clamp(capacityBytes / (PlaceBytes * Ways), 1, 1 << 24));
        _setMask = (int)sets - 1;
        _places = new Place?[sets * Ways];
    }

    /// <summary>The most memory that keys may take, in bytes.</summary>
    public long CapacityBytes => (long)_places.Length * PlaceBytes;

    /// <summary>How often a partition was looked for and known.</summary>
    public long Hits => Sum(_hits);

    /// <summary>How often a partition was looked for and not known.</summary>
    public long Misses => Sum(_misses);

    /// <summary>Tells where a partition is, if that is known.</summary>
    /// <param name="fileId">Id of the data file.</param>
    /// <param name="token">The key's token.</param>
    /// <param name="key">The partition key.</param>
    /// <param name="entry">What the index says of the partition.</param>
    public bool TryGet(long fileId, Token token, ReadOnlySpan<byte> key, out PartitionEntry entry)
    {
        int set = SetOf(fileId, token, key);
        int counter = ((set % Counters) + 1) * Stride;
        foreach (ref Place? slot in _places.AsSpan(set * Ways, Ways))
        {
            if (Volatile.Read(ref slot) is not { } place || place.FileId != fileId || !key.SequenceEqual(place.Key))
                continue;
            if (!place.Used)
                place.Used = true;
            Interlocked.Increment(ref _hits[counter]);
            entry = place.Entry;
            return true;
        }

        Interlocked.Increment(ref _misses[counter]);
        entry = default;
        return false;
    }

    /// <summary>Keeps what the index says of a partition, unless its key is of unusual length.</summary>
    /// <param name="fileId">Id of the data file.</param>
    /// <param name="token">The key's token.</param>
    /// <param name="key">The partition key, which is copied.</param>
    /// <param name="entry">What the index says of the partition.</param>
    public void Add(long fileId, Token token, ReadOnlySpan<byte> key, in PartitionEntry entry)
    {
        if (key.Length <= LongestKey)
            Volatile.Write(ref Victim(_places.AsSpan(SetOf(fileId, token, key) * Ways, Ways)), new Place(fileId, key.ToArray(), entry));
    }

    private static long Sum(long[] counters)
    {
        long sum = 0;
        for (int i = Stride; i < counters.Length; i += Stride)
            sum += Volatile.Read(ref counters[i]);
        return sum;
    }

    private ref Place? Victim(Span<Place?> set)
    {
        int hand = _hand++;
        for (int i = 0; i < Ways; i++)
        {
            ref Place? slot = ref set[(hand + i) & (Ways - 1)];
            if (slot is not { Used: true })
                return ref slot;
            slot.Used = false;
        }

        return ref set[hand & (Ways - 1)];
    }

    // Tokens are even already, but where the key is the token.
    private int SetOf(long fileId, Token token, ReadOnlySpan<byte> key)
    {
        ulong hash = (ulong)token.Value;
        if (hash == 0)
        {
            HashCode bytes = default;
            bytes.AddBytes(key);
            hash = (uint)bytes.ToHashCode();
        }

        return (int)((hash + ((ulong)fileId * 0x9E37_79B9_7F4A_7C15)) * 0xD6E8_FEB8_6659_FD93 >> 32) & _setMask;
    }

    private sealed class Place(long fileId, byte[] key, PartitionEntry entry)
    {
        public readonly long FileId = fileId;
        public readonly byte[] Key = key;
        public readonly PartitionEntry Entry = entry;
        public bool Used = true;
    }
}
