using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cqlite.Core.SSTables;

namespace Cqlite.Core.Engine.Memtables;

/// <summary>
/// Memory that is given out in order and given back as a whole: few large arrays instead of many small objects, which the garbage
/// collector neither walks nor moves. One thread allocates and writes, any number of threads read what was published to them.
/// </summary>
/// <remarks>
/// An address counts units of eight bytes and grows with every allocation, so that what was allocated later has the greater address. That is
/// what snapshots are made of: of two addresses one tells which came first.
/// <code>address   15 bits number of the slab, 17 bits index of the unit in it; 0 is no address</code>
/// </remarks>
internal sealed class Arena
{
    /// <summary>No address.</summary>
    public const uint Null = 0;

    private const int UnitShift = 3;
    private const int IndexBits = 17;
    private const int SlabBytes = 1 << (IndexBits + UnitShift);
    private const int FirstSlabBytes = 4096;
    private const int MaxSlabs = 1 << (32 - IndexBits);

    private byte[][] _slabs = [];
    private int _count;
    private int _used;
    private int _capacity;
    private long _bytes;

    /// <summary>Gives the arrays that memory is cut from, of a length in bytes.</summary>
    public Func<int, byte[]> NewSlab { get; set; } = static bytes => GC.AllocateUninitializedArray<byte>(bytes);

    /// <summary>Memory of all slabs, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Address of what will be allocated next; all that is there now has smaller ones.</summary>
    public uint Top => _count == 0 ? 1 : ((uint)(_count - 1) << IndexBits) + Math.Min((uint)_used >> UnitShift, 1u << IndexBits);

    /// <summary>The first byte of what is at an address.</summary>
    public ref byte this[uint address]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(
            ref MemoryMarshal.GetArrayDataReference(Volatile.Read(ref _slabs)[address >> IndexBits]),
            (nint)(address & ((1u << IndexBits) - 1)) << UnitShift);
    }

    /// <summary>The array that an address is in, behind whose content there is <see cref="DataWindow.Slack"/>, and its index there.</summary>
    public byte[] Slab(uint address, out int index)
    {
        index = (int)(address & ((1u << IndexBits) - 1)) << UnitShift;
        return Volatile.Read(ref _slabs)[address >> IndexBits];
    }

    /// <summary>Gives out memory, whose content is undefined.</summary>
    /// <exception cref="OutOfMemoryException">There is none; the arena is as it was.</exception>
    /// <exception cref="InvalidOperationException">There are no more addresses.</exception>
    public uint Allocate(int bytes)
    {
        int needed = checked(bytes + (1 << UnitShift) - 1) & ~((1 << UnitShift) - 1);
        if (needed > _capacity - _used)
            AddSlab(needed);
        uint address = ((uint)(_count - 1) << IndexBits) + ((uint)_used >> UnitShift);
        _used += needed;
        return address;
    }

    private void AddSlab(int needed)
    {
        if (_count == MaxSlabs)
            throw new InvalidOperationException("a memtable's arena has no more addresses; it should have been flushed long ago.");

        // The first unit of all is left out, for its address is that of nothing.
        int reserved = _count == 0 ? 1 << UnitShift : 0;
        int capacity = Math.Max(needed + reserved, Math.Min(SlabBytes, FirstSlabBytes << Math.Min(_count, 16)));
        byte[] slab = NewSlab(capacity + DataWindow.Slack);
        byte[][] slabs = _slabs;
        if (_count == slabs.Length)
        {
            slabs = new byte[Math.Max(8, _count * 2)][];
            _slabs.CopyTo(slabs, 0);
        }

        slabs[_count] = slab;
        Volatile.Write(ref _slabs, slabs);
        _count++;
        _used = reserved;
        _capacity = capacity;
        Volatile.Write(ref _bytes, _bytes + slab.Length);
    }
}
