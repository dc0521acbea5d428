using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using Cqlite.Core.SSTables.Writing;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// What was written to a table and is not in an SSTable yet. Writers of different shards (ranges of tokens) do not meet; those of one
/// take turns. Readers take no lock: they find what was whole when they came to a partition, and of each write all or nothing.
/// </summary>
/// <remarks>
/// Rows that a later deletion hides stay until the flush, as in Cassandra: readers merge by <see cref="MergeCursor"/>, which hides them. So do
/// bytes that were written over.
/// Source of the idea: org/apache/cassandra/db/memtable/ShardedSkipListMemtable.java, utils/memory/SlabAllocator.java.
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
            _shards[i] = new MemtableShard(Store, _firstToken + ((Int128)i << _tokenShift), _tokenShift);
    }

    /// <summary>The table.</summary>
    public TableMetadata Table { get; }

    /// <summary>How rows are kept.</summary>
    public RowStore Store { get; }

    /// <summary>Memory that the content takes, in bytes, with what has been set aside for more.</summary>
    public long MemoryBytes
    {
        get
        {
            long bytes = 0;
            foreach (MemtableShard shard in _shards)
                bytes += shard.MemoryBytes;
            return bytes;
        }
    }

    /// <summary>Number of partitions.</summary>
    public int PartitionCount
    {
        get
        {
            int count = 0;
            foreach (MemtableShard shard in _shards)
                count += shard.PartitionCount;
            return count;
        }
    }

    /// <summary>The smallest times of all that was written: what a flush has times relative to.</summary>
    public EncodingStats Stats => Summarize().Stats;

    /// <summary>Whether nothing was written.</summary>
    public bool IsEmpty => PartitionCount == 0;

    /// <summary>The shards, in the order of tokens.</summary>
    internal ReadOnlySpan<MemtableShard> Shards => _shards;

    /// <summary>Applies an update as a whole.</summary>
    public void Apply(PartitionUpdate update)
    {
        MemtableShard shard = _shards[ShardOf(update.Key.Token)];

        // Of another definition of the table, columns may have other numbers; names tell.
        if (update.Rows is { Ends.Length: > 0 } rows && ReferenceEquals(update.Table, Table) && Store.NumberOf(rows.Columns) is >= 0 and var layout)
            shard.Apply(update, rows, layout);
        else
            shard.Apply(update);
    }

    /// <summary>Applies what a cursor that stands before a partition has of it, as a whole.</summary>
    public void Apply(UnfilteredCursor update)
    {
        while (update.MoveToNextPartition())
            _shards[ShardOf(update.Token)].Apply(update);
    }

    /// <summary>What a flush has to know; of writes that go on meanwhile some may be in it.</summary>
    public MemtableSummary Summarize()
    {
        EncodingStatsCollector times = new();
        foreach (MemtableShard shard in _shards)
            shard.AddTo(times);
        return new MemtableSummary(PartitionCount, times.SmallestTimestampMicros, times.LargestTimestampMicros, times.SmallestDeletionSeconds, times.Stats);
    }

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

/// <summary>What a memtable's content is, as a flush has to know it beforehand.</summary>
/// <param name="Partitions">Number of partitions.</param>
/// <param name="SmallestTimestampMicros">The smallest timestamp; <see cref="long.MaxValue"/> when nothing was written.</param>
/// <param name="LargestTimestampMicros">The largest timestamp; <see cref="long.MinValue"/> when nothing was written.</param>
/// <param name="SmallestDeletionSeconds">The smallest deletion or expiry time in seconds since 1970; <see cref="long.MaxValue"/> for none.</param>
/// <param name="Stats">What an SSTable's times can be relative to.</param>
internal sealed record MemtableSummary(
    int Partitions,
    long SmallestTimestampMicros,
    long LargestTimestampMicros,
    long SmallestDeletionSeconds,
    EncodingStats Stats);
