using System.Buffers.Binary;
using Cqlite.Core.Encoding;
using Cqlite.Core.Errors;
using Cqlite.Core.Rows;
using Cqlite.Core.Schema;

namespace Cqlite.Core.Query.Execution;

/// <summary>
/// Where a page ended, so that the next one seeks to that place instead of reading again what came before it. It names a partition and a row by
/// their values and depends on nothing else: it outlives the process, flushes and compactions, and a table that gains or loses columns.
/// </summary>
/// <remarks>
/// <code>
/// version:1           1
/// flags:1             1 a row is named, 2 nothing of the partition is left, 4 the next page begins with the named row rather than behind it
/// remaining           unsigned vint: result rows that LIMIT still allows; 0 without one
/// remaining here      unsigned vint: rows (with GROUP BY groups) that PER PARTITION LIMIT still allows in the partition; 0 without one
/// key                 unsigned vint length, bytes
/// row                 if named: a vint for each clustering column (0 for null, else length + 1), and its bytes
/// checksum:4          CRC32 of all before it
/// </code>
/// Cassandra's own (service/pager/PagingState.java) has the same content but for the flags, which it reads out of the row's form, and has no checksum.
/// </remarks>
internal sealed record PagingState
{
    private const byte Version = 1;
    private const int NamesRow = 1;
    private const int EndsPartition = 2;
    private const int IncludesRow = 4;

    /// <summary>The partition's key, serialized; of no bytes in a view whose key is an empty text.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The row's clustering; null where the partition is to be read from its beginning, or not at all.</summary>
    public byte[]?[]? Clustering { get; init; }

    /// <summary>Whether the next page begins with the row rather than behind it.</summary>
    public bool IsInclusive { get; init; }

    /// <summary>Whether the next page begins behind the partition.</summary>
    public bool IsPartitionDone { get; init; }

    /// <summary>Result rows that LIMIT still allows; <see cref="long.MaxValue"/> without one.</summary>
    public long Remaining { get; init; } = long.MaxValue;

    /// <summary>What PER PARTITION LIMIT still allows in the partition; <see cref="long.MaxValue"/> without one.</summary>
    public long RemainingInPartition { get; init; } = long.MaxValue;

    /// <summary>The state as bytes.</summary>
    public byte[] Serialize()
    {
        var output = new BufferWriter(64);
        output.WriteByte(Version);
        output.WriteByte((byte)((Clustering is null ? 0 : NamesRow) | (IsPartitionDone ? EndsPartition : 0) | (IsInclusive ? IncludesRow : 0)));
        output.WriteUnsignedVInt(Remaining == long.MaxValue ? 0 : (ulong)Remaining);
        output.WriteUnsignedVInt(RemainingInPartition == long.MaxValue ? 0 : (ulong)RemainingInPartition);
        output.WriteVIntBytes(Key);
        foreach (byte[]? value in Clustering ?? [])
        {
            output.WriteUnsignedVInt(value is null ? 0 : (ulong)value.Length + 1);
            output.Write(value);
        }

        output.WriteInt32((int)Crc32.Compute(output.WrittenSpan));
        return output.ToArray();
    }

    /// <summary>Reads a state that a client sent back.</summary>
    /// <param name="bytes">What the client sent.</param>
    /// <param name="table">The table that is read.</param>
    /// <exception cref="InvalidQueryException">It is no state, or not one of this table.</exception>
    public static PagingState Parse(ReadOnlySpan<byte> bytes, TableMetadata table)
    {
        if (bytes.Length < sizeof(int) || Crc32.Compute(bytes[..^sizeof(int)]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[^sizeof(int)..]))
            throw Invalid();
        try
        {
            return Read(new SpanReader(bytes[..^sizeof(int)], "the paging state"), table);
        }
        catch (CorruptDataException)
        {
            throw Invalid();
        }
        catch (InvalidQueryException)
        {
            // A clustering that is no value of its column's type.
            throw Invalid();
        }
    }

    /// <summary>The refusal of what is no paging state of the statement's.</summary>
    public static InvalidQueryException Invalid() => new("Invalid value for the paging state", InvalidQueryException.ProtocolErrorCode);

    private static PagingState Read(SpanReader reader, TableMetadata table)
    {
        int version = reader.ReadByte();
        int flags = reader.ReadByte();
        if (version != Version || (flags & ~(NamesRow | EndsPartition | IncludesRow)) != 0)
            throw Invalid();
        long remaining = ReadLimit(ref reader);
        long remainingInPartition = ReadLimit(ref reader);
        byte[] key = reader.ReadVIntBytes().ToArray();
        byte[]?[]? clustering = null;
        if ((flags & NamesRow) != 0)
        {
            clustering = new byte[]?[table.Clustering.Count];
            for (int i = 0; i < clustering.Length; i++)
            {
                int length = reader.ReadUnsignedVInt32();
                if (length == 0)
                    continue;
                clustering[i] = reader.ReadBytes(length - 1).ToArray();
                table.Clustering[i].Type.Validate(clustering[i]);
            }
        }

        if (reader.Remaining != 0)
            throw Invalid();
        return new PagingState
        {
            Key = key,
            Clustering = clustering,
            IsInclusive = (flags & IncludesRow) != 0,
            IsPartitionDone = (flags & EndsPartition) != 0,
            Remaining = remaining,
            RemainingInPartition = remainingInPartition,
        };
    }

    private static long ReadLimit(ref SpanReader reader)
    {
        ulong value = reader.ReadUnsignedVInt();
        return value switch
        {
            0 => long.MaxValue,
            <= int.MaxValue => (long)value,
            _ => throw Invalid(),
        };
    }

    /// <summary>What of slices the next page reads in the partition, whose row the state names.</summary>
    public IReadOnlyList<ClusteringSlice> Continue(IReadOnlyList<ClusteringSlice> slices, TableMetadata table, bool isReversed)
    {
        if (Clustering is null)
            return slices;
        ClusteringSlice rest = isReversed
            ? new ClusteringSlice(ClusteringBound.Bottom, new ClusteringBound(IsInclusive ? ClusteringKind.InclusiveEnd : ClusteringKind.ExclusiveEnd, Clustering))
            : new ClusteringSlice(new ClusteringBound(IsInclusive ? ClusteringKind.InclusiveStart : ClusteringKind.ExclusiveStart, Clustering), ClusteringBound.Top);
        return ClusteringSlices.Intersect(new ClusteringComparator(table), slices, [rest]);
    }
}
