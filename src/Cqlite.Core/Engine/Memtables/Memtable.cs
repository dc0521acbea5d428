using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// What was written to a table and is not in an SSTable yet. Writers of different shards (ranges of tokens) do not meet; those of one
/// take turns. Readers take no lock: they walk the trees that they found, in which every partition shows whole writes only.
/// </summary>
/// <remarks>
/// Rows that a later deletion hides stay until the flush, as in Cassandra: readers merge by <see cref="MergeCursor"/>, which hides them.
/// Source of the idea: org/apache/cassandra/db/memtable/ShardedSkipListMemtable.java, db/partitions/AtomicBTreePartition.java.
/// </remarks>
internal sealed class Memtable : IPartitionSource
{
    private const int ShardBits = 4;
    private readonly MemtableShard[] _shards;
    private readonly int _tokenShift;
    private readonly Int128 _firstToken;

    /// <summary>An empty memtable.</summary>
    /// <param name="table">The table.</param>
    /// <param name="nowMicros">The present, which times of rows are stored relative to; null for the clock.</param>
    public Memtable(TableMetadata table, long? nowMicros = null)
    {
        Table = table;
        Store = new RowStore(table, nowMicros ?? (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000));
        bool isMurmur = ReferenceEquals(table.Partitioner, Partitioner.Murmur3);
        bool isSharded = isMurmur || ReferenceEquals(table.Partitioner, Partitioner.Random);
        _firstToken = isMurmur ? long.MinValue : 0;
        _tokenShift = (isMurmur ? 64 : 127) - ShardBits;
        _shards = new MemtableShard[isSharded ? 1 << ShardBits : 1];
        for (int i = 0; i < _shards.Length; i++)
            _shards[i] = new MemtableShard(Store);
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>How rows are kept.</summary>
    public RowStore Store { get; }

    /// <summary>Memory that the content takes, in bytes: rows, keys and the trees' share for each.</summary>
    public long MemoryBytes => _shards.Sum(s => s.MemoryBytes);

    /// <summary>Number of partitions.</summary>
    public int PartitionCount => _shards.Sum(s => s.Partitions.Count);

    /// <summary>The smallest times of all that was written: what a flush has times relative to.</summary>
    public EncodingStats Stats => _shards.Select(s => s.Stats).Aggregate((all, next) => all.Merge(next));

    /// <summary>Whether nothing was written.</summary>
    public bool IsEmpty => PartitionCount == 0;

    /// <summary>The shards, in the order of tokens.</summary>
    internal ReadOnlySpan<MemtableShard> Shards => _shards;

    /// <summary>Applies what a cursor that stands before a partition has of it, as a whole.</summary>
    public void Apply(UnfilteredCursor update)
    {
        while (update.MoveToNextPartition())
            _shards[ShardOf(update.Token)].Apply(update);
    }

    /// <summary>Applies an update as a whole.</summary>
    public void Apply(PartitionUpdate update) => _shards[ShardOf(update.Key.Token)].Apply(update);

    /// <summary>Whether there is anything of a partition.</summary>
    public bool MayHave(Token token, ReadOnlySpan<byte> key) => _shards[ShardOf(token)].Has(token, key);

    /// <inheritdoc/>
    public UnfilteredCursor Read(ReadRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new MemtableCursor(this, request);
    }

    /// <summary>The shard of a token.</summary>
    internal int ShardOf(Token token)
    {
        if (_shards.Length == 1)
            return 0;
        Int128 index = (token.Value - _firstToken) >> _tokenShift;
        return (int)Int128.Clamp(index, 0, _shards.Length - 1);
    }
}
