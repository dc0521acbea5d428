using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cqlite.Core.Rows;
using static Cqlite.Core.SSTables.UnfilteredFlags;

namespace Cqlite.Core.SSTables;

/// <content>
/// The hot loop. The row lies in one piece in the window, with slack behind it: every field is read first, and whether it was still
/// within the row is checked once a cell, against the value's length.
/// </content>
internal sealed partial class UnfilteredReader
{
    private const int BitmapColumns = 64;
    private ulong[] _missing = [];

    private void DecodeBody(Row row, ColumnLayout[] columns)
    {
        ref byte buffer = ref VIntDecoder.Start(Window.Buffer);
        int position = _body;
        int end = position + (int)_bodyLength;
        int flags = _flags;
        if (_layout.HasSizes)
            VIntDecoder.Read(ref buffer, ref position);

        Liveness liveness = Liveness.None;
        if ((flags & HasTimestamp) != 0)
        {
            long timestamp = unchecked((long)VIntDecoder.Read(ref buffer, ref position) + Stats.MinTimestampMicros);
            if ((flags & HasTtl) != 0)
            {
                int ttl = ReadTtl(ref buffer, ref position);
                liveness = new Liveness(timestamp, ttl, DecodeTime(ReadTime(ref buffer, ref position), ttl));
            }
            else
            {
                liveness = new Liveness(timestamp, 0, Cell.NoDeletionTime);
            }

            row.Liveness = liveness;
        }

        if ((flags & HasDeletion) != 0)
        {
            row.Deletion = ReadDeletion(ref buffer, ref position);
            row.IsDeletionShadowable = (_extendedFlags & HasShadowableDeletion) != 0;
        }

        if (position > end)
            ThrowRowTooShort();
        bool hasMissing = (flags & HasAllColumns) == 0 && ReadMissing(ref buffer, ref position, end, columns.Length);
        position = DecodeCells(row, columns, ref buffer, position, end, hasMissing, liveness);
        if (_layout.HasSizes ? position != end : position > end)
            ThrowRowLength(position, end);
        _bodyLength = position - _body;
        if (!_layout.IsInTableOrder)
            SortCells(row);
    }

    private int DecodeCells(Row row, ColumnLayout[] columns, ref byte buffer, int position, int end, bool hasMissing, in Liveness liveness)
    {
        ref Cell cells = ref MemoryMarshal.GetReference(row.ReserveCells(columns.Length));
        int count = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            if (hasMissing && (_missing[i >> 6] >> i & 1) != 0)
                continue;

            ref readonly ColumnLayout column = ref columns[i];
            if (!column.IsPlain)
            {
                position = DecodeColumn(row, column, ref count, columns.Length - i, ref buffer, position, end, liveness);
                cells = ref MemoryMarshal.GetReference(row.ReserveCells(count + columns.Length - i));
                continue;
            }

            ref Cell cell = ref Unsafe.Add(ref cells, count++);
            int flags = Unsafe.Add(ref buffer, position++);
            if (flags == CellUsesRowTimestamp)
            {
                cell.TimestampMicros = liveness.TimestampMicros;
                cell.LocalDeletionSeconds = Cell.NoDeletionTime;
                cell.TtlSeconds = Cell.NoTtl;
            }
            else
            {
                DecodeTimes(ref cell, flags, ref buffer, ref position, liveness);
            }

            long length = column.FixedLength;
            if ((flags & CellHasEmptyValue) != 0)
                length = 0;
            else if (length < 0)
                length = (long)VIntDecoder.Read(ref buffer, ref position);
            if ((ulong)length > (ulong)(end - position) || position > end)
                ThrowValueTooLong(length, position);
            cell.Column = column.TableColumn;
            cell.Value = new Slice(position, (int)length);
            cell.Path = Slice.Null;
            position += (int)length;
        }

        row.TruncateCells(count);
        return position;
    }

    /// <summary>A column of many cells, or one of which some cells stay hidden.</summary>
    private int DecodeColumn(Row row, in ColumnLayout column, ref int count, int columnsLeft, ref byte buffer, int position, int end, in Liveness liveness)
    {
        int cellCount = 1;
        if (column.IsComplex)
        {
            if ((_flags & HasComplexDeletion) != 0)
            {
                DeletionTime deletion = ReadDeletion(ref buffer, ref position);
                bool isHidden = column.TableColumn < 0 || (column.Hides && deletion.MarkedAtMicros <= column.HiddenUpToMicros);
                if (deletion.MarkedAtMicros != long.MinValue && !isHidden)
                    row.AddComplexDeletion(new ComplexDeletion(column.TableColumn, deletion));
            }

            ulong stored = VIntDecoder.Read(ref buffer, ref position);

            // Each has at least its flags and its path's length.
            if (position > end || stored > (ulong)(end - position) / 2)
                throw Corrupt(Window.Origin + position, $"a column of {stored:N0} cells can't be in the {Math.Max(0, end - position):N0} bytes left of its row");
            cellCount = (int)stored;
        }

        ref Cell cells = ref MemoryMarshal.GetReference(row.ReserveCells(count + cellCount + columnsLeft));
        for (int i = 0; i < cellCount; i++)
        {
            ref Cell cell = ref Unsafe.Add(ref cells, count);
            int flags = Unsafe.Add(ref buffer, position++);
            if (flags == CellUsesRowTimestamp)
            {
                cell.TimestampMicros = liveness.TimestampMicros;
                cell.LocalDeletionSeconds = Cell.NoDeletionTime;
                cell.TtlSeconds = Cell.NoTtl;
            }
            else
            {
                DecodeTimes(ref cell, flags, ref buffer, ref position, liveness);
            }

            cell.Path = Slice.Null;
            if (column.IsComplex)
            {
                long pathLength = (long)VIntDecoder.Read(ref buffer, ref position);
                if ((ulong)pathLength > (ulong)(end - position) || position > end)
                    ThrowValueTooLong(pathLength, position);
                cell.Path = new Slice(position, (int)pathLength);
                position += (int)pathLength;
            }

            long length = column.FixedLength;
            if ((flags & CellHasEmptyValue) != 0)
                length = 0;
            else if (length < 0)
                length = (long)VIntDecoder.Read(ref buffer, ref position);
            if ((ulong)length > (ulong)(end - position) || position > end)
                ThrowValueTooLong(length, position);
            cell.Column = column.TableColumn;
            cell.Value = new Slice(position, (int)length);
            position += (int)length;
            if (column.TableColumn >= 0 && !(column.Hides && cell.TimestampMicros <= column.HiddenUpToMicros))
                count++;
        }

        return position;
    }

    private void DecodeTimes(ref Cell cell, int flags, ref byte buffer, ref int position, in Liveness liveness)
    {
        if ((flags & CellUnknown) != 0 || (flags & (CellIsDeleted | CellIsExpiring)) == (CellIsDeleted | CellIsExpiring))
            throw Corrupt(Window.Origin + position - 1, $"a cell's flags {flags:x2} mean nothing");
        cell.TimestampMicros = (flags & CellUsesRowTimestamp) != 0
            ? liveness.TimestampMicros
            : unchecked((long)VIntDecoder.Read(ref buffer, ref position) + Stats.MinTimestampMicros);
        bool usesRowTtl = (flags & CellUsesRowTtl) != 0;
        long time = usesRowTtl ? liveness.ExpiresAtSeconds
            : (flags & (CellIsDeleted | CellIsExpiring)) != 0 ? ReadTime(ref buffer, ref position)
            : Cell.NoDeletionTime;
        int ttl = usesRowTtl ? liveness.TtlSeconds
            : (flags & CellIsExpiring) != 0 ? ReadTtl(ref buffer, ref position)
            : Cell.NoTtl;
        cell.TtlSeconds = ttl;
        cell.LocalDeletionSeconds = DecodeTime(time, ttl);
    }

    private DeletionTime ReadDeletion(ref byte buffer, ref int position)
    {
        long timestamp = unchecked((long)VIntDecoder.Read(ref buffer, ref position) + Stats.MinTimestampMicros);
        long seconds = ReadTime(ref buffer, ref position);
        if (seconds < 0 && _layout.HasUIntDeletionTime)
            return new DeletionTime(timestamp, DeletionTimes.FromUInt((uint)seconds));
        return timestamp == long.MinValue ? DeletionTime.Live : DeletionTimes.Build(timestamp, seconds);
    }

    private long ReadTime(ref byte buffer, ref int position)
    {
        long stored = (long)VIntDecoder.Read(ref buffer, ref position);
        if (stored != (int)stored)
            throw Corrupt(Window.Origin + position, $"a deletion time {stored:N0} seconds after the smallest one is out of range");
        return stored + Stats.MinLocalDeletionSeconds;
    }

    private int ReadTtl(ref byte buffer, ref int position)
    {
        long ttl = (long)VIntDecoder.Read(ref buffer, ref position) + Stats.MinTtlSeconds;
        if (ttl is < 0 or > int.MaxValue)
            throw Corrupt(Window.Origin + position, $"a TTL of {ttl:N0} seconds is out of range");
        return (int)ttl;
    }

    /// <summary>Undoes the overflow of times that are stored as 32 bits; what can't be a time becomes an invalid one, as in Cassandra.</summary>
    private long DecodeTime(long seconds, int ttl)
    {
        if (seconds >= ttl)
            return seconds;
        if (seconds < 0)
            return _layout.HasUIntDeletionTime ? DeletionTimes.FromUInt((uint)seconds) : DeletionTimes.Invalid;
        return ttl == Liveness.ExpiredTtl ? seconds : DeletionTimes.Invalid;
    }

    /// <summary>Reads which columns the row lacks into a bitmap; false when it lacks none.</summary>
    private bool ReadMissing(ref byte buffer, ref int position, int end, int columnCount)
    {
        ulong encoded = VIntDecoder.Read(ref buffer, ref position);
        if (encoded == 0)
            return false;
        int words = Math.Max(1, (columnCount + 63) / 64);
        if (_missing.Length < words)
            _missing = new ulong[words];
        if (columnCount < BitmapColumns)
        {
            if (encoded >> columnCount != 0)
                throw Corrupt(Window.Origin + position, $"a row lacks columns {encoded:x} of only {columnCount}");
            _missing[0] = encoded;
            return true;
        }

        if (encoded > (ulong)columnCount)
            throw Corrupt(Window.Origin + position, $"a row lacks {encoded:N0} columns of only {columnCount}");
        int missing = (int)encoded;
        int present = columnCount - missing;
        bool listsPresent = present < columnCount / 2;
        Span<ulong> bits = _missing.AsSpan(0, words);
        bits.Fill(listsPresent ? ulong.MaxValue : 0);
        int listed = listsPresent ? present : missing;
        int previous = -1;
        for (int i = 0; i < listed; i++)
        {
            if (position >= end)
                ThrowRowTooShort();
            ulong index = VIntDecoder.Read(ref buffer, ref position);
            if (index >= (ulong)columnCount || (int)index <= previous)
                throw Corrupt(Window.Origin + position, $"a row's list of columns has {index:N0} after {previous:N0}, of {columnCount}");
            previous = (int)index;
            bits[previous >> 6] ^= 1UL << previous;
        }

        if (position > end)
            ThrowRowTooShort();
        return true;
    }

    /// <summary>Brings cells into the table's order where the SSTable's differs, which takes a change of a column's type.</summary>
    private static void SortCells(Row row)
    {
        // Insertion sort: it keeps the order of paths within a column, and there are few inversions.
        Span<Cell> cells = row.MutableCells;
        for (int i = 1; i < cells.Length; i++)
        {
            Cell cell = cells[i];
            int to = i;
            while (to > 0 && cells[to - 1].Column > cell.Column)
            {
                cells[to] = cells[to - 1];
                to--;
            }

            cells[to] = cell;
        }
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowRowTooShort() => throw Corrupt(ItemPosition, $"the row's {_bodyLength:N0} bytes are too few for what it says it has");

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowRowLength(int position, int end) => throw Corrupt(
        Window.Origin + position,
        $"the row that begins at {ItemPosition:N0} ends here by its content, but at {Window.Origin + end:N0} by its length");

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowValueTooLong(long length, int position) => throw Corrupt(
        Window.Origin + position,
        $"a value of {(ulong)length:N0} bytes goes beyond its row, which begins at {ItemPosition:N0} and has {_bodyLength:N0} bytes of content");
}
