using System.Runtime.InteropServices;
using Cqlite.Core.SSTables.Bti;

namespace Cqlite.Core.SSTables;

/// <summary>
/// Uncompressed chunks of data and index files that point reads share, with what indexes told of partitions. Bounded in bytes; what was used again since the hand
/// last passed stays (CLOCK), in shards so that threads seldom meet. Scans do not go through it.
/// </summary>
/// <remarks>Arrays are never reused for other chunks: a reader may hold on to one after it was evicted.</remarks>
public sealed class ChunkCache
{
    private const int ShardBits = 4;
    private const int EntryOverheadBytes = 128;
    private const int PagesShare = 8;
    private const int KeysShare = 16;
    private readonly Shard[] _shards;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="capacityBytes">The most memory that chunks, pages and keys may take, in bytes.</param>
    public ChunkCache(long capacityBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        CapacityBytes = capacityBytes;
        TriePages = new PageCache(capacityBytes / PagesShare);
        Keys = new KeyCache(capacityBytes / KeysShare);
        _shards = new Shard[1 << ShardBits];
        for (int i = 0; i < _shards.Length; i++)
            _shards[i] = new Shard((capacityBytes - (capacityBytes / PagesShare) - (capacityBytes / KeysShare)) >> ShardBits);
    }

    /// <summary>The most memory that chunks, pages and keys may take, in bytes.</summary>
    public long CapacityBytes { get; }

    /// <summary>Pages of trie indexes, which have an eighth of the memory.</summary>
    internal PageCache TriePages { get; }

    /// <summary>Where partitions of the Big format are, which has a sixteenth of the memory.</summary>
    internal KeyCache Keys { get; }

    /// <summary>How often a chunk was looked for and found.</summary>
    public long Hits => _shards.Sum(s => s.Hits);

    /// <summary>How often a chunk was looked for and had to be read.</summary>
    public long Misses => _shards.Sum(s => s.Misses);

    /// <summary>Told how long each reading of a chunk took, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; null for nobody.</summary>
    internal Action<long>? ChunkRead { get; init; }

    /// <summary>Memory that chunks take now, in bytes.</summary>
    public long UsedBytes => _shards.Sum(s => s.UsedBytes);

    /// <summary>A chunk, followed by <see cref="DataWindow.Slack"/> bytes that mean nothing.</summary>
    internal byte[] Get(DataFile file, int chunk, ChunkInput input)
    {
        Key key = new(file.Id, chunk);
        Shard shard = ShardOf(key);
        if (shard.TryGet(key, out byte[]? bytes, isCounted: true))
            return bytes;

        int length = file.LengthOf(chunk);
        bytes = GC.AllocateUninitializedArray<byte>(length + DataWindow.Slack);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        file.ReadChunk(chunk, bytes.AsSpan(0, length), input);
        ChunkRead?.Invoke(System.Diagnostics.Stopwatch.GetTimestamp() - started);
        shard.Add(key, bytes);
        return bytes;
    }

    /// <summary>Places of some rows of a partition that has no row index, as offsets from its beginning, in order; empty where none are known.</summary>
    internal ReadOnlySpan<int> RowMarks(DataFile file, long partitionPosition)
    {
        Key key = new(file.Id, ~partitionPosition);
        return ShardOf(key).TryGet(key, out byte[]? bytes) ? MemoryMarshal.Cast<byte, int>(bytes.AsSpan()) : default;
    }

    /// <summary>Keeps places of rows in the stead of those that were known.</summary>
    internal void SetRowMarks(DataFile file, long partitionPosition, ReadOnlySpan<int> offsets)
    {
        Key key = new(file.Id, ~partitionPosition);
        Shard shard = ShardOf(key);
        shard.Remove(key);
        shard.Add(key, MemoryMarshal.AsBytes(offsets).ToArray());
    }

    private Shard ShardOf(Key key) => _shards[(int)((uint)key.GetHashCode() >> (32 - ShardBits))];

    /// <summary>A chunk by its number, or the marks of the partition at the complement of a position.</summary>
    private readonly record struct Key(long File, long Place)
    {
        public override int GetHashCode() => (int)((((ulong)File * 0x9E3779B97F4A7C15) + (ulong)Place) * 0xD6E8FEB86659FD93 >> 32);
    }

    private sealed class Shard(long capacityBytes)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<Key, int> _places = [];
        private readonly List<Entry> _entries = [];
        private int _hand;

        public long UsedBytes { get; private set; }

        // Counted under the lock that is taken anyway.
        public long Hits { get; private set; }

        public long Misses { get; private set; }

        public bool TryGet(Key key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? bytes, bool isCounted = false)
        {
            lock (_lock)
            {
                bool isKnown = _places.TryGetValue(key, out int place);
                if (isCounted && isKnown)
                    Hits++;
                else if (isCounted)
                    Misses++;
                if (isKnown)
                {
                    Entry entry = _entries[place];
                    entry.WasUsed = true;
                    bytes = entry.Bytes;
                    return true;
                }
            }

            bytes = null;
            return false;
        }

        public void Add(Key key, byte[] bytes)
        {
            int cost = bytes.Length + EntryOverheadBytes;
            if (cost > capacityBytes)
                return;
            lock (_lock)
            {
                if (_places.ContainsKey(key))
                    return;
                while (UsedBytes + cost > capacityBytes)
                    Evict();
                _places[key] = _entries.Count;
                _entries.Add(new Entry(key, bytes));
                UsedBytes += cost;
            }
        }

        public void Remove(Key key)
        {
            lock (_lock)
            {
                if (_places.TryGetValue(key, out int place))
                    RemoveAt(place);
            }
        }

        private void Evict()
        {
            while (true)
            {
                if (_hand >= _entries.Count)
                    _hand = 0;
                Entry entry = _entries[_hand];
                if (entry.WasUsed)
                {
                    entry.WasUsed = false;
                    _hand++;
                    continue;
                }

                RemoveAt(_hand);
                return;
            }
        }

        /// <summary>Removes an entry; the last one takes its place.</summary>
        private void RemoveAt(int place)
        {
            Entry entry = _entries[place];
            _places.Remove(entry.Key);
            Entry last = _entries[^1];
            _entries.RemoveAt(_entries.Count - 1);
            if (!ReferenceEquals(last, entry))
            {
                _entries[place] = last;
                _places[last.Key] = place;
            }

            UsedBytes -= entry.Bytes.Length + EntryOverheadBytes;
        }
    }

    private sealed class Entry(Key key, byte[] bytes)
    {
        public Key Key => key;

        public byte[] Bytes => bytes;

        public bool WasUsed { get; set; }
    }
}
