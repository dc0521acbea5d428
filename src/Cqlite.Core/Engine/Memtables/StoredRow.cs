using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.SSTables;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>A version of a row in an <see cref="Arena"/>.</summary>
/// <remarks>
/// <code>
/// uint    address of the version before it; 0 for none
/// int     length of the row
/// int     number of its layout (RowStore)
/// int     smallest TTL                    of what times are relative to; the three only with a layout other than 0
/// long    smallest timestamp
/// long    smallest deletion time
/// bytes   the row, as in mutations (UnfilteredFlags)
/// </code>
/// A node of a partition's rows has its first version behind its links; the owner's field leads to the newest one.
/// </remarks>
internal static class StoredRow
{
    private const int PlainHead = 12;
    private const int FullHead = 32;

    /// <summary>Bytes that a version takes.</summary>
    public static int Bytes(int length, int layout) => (layout == RowStore.AllColumns ? PlainHead : FullHead) + length;

    /// <summary>Writes a version.</summary>
    public static void Write(Arena arena, uint address, uint older, ReadOnlySpan<byte> row, int layout, in EncodingStats stats)
    {
        ref byte start = ref arena[address];
        Unsafe.As<byte, uint>(ref start) = older;
        Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 4)) = row.Length;
        Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 8)) = layout;
        int head = PlainHead;
        if (layout != RowStore.AllColumns)
        {
            head = FullHead;
            Unsafe.As<byte, int>(ref Unsafe.AddByteOffset(ref start, 12)) = stats.MinTtlSeconds;
            Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref start, 16)) = stats.MinTimestampMicros;
            Unsafe.As<byte, long>(ref Unsafe.AddByteOffset(ref start, 24)) = stats.MinLocalDeletionSeconds;
        }

        row.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref start, head), row.Length));
    }

    /// <summary>The version before one.</summary>
    public static uint Older(Arena arena, uint address) => Unsafe.As<byte, uint>(ref arena[address]);

    /// <summary>The newest version that lies below a limit; 0 for none.</summary>
    public static uint Visible(Arena arena, uint newest, uint limit)
    {
        while (newest >= limit)
            newest = Older(arena, newest);
        return newest;
    }

    /// <summary>Decodes a version in place.</summary>
    public static void Decode(Arena arena, uint address, RowStore store, RowDecoder decoder, Row row)
    {
        byte[] slab = arena.Slab(address, out int index);
        int length = MemoryMarshal.Read<int>(slab.AsSpan(index + 4));
        int layout = MemoryMarshal.Read<int>(slab.AsSpan(index + 8));
        if (layout == RowStore.AllColumns)
        {
            decoder.Decode(slab, index + PlainHead, length, layout, store.Stats, row);
            return;
        }

        EncodingStats stats = new(
            MemoryMarshal.Read<long>(slab.AsSpan(index + 16)),
            MemoryMarshal.Read<long>(slab.AsSpan(index + 24)),
            MemoryMarshal.Read<int>(slab.AsSpan(index + 12)));
        decoder.Decode(slab, index + FullHead, length, layout, stats, row);
    }

    /// <summary>A version's row, serialized.</summary>
    public static ReadOnlySpan<byte> Row(Arena arena, uint address)
    {
        byte[] slab = arena.Slab(address, out int index);
        int length = MemoryMarshal.Read<int>(slab.AsSpan(index + 4));
        int head = MemoryMarshal.Read<int>(slab.AsSpan(index + 8)) == RowStore.AllColumns ? PlainHead : FullHead;
        return slab.AsSpan(index + head, length);
    }

    /// <summary>Reads a serialized row's clustering; the slices point into the row.</summary>
    public static void ReadClustering(ReadOnlySpan<byte> row, RowStore store, Span<Slice> values)
    {
        SpanReader reader = new(row, "the memtable");
        reader.Skip((row[0] & UnfilteredFlags.HasExtension) != 0 ? 2 : 1);
        store.Clustering.ReadValues(ref reader, values);
    }

    /// <summary>Where a version stands against a clustering or bound.</summary>
    public static int Compare(Arena arena, uint address, RowStore store, in ClusteringView place)
    {
        ReadOnlySpan<byte> row = Row(arena, address);
        Span<Slice> values = stackalloc Slice[store.Clustering.Count];
        ReadClustering(row, store, values);
        return store.Order.Compare(new ClusteringView(ClusteringKind.Clustering, row, values), place);
    }
}

/// <summary>The order of a partition's rows.</summary>
internal readonly struct RowOrder(Arena arena, RowStore store) : INodeOrder<ClusteringView>
{
    /// <inheritdoc/>
    public uint Prefix(in ClusteringView key) => store.Prefix(key);

    /// <inheritdoc/>
    public int Compare(uint node, in ClusteringView key) => StoredRow.Compare(arena, SkipList.Content(arena, node), store, key);
}
