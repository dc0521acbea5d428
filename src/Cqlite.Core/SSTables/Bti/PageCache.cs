using System.Numerics;

namespace Cqlite.Core.SSTables.Bti;

/// <summary>
/// A bounded cache of file pages, shared by any number of files and threads without a lock. Pages never change once read, so a
/// page that is thrown out stays valid for whoever still looks at it.
/// </summary>
/// <remarks>
/// Four pages compete for each place; of these the one not used since the last look goes first. Two threads that miss the same
/// page both read it, and one copy stays.
/// </remarks>
internal sealed class PageCache
{
    /// <summary>Bytes of a page. Cassandra packs tries so that no node crosses a border between pages of this size.</summary>
    public const int PageBytes = 1 << PageShift;

    /// <summary>Number of bits of an offset within a page.</summary>
    public const int PageShift = 12;

    private const int Ways = 4;

    private readonly Page?[] _slots;
    private readonly int _setMask;
    private int _hand;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="capacityBytes">Bytes of pages to hold at most; at least one set of four is.</param>
    public PageCache(long capacityBytes)
    {
        long sets = Math.Clamp(capacityBytes / (PageBytes * Ways), 1, 1 << 24);
        sets = 1L << BitOperations.Log2((ulong)sets);
        _setMask = (int)sets - 1;
        _slots = new Page?[sets * Ways];
    }

    /// <summary>A page of a file: shorter than others at the file's end.</summary>
    public byte[] Get(PagedFile file, long number)
    {
        // Neighbours in a file fall into neighbouring sets, and so never compete while the cache is larger than the file.
        int first = (int)((ulong)number + ((ulong)file.Id * 0x9E37_79B9_7F4A_7C15)) & _setMask;
        Span<Page?> set = _slots.AsSpan(first * Ways, Ways);
        foreach (ref Page? slot in set)
        {
            Page? page = Volatile.Read(ref slot);
            if (page is not null && page.Number == number && page.FileId == file.Id)
            {
                if (!page.Used)
                    page.Used = true;
                return page.Bytes;
            }
        }

        Page loaded = new(file.Id, number, file.ReadPage(number));
        Volatile.Write(ref Victim(set), loaded);
        return loaded.Bytes;
    }

    private ref Page? Victim(Span<Page?> set)
    {
        int hand = _hand++;
        for (int i = 0; i < Ways; i++)
        {
            ref Page? slot = ref set[(hand + i) & (Ways - 1)];
            if (slot is not { Used: true })
                return ref slot;
            slot.Used = false;
        }

        return ref set[hand & (Ways - 1)];
    }

    private sealed class Page(long fileId, long number, byte[] bytes)
    {
        public readonly long FileId = fileId;
        public readonly long Number = number;
        public readonly byte[] Bytes = bytes;
        public bool Used = true;
    }
}
