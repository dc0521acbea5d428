using Cqlite.Core.Engine.Mutations;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>All that a memtable has of a partition at one moment. Immutable.</summary>
/// <param name="Deletion">The partition's deletion.</param>
/// <param name="StaticRow">The static row as <see cref="RowStore"/> keeps it; null for none.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Ranges">The range deletions.</param>
internal sealed record PartitionContent(
    DeletionTime Deletion,
    byte[]? StaticRow,
    PersistentTree<byte[], ClusteringView, RowOrder> Rows,
    RangeTombstones Ranges)
{
    /// <summary>Nothing.</summary>
    public static PartitionContent Empty { get; } = new(DeletionTime.Live, null, PersistentTree<byte[], ClusteringView, RowOrder>.Empty, RangeTombstones.Empty);
}

/// <summary>A partition of a memtable: its key, and the content that a write replaces as a whole.</summary>
internal sealed class MemtablePartition(Token token, byte[] key, PartitionContent content)
{
    private PartitionContent _content = content;

    /// <summary>The token.</summary>
    public Token Token => token;

    /// <summary>The serialized key.</summary>
    public byte[] Key => key;

    /// <summary>The content: one write's whole result and never a part of it.</summary>
    public PartitionContent Content
    {
        get => Volatile.Read(ref _content);
        set => Volatile.Write(ref _content, value);
    }
}

/// <summary>A place among partitions: a key, or a bound of a range of them.</summary>
internal readonly ref struct PartitionPlace
{
    /// <summary>The place of a key.</summary>
    public PartitionPlace(Token token, ReadOnlySpan<byte> key)
    {
        Token = token;
        Key = key;
        HasKey = true;
    }

    /// <summary>A bound.</summary>
    public PartitionPlace(in RingPosition position)
    {
        Token = position.Token;
        Side = position.Side;
        HasKey = position.Key is not null;
        Key = position.Key.GetValueOrDefault().Span;
    }

    /// <summary>The token.</summary>
    public Token Token { get; }

    /// <summary>The key, if there is one.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Whether there is a key; else all keys of the token are meant.</summary>
    public bool HasKey { get; }

    /// <summary>-1 just before, 0 at, +1 just after what is named.</summary>
    public int Side { get; }
}

/// <summary>The order of partitions.</summary>
internal readonly struct PartitionOrder(Partitioner partitioner) : ITreeOrder<MemtablePartition, PartitionPlace>
{
    /// <inheritdoc/>
    public int Compare(MemtablePartition item, in PartitionPlace key)
    {
        int order = key.HasKey
            ? partitioner.Compare(item.Token, item.Key, key.Token, key.Key)
            : item.Token.CompareTo(key.Token);
        return order != 0 ? order : -key.Side;
    }
}
