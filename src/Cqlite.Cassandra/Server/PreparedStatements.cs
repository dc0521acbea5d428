using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Cqlite.Cassandra.Server;

/// <summary>
/// The prepared statements of all clients, by id. When there are too many, those go that have not been used for longest; their clients are told
/// UNPREPARED and prepare them again.
/// </summary>
internal sealed class PreparedStatements(int maxCount)
{
    private readonly ConcurrentDictionary<UInt128, Entry> _byId = new();
    private long _clock;

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>Finds a statement, and counts that as a use.</summary>
    public bool TryGet(ReadOnlySpan<byte> id, [NotNullWhen(true)] out PreparedStatement? statement)
    {
        statement = null;
        if (id.Length != 16 || !_byId.TryGetValue(KeyOf(id), out Entry? entry))
            return false;

        // The clock ticks with each statement that is added: how often one is used between does not matter.
        entry.UsedAt = Volatile.Read(ref _clock);
        statement = entry.Statement;
        return true;
    }

    /// <summary>Adds a statement, or puts it in the place of the one with its id.</summary>
    public void Put(PreparedStatement statement)
    {
        _byId[KeyOf(statement.Id.Span)] = new Entry(statement) { UsedAt = Interlocked.Increment(ref _clock) };
        if (_byId.Count > maxCount)
            EvictSome();
    }

    /// <summary>Forgets a statement.</summary>
    public void Remove(PreparedStatement statement) => _byId.TryRemove(KeyOf(statement.Id.Span), out _);

    private void EvictSome()
    {
        // A sixteenth at once, so that not each further statement looks through all.
        int left = maxCount - (maxCount / 16);
        foreach (KeyValuePair<UInt128, Entry> oldest in _byId.ToArray().OrderBy(e => e.Value.UsedAt).Take(_byId.Count - left))
            _byId.TryRemove(oldest);
    }

    private static UInt128 KeyOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt128BigEndian(id);

    private sealed class Entry(PreparedStatement statement)
    {
        public PreparedStatement Statement { get; } = statement;

        public long UsedAt { get; set; }
    }
}
