using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;
using Cqlite.Core.SSTables.Statistics;
using static Cqlite.Core.SSTables.UnfilteredFlags;

namespace Cqlite.Core.SSTables.Writing;

/// <summary>
/// Writes rows and range tombstone markers as a serialization header lays them out: in SSTables, and without sizes in mutations
/// (messages and the commit log). One for each thread.
/// </summary>
/// <remarks>The bytes are drawn on <see cref="UnfilteredFlags"/>. Source: org/apache/cassandra/db/rows/{UnfilteredSerializer,Cell}.java.</remarks>
internal sealed class UnfilteredEncoder
{
    /// <summary>Most bytes of a cell beside its path and value: flags, timestamp, deletion time, TTL, two lengths, and what a copy may write beyond its end.</summary>
    private const int CellOverhead = 1 + (5 * VInt.MaxLength) + CopyBytes;

    /// <summary>What is short is copied as so many bytes, wherever there are so many: those behind it are written over by what follows.</summary>
    private const int CopyBytes = 16;

    private readonly ClusteringLayout _clustering;
    private readonly ColumnSlots _statics;
    private readonly ColumnSlots _regulars;
    private EncodingStats _stats;
    private readonly bool _forSSTable;
    private int _sizeBytes = 2;

    /// <summary>The timestamp that was written last, as it was: cells mostly have that of the one before.</summary>
    private Vector128<byte> _timestampBytes;
    private int _timestampLength;
    private long _timestampMicros;

    /// <summary>Creates an encoder.</summary>
    /// <param name="header">How rows are laid out.</param>
    /// <param name="table">The table that rows' cells refer to.</param>
    /// <param name="forSSTable">Whether each row and marker has its size and its predecessor's before it; mutations have neither.</param>
    public UnfilteredEncoder(SerializationHeader header, TableMetadata table, bool forSSTable)
    {
        _clustering = new ClusteringLayout(header.ClusteringTypes);
        _statics = new ColumnSlots(header.Statics, table.Statics, "static");
        _regulars = new ColumnSlots(header.Regulars, table.Regulars, "regular");
        _stats = header.Stats;
        _forSSTable = forSSTable;
    }

    /// <summary>What times are relative to: the header's, unless each partition brings its own, as in mutations.</summary>
    public EncodingStats Stats
    {
        get => _stats;
        set
        {
            _stats = value;
            _timestampLength = 0;
        }
    }

    /// <summary>Whether every partition has a static row, if an empty one.</summary>
    public bool HasStatics => _statics.Count > 0;

    /// <summary>Layout of clusterings.</summary>
    public ClusteringLayout Clustering => _clustering;

    /// <summary>In the last row or marker written, the range of the output that holds its clustering: values of a row, the whole prefix of a marker.</summary>
    public Range LastClustering { get; private set; }

    /// <summary>Appends a row.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="row">The row, or the static row.</param>
    /// <param name="previousSize">Bytes from the start of what stands before (the partition, for its first) to this row; 0 for the static row.</param>
    /// <exception cref="ArgumentException">The row does not fit the header.</exception>
    public void WriteRow(BufferWriter output, Row row, long previousSize)
    {
        ColumnSlots slots = row.IsStatic ? _statics : _regulars;
        int flags = slots.Take(row) ? HasComplexDeletion : 0;
        int extension = row.IsStatic ? IsStatic : 0;
        Liveness liveness = row.Liveness;
        if (!liveness.IsEmpty)
            flags |= liveness.IsExpiring ? HasTimestamp | HasTtl : HasTimestamp;
        if (!row.Deletion.IsLive)
        {
            flags |= HasDeletion;
            if (row.IsDeletionShadowable)
                extension |= HasShadowableDeletion;
        }

        if (slots.PresentCount == slots.Count)
            flags |= HasAllColumns;
        if (extension != 0)
            flags |= HasExtension;

        output.WriteByte((byte)flags);
        if (extension != 0)
            output.WriteByte((byte)extension);
        int clusteringStart = output.Length;
        if (!row.IsStatic)
            _clustering.WriteValues(output, row.Clustering);
        LastClustering = clusteringStart..output.Length;

        if (!_forSSTable)
        {
            WriteBody(output, row, slots, flags);
            return;
        }

        // The body's size stands before it: room is left for as many bytes as the last one took.
        int sizeAt = output.Length;
        _ = output.GetSpan(_sizeBytes);
        output.Advance(_sizeBytes);
        output.WriteUnsignedVInt((ulong)previousSize);
        WriteBody(output, row, slots, flags);
        CloseSize(output, sizeAt);
    }

    /// <summary>Appends a marker.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="marker">The marker.</param>
    /// <param name="previousSize">As of a row.</param>
    public void WriteMarker(BufferWriter output, RangeTombstoneMarker marker, long previousSize)
    {
        output.WriteByte(IsMarker);
        int clusteringStart = output.Length;
        _clustering.WritePrefix(output, marker.Clustering);
        LastClustering = clusteringStart..output.Length;

        int sizeAt = output.Length;
        if (_forSSTable)
        {
            _ = output.GetSpan(_sizeBytes);
            output.Advance(_sizeBytes);
            output.WriteUnsignedVInt((ulong)previousSize);
        }

        if (marker.Kind.IsBoundary())
        {
            WriteDeletion(output, marker.EndDeletion);
            WriteDeletion(output, marker.StartDeletion);
        }
        else
        {
            WriteDeletion(output, marker.Kind.IsStart() ? marker.StartDeletion : marker.EndDeletion);
        }

        if (_forSSTable)
            CloseSize(output, sizeAt);
    }

    private void CloseSize(BufferWriter output, int sizeAt)
    {
        int bodyLength = output.Length - sizeAt - _sizeBytes;
        int needed = VInt.UnsignedLength((ulong)bodyLength);
        if (needed != _sizeBytes)
        {
            _ = output.GetSpan(VInt.MaxLength);
            int shift = needed - _sizeBytes;
            if (shift > 0)
                output.Advance(shift);
            Span<byte> all = output.Patch(sizeAt, Math.Max(needed, _sizeBytes) + bodyLength);
            all.Slice(_sizeBytes, bodyLength).CopyTo(all[needed..]);
            if (shift < 0)
                output.Truncate(output.Length + shift);
            _sizeBytes = needed;
        }

        WriteVIntAt(output, sizeAt, (ulong)bodyLength);
    }

    private static void WriteVIntAt(BufferWriter output, int offset, ulong value)
    {
        Span<byte> bytes = stackalloc byte[VInt.MaxLength];
        int length = VInt.WriteUnsigned(bytes, value);
        bytes[..length].CopyTo(output.Patch(offset, length));
    }

    private void WriteBody(BufferWriter output, Row row, ColumnSlots slots, int flags)
    {
        Liveness liveness = row.Liveness;
        if ((flags & HasTimestamp) != 0)
            output.WriteUnsignedVInt(unchecked((ulong)(liveness.TimestampMicros - _stats.MinTimestampMicros)));
        if ((flags & HasTtl) != 0)
        {
            output.WriteUnsignedVInt(TtlDelta(liveness.TtlSeconds));
            output.WriteUnsignedVInt(TimeDelta(liveness.ExpiresAtSeconds));
        }

        if ((flags & HasDeletion) != 0)
            WriteDeletion(output, row.Deletion);
        if ((flags & HasAllColumns) == 0)
            slots.WriteSubset(output);

        ReadOnlySpan<Cell> cells = row.Cells;
        ReadOnlySpan<ComplexDeletion> deletions = row.ComplexDeletions;
        byte[] buffer = row.Buffer;
        int nextDeletion = 0;
        int next = 0;
        while (next < cells.Length)
        {
            int column = cells[next].Column;
            if (!slots.IsComplex(column))
            {
                WriteCell(output, cells[next++], buffer, slots.FixedLengthOf(column), isComplex: false, liveness);
                if (next < cells.Length && cells[next].Column == column)
                    throw new ArgumentException($"a row has two cells of simple column {column}.", nameof(row));
                continue;
            }

            // Columns that have a deletion but no cell.
            for (; nextDeletion < deletions.Length && deletions[nextDeletion].Column < column; nextDeletion++)
                WriteDeletedColumn(output, deletions[nextDeletion].Deletion);

            int end = next + 1;
            while (end < cells.Length && cells[end].Column == column)
                end++;
            DeletionTime deletion = DeletionTime.Live;
            if (nextDeletion < deletions.Length && deletions[nextDeletion].Column == column)
                deletion = deletions[nextDeletion++].Deletion;
            if ((flags & HasComplexDeletion) != 0)
                WriteDeletion(output, deletion);
            output.WriteUnsignedVInt((ulong)(end - next));
            while (next < end)
                WriteCell(output, cells[next++], buffer, slots.FixedLengthOf(column), isComplex: true, liveness);
        }

        for (; nextDeletion < deletions.Length; nextDeletion++)
            WriteDeletedColumn(output, deletions[nextDeletion].Deletion);
    }

    private void WriteDeletedColumn(BufferWriter output, in DeletionTime deletion)
    {
        WriteDeletion(output, deletion);
        output.WriteByte(0);
    }

    /// <summary>Appends a cell. Room for all that it can take is asked for at once, so that nothing is looked at piece by piece but what is copied.</summary>
    private void WriteCell(BufferWriter output, in Cell cell, byte[] buffer, int fixedLength, bool isComplex, in Liveness liveness)
    {
        int valueLength = Math.Max(0, cell.Value.Length);
        int pathLength = isComplex ? Math.Max(0, cell.Path.Length) : 0;
        ref byte head = ref MemoryMarshal.GetReference(output.GetSpan(CellOverhead + pathLength + valueLength));
        ref byte at = ref Unsafe.Add(ref head, 1);
        int flags = valueLength == 0 ? CellHasEmptyValue : 0;
        if (!liveness.IsEmpty && cell.TimestampMicros == liveness.TimestampMicros)
            flags |= CellUsesRowTimestamp;
        else
            at = ref WriteTimestamp(ref at, cell.TimestampMicros);
        if (cell.LocalDeletionSeconds != Cell.NoDeletionTime || cell.TtlSeconds != Cell.NoTtl)
        {
            at = ref Unsafe.Add(ref at, WriteCellTimes(ref at, cell, liveness, out int timeFlags));
            flags |= timeFlags;
        }

        head = (byte)flags;

        if (isComplex)
        {
            at = ref VInt.WriteUnsigned(ref at, (ulong)pathLength);
            at = ref Copy(buffer.AsSpan(cell.Path.Offset), pathLength, ref at);
        }

        if (valueLength != 0)
        {
            if (fixedLength < 0)
                at = ref VInt.WriteUnsigned(ref at, (ulong)valueLength);
            else if (fixedLength != valueLength)
                ThrowLength(cell, fixedLength);
            at = ref Copy(buffer.AsSpan(cell.Value.Offset), valueLength, ref at);
        }

        output.Advance((int)Unsafe.ByteOffset(ref head, ref at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Copy(ReadOnlySpan<byte> source, int length, ref byte target)
    {
        if (length <= CopyBytes && source.Length >= CopyBytes)
            Vector128.Create(source).StoreUnsafe(ref target);
        else
            source[..length].CopyTo(MemoryMarshal.CreateSpan(ref target, length));
        return ref Unsafe.Add(ref target, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte WriteTimestamp(ref byte target, long micros)
    {
        if (_timestampLength == 0 || micros != _timestampMicros)
            EncodeTimestamp(micros);
        _timestampBytes.StoreUnsafe(ref target);
        return ref Unsafe.Add(ref target, _timestampLength);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EncodeTimestamp(long micros)
    {
        Span<byte> bytes = stackalloc byte[Vector128<byte>.Count];
        bytes.Clear();
        _timestampLength = VInt.WriteUnsigned(bytes, unchecked((ulong)(micros - _stats.MinTimestampMicros)));
        _timestampBytes = Vector128.Create<byte>(bytes);
        _timestampMicros = micros;
    }

    /// <summary>Writes when a cell was deleted or expires, and its TTL; gives the flags that say so, and returns how many bytes were written.</summary>
    private int WriteCellTimes(ref byte target, in Cell cell, in Liveness liveness, out int flags)
    {
        if (cell.IsExpiring && liveness.IsExpiring && cell.TtlSeconds == liveness.TtlSeconds && cell.LocalDeletionSeconds == liveness.ExpiresAtSeconds)
        {
            flags = CellIsExpiring | CellUsesRowTtl;
            return 0;
        }

        ref byte at = ref VInt.WriteUnsigned(ref target, TimeDelta(cell.LocalDeletionSeconds));
        if (cell.IsExpiring)
        {
            flags = CellIsExpiring;
            at = ref VInt.WriteUnsigned(ref at, TtlDelta(cell.TtlSeconds));
        }
        else
        {
            flags = CellIsDeleted;
        }

        return (int)Unsafe.ByteOffset(ref target, ref at);
    }

    /// <summary>Appends a deletion as rows have it, such as the partition's in a mutation.</summary>
    public void WriteDeletion(BufferWriter output, in DeletionTime deletion)
    {
        output.WriteUnsignedVInt(unchecked((ulong)(deletion.MarkedAtMicros - _stats.MinTimestampMicros)));
        output.WriteUnsignedVInt(TimeDelta(deletion.LocalSeconds));
    }

    /// <summary>Differences of times are 32 bits wide and wrap; a negative one is extended by its sign.</summary>
    private ulong TimeDelta(long seconds) => unchecked((ulong)(long)(int)(seconds - _stats.MinLocalDeletionSeconds));

    private ulong TtlDelta(int seconds) => unchecked((ulong)(long)(seconds - _stats.MinTtlSeconds));

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void ThrowLength(in Cell cell, int fixedLength) => throw new ArgumentException(
        $"a value of column {cell.Column} has {cell.Value.Length:N0} bytes; its type has {fixedLength}.",
        nameof(cell));
}
