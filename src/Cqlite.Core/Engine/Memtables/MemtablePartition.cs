using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>A partition as a node of its shard's list.</summary>
/// <remarks>
/// <code>
/// node    (SkipList) whose owner's field leads to the newest content other than rows; 0 for none
///         uint    head of the list of rows; 0 for none
///         int     length of the key
///         int128  token
///         bytes   key
///
/// content uint    address of the content before it; 0 for none
///         uint    version of the static row (StoredRow); 0 for none
///         long    timestamp of the partition's deletion
///         long    its time
///         int     index of the range deletions in the shard; -1 for none
/// </code>
/// </remarks>
internal static class MemtablePartition
{
    private const int TokenAt = 8;
    private const int KeyAt = 24;
    private const int ContentBytes = 28;

    /// <summary>Makes a node, without rows or content.</summary>
    public static uint New(Arena arena, int levels, in PartitionPlace place)
    {
        uint node = arena.Allocate(SkipList.HeadBytes(levels) + KeyAt + place.Key.Length);
        SkipList.Initialize(arena, node, levels);
        ref byte start = ref arena[SkipList.Content(arena, node)];
        Unsafe.As<byte, uint>(ref start) = 0;
        Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 4)) = place.Key.Length;
        Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref start, TokenAt), place.Token.Value);
        place.Key.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref start, KeyAt), place.Key.Length));
        return node;
    }

    /// <summary>The token.</summary>
    public static Token Token(Arena arena, uint node) =>
        new(Unsafe.ReadUnaligned<Int128>(ref Unsafe.AddByteOffset(ref arena[SkipList.Content(arena, node)], TokenAt)));

    /// <summary>The serialized key.</summary>
    public static ReadOnlySpan<byte> Key(Arena arena, uint node)
    {
        ref byte start = ref arena[SkipList.Content(arena, node)];
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref start, KeyAt), Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 4)));
    }

    /// <summary>Head of the list of rows; 0 for none.</summary>
    public static uint Rows(Arena arena, uint node) => Volatile.Read(ref Unsafe.As<byte, uint>(ref arena[SkipList.Content(arena, node)]));

    /// <summary>Sets the head of the list of rows.</summary>
    public static void SetRows(Arena arena, uint node, uint head) => Volatile.Write(ref Unsafe.As<byte, uint>(ref arena[SkipList.Content(arena, node)]), head);

    /// <summary>Adds content, as the newest.</summary>
    public static void AddContent(Arena arena, uint node, in PartitionContent content)
    {
        uint address = arena.Allocate(ContentBytes);
        ref byte start = ref arena[address];
        Unsafe.As<byte, uint>(ref start) = SkipList.Owner(arena, node);
        Unsafe.As<byte, uint>(ref Unsafe.AddByteOffset(ref start, 4)) = content.StaticRow;
        Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref start, 8)) = content.Deletion.MarkedAtMicros;
        Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref start, 16)) = content.Deletion.LocalSeconds;
        Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 24)) = content.Ranges;
        SkipList.SetOwner(arena, node, address);
    }

    /// <summary>The newest content that lies below a limit.</summary>
    public static PartitionContent Content(Arena arena, uint node, uint limit)
    {
        uint address = SkipList.Owner(arena, node);
        while (address >= limit)
            address = Unsafe.As<byte, uint>(ref arena[address]);
        if (address == Arena.Null)
            return PartitionContent.None;
        ref byte start = ref arena[address];
        return new PartitionContent(
            new DeletionTime(Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref start, 8)), Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref start, 16))),
            Unsafe.As<byte, uint>(ref Unsafe.AddByteOffset(ref start, 4)),
            Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 24)));
    }
}

/// <summary>What a partition of a memtable has beside rows.</summary>
/// <param name="Deletion">The partition's deletion.</param>
/// <param name="StaticRow">Address of the static row's version; 0 for none.</param>
/// <param name="Ranges">Index of its range deletions in the shard; -1 for none.</param>
internal readonly record struct PartitionContent(DeletionTime Deletion, uint StaticRow, int Ranges)
{
    /// <summary>Nothing.</summary>
    public static PartitionContent None { get; } = new(DeletionTime.Live, Arena.Null, -1);
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
/// <param name="arena">Where they are.</param>
/// <param name="partitioner">Their order.</param>
/// <param name="firstToken">The shard's first token.</param>
/// <param name="prefixShift">How far a token's distance from it is shifted for its first bits.</param>
internal readonly struct PartitionOrder(Arena arena, Partitioner partitioner, Int128 firstToken, int prefixShift) : INodeOrder<PartitionPlace>
{
    /// <inheritdoc/>
    public uint Prefix(in PartitionPlace key) => (uint)Int128.Clamp((key.Token.Value - firstToken) >> prefixShift, 0, uint.MaxValue);

    /// <inheritdoc/>
    public int Compare(uint node, in PartitionPlace key)
    {
        Token token = MemtablePartition.Token(arena, node);
        int order = key.HasKey
            ? partitioner.Compare(token, MemtablePartition.Key(arena, node), key.Token, key.Key)
            : token.CompareTo(key.Token);
        return order != 0 ? order : -key.Side;
    }
}
