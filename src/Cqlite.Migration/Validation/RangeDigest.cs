using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Rows;
using Cqlite.Core.Types;

namespace Cqlite.Migration.Validation;

/// <summary>
/// What a range of a table holds, in short. Digests of ranges add up to that of the table, however it is cut. They tell whether two sides differ by accident; against
/// somebody who wants two tables to have one digest they are no protection.
/// </summary>
/// <remarks>
/// <code>
/// digest      sum of all partitions' digests, modulo 2^128
/// partition   low := XXH64(bytes), high := XXH64(bytes low:8)          of the bytes that follow; behind the row with which they pass 64 KiB
///                                                                     high:8 low:8 take the place of all before
/// bytes       key-length:vint key, then for the static row and each row:
/// row         'r' | 's'
///             each clustering value: length + 1:vint bytes            0 for null
///             timestamp:8 end:8 ttl:4                                  the primary key's liveness, if the terms have it
///             each live cell: column + 1:vint                          the column's number in the terms
///                             place:vint | path-length:vint path       of elements: their number in lists that go by order, else their path
///                             value-length:vint value                  of a counter its sum, 8 bytes
///                             timestamp:8 end:8 ttl:4                  each if the terms have it
///             0
/// </code>
/// </remarks>
/// <param name="Sum">The digest.</param>
/// <param name="Partitions">Partitions of which anything is live.</param>
/// <param name="Rows">Rows; a partition that has nothing but static values counts as one.</param>
internal readonly record struct RangeDigest(UInt128 Sum, long Partitions, long Rows)
{
    private const int LongestRun = 64 << 10;

    /// <summary>Most bytes of a cell beside its path and value: three variable-length integers, a counter's sum, two times.</summary>
    private const int CellOverhead = (3 * VInt.MaxLength) + (3 * sizeof(long));

    /// <summary>What both hold together.</summary>
    public static RangeDigest operator +(RangeDigest left, RangeDigest right) =>
        new(unchecked(left.Sum + right.Sum), left.Partitions + right.Partitions, left.Rows + right.Rows);

    /// <summary>Reads a range.</summary>
    /// <param name="side">The range, which is read to its end.</param>
    /// <param name="plan">What counts.</param>
    /// <param name="hashes">Whether more than counts is wanted.</param>
    /// <param name="buffer">Takes the bytes of one partition after the other; who reads many ranges gives the same one.</param>
    /// <param name="cancellation">Ends it.</param>
    public static RangeDigest Of(LiveSide side, ComparisonPlan plan, bool hashes, BufferWriter buffer, CancellationToken cancellation)
    {
        UInt128 sum = 0;
        long partitions = 0;
        long rows = 0;
        while (side.MoveToNextPartition())
        {
            cancellation.ThrowIfCancellationRequested();
            partitions++;
            buffer.Clear();
            buffer.WriteVIntBytes(side.Cursor.PartitionKey);
            if (side.Static is { } statics && hashes)
                Append(buffer, statics, side.Statics, plan.Statics, plan.Terms);
            long rowsBefore = rows;
            while (side.MoveToNextRow())
            {
                rows++;
                if (hashes)
                    Append(buffer, side.Row, side.Regulars, plan.Regulars, plan.Terms);
            }

            if (rows == rowsBefore)
                rows++;
            if (hashes)
                sum = unchecked(sum + Hash(buffer));
        }

        return new RangeDigest(sum, partitions, rows);
    }

    private static UInt128 Hash(BufferWriter buffer)
    {
        ulong low = XxHash64.Compute(buffer.WrittenSpan);
        buffer.WriteInt64((long)low);
        return new UInt128(XxHash64.Compute(buffer.WrittenSpan), low);
    }

    private static void Append(BufferWriter buffer, Row row, int[] map, ComparedColumn[] columns, ComparisonTerms terms)
    {
        buffer.WriteByte(row.IsStatic ? (byte)'s' : (byte)'r');
        if (!row.IsStatic)
        {
            foreach (Slice slice in row.ClusteringSlices)
            {
                buffer.WriteUnsignedVInt((ulong)(slice.Length + 1));
                buffer.Write(row.Bytes(slice));
            }

            if (terms.RowLiveness)
                AppendLiveness(buffer, row.Liveness, terms);
        }

        int place = 0;
        int current = -1;
        foreach (ref readonly Cell cell in row.Cells)
        {
            int number = map[cell.Column];
            if (number < 0 || !cell.IsLive(terms.NowSeconds))
                continue;
            place = number == current ? place + 1 : 0;
            current = number;
            Append(buffer, row, cell, columns[number], number, place, terms);
        }

        buffer.WriteByte(0);
        if (buffer.Length >= LongestRun)
        {
            UInt128 hash = Hash(buffer);
            buffer.Clear();
            buffer.WriteInt64((long)(ulong)(hash >> 64));
            buffer.WriteInt64((long)(ulong)hash);
        }
    }

    private static void Append(BufferWriter buffer, Row row, in Cell cell, ComparedColumn column, int number, int place, ComparisonTerms terms)
    {
        ReadOnlySpan<byte> path = column.IsComplex && !column.IsByOrder ? row.Path(cell) : default;
        ReadOnlySpan<byte> value = row.Value(cell);
        Span<byte> target = buffer.GetSpan(CellOverhead + path.Length + value.Length);
        int at = VInt.WriteUnsigned(target, (ulong)number + 1);
        if (column.IsByOrder)
            at += VInt.WriteUnsigned(target[at..], (ulong)place);
        else if (column.IsComplex)
            at += Append(target[at..], path);
        if (column.IsCounter)
            at += Append(target[at..], new CounterContext(value).Total);
        else
            at += Append(target[at..], value);
        if (column.HasTimes)
            at += Append(target[at..], cell.TimestampMicros);
        if (column.HasTtls)
            at += Append(target[at..], cell.LocalDeletionSeconds);
        buffer.Advance(at);
        if (column.HasTtls && terms.OriginalTtls)
            buffer.WriteInt32(cell.TtlSeconds);
    }

    private static int Append(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        int at = VInt.WriteUnsigned(target, (ulong)bytes.Length);
        bytes.CopyTo(target[at..]);
        return at + bytes.Length;
    }

    private static int Append(Span<byte> target, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, value);
        return sizeof(long);
    }

    private static void AppendLiveness(BufferWriter buffer, Liveness liveness, ComparisonTerms terms)
    {
        if (!liveness.IsLive(terms.NowSeconds))
            liveness = Liveness.None;
        buffer.WriteInt64(liveness.TimestampMicros);
        if (!terms.Ttls)
            return;
        buffer.WriteInt64(liveness.ExpiresAtSeconds);
        if (terms.OriginalTtls)
            buffer.WriteInt32(liveness.TtlSeconds);
    }
}
