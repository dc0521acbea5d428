using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// The static or the regular columns of a serialization header, as rows of the table name them, and which of them the row at hand has.
/// </summary>
/// <remarks>
/// <code>
/// fewer than 64 columns    unsigned vint, bit i set where column i is missing
/// 64 and more              vint number of missing columns, then as vints the indexes of the present ones where they are fewer
///                          than half, else of the missing ones
/// </code>
/// Source: org/apache/cassandra/db/Columns.java (Serializer).
/// </remarks>
internal sealed class ColumnSlots
{
    private const int BitmapColumns = 64;
    private readonly int[] _slotOf;
    private readonly int[] _fixedLengths;
    private readonly bool[] _isComplex;
    private readonly ulong[] _present;
    private readonly string _what;

    /// <summary>Maps the table's columns of a kind to the header's.</summary>
    /// <exception cref="ArgumentException">The header has a column that the table lacks, or another order.</exception>
    public ColumnSlots(IReadOnlyList<HeaderColumn> header, IReadOnlyList<ColumnMetadata> columns, string what)
    {
        Count = header.Count;
        _what = what;
        _slotOf = new int[columns.Count];
        _fixedLengths = new int[columns.Count];
        _isComplex = new bool[columns.Count];
        _present = new ulong[Math.Max(1, (Count + 63) / 64)];
        int slot = 0;
        for (int i = 0; i < columns.Count; i++)
        {
            if (slot == Count || header[slot].Name != columns[i].Name)
            {
                _slotOf[i] = -1;
                continue;
            }

            _slotOf[i] = slot;
            _fixedLengths[i] = header[slot].Type.FixedLength;
            _isComplex[i] = header[slot].Type.IsMultiCell;
            slot++;
        }

        if (slot != Count)
            throw new ArgumentException($"the {what} column '{header[slot].Name}' of the header is not the table's, or not in its place.", nameof(header));
    }

    /// <summary>Number of columns in the header.</summary>
    public int Count { get; }

    /// <summary>Number of columns that the row at hand has.</summary>
    public int PresentCount { get; private set; }

    /// <summary>Length of every value of a table's column, or -1 where a length is stored.</summary>
    public int FixedLengthOf(int column) => _fixedLengths[column];

    /// <summary>Whether a table's column has many cells.</summary>
    public bool IsComplex(int column) => _isComplex[column];

    /// <summary>Notes which columns a row has, and returns whether any has a deletion of the whole column.</summary>
    public bool Take(Row row)
    {
        Span<ulong> present = _present;
        present.Clear();
        int previous = -1;
        int at = 0;
        ulong word = 0;
        foreach (ref readonly Cell cell in row.Cells)
        {
            if (cell.Column == previous)
                continue;
            if (cell.Column < previous)
                throw new ArgumentException($"a row's {_what} cells are not in the order of columns.", nameof(row));
            previous = cell.Column;
            int slot = SlotOf(previous);
            if (slot >> 6 != at)
            {
                present[at] = word;
                word = 0;
                at = slot >> 6;
            }

            word |= 1UL << slot;
        }

        present[at] = word;

        bool hasDeletion = false;
        foreach (ref readonly ComplexDeletion deletion in row.ComplexDeletions)
        {
            int slot = SlotOf(deletion.Column);
            present[slot >> 6] |= 1UL << slot;
            hasDeletion |= !deletion.Deletion.IsLive;
        }

        int count = 0;
        foreach (ulong bits in present)
            count += BitOperations.PopCount(bits);
        PresentCount = count;
        return hasDeletion;
    }

    /// <summary>Writes which columns the row lacks, when it lacks some.</summary>
    public void WriteSubset(BufferWriter output)
    {
        if (Count < BitmapColumns)
        {
            output.WriteUnsignedVInt(~_present[0] & ((1UL << Count) - 1));
            return;
        }

        output.WriteUnsignedVInt((ulong)(Count - PresentCount));
        ulong listed = PresentCount < Count / 2 ? 1UL : 0;
        for (int slot = 0; slot < Count; slot++)
        {
            if (((_present[slot >> 6] >> slot) & 1) == listed)
                output.WriteUnsignedVInt((ulong)slot);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(int column)
    {
        int slot = _slotOf[column];
        if (slot < 0)
            ThrowMissing(column);
        return slot;
    }

    [DoesNotReturn]
    private void ThrowMissing(int column) => throw new ArgumentException($"{_what} column {column} is not one of the header's, which a row has a cell of.", nameof(column));
}
