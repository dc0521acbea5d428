using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Compaction.Strategies;

/// <summary>Distances and equal parts of a partitioner's ring, of which this node owns all.</summary>
/// <param name="Partitioner">The partitioner. Where tokens are keys there are no distances: the ring is one part.</param>
/// <remarks>Source: org/apache/cassandra/db/compaction/{ShardManagerNoDisks,ShardManagerTrivial}.java, dht/{Murmur3,Random}Partitioner.java.</remarks>
internal readonly record struct RingShare(Partitioner Partitioner)
{
    /// <summary>The share, from 0 to 1, from one token to another, both included.</summary>
    public double Between(Token first, Token last) =>
        Partitioner.TokensAreKeys ? 1 : ((double)((UInt128)(last.Value - first.Value) + 1)) / (double)Length;

    /// <summary>Which of so many parts, from 0 on, a token lies in; the last token of a part belongs to it.</summary>
    public int ShardOf(Token token, int count)
    {
        if (count == 1 || Partitioner.TokensAreKeys)
            return 0;
        UInt128 distance = (UInt128)(token.Value - First);

        // The ring begins just after its minimum token, which no key has.
        if (distance > 0)
            distance--;
        (UInt128 whole, UInt128 rest) = UInt128.DivRem(Length, (UInt128)count);
        int shard = (int)UInt128.Min(distance / (whole + (rest > 0 ? UInt128.One : 0)), (UInt128)(count - 1));
        while (shard + 1 < count && distance >= Start(shard + 1))
            shard++;
        return shard;

        UInt128 Start(int index) => (whole * (UInt128)index) + (rest * (UInt128)index / (UInt128)count);
    }

    private bool IsMurmur => ReferenceEquals(Partitioner, Partitioner.Murmur3);

    private Int128 First => IsMurmur ? long.MinValue : 0;

    private UInt128 Length => IsMurmur ? UInt128.One << 64 : UInt128.One << 127;
}
