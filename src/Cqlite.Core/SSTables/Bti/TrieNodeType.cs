using System.Runtime.CompilerServices;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// How a node of a trie is stored: its first four bits. The number in a name is the bits of a pointer, which is the distance back
/// to the child.
/// </summary>
/// <remarks>
/// <code>
/// PayloadOnly          type:4 payload:4                                              no children
/// SingleNoPayload4     type:4 pointer:4          byte:8                              one child
/// SingleNoPayload12    type:4 pointer:12         byte:8
/// Single8, 16          type:4 payload:4          byte:8   pointer
/// Sparse8 ... 40       type:4 payload:4 count:8  byte:8 * count  pointer * count     2 to 255 children
/// Dense12 ... 64       type:4 payload:4 first:8  last - first:8  pointer * range     children of a range of bytes; pointer 0: none
/// </code>
/// Pointers of 12 bits lie packed in threes of bytes, padded at the end. Where the four payload bits are not zero, a payload
/// follows. Source: org/apache/cassandra/io/tries/TrieNode.java.
/// </remarks>
internal enum TrieNodeType : byte
{
    /// <summary>A leaf.</summary>
    PayloadOnly,

    /// <summary>One child within 15 bytes, no payload.</summary>
    SingleNoPayload4,

    /// <summary>One child within 255 bytes.</summary>
    Single8,

    /// <summary>One child within 4,095 bytes, no payload.</summary>
    SingleNoPayload12,

    /// <summary>One child within 65,535 bytes.</summary>
    Single16,

    /// <summary>A list of children, pointers of 8 bits.</summary>
    Sparse8,

    /// <summary>A list of children, pointers of 12 bits.</summary>
    Sparse12,

    /// <summary>A list of children, pointers of 16 bits.</summary>
    Sparse16,

    /// <summary>A list of children, pointers of 24 bits.</summary>
    Sparse24,

    /// <summary>A list of children, pointers of 40 bits.</summary>
    Sparse40,

    /// <summary>A range of children, pointers of 12 bits.</summary>
    Dense12,

    /// <summary>A range of children, pointers of 16 bits.</summary>
    Dense16,

    /// <summary>A range of children, pointers of 24 bits.</summary>
    Dense24,

    /// <summary>A range of children, pointers of 32 bits.</summary>
    Dense32,

    /// <summary>A range of children, pointers of 40 bits.</summary>
    Dense40,

    /// <summary>A range of children, pointers of 64 bits.</summary>
    Dense64,
}

/// <summary>What the types of nodes have in common.</summary>
internal static class TrieNodeTypes
{
    private static ReadOnlySpan<byte> PointerBitsByType => [0, 4, 8, 12, 16, 8, 12, 16, 24, 40, 12, 16, 24, 32, 40, 64];

    /// <summary>Bits of a pointer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PointerBits(this TrieNodeType type) => PointerBitsByType[(int)type];

    /// <summary>Whether the type has one child that its own bytes name.</summary>
    public static bool IsSingle(this TrieNodeType type) => type is >= TrieNodeType.SingleNoPayload4 and <= TrieNodeType.Single16;

    /// <summary>Whether the type lists its children.</summary>
    public static bool IsSparse(this TrieNodeType type) => type is >= TrieNodeType.Sparse8 and <= TrieNodeType.Sparse40;

    /// <summary>Whether the type has a range of children.</summary>
    public static bool IsDense(this TrieNodeType type) => type >= TrieNodeType.Dense12;

    /// <summary>Whether a payload can follow a node of the type.</summary>
    public static bool AllowsPayload(this TrieNodeType type) => type is not (TrieNodeType.SingleNoPayload4 or TrieNodeType.SingleNoPayload12);

    /// <summary>Bytes of a node without its payload.</summary>
    /// <param name="type">The type.</param>
    /// <param name="children">Number of children of a sparse node; of a dense one length of the range, children or none.</param>
    public static int NodeBytes(this TrieNodeType type, int children) => type switch
    {
        TrieNodeType.PayloadOnly => 1,
        TrieNodeType.SingleNoPayload4 => 2,
        TrieNodeType.SingleNoPayload12 or TrieNodeType.Single8 => 3,
        TrieNodeType.Single16 => 4,
        < TrieNodeType.Dense12 => 2 + children + (((children * type.PointerBits()) + 7) >> 3),
        _ => 3 + (((children * type.PointerBits()) + 7) >> 3),
    };
}
