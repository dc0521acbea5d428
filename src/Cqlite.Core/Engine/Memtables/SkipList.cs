using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>The order of a <see cref="SkipList"/>: where a node stands against a key.</summary>
/// <typeparam name="TKey">What nodes are searched by; may be a view on somebody's bytes.</typeparam>
internal interface INodeOrder<TKey>
    where TKey : allows ref struct
{
    /// <summary>The first bits of a key's order: of two keys with different ones the greater comes later; equal ones tell nothing.</summary>
    uint Prefix(in TKey key);

    /// <summary>Negative, zero or positive: the node comes before, at or after the key.</summary>
    int Compare(uint node, in TKey key);
}

/// <summary>
/// Sorted lists of nodes in an <see cref="Arena"/>, which one thread inserts into while others walk. Unlike the textbook's, a link has the first bits
/// of the key that it leads to, so that mostly a node is touched only when the walk goes on to it; nothing is ever removed.
/// </summary>
/// <remarks>
/// <code>
/// node   uint    of the owner
///        uint    number of levels; of a list's head too
///        ulong   for each level: prefix of the next node's key (high half), its address (low half); 0 at the end
///        ...     of the owner
/// </code>
/// A node is whole before a link leads to it. Whoever must not see what is newer than a moment passes over nodes by their addresses.
/// </remarks>
internal static class SkipList
{
    /// <summary>The most levels.</summary>
    public const int MaxLevels = 12;

    private const int LevelBits = 2;

    /// <summary>Bytes of a node before what its owner has there.</summary>
    public static int HeadBytes(int levels) => (1 + levels) * sizeof(ulong);

    /// <summary>Address of what the owner has behind the links.</summary>
    public static uint Content(Arena arena, uint node) => node + 1 + (uint)Levels(arena, node);

    /// <summary>Number of a node's levels.</summary>
    public static int Levels(Arena arena, uint node) => Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref arena[node], sizeof(uint)));

    /// <summary>The owner's field, read so that all it leads to is whole.</summary>
    public static uint Owner(Arena arena, uint node) => Volatile.Read(ref Unsafe.As<byte, uint>(ref arena[node]));

    /// <summary>Sets the owner's field, once all it leads to is whole.</summary>
    public static void SetOwner(Arena arena, uint node, uint value) => Volatile.Write(ref Unsafe.As<byte, uint>(ref arena[node]), value);

    /// <summary>A new list's head.</summary>
    public static uint NewHead(Arena arena, int levels)
    {
        uint head = arena.Allocate(HeadBytes(levels));
        Initialize(arena, head, levels);
        return head;
    }

    /// <summary>A head with more levels for a list that has grown; the old one stays good for those who walk.</summary>
    public static uint GrowHead(Arena arena, uint head, int levels)
    {
        uint grown = NewHead(arena, levels);
        for (int level = 0; level < Levels(arena, head); level++)
            Link(arena, grown, level) = Link(arena, head, level);
        return grown;
    }

    /// <summary>Makes a node's fields; its links are set by <see cref="Insert"/>.</summary>
    public static void Initialize(Arena arena, uint node, int levels)
    {
        ref byte start = ref arena[node];
        Unsafe.As<byte, uint>(ref start) = 0;
        Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, sizeof(uint))) = levels;
        for (int level = 0; level < levels; level++)
            Link(arena, node, level) = 0;
    }

    /// <summary>A number of levels as chance has it: each further one for a quarter of the nodes.</summary>
    public static int RandomLevels(ref ulong state, int most)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        int levels = 1 + (BitOperations.TrailingZeroCount(state | (1UL << 62)) / LevelBits);
        return Math.Min(levels, most);
    }

    /// <summary>Finds, on every level, the last node before a key, and the node at the key; 0 when there is none.</summary>
    public static uint Find<TKey, TOrder>(Arena arena, uint head, in TKey key, in TOrder order, Span<uint> before)
        where TKey : allows ref struct
        where TOrder : struct, INodeOrder<TKey>
    {
        uint prefix = order.Prefix(key);
        uint node = head;
        uint found = Arena.Null;
        for (int level = Levels(arena, head) - 1; level >= 0; level--)
        {
            while (true)
            {
                ulong link = Volatile.Read(ref Link(arena, node, level));
                uint next = (uint)link;
                uint nextPrefix = (uint)(link >> 32);
                if (next == Arena.Null || nextPrefix > prefix || next == found)
                    break;
                if (nextPrefix == prefix)
                {
                    int compared = order.Compare(next, key);
                    if (compared >= 0)
                    {
                        if (compared == 0)
                            found = next;
                        break;
                    }
                }

                node = next;
            }

            before[level] = node;
        }

        return found;
    }

    /// <summary>The first node that is not before a key; 0 when all are.</summary>
    public static uint Seek<TKey, TOrder>(Arena arena, uint head, in TKey key, in TOrder order)
        where TKey : allows ref struct
        where TOrder : struct, INodeOrder<TKey>
    {
        Span<uint> before = stackalloc uint[MaxLevels];
        _ = Find(arena, head, key, order, before);
        return Next(arena, before[0]);
    }

    /// <summary>The last node that is not after a key; 0 when all are.</summary>
    public static uint SeekLast<TKey, TOrder>(Arena arena, uint head, in TKey key, in TOrder order)
        where TKey : allows ref struct
        where TOrder : struct, INodeOrder<TKey>
    {
        Span<uint> before = stackalloc uint[MaxLevels];
        uint found = Find(arena, head, key, order, before);
        return found != Arena.Null ? found : before[0] == head ? Arena.Null : before[0];
    }

    /// <summary>The last node before a key; 0 when none is.</summary>
    public static uint SeekBefore<TKey, TOrder>(Arena arena, uint head, in TKey key, in TOrder order)
        where TKey : allows ref struct
        where TOrder : struct, INodeOrder<TKey>
    {
        Span<uint> before = stackalloc uint[MaxLevels];
        _ = Find(arena, head, key, order, before);
        return before[0] == head ? Arena.Null : before[0];
    }

    /// <summary>The last node of a list; 0 of an empty one.</summary>
    public static uint Last(Arena arena, uint head)
    {
        uint node = head;
        for (int level = Levels(arena, head) - 1; level >= 0; level--)
        {
            while ((uint)Volatile.Read(ref Link(arena, node, level)) is var next and not Arena.Null)
                node = next;
        }

        return node == head ? Arena.Null : node;
    }

    /// <summary>The next node, or a list's first behind its head; 0 at the end.</summary>
    public static uint Next(Arena arena, uint node) => (uint)Volatile.Read(ref Link(arena, node, 0));

    /// <summary>Links a node, all of whose content is there, behind the nodes that <see cref="Find"/> found.</summary>
    public static void Insert(Arena arena, uint node, uint prefix, ReadOnlySpan<uint> before)
    {
        int levels = Levels(arena, node);
        ulong link = ((ulong)prefix << 32) | node;
        for (int level = 0; level < levels; level++)
        {
            Link(arena, node, level) = Link(arena, before[level], level);
            Volatile.Write(ref Link(arena, before[level], level), link);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref ulong Link(Arena arena, uint node, int level) =>
        ref Unsafe.As<byte, ulong>(ref Unsafe.AddByteOffset(ref arena[node], (nint)(1 + level) * sizeof(ulong)));
}
